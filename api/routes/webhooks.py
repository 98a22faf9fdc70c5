"""REST: who is told what, what could not be told, and trials."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.answers import JSON, LIMIT_DEFAULT, document, envelope
from api.auth import GuardedRoute
from api.roles import Role, needs
from api.routes.nouns import Limit, Offset
from api.state import WebhooksOf
from api.webhooks.destination import resolve
from api.webhooks.event import PING, Topic
from api.webhooks.store import Delivery, Webhook

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]

router = APIRouter(route_class=GuardedRoute, tags=["webhooks"])


class Subscription(BaseModel):
    """Where to, and what of. ``secret`` signs what is sent; one is made when none is given."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, Field(min_length=1, max_length=2000)]
    events: Annotated[tuple[Topic, ...], Field(min_length=1)]
    secret: Annotated[str, Field(min_length=16, max_length=200)] | None = None


class Change(BaseModel):
    """What is to be different; ``active`` switches a subscription off and on."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, Field(min_length=1, max_length=2000)] | None = None
    events: Annotated[tuple[Topic, ...], Field(min_length=1)] | None = None
    secret: Annotated[str, Field(min_length=16, max_length=200)] | None = None
    active: bool | None = None


def presented(webhook: Webhook) -> dict[str, Any]:
    """A subscription without its secret."""
    hidden = {"secret", "id"}
    shown = {name: value for name, value in vars(webhook).items() if name not in hidden}
    return {"slug": str(webhook.id)} | shown


def _sent(delivery: Delivery) -> dict[str, Any]:
    shown = vars(delivery) | {"body": orjson.Fragment(delivery.body)}
    return {"slug": shown.pop("id")} | shown


def _answer(content: Any, status: int) -> Response:
    return Response(orjson.dumps(content), status, media_type=JSON)


@router.get("/webhooks")
@needs(Role.ADMIN)
def list_webhooks(request: Request, webhooks: WebhooksOf, limit: Limit = LIMIT_DEFAULT, offset: Offset = 0) -> Response:
    """Every subscription, with the reason where one is off."""
    return envelope(request, [presented(webhook) for webhook in webhooks.store.all()], limit, offset)


@router.post("/webhooks", status_code=201)
@needs(Role.ADMIN)
def subscribe(webhooks: WebhooksOf, wanted: Subscription) -> Response:
    """Subscribe. The secret is shown here and never again."""
    resolve(wanted.url, webhooks.allowed)
    made, secret = webhooks.store.create(wanted.url, wanted.events, wanted.secret)
    return _answer(presented(made) | {"secret": secret}, 201)


@router.get("/webhooks/{slug}")
@needs(Role.ADMIN)
def show_webhook(request: Request, webhooks: WebhooksOf, slug: Number) -> Response:
    """One subscription and what waits for it."""
    waiting = [_sent(d) for d in webhooks.store.waiting(slug)[:LIMIT_DEFAULT]]
    return document(request, presented(webhooks.store.get(slug)) | {"waiting": waiting})


@router.patch("/webhooks/{slug}")
@needs(Role.ADMIN)
def change_webhook(webhooks: WebhooksOf, slug: Number, wanted: Change) -> Response:
    """Change a subscription, or switch it off and on; switched on, it goes on where it stopped."""
    values = wanted.model_dump(exclude_none=True)
    if "url" in values:
        resolve(values["url"], webhooks.allowed)
    return _answer(presented(webhooks.store.change(slug, **values)), 200)


@router.delete("/webhooks/{slug}", status_code=204)
@needs(Role.ADMIN)
def unsubscribe(webhooks: WebhooksOf, slug: Number) -> Response:
    """End a subscription and forget what waits for it."""
    webhooks.store.remove(slug)
    return Response(None, 204)


@router.post("/webhooks/{slug}/ping", status_code=202)
@needs(Role.ADMIN)
def ping(webhooks: WebhooksOf, slug: Number) -> Response:
    """Queue an event that says nothing, to try the receiver."""
    webhooks.store.ping(slug)
    return _answer({"slug": str(slug), "event": PING}, 202)


@router.get("/webhooks/{slug}/dead")
@needs(Role.ADMIN)
def dead(
    request: Request, webhooks: WebhooksOf, slug: Number, limit: Limit = LIMIT_DEFAULT, offset: Offset = 0
) -> Response:
    """Events that were given up, with the last error."""
    return envelope(request, [_sent(d) for d in webhooks.store.waiting(slug, dead=True)], limit, offset)


@router.post("/webhooks/{slug}/dead/redeliver", status_code=202)
@needs(Role.ADMIN)
def redeliver_all(webhooks: WebhooksOf, slug: Number) -> Response:
    """Send everything that was given up again."""
    return _answer({"redelivered": webhooks.store.redeliver(slug)}, 202)


@router.post("/webhooks/{slug}/dead/{delivery}/redeliver", status_code=202)
@needs(Role.ADMIN)
def redeliver_one(webhooks: WebhooksOf, slug: Number, delivery: str) -> Response:
    """Send one of them again."""
    return _answer({"redelivered": webhooks.store.redeliver(slug, delivery)}, 202)


@router.delete("/webhooks/{slug}/dead/{delivery}", status_code=204)
@needs(Role.ADMIN)
def drop(webhooks: WebhooksOf, slug: Number, delivery: str) -> Response:
    """Forget one of them."""
    webhooks.store.drop(slug, delivery)
    return Response(None, 204)
