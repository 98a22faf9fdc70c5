"""The application: every route behind the guard, every error a problem document, pages and REST side by side."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version
from importlib.resources import files

from fastapi import APIRouter, FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.staticfiles import StaticFiles

from api import netbox_feed, problems, sweeping
from api.auth import GuardedRoute
from api.context import Context
from api.description import described
from api.equal_access import EqualAccess
from api.events import EventHub
from api.login.doors import Doors
from api.measured import Idle, Measuring
from api.netbox import routes as netbox
from api.netbox.cities import Cities
from api.routes import (
    agent,
    agents,
    alerts,
    cabling,
    cells,
    changes,
    equality,
    events,
    history,
    jobs,
    losses,
    metrics,
    netbox_hook,
    noun_writes,
    nouns,
    open,
    open_data,
    planning,
    reachability,
    reports,
    sla,
    tokens,
    views,
    webhooks,
)
from api.sessions import SessionStore
from api.settings import ApiSettings, LdapSettings, OidcSettings
from api.tokens import TokenStore
from api.watch import Watch, difference
from api.web import account, atlas, cell_page, emergency, equal_access, identity, matrix, pages, session
from api.web.templating import error_page
from api.webhooks.office import Office, opened
from api.work import Hands, Work
from api.working import jobs_of, worker_of
from automation.settings import JobSettings

REST = "/api/v1"
REST_ROUTERS: tuple[APIRouter, ...] = (
    cells.router,
    cabling.router,
    nouns.router,
    noun_writes.router,
    reachability.router,
    losses.router,
    planning.router,
    equality.router,
    sla.router,
    changes.router,
    jobs.router,
    alerts.router,
    reports.router,
    agent.router,
    agents.router,
    views.router,
    events.router,
    tokens.router,
    netbox_hook.router,
    history.router,
    webhooks.router,
)
ROOT_ROUTERS: tuple[APIRouter, ...] = (
    open.router,
    open_data.router,
    metrics.router,
    session.router,
    identity.router,
    emergency.router,
    account.router,
    pages.router,
    matrix.router,
    atlas.router,
    cell_page.router,
    equal_access.router,
    netbox.router,
)


def guarded() -> Iterator[tuple[str, GuardedRoute]]:
    """Every route of the application with its full path, whom it needs and what it gives to tenants."""
    for prefix, routers in ((REST, REST_ROUTERS), ("", ROOT_ROUTERS)):
        for router in routers:
            for route in router.routes:
                assert isinstance(route, GuardedRoute), route
                yield prefix + route.path, route


def create_app(
    context: Context,
    settings: ApiSettings | None = None,
    measuring: Measuring | None = None,
    doors: Doors | None = None,
) -> FastAPI:
    """Compose the application over a context; ``measuring`` is the monitor when one runs in this process.

    ``doors`` are the ways to log in, by default those of the environment.
    """
    settings = settings or ApiSettings()
    number = version("silesianet")
    app = FastAPI(title="SilesiaNet", version=number, docs_url=None, redoc_url=None, lifespan=_lifespan)
    watch = Watch(context)
    app.state.context, app.state.settings, app.state.watch = context, settings, watch
    app.state.equal_access = EqualAccess(context, watch)
    app.state.measuring, app.state.work = measuring or Idle(), Work()
    app.state.hands = Hands(jobs_of(context), worker_of(context) if JobSettings().served else None, app.state.work)
    app.state.tokens = keys = TokenStore(context.engine, settings.token_max_days)
    app.state.sessions = SessionStore(context.engine, keys)
    app.state.doors = doors or Doors.of(context.engine, LdapSettings(), OidcSettings())
    app.state.hub = EventHub(watch.snapshot, difference, settings.refresh_seconds)
    app.state.cities = Cities(context.rows)
    app.state.webhooks = opened(context, watch, settings)
    problems.install(app, error_page)
    for router in REST_ROUTERS:
        app.include_router(router, prefix=REST)
    for router in ROOT_ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=str(files("api.web") / "static")), name="static")
    app.openapi = described(app)  # type: ignore[method-assign]
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    hub: EventHub = app.state.hub
    work: Work = app.state.work
    office: Office = app.state.webhooks
    publishing = asyncio.create_task(hub.run())
    office.worker.start()
    hands: Hands = app.state.hands
    hands.start()
    netbox_feed.start(app.state.context, work)
    sweeping.start(app.state.context, work)
    yield
    hub.stop()
    await run_in_threadpool(office.worker.stop)
    await run_in_threadpool(work.stop)
    publishing.cancel()
    with suppress(asyncio.CancelledError):
        await publishing
