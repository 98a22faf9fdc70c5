"""Who may enter where: every route of the application against every role, and against nobody."""

from collections.abc import Iterator

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from api.app import REST, REST_ROUTERS, ROOT_ROUTERS, create_app
from api.auth import GuardedRoute, PageRoute
from api.roles import LADDER, Role, needs
from tests.support.api import SETTINGS, House

OPEN = {"/healthz", "/readyz", "/login", "/logout"}
PLACES = {
    "sites": "rynek",
    "services": "wbo",
    "devices": "core1",
    "links": "core1--core2",
}
READ_BY_VIEWERS = {"GET", "HEAD"}

WRITES = {
    ("POST", "/api/v1/changes"): Role.OPERATOR,
    ("POST", "/api/v1/changes/{slug}/approve"): Role.OPERATOR,
    ("POST", "/api/v1/changes/{slug}/apply"): Role.OPERATOR,
    ("POST", "/api/v1/changes/{slug}/rollback"): Role.OPERATOR,
    ("POST", "/api/v1/jobs/{slug}/cancel"): Role.OPERATOR,
    ("POST", "/api/v1/alerts"): Role.NOC,
    ("POST", "/api/v1/alerts/{slug}/acknowledge"): Role.NOC,
    ("GET", "/api/v1/agent/probes"): Role.AGENT,
    ("POST", "/api/v1/agent/results"): Role.AGENT,
}
"""What asks for more than viewer, as the contract says it; everything else that is not open asks for viewer."""


def _routes() -> Iterator[tuple[str, str, APIRoute]]:
    for prefix, routers in ((REST, REST_ROUTERS), ("", ROOT_ROUTERS)):
        for router in routers:
            for route in router.routes:
                assert isinstance(route, APIRoute)
                yield from ((method, prefix + route.path, route) for method in route.methods or ())


ROUTES = list(_routes())


def _needed(method: str, path: str) -> Role | None:
    return None if path in OPEN else WRITES.get((method, path), Role.VIEWER)


def _allowed(role: Role | None, needed: Role | None) -> bool:
    if needed is None:
        return True
    if Role.AGENT in (role, needed) or role is None:
        return role is needed
    return LADDER.index(role) >= LADDER.index(needed)


def _filled(path: str) -> str:
    noun = path.removeprefix(f"{REST}/").strip("/").partition("/")[0]
    return path.replace("{slug}.{form}", "capacity.csv").replace("{slug}", PLACES.get(noun, "7"))


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize(("method", "path"), sorted({(m, p) for m, p, _ in ROUTES if p != f"{REST}/events"}))
def test_a_role_enters_only_where_it_may(house: House, method: str, path: str, role: Role | None) -> None:
    answer = house.client(role).request(method, _filled(path), json={})
    page = isinstance(next(r for m, p, r in ROUTES if (m, p) == (method, path)), PageRoute)
    if _allowed(role, _needed(method, path)):
        assert answer.status_code not in (403, 500), answer.text
        assert answer.status_code != 401 or path == "/login"
    elif role is not None:
        assert answer.status_code == 403
    elif page:
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login?next=")
    else:
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer ")


def test_nothing_is_served_past_the_guard(house: House) -> None:
    """Beside guarded routers there are only the description of the API and static files."""
    unguarded = [r.path for r in house.app.routes if isinstance(r, Route | Mount)]
    assert unguarded == ["/openapi.json", "/static"]
    assert all(isinstance(route, GuardedRoute) for _, _, route in ROUTES)


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
    assert paths["/api/v1/changes"]["post"]["x-role"] == "operator"
    assert {
        f"/api/v1/{noun}" for noun in ("sites", "devices", "interfaces", "links", "circuits", "prefixes", "services")
    } <= set(paths)


def test_roles_include_one_another_but_never_the_agent() -> None:
    assert [[a.includes(b) for b in LADDER] for a in LADDER] == [[j <= i for j in range(4)] for i in range(4)]
    assert not any(role.includes(Role.AGENT) or Role.AGENT.includes(role) for role in LADDER)


def test_a_mark_is_what_the_guard_reads() -> None:
    @needs(Role.ADMIN)
    def endpoint() -> None:
        """Nothing."""

    assert GuardedRoute("/x", endpoint).needs is Role.ADMIN


def test_metrics_can_be_made_public(house: House) -> None:
    public = create_app(house.context, SETTINGS.model_copy(update={"metrics_public": True}))
    client = TestClient(public, raise_server_exceptions=False)
    assert client.get("/metrics").status_code == 200
    assert client.get("/sd/prometheus").status_code == 200
    assert client.get(f"{REST}/sites").status_code == 401


def test_a_session_reads_but_never_writes(house: House) -> None:
    """A cookie travels by itself, so it must not be enough to change anything."""
    client = TestClient(house.app, follow_redirects=False)
    answer = client.post("/login", data={"token": house.tokens[Role.ADMIN]})
    assert answer.status_code == 303
    assert client.get(f"{REST}/sites").status_code == 200
    assert client.post(f"{REST}/changes", json={"comment": "x"}).status_code == 401
