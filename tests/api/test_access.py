"""Who may enter where: every route of the application against every role, tenants and nobody; deny by default."""

from collections.abc import Iterable

import pytest
from fastapi import APIRouter
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from api.app import REST, REST_ROUTERS, ROOT_ROUTERS, create_app, guarded
from api.auth import GuardedRoute, PageRoute, ScrapeRoute
from api.netbox.guard import NetboxRoute
from api.roles import LADDER, Role, TenantView, needs
from tests.support.api import SETTINGS, TENANT, House

OPEN = {
    "/api/v1/netbox/webhook",
    "/healthz",
    "/readyz",
    "/login",
    "/login/password",
    "/login/oidc",
    "/login/oidc/callback",
    "/logout",
    "/netbox/api/schema/",
}
PLACES = {"sites": "rynek", "services": "wbo", "devices": "core1", "links": "core1--core2"}
READ = {"GET", "HEAD", "OPTIONS"}

CONTRACT = {
    ("POST", "/api/v1/changes"): Role.OPERATOR,
    ("POST", "/api/v1/changes/{slug}/approve"): Role.OPERATOR,
    ("POST", "/api/v1/changes/{slug}/apply"): Role.OPERATOR,
    ("POST", "/api/v1/changes/{slug}/rollback"): Role.OPERATOR,
    ("POST", "/api/v1/jobs/{slug}/cancel"): Role.OPERATOR,
    ("POST", "/api/v1/alerts"): Role.NOC,
    ("POST", "/api/v1/alerts/{slug}/acknowledge"): Role.NOC,
    ("GET", "/api/v1/agent/probes"): Role.AGENT,
    ("POST", "/api/v1/agent/results"): Role.AGENT,
    ("GET", "/api/v1/tokens"): Role.ADMIN,
    ("POST", "/api/v1/tokens"): Role.ADMIN,
    ("DELETE", "/api/v1/tokens/{slug}"): Role.ADMIN,
    ("GET", "/api/v1/sites"): Role.VIEWER,
    ("GET", "/metrics"): Role.VIEWER,
}
"""What others script against."""

ROUTES = {(method, path): route for path, route in guarded() for method in sorted(route.methods or ())}
CALLERS = [(None, False), *((role, False) for role in Role), (Role.VIEWER, True), (Role.ADMIN, True)]
"""Role, and whether the caller is bound to a tenant."""


def _filled(method: str, path: str) -> str:
    noun = path.removeprefix(f"{REST}/").strip("/").partition("/")[0]
    slug = PLACES.get(noun, "7") if method in READ else "no-such-thing"
    path = path.replace("{slug}.{form}", "capacity.csv").replace("{slug}", slug)
    return path.replace("{", "").replace("}", "")


def _expected(route: GuardedRoute, role: Role | None, bound: bool) -> set[int] | None:
    """Statuses of a refusal; null where the caller may enter."""
    if route.needs is None:
        return None
    if role is None:
        return {303} if isinstance(route, PageRoute) else {403} if isinstance(route, NetboxRoute) else {401}
    if not role.includes(route.needs) or (bound and route.tenants is TenantView.REFUSED):
        return {403}
    return None


@pytest.fixture(scope="module")
def clients(house: House) -> dict[tuple[Role | None, bool], TestClient]:
    """A client of every caller."""
    return {(role, bound): house.bound(role) if bound and role else house.client(role) for role, bound in CALLERS}


@pytest.mark.parametrize(("method", "path"), sorted(key for key in ROUTES if key[1] != f"{REST}/events"))
def test_a_role_enters_only_where_it_may(
    clients: dict[tuple[Role | None, bool], TestClient], method: str, path: str
) -> None:
    """One route against every caller; what is expected follows from the mark of the route alone."""
    for (role, bound), client in clients.items():
        answer = client.request(method, _filled(method, path), json={})
        refusal = _expected(ROUTES[method, path], role, bound)
        told = f"{role} {'bound to a tenant' if bound else ''}: {answer.status_code} {answer.text[:300]}"
        if refusal is None:
            assert answer.status_code < 500, told
            assert answer.status_code not in (401, 403) or path in OPEN, told
            continue
        assert answer.status_code in refusal, told
        if answer.status_code == 401:
            assert answer.headers["www-authenticate"].startswith("Bearer ")
        if answer.status_code == 303:
            assert answer.headers["location"].startswith("/login?next=")


def test_open_doors_are_known_by_name() -> None:
    """Whoever opens another door without a token has to write it down here; NetBox signs what it sends."""
    assert {path for (_, path), route in ROUTES.items() if route.needs is None} == OPEN


def test_the_contract_holds() -> None:
    assert {key: ROUTES[key].needs for key in CONTRACT} == CONTRACT


def test_what_changes_something_asks_for_more_than_reading() -> None:
    harmless = {(m, p) for (m, p), route in ROUTES.items() if route.needs is Role.VIEWER and m not in READ}
    allowed = {("POST", "/account/token"), ("POST", "/api/v1/reachability/whatif")}
    assert harmless == allowed, "whoever may read may have a token to read with, and try out what he does not save"


def _tops(app_routes: Iterable[object]) -> list[str]:
    return [r.path for r in app_routes if isinstance(r, Route | Mount)]


def test_nothing_is_served_past_the_guard(house: House) -> None:
    """Beside guarded routers there are only the description of the API and static files."""
    assert [path for path in _tops(house.app.routes) if path not in ("/openapi.json", "/static")] == []
    assert len(house.app.routes) == len(REST_ROUTERS) + len(ROOT_ROUTERS) + 2


def test_a_route_that_says_nothing_cannot_be_built() -> None:
    router = APIRouter(route_class=GuardedRoute)
    with pytest.raises(TypeError, match="neither"):
        router.add_api_route("/forgotten", lambda: None)


def test_the_body_of_a_stranger_is_not_read(house: House) -> None:
    answer = house.client(None).post(f"{REST}/changes", content=b"{not json")
    assert answer.status_code == 401


def test_the_description_of_the_api_is_open_and_names_the_roles(house: House) -> None:
    answer = house.client(None).get("/openapi.json")
    assert answer.status_code == 200
    paths = answer.json()["paths"]
    assert paths["/api/v1/sites"]["get"]["x-role"] == "viewer"
    assert paths["/api/v1/sites"]["get"]["x-tenants"] == "filtered"
    assert paths["/api/v1/changes"]["post"]["x-role"] == "operator"


def test_roles_include_one_another_but_never_the_agent() -> None:
    assert [[a.includes(b) for b in LADDER] for a in LADDER] == [[j <= i for j in range(4)] for i in range(4)]
    assert not any(role.includes(Role.AGENT) or Role.AGENT.includes(role) for role in LADDER)


def test_a_mark_is_what_the_guard_reads() -> None:
    @needs(Role.ADMIN)
    def endpoint() -> None:
        """Nothing."""

    route = GuardedRoute("/x", endpoint)
    assert (route.needs, route.tenants) == (Role.ADMIN, TenantView.REFUSED)


def test_metrics_can_be_made_public(house: House) -> None:
    public = create_app(house.context, SETTINGS.model_copy(update={"metrics_public": True}))
    client = TestClient(public, raise_server_exceptions=False)
    opened = {path for (_, path), route in ROUTES.items() if isinstance(route, ScrapeRoute)}
    assert {path: client.get(path).status_code for path in opened} == dict.fromkeys(opened, 200)
    assert client.get(f"{REST}/sites").status_code == 401


def test_a_session_reads_but_never_writes(house: House) -> None:
    """A cookie travels by itself, so it must not be enough to change anything."""
    client = TestClient(house.app, follow_redirects=False)
    answer = client.post("/login", data={"token": house.tokens[Role.ADMIN]})
    assert answer.status_code == 303
    assert client.get(f"{REST}/sites").status_code == 200
    assert client.post(f"{REST}/changes", json={"comment": "x"}).status_code == 401


def test_the_refusal_of_a_tenant_says_why(house: House) -> None:
    answer = house.bound(Role.ADMIN).get(f"{REST}/tokens")
    assert answer.status_code == 403
    assert answer.json()["tenant"] == TENANT
    assert "whole network" in answer.json()["detail"]
