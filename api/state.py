"""What routes reach for: the things one running application owns, typed, and the ways to ask for them."""

from typing import Annotated

from fastapi import Depends, Request

from api.context import Context
from api.measured import Measuring
from api.tokens import Principal
from api.watch import Watch
from api.work import Work
from automation.changes import Changes


def _context(request: Request) -> Context:
    found: Context = request.app.state.context
    return found


def _watch(request: Request) -> Watch:
    found: Watch = request.app.state.watch
    return found


def _measuring(request: Request) -> Measuring:
    found: Measuring = request.app.state.measuring
    return found


def _changes(request: Request) -> Changes:
    return _context(request).changes


def _work(request: Request) -> Work:
    found: Work = request.app.state.work
    return found


def _principal(request: Request) -> Principal:
    found: Principal = request.state.principal
    return found


ContextOf = Annotated[Context, Depends(_context)]
"""The composition root of the running process."""

WatchOf = Annotated[Watch, Depends(_watch)]
"""What is true now."""

MeasuringOf = Annotated[Measuring, Depends(_measuring)]
"""The monitor of this process, idle when there is none."""

ChangesOf = Annotated[Changes, Depends(_changes)]
"""The changes of the network, composed with the probes and the forecast that decide about them."""

WorkOf = Annotated[Work, Depends(_work)]
"""Work in the background."""

Caller = Annotated[Principal, Depends(_principal)]
"""Who asks; only on routes that need a role."""
