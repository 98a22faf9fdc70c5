"""Every rule tells its own passing text from its failing one; devices are held to them and told by line."""

from dataclasses import replace

import pytest

from automation.change import Scope
from automation.compliance import rules
from automation.compliance.checks import Never
from automation.compliance.examine import Verdict, examine, judge
from automation.compliance.registry import all_rules, chosen
from automation.compliance.rule import Example, Rule
from automation.compliance.subject import Subject
from automation.session import Session, Target
from inventory import platforms
from inventory.errors import UnknownObject
from tests.everyday.conftest import Scene
from tests.support.devices import FakeSession

CASES = [(slug, platform) for slug, rule in all_rules().items() for platform in rule.examples]
SCOPE = Scope(devices=("core1", "core2"))


@pytest.mark.parametrize(("slug", "platform"), CASES)
def test_a_rule_tells_its_examples_apart(slug: str, platform: str) -> None:
    rule = all_rules()[slug]
    example = rule.examples[platform]
    good = judge(rule, example.subject(platform, example.passing))
    bad = judge(rule, example.subject(platform, example.failing))
    assert good.verdict is Verdict.OK, good.text
    assert bad.verdict is Verdict.BROKEN and bad.line == example.line and bad.text


def test_every_file_is_a_rule_of_its_own() -> None:
    files = [f for f in rules.__path__[0:1] for f in __import__("pathlib").Path(f).glob("[a-z]*.py")]
    assert len(files) == len(all_rules()) >= 11


def test_a_rule_without_examples_is_refused() -> None:
    good = Example("a", "b", 1)
    with pytest.raises(ValueError, match="no example for frr"):
        Rule("x", "x", "x", {"frr": Never("b")}, {})
    with pytest.raises(ValueError, match="no example for frr"):
        Rule("x", "x", "x", {"frr": Never("b"), "openwrt": Never("b")}, {"openwrt": good})
    with pytest.raises(ValueError, match="passing and a failing"):
        Rule("x", "x", "x", {"frr": Never("b")}, {"frr": replace(good, failing=" ")})


@pytest.mark.parametrize("slug", sorted(platforms.all()))
def test_what_we_render_passes_every_rule(slug: str) -> None:
    found = []
    for file in sorted((platforms.FOLDER / slug / "examples").iterdir(), key=lambda f: f.name):
        text = file.read_text()
        subject = Subject(file.name, slug, text, text)
        found += [(file.name, r) for rule in all_rules().values() if (r := judge(rule, subject)).verdict == "broken"]
    assert found == []


def test_a_rule_says_nothing_where_there_is_nothing_to_ask() -> None:
    subject = Subject("a", "cisco-ios", "hostname a\n", "")
    assert judge(all_rules()["ntp"], subject).verdict is Verdict.NOTHING
    assert judge(all_rules()["ntp"], replace(subject, platform="frr")).verdict is Verdict.NOTHING


def test_the_line_that_is_shown_holds_no_secret() -> None:
    subject = Subject("a", "cisco-ios", "snmp-server community s3cr3t RW\n", "")
    result = judge(all_rules()["snmp-v3"], subject)
    assert result.text == "snmp-server community <secret> RW"


def test_devices_are_told_by_rule_and_line(scene: Scene) -> None:
    scene.configured("core1", "core2")
    device = scene.devices.devices["core1"]
    device.running += "rocommunity public\n"
    scene.devices.devices["core2"].ails = "unreachable"
    first, second = examine(scene.changes, SCOPE, chosen(()))
    line = device.running.split("\n").index("rocommunity public") + 1
    assert {(r.rule, r.line, r.text) for r in first.broken} == {
        ("snmp-v3", line, "rocommunity <secret>"), ("as-intended", line, "rocommunity <secret>"),
    }  # fmt: skip
    assert not second.reached and {r.verdict for r in second.results} == {Verdict.UNKNOWN}


def test_an_unconfirmed_commit_and_another_startup_are_no_state_to_restart_in(scene: Scene) -> None:
    scene.configured("core1")
    scene.devices.devices["core1"].begin(scene.devices.run("core1"), "c1", 60)
    only = chosen(("startup-is-running",))
    (found,) = examine(scene.changes, Scope(devices=("core1",)), only)
    assert [r.text for r in found.broken] == ["a commit waits for its confirmation"]
    scene.devices.devices["core1"].end("confirmed", "")

    class Remembering(FakeSession):
        def startup(self) -> str:
            return self.device.running.replace("hostname core1", "hostname old")

    def log_in(target: Target) -> Session:
        return Remembering(scene.devices.devices[target.name])

    (found,) = examine(replace(scene.changes, connect=log_in), Scope(devices=("core1",)), only)
    assert [r.text for r in found.broken] == ["hostname core1"]


def test_a_rule_there_is_not_is_unknown() -> None:
    with pytest.raises(UnknownObject, match="no rule 'x'"):
        chosen(("x",))
