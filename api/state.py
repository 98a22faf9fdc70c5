"""What routes reach for: the things one running application owns, typed, and the ways to ask for them.

The ways are coroutines although they wait for nothing: FastAPI sends every other dependency through a thread.
"""

from typing import Annotated

from fastapi import Depends, Request

from api.context import Context
from api.equal_access import EqualAccess
from api.measured import Measuring
from api.tokens import Principal, TokenStore
from api.watch import Watch
from api.webhooks.office import Office
from api.work import Hands, Work
from automation.changes import Changes


async def _context(request: Request) -> Context:
    found: Context = request.app.state.context
    return found


async def _watch(request: Request) -> Watch:
    found: Watch = request.app.state.watch
    return found


async def _equal_access(request: Request) -> EqualAccess:
    found: EqualAccess = request.app.state.equal_access
    return found


async def _measuring(request: Request) -> Measuring:
    found: Measuring = request.app.state.measuring
    return found


def _changes(request: Request) -> Changes:
    context: Context = request.app.state.context
    return context.changes


async def _work(request: Request) -> Work:
    found: Work = request.app.state.work
    return found


async def _hands(request: Request) -> Hands:
    found: Hands = request.app.state.hands
    return found


async def _tokens(request: Request) -> TokenStore:
    found: TokenStore = request.app.state.tokens
    return found


async def _webhooks(request: Request) -> Office:
    found: Office = request.app.state.webhooks
    return found


def _principal(request: Request) -> Principal:
    found: Principal = request.state.principal
    return found


ContextOf = Annotated[Context, Depends(_context)]
"""The composition root of the running process."""

WatchOf = Annotated[Watch, Depends(_watch)]
"""What is true now."""

EqualAccessOf = Annotated[EqualAccess, Depends(_equal_access)]
"""The equal-access index."""

MeasuringOf = Annotated[Measuring, Depends(_measuring)]
"""The monitor of this process, idle when there is none."""

ChangesOf = Annotated[Changes, Depends(_changes)]
"""The changes of the network, composed with the probes and the forecast that decide about them."""

WorkOf = Annotated[Work, Depends(_work)]
"""Work in the background."""

HandsOf = Annotated[Hands, Depends(_hands)]
"""Jobs, and the worker that begins them."""

TokensOf = Annotated[TokenStore, Depends(_tokens)]
"""Access tokens."""

WebhooksOf = Annotated[Office, Depends(_webhooks)]
"""Webhooks out."""

Caller = Annotated[Principal, Depends(_principal)]
"""Who asks; only on routes that need a role."""
