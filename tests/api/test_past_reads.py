"""Reading the past: the inventory and day of then, and what was seen then as far as it is kept."""

import json
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from api.cli.dispatch import run
from api.roles import Role
from inventory.diff import Action
from inventory.model.service import Service
from monitoring.observations import Observation, ObservationStore
from tests.support.api import House
from tests.support.facts import edit, remove

REST = "/api/v1"
SITE, SERVICE = "biblioteka-sosnica", "wbo"
UPLINK = "link:pop-sosnica-1--gw-biblioteka-sosnica"

type Ask = Callable[..., Any]
type AskIn = Callable[[House], Ask]


@pytest.fixture
def changed(own_house: House) -> House:
    """A house whose library lost its right to every e-service, its uplink's rate and one link since revision 1."""
    store = own_house.context.inventory
    own_house.observe()
    city = store.network()
    now = edit(city, "sites", SITE, site_class="camera")
    circuit = city.link[UPLINK.removeprefix("link:")].circuit
    now = edit(now, "circuits", circuit, rate={"down": "10 Mb/s", "up": "10 Mb/s"})
    store.write(remove(now, "links", "core1--core2"), "officer", "the library became a camera")
    return own_house


@pytest.fixture
def ask_in(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> AskIn:
    """Types a command in a house and reads its document."""

    def enter(house: House) -> Ask:
        monkeypatch.setenv("SILESIANET_HOME", str(house.context.settings.home))
        monkeypatch.setenv("SILESIANET_DATABASE_URL", house.context.settings.database_url)

        def command(*words: str) -> Any:
            capsys.readouterr()
            code = run([*words, "--json"])
            said = capsys.readouterr()
            assert code in (0, 1), said.err
            return json.loads(said.out)

        return command

    return enter


@pytest.fixture
def ask(changed: House, ask_in: AskIn) -> Ask:
    """The same in the house of the changed library."""
    return ask_in(changed)


def test_reach_commands_answer_for_then(ask: Ask) -> None:
    def entitled(*words: str) -> bool:
        cells = ask("reach", *words)["cells"]
        return any(c["entitled"] for c in cells if (c["site"], c["service"]) == (SITE, SERVICE))

    for words in (("matrix",), ("site", SITE), ("service", SERVICE)):
        assert not entitled(*words)
        assert entitled(*words, "--as-of", "1")
    assert ask("reach", "explain", SITE, SERVICE, "--as-of", "1")["cell"]["entitled"] is True
    assert ask("reach", "explain", SITE, SERVICE)["cell"]["entitled"] is False
    assert ask("reach", "loss", UPLINK)["people"] == 0
    assert ask("reach", "loss", UPLINK, "--as-of", "1")["people"] == 5200
    assert ask("reach", "diff", "--as-of", "0") == {"at": "1970-01-01T00:00:00.000Z", "agreement": 1.0, "cells": []}


def test_configuration_and_capacity_answer_for_then(ask: Ask) -> None:
    def text(*options: str) -> str:
        return json.dumps(ask("render", "gw-biblioteka-sosnica", *options)["parts"])

    assert text("--as-of", "1") != text() == text("--as-of", "2")

    def elements(*options: str) -> set[str]:
        return {row["element"] for row in ask("capacity", "report", *options)["rows"]}

    assert elements("--as-of", "1") - elements() == {"link:core1--core2"}


def test_addresses_answer_for_then(changed: House) -> None:
    client = changed.client()
    for path in (f"/sites/{SITE}/services?service={SERVICE}", f"/services/{SERVICE}/sites?site={SITE}"):
        (now,) = client.get(f"{REST}{path}").json()["results"]
        (then,) = client.get(f"{REST}{path}&as_of=1").json()["results"]
        assert (now["entitled"], then["entitled"]) == (False, True)
    matrices = [client.get(f"{REST}/reachability?as_of={n}").json() for n in (0, 1, 2)]
    assert [len(m["cells"]) > 0 for m in matrices] == [False, True, True]
    reports = [client.get(f"{REST}/reports/capacity.json?as_of={n}").json()["rows"] for n in (1, 2)]
    assert len(reports[0]) == len(reports[1]) + 1
    assert client.get(f"{REST}/reachability?as_of=99").status_code == 404
    assert client.get(f"{REST}/reachability?as_of=never").status_code == 422


def test_what_was_seen_then_is_told_as_far_as_it_is_kept(changed: House) -> None:
    """A cell that works now failed an hour ago, and nothing was seen the day before."""
    store, now = ObservationStore(changed.context.engine), time.time()
    network = changed.context.inventory.network(1)
    seen = {o.service: o for o in _round(network.services, now - 3600)}
    store.add("rynek", list(seen.values()))
    watch = changed.app.state.watch
    assert watch.now().matrix.cell["rynek", SERVICE].observed == "ok"
    latest = store.latest_at(now - 3599)
    assert not latest["rynek", SERVICE].ok and latest["rynek", SERVICE].at == pytest.approx(now - 3600)
    assert store.latest_at(now - 86400) == {}
    assert store.latest_at(now)["rynek", SERVICE].ok
    past = watch.at(1)
    assert past.network == network and past.matrix.cell["rynek", SERVICE].computed


def _round(services: Iterable[Service], at: float) -> list[Observation]:
    return [Observation(service.slug, at, False, "tcp") for service in services]


def test_history_is_told_page_by_page(changed: House) -> None:
    client = changed.client()
    answer = client.get(f"{REST}/history?since=2").json()
    assert answer["count"] == 3
    assert {r["object"] for r in answer["results"]} >= {f"site:{SITE}", "link:core1--core2"}
    assert {(r["revision"], r["who"], r["why"]) for r in answer["results"]} == {
        (2, "officer", "the library became a camera")
    }
    mine = client.get(f"{REST}/history?object=site:{SITE}").json()["results"]
    assert [r["action"] for r in mine] == [Action.UPDATED, Action.CREATED]
    first = client.get(f"{REST}/history?until=1&limit=5&offset=5").json()
    assert len(first["results"]) == 5 and first["next"] and first["previous"]
    assert client.get(f"{REST}/history?object=nothing").status_code == 422
    assert client.get(f"{REST}/history?since=2001-01-01&until=2001-02-01").json()["count"] == 0


def test_two_moments_are_compared(changed: House) -> None:
    client = changed.client()
    document = client.get(f"{REST}/diff?from=1&to=2").json()
    assert document == client.get(f"{REST}/diff").json()
    assert document["summary"] == {"created": 0, "updated": 2, "deleted": 1}
    assert client.get(f"{REST}/diff?from=2&to=1").json()["summary"]["created"] == 1
    assert client.get(f"{REST}/diff?from=9").status_code == 404


def test_a_revision_is_taken_back(changed: House) -> None:
    store, admin = changed.context.inventory, changed.client(Role.ADMIN)
    address = f"{REST}/revisions/2/revert"
    shown = admin.post(address, params={"dry_run": True}).json()
    assert (shown["revision"], shown["summary"]) == (2, {"created": 1, "updated": 2, "deleted": 0})
    done = admin.post(address, params={"why": "it is a library after all"}).json()
    assert done == shown | {"dry_run": False, "revision": 3}
    assert store.network() == store.network(1)
    assert store.history(limit=1)[0].revision.why == "it is a library after all"
    store.edit(lambda network: edit(network, "sites", SITE, people_served=1), "officer", "later")
    assert admin.post(f"{REST}/revisions/3/revert").status_code == 200, "another field"
    store.edit(lambda network: edit(network, "sites", SITE, site_class="office"), "officer", "later still")
    refused = admin.post(f"{REST}/revisions/5/revert")
    assert refused.status_code == 409 and f"site:{SITE}: site_class was changed since" in refused.json()["detail"]
    assert admin.post(f"{REST}/revisions/99/revert").status_code == 404
    assert changed.client(Role.OPERATOR).post(address).status_code == 403


def test_what_was_down_then_is_taken_out_and_what_had_changed_is_told(own_house: House, ask_in: AskIn) -> None:
    """The uplink of the library was down an hour ago; the day before its people were counted anew."""
    states, now = own_house.app.state.watch.states, time.time()
    states.record(UPLINK, False, "port is down", now - 4000)
    states.record(UPLINK, True, "port is up", now - 3000)
    own_house.observe()
    store = own_house.context.inventory
    store.write(edit(store.network(), "sites", SITE, people_served=9), "officer", "counted anew")
    store.write(edit(store.network(), "sites", "rynek", people_served=9), "officer", "nothing to do with it")
    past = own_house.app.state.watch.at(now - 3500)
    assert UPLINK in past.down and not own_house.app.state.watch.at(now - 2900).down
    ask = ask_in(own_house)
    then = ask("reach", "site", SITE, "--as-of", datetime.fromtimestamp(time.time() + 1, UTC).isoformat())["changed"]
    assert {e["element"] for e in then["elements"]} == {UPLINK} and [e["up"] for e in then["elements"]] == [False, True]
    objects = {r["object"] for r in then["revisions"]}
    assert f"site:{SITE}" in objects and "site:rynek" not in objects
    spans = ask("reach", "timeline", SITE, SERVICE, "--since", "0")["spans"]
    assert [c["name"] for span in spans for c in span["changes"] if c["kind"] == "revision"] == ["1"]
    client = own_house.client()
    spans = client.get(f"{REST}/sites/{SITE}/services/{SERVICE}/timeline").json()["spans"]
    assert ("ok", True) in [(span["observed"], span["computed"]) for span in spans]
    assert client.get(f"{REST}/sites/{SITE}/services/wbi/timeline").status_code == 404
    assert client.get(f"{REST}/sites/{SITE}/services/{SERVICE}/timeline?since=2100-01-01").status_code == 422
