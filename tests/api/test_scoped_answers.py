"""What a caller bound to a tenant really gets: from every address that answers at all, nothing of anybody else's."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator

import pytest
from fastapi import Request
from starlette.testclient import TestClient

from api.app import REST, guarded
from api.events import RESYNC, EventHub
from api.presentation import INTERFACES, LISTED
from api.roles import Role, TenantView
from api.routes.events import _while_allowed
from api.scope import SHARED, TENANTS, scope_in
from api.watch import Watch
from inventory.model.network import Network
from tests.support.api import TENANT, House

EVERYTHING = {"limit": "1000"}
OTHER_SITE, OWN_SITE = "rynek", "szkola-trynek"
FILTERED = sorted(
    {
        (method, path)
        for path, route in guarded()
        for method in route.methods or ()
        if route.tenants is TenantView.FILTERED and not path.startswith("/netbox")
    }
)
READ = sorted(path for method, path in FILTERED if method == "GET" and path != f"{REST}/events")


def _slugs(client: TestClient, noun: str) -> list[str]:
    return [row["slug"] for row in client.get(f"{REST}/{noun}", params=EVERYTHING).json()["results"]]


@pytest.fixture(scope="module")
def own(house: House) -> dict[str, list[str]]:
    """Slugs of every noun as the bound caller sees them."""
    return {noun: _slugs(house.bound(), noun) for noun in LISTED}


@pytest.fixture(scope="module")
def others(house: House, own: dict[str, list[str]]) -> dict[str, list[str]]:
    """Slugs of every noun that only others see."""
    client = house.client()
    return {noun: [s for s in _slugs(client, noun) if s not in set(own[noun])] for noun in LISTED}


@pytest.fixture(scope="module")
def foreign(city: Network, own: dict[str, list[str]]) -> re.Pattern[str]:
    """Every name of a site or device of others, but for the far ends of links that reach in."""
    sites, devices = set(own["sites"]), set(own["devices"])
    ends = {name for link in city.links if link.slug in own["links"] for name in link.devices}
    words = [w for s in city.sites if s.slug not in sites for w in (s.slug, s.name)]
    words += [d.slug for d in city.devices if d.slug not in devices | ends]
    alone = sorted(map(re.escape, words), key=len, reverse=True)
    return re.compile(r"(?<![\w-])(" + "|".join(alone) + r")(?![\w-])")


def _noun(path: str) -> str:
    return path.removeprefix(REST).strip("/").partition("/")[0]


def _filled(path: str, slugs: dict[str, list[str]]) -> Iterator[str]:
    """The address for every object there is; reports have no objects of a tenant."""
    if path.endswith("{slug}.{form}"):
        yield from (path.replace("{slug}.{form}", f"capacity.{form}") for form in ("json", "csv", "html"))
    elif path.endswith("/sla/raw"):
        yield f"{path}?site={OWN_SITE}&service=wbo"
    elif "{slug}" not in path:
        yield path
    else:
        yield from (path.replace("{slug}", slug).replace("{service}", "wbo") for slug in slugs.get(_noun(path), ()))


@pytest.mark.parametrize("path", READ)
def test_nothing_of_others_is_shown(
    house: House, own: dict[str, list[str]], foreign: re.Pattern[str], path: str
) -> None:
    client = house.bound()
    for address in _filled(path, own):
        answer = client.get(address, params=EVERYTHING if address == f"{REST}/{_noun(path)}" else None)
        assert answer.status_code < 300 or (address.endswith("/free") and answer.status_code == 409), answer.text
        if _noun(path) not in SHARED | {TENANTS} or path.endswith("/sites"):
            assert foreign.findall(answer.text) == [], address


@pytest.mark.parametrize("path", [p for p in READ if "{slug}" in p and ".{form}" not in p])
def test_what_belongs_to_others_is_not_there(house: House, others: dict[str, list[str]], path: str) -> None:
    if path.startswith(f"{REST}/alerts"):
        return
    if _noun(path) in SHARED:
        assert others[_noun(path)] == []
        return
    for address in list(_filled(path, others))[:5]:
        answer = house.bound().get(address)
        assert answer.status_code == 404, address
        assert house.client().get(address).status_code in (200, 409)


def test_a_tenant_that_owns_nothing_gets_empty_answers(house: House) -> None:
    watch: Watch = house.app.state.watch
    nobody = watch.now("no-such-tenant")
    assert not nobody.matrix.cells and nobody.network.sites == () and nobody.network.devices == ()
    assert not nobody.down and not nobody.seen and not nobody.heartbeats


def test_the_matrix_is_the_part_of_the_whole(house: House, own: dict[str, list[str]]) -> None:
    whole, part = (c.get(f"{REST}/reachability").json() for c in (house.client(), house.bound()))
    mine = set(own["sites"])
    assert part["services"] == whole["services"]
    assert part["sites"] == [site for site in whole["sites"] if site in mine]
    assert part["cells"] == [cell for cell in whole["cells"] if cell["site"] in mine]
    past = house.bound().get(f"{REST}/reachability", params={"as_of": "1"}).json()
    assert past["sites"] == part["sites"]


def test_an_incident_names_own_sites_only(own_house: House) -> None:
    own_house.observe(down={"link:pop-trynek-1--gw-szkola-trynek", "link:pop-trynek-1--gw-finanse-srodmiescie"})
    watch: Watch = own_house.app.state.watch
    whole, part = watch.now(), watch.now(TENANT)
    assert {s for i in part.incidents for s in i.sites} <= {s for i in whole.incidents for s in i.sites}
    assert {s for i in part.incidents for s in i.sites} == {OWN_SITE}
    page = own_house.bound().get("/?lang=en").text
    assert "Trynek" in page and "finanse-srodmiescie" not in page


ALERT = {"status": "firing", "startsAt": "2026-11-22T10:00:00Z", "annotations": {"summary": "x"}}


def test_alerts_are_those_about_own_elements(own_house: House) -> None:
    labels = [
        {"site": OWN_SITE},
        {"site": OTHER_SITE},
        {"device": "gw-szkola-trynek"},
        {"device": "core1"},
        {"link": "pop-trynek-1--gw-szkola-trynek", "cause": "link:x"},
        {"site": OWN_SITE, "device": "core1"},
        {"cause": f"site:{OWN_SITE}"},
        {},
    ]
    alerts = [ALERT | {"fingerprint": f"{n:x}", "labels": about} for n, about in enumerate(labels, 10)]
    assert own_house.client(Role.NOC).post(f"{REST}/alerts", json={"alerts": alerts}).status_code == 202
    noc = own_house.bound(Role.NOC)
    assert sorted(a["slug"] for a in noc.get(f"{REST}/alerts").json()["results"]) == ["a", "c", "e"]
    assert noc.get(f"{REST}/alerts/a").status_code == 200
    assert noc.get(f"{REST}/alerts/b").status_code == 404
    assert noc.post(f"{REST}/alerts/b/acknowledge").status_code == 404
    assert noc.post(f"{REST}/alerts/a/acknowledge").status_code == 200
    assert own_house.client().get(f"{REST}/alerts/b").json()["acknowledged_by"] is None


WRITES = [(m, p) for m, p in FILTERED if m in ("DELETE", "PATCH", "PUT") and p.endswith("/{slug}")]


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_what_belongs_to_others_is_not_written(
    house: House, others: dict[str, list[str]], method: str, path: str
) -> None:
    noun = _noun(path)
    targets = others[noun] or _slugs(house.client(), noun)
    before = house.context.inventory.revision()
    for slug in targets[:3]:
        whole = house.client().get(f"{REST}/{noun}/{slug}")
        body = {} if method == "PATCH" else whole.json()
        for condition in (whole.headers["etag"], "*", '"guessed"'):
            headers = {"If-Match": condition}
            answer = house.bound(Role.ADMIN).request(method, f"{REST}/{noun}/{slug}", json=body, headers=headers)
            assert answer.status_code == (405 if noun == INTERFACES else 403), answer.text
    assert house.context.inventory.revision() == before


def test_own_objects_are_written(own_house: House) -> None:
    admin = own_house.bound(Role.ADMIN)
    shown = admin.get(f"{REST}/sites/{OWN_SITE}")
    headers = {"If-Match": shown.headers["etag"]}
    answer = admin.patch(f"{REST}/sites/{OWN_SITE}", json={"people_served": 77}, headers=headers)
    assert answer.status_code == 200, answer.text
    assert own_house.client().get(f"{REST}/sites/{OWN_SITE}").json()["people_served"] == 77
    away = admin.patch(f"{REST}/sites/{OWN_SITE}", json={"tenant": "kultura"}, headers={"If-Match": "*"})
    assert away.status_code == 403, away.text
    assert "does not belong to tenant" in away.json()["detail"]


def test_a_part_is_worked_out_once(city: Network) -> None:
    assert scope_in(TENANT, city) is scope_in(TENANT, city)


def test_netbox_clients_of_a_tenant_see_no_more(house: House, foreign: re.Pattern[str]) -> None:
    client = house.bound()
    apps = [app for app, address in client.get("/netbox/api/").json().items() if isinstance(address, str)]
    seen = 0
    for app in apps:
        kinds = client.get(f"/netbox/api/{app}/")
        for plural in kinds.json() if kinds.status_code == 200 else ():
            answer = client.get(f"/netbox/api/{app}/{plural}/", params={"limit": "0"})
            if answer.status_code == 200 and plural != "tenants":
                seen += answer.json().get("count", 0)
                assert foreign.findall(answer.text) == [], f"{app}/{plural}"
    assert seen > 0


async def _first(stream: AsyncIterator[bytes], most: int) -> list[bytes]:
    found: list[bytes] = []
    async for message in stream:
        found.append(message)
        if len(found) == most:
            break
    return found


def test_events_tell_a_tenant_only_that_something_changed() -> None:
    async def run(contents: bool) -> list[bytes]:
        state = {"matrix": 0}
        hub = EventHub(lambda: dict(state), lambda topic, before, after: {"site": OTHER_SITE}, 0.01)
        task = asyncio.create_task(hub.run())
        stream = hub.stream(contents=contents)
        found = await _first(stream, 2)
        state["matrix"] = 1
        found += await _first(stream, 1)
        hub.stop()
        await task
        return found

    assert any(OTHER_SITE.encode() in message for message in asyncio.run(run(True)))
    assert asyncio.run(run(False))[1:] == [RESYNC, RESYNC]


def test_an_open_stream_ends_with_the_token(own_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.routes.events.FRESH_SECONDS", 0.0)
    request = Request({"type": "http", "app": own_house.app, "method": "GET", "headers": _bearer(own_house)})

    async def endless() -> AsyncGenerator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.01)

    async def run() -> int:
        stream = _while_allowed(request, endless())
        assert await anext(stream) == b"x"
        own_house.app.state.tokens.revoke("viewer")
        return len([message async for message in stream])

    assert asyncio.run(asyncio.wait_for(run(), 5)) == 0


def _bearer(house: House) -> list[tuple[bytes, bytes]]:
    return [(b"authorization", f"Bearer {house.tokens[Role.VIEWER]}".encode())]
