"""Planning over REST and on the command line: overloads, drafts tried out, false redundancy told."""

from pathlib import Path
from typing import Any

import pytest

from api.cli.dispatch import run
from api.roles import Role
from inventory.diff import diff
from inventory.model.link import Circuit, Medium, Rates
from inventory.model.network import Network
from inventory.sources.files import save
from monitoring.reachability.advice.lines import Line, laid
from tests.support.api import House
from tests.support.command import Command, Said

REST = "/api/v1"
LIBRARY, UPLINK, DUCT = "biblioteka-sosnica", "link:pop-sosnica-1--gw-biblioteka-sosnica", "srg:duct-s-access"


def with_second_uplink(city: Network, pop: str, *srgs: str) -> Network:
    """The city with a second line to the library."""
    rates = Rates(down=100_000_000, up=100_000_000)
    circuit = Circuit(slug="c-new", provider="operator-miejski", medium=Medium.FIBRE, rate=rates)
    return laid(city, [Line("new", pop, f"gw-{LIBRARY}", circuit, srgs, 200)])


def draft(before: Network, after: Network) -> dict[str, Any]:
    """What changed, as a body for the what-if."""
    body: dict[str, Any] = {}
    for change in diff(before, after).entries:
        assert change.after is not None
        body.setdefault(change.noun, []).append(change.after.model_dump(mode="json"))
    return body


@pytest.fixture
def planning(tmp_path: Path, city: Network, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:  # fmt: skip
    """Runs ``silesianet reach …`` on the demonstration city."""
    monkeypatch.setenv("SILESIANET_HOME", str(tmp_path / "var"))
    monkeypatch.delenv("SILESIANET_DATABASE_URL", raising=False)
    save(city, tmp_path / "city")
    assert run(["inventory", "import", str(tmp_path / "city")]) == 0
    capsys.readouterr()

    def command(*arguments: str | Path) -> Said:
        return Said(run(["reach", *map(str, arguments)]), *capsys.readouterr())

    return command


def test_a_second_uplink_by_another_way_ends_a_single_point_of_failure(house: House, city: Network) -> None:
    body = draft(city, with_second_uplink(city, "pop-trynek-1"))
    found = house.client().post(f"{REST}/reachability/whatif", json=body)
    assert found.status_code == 200, found.text
    told = found.json()
    assert {UPLINK, "device:pop-sosnica-1"} & set(told["spofs"]["vanished"]) == {UPLINK}
    better = {shift["element"]: shift for shift in told["losses"]["better"]}
    assert better["device:pop-sosnica-1"]["after"]["sites"] == better["device:pop-sosnica-1"]["before"]["sites"] - 1
    assert not told["shared_risks"] and not told["spofs"]["new"]
    assert told["summary"] == {"created": 2, "updated": 2, "deleted": 0}
    assert house.client().get(f"{REST}/links/new").status_code == 404, "nothing may be written"


def test_two_fibres_in_one_duct_do_not(house: House, city: Network) -> None:
    body = draft(city, with_second_uplink(city, "pop-sosnica-1", "duct-s-access"))
    told = house.client().post(f"{REST}/reachability/whatif", json=body).json()
    assert told["shared_risks"] == [{"link": "link:new", "beside": UPLINK, "srgs": [DUCT]}]
    assert DUCT not in told["spofs"]["vanished"]
    assert DUCT not in {shift["element"] for shift in told["losses"]["better"]}


def test_what_is_down_is_part_of_the_question(house: House, city: Network) -> None:
    body = draft(city, with_second_uplink(city, "pop-trynek-1"))
    url = f"{REST}/reachability/whatif"
    told = house.client().post(url, json=body, params={"down": UPLINK}).json()
    assert told["now"]["down"] == [UPLINK]
    assert {(c["site"]) for c in told["now"]["gained"]} == {LIBRARY} and not told["designed"]["gained"]
    assert house.client().post(url, json=body, params={"down": "link:nowhere"}).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"ships": []}, "ships"),
        ({"links": [{"slug": "x"}]}, "a"),
        ({"delete": {"links": ["nowhere"]}}, "slug"),
        ({"links": 7}, "links"),
        ([], ""),
    ],
)
def test_a_wrong_draft_is_refused_with_its_problems(house: House, body: Any, field: str) -> None:
    answer = house.client().post(f"{REST}/reachability/whatif", json=body)
    assert answer.status_code in (400, 404, 422), answer.text
    assert field in [error["field"] for error in answer.json()["errors"]]


def test_a_draft_is_held_to_the_rules(house: House) -> None:
    answer = house.client().post(f"{REST}/reachability/whatif", json={"delete": {"devices": ["core1"]}})
    assert answer.status_code == 422 and "core1" in answer.text


def test_tenants_do_not_see_the_whole_network(house: House) -> None:
    assert house.bound(Role.ADMIN).post(f"{REST}/reachability/whatif", json={}).status_code == 403
    assert house.bound().get(f"{REST}/overloads").status_code == 403


def test_overloads_are_listed_and_filtered(house: House) -> None:
    found = house.client().get(f"{REST}/overloads", params={"kind": "srg", "lost_down_bps__gt": 0}).json()
    assert found["count"] and all(o["element"].startswith("srg:") for o in found["results"])
    assert house.client().get(f"{REST}/overloads", params={"colour": "red"}).status_code == 422


def test_commands_say_the_same(planning: Command, city: Network, tmp_path: Path) -> None:
    one = planning("overload", "--failure", "device:border", "--json").document
    assert one["count"] == 1 and one["results"][0]["lost_down_bps"] > 0
    assert planning("overload").code == 0 and planning("overload", "--failure", "device:x").code == 2
    save(with_second_uplink(city, "pop-trynek-1"), tmp_path / "draft")
    said = planning("whatif", tmp_path / "draft", "--down", UPLINK, "--json").document
    assert UPLINK in said["spofs"]["vanished"] and said["now"]["gained"] and said["dry_run"]
    shown = planning("whatif", tmp_path / "draft")
    assert f"no longer a single point of failure: {UPLINK}" in shown.out.replace("\n", " ")
    (tmp_path / "draft" / "links.yaml").write_text("- slug: Bad Slug\n")
    broken = planning("whatif", tmp_path / "draft", "--json")
    assert broken.code == 1 and "links.yaml:1" in broken.err and not broken.out


def test_advice_over_rest(house: House) -> None:
    told = house.client().get(f"{REST}/advice", params={"budget": 50_000, "limit": 2}).json()
    assert told["picks"] and told["cost_pln"] <= 50_000
    assert told["proven_per_year"] == told["saved_per_year"] > 0
    assert house.bound().get(f"{REST}/advice").status_code == 403


def test_advice_on_the_command_line(planning: Command, tmp_path: Path) -> None:
    file = tmp_path / "lines.yaml"
    file.write_text(
        f"- {{slug: other-way, a: pop-trynek-1, b: gw-{LIBRARY}, medium: radio}}\n"
        f"- {{slug: same-duct, a: pop-sosnica-1, b: gw-{LIBRARY}, srgs: [duct-s-access], build_pln: 1}}\n"
    )
    told = planning("advise", "--candidates", file, "--json").document
    assert [pick["slug"] for pick in told["picks"]] == ["other-way"] and UPLINK in told["picks"][0]["in_failures"]
    (refused,) = told["refused"]
    assert (refused["slug"], refused["shares"]) == ("same-duct", [DUCT]) and DUCT not in refused["in_failures"]
    shown = planning("advise", "--candidates", file).out
    assert "refused: same-duct" in shown and "other-way" in shown


WRONG = {
    "slug: x": "is not a list",
    "- {slug: x, a: core1}": "b: Field required",
    "- {slug: x, a: core1, b: nowhere}": "no device nowhere",
    "- {slug: x, a: core1, b: core2, colour: red}": "colour",
    "- {slug: core1--core2, a: core1, b: core2}": "already",
    "- [": "lines.yaml:",
}


def test_a_wrong_file_of_lines_is_refused(planning: Command, tmp_path: Path) -> None:
    for text, problem in WRONG.items():
        (tmp_path / "lines.yaml").write_text(text + "\n")
        said = planning("advise", "--candidates", tmp_path / "lines.yaml")
        assert said.code == 1 and problem in said.err and not said.out, text
