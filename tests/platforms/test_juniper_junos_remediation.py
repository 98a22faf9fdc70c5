"""Remediation of Junos: line by line it leads to the candidate and back, touches nothing of others, and is short."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automation.remediation.hazards import Severity, find
from automation.remediation.juniper_junos import commands
from automation.remediation.juniper_junos_text import canonical
from inventory import platforms
from lab.simulators.juniper_junos.tree import Config, words

FOREIGN = ("system login user admin class super-user", "system syslog file messages any notice")
REAL = platforms.load("juniper-junos").example("gw-dc")
VALUES = ("description", "metric", "vlan-id", "host-name", "preference", "input")
"""Statements with one value, for the tests' own idea of what a device does."""


def entered(config: str, lines: tuple[str, ...]) -> list[str]:
    """What is configured after lines were entered, worked out on plain lines without the code under test."""
    now = [line.removeprefix("set ") for line in config.splitlines()]
    for line in lines:
        verb, _, rest = line.partition(" ")
        if verb == "set":
            now = _put(now, rest)
        elif verb == "delete":
            left = [old for old in now if not f"{old} ".startswith(f"{rest} ")]
            assert left != now, f"nothing to delete: {line}"
            now = _with_empty_term(now, left, rest)
        elif verb == "insert":
            now = _inserted(now, rest)
    return now


def _put(now: list[str], rest: str) -> list[str]:
    start, keyword = rest.rsplit(" ", 1)[0], rest.split()[-2]
    if keyword in VALUES:
        now = [old for old in now if old.rsplit(" ", 1)[0] != start]
    if empty := [old for old in now if rest.startswith(f"{old} ")]:
        return [rest if old == empty[0] else old for old in now]
    return [*now, rest]


def _with_empty_term(now: list[str], left: list[str], gone: str) -> list[str]:
    """A term that nothing is left of stays where it is, unless it was deleted itself."""
    term = re.match(r"(.* term \S+) ", gone)
    if term is None or any(line.startswith(f"{term[1]} ") for line in left):
        return left
    at = next(n for n, line in enumerate(now) if line not in left)
    return [*left[:at], term[1], *left[at:]]


def _inserted(now: list[str], rest: str) -> list[str]:
    found = re.fullmatch(r"(.*) term (\S+) (before|after) term (\S+)", rest)
    assert found, rest
    start = f"{found[1]} term "
    terms = list(dict.fromkeys(line.removeprefix(start).split()[0] for line in now if line.startswith(start)))
    terms.remove(found[2])
    terms.insert(terms.index(found[4]) + (found[3] == "after"), found[2])
    ours = [line for line in now if line.startswith(start)]
    moved = [line for term in terms for line in ours if line.startswith(f"{start}{term} ")]
    return [line for line in now if line not in ours] + moved


@st.composite
def configurations(draw: st.DrawFn) -> str:
    """Small configurations; filters have terms in any order."""
    lines = [f"set system host-name r{draw(st.integers(1, 2))}"]
    for port in draw(st.sets(st.integers(0, 2))):
        start = f"set interfaces ge-0/0/{port}"
        if draw(st.booleans()):
            lines.append(f"{start} description {draw(st.sampled_from(['one', 'two']))}")
        for address in draw(st.sets(st.integers(1, 3))):
            lines.append(f"{start} unit 0 family inet address 192.0.{port}.{address}/24")
        lines.append(f"{start} unit 0 family inet filter input {draw(st.sampled_from('AB'))}")
        lines.append(f"set protocols ospf area 0.0.0.0 interface ge-0/0/{port}.0 metric {draw(st.integers(1, 2))}")
    for name in draw(st.sets(st.sampled_from("AB"))):
        for term in draw(st.lists(st.sampled_from("abcdef"), unique=True, min_size=1)):
            start = f"set firewall family inet filter {name} term {term}"
            lines += [f"{start} from protocol {p}" for p in draw(st.sets(st.sampled_from(["tcp", "udp"])))]
            lines.append(f"{start} then {draw(st.sampled_from(['accept', 'discard']))}")
    return "".join(f"{line}\n" for line in lines)


def form(lines: list[str]) -> str:
    return canonical("".join(f"set {line}\n" for line in lines))


@settings(max_examples=50, deadline=None)
@given(configurations(), configurations())
def test_leads_to_the_candidate_and_back(running: str, candidate: str) -> None:
    there, back = commands(running, candidate), commands(candidate, running)
    foreign = "".join(f"set {line}\n" for line in FOREIGN)
    after = entered(running + foreign, there)
    assert set(FOREIGN) <= set(after), "what is not ours was touched"
    assert form([line for line in after if line not in FOREIGN]) == canonical(candidate)
    assert form(entered(candidate, back)) == canonical(running)
    assert commands(candidate, candidate) == ()
    assert len(set(there)) == len(there)


@settings(max_examples=40, deadline=None)
@given(configurations(), configurations(), st.data())
def test_the_simulated_device_agrees(running: str, candidate: str, data: st.DataObject) -> None:
    """The simulated device knows what each statement is; it takes every line without a warning."""
    off = [f"deactivate {line[4:].rsplit(' ', 2)[0]}\n" for line in candidate.splitlines() if "address" in line]
    candidate += "".join(data.draw(st.sets(st.sampled_from(off))) if off else ())
    device = Config.of(running)
    for line in commands(running, candidate):
        device.enter(words(line))
    assert canonical(device.text()) == canonical(candidate)
    assert not commands(device.text(), candidate)


@settings(max_examples=4, deadline=None)
@given(st.randoms(use_true_random=False))
def test_parts_of_a_real_configuration_come_and_go(rng: random.Random) -> None:
    """Terms, interfaces and settings of a gateway of the city, left out and shuffled."""
    lines = REAL.read_text(encoding="utf-8").splitlines()[1:]
    running, candidate = (
        "".join(f"{line}\n" for line in rng.sample(lines, len(lines) - rng.randrange(200))) for _ in range(2)
    )
    device = Config.of(running)
    for line in commands(running, candidate):
        device.enter(words(line))
    plain = re.compile("(authentication|privacy)-(key|password) .*")
    assert plain.sub("secret", canonical(device.text())) == plain.sub("secret", canonical(candidate))


def test_a_changed_value_is_one_line() -> None:
    text = "set system host-name {}\nset interfaces ge-0/0/0 unit 0 family inet address 192.0.2.1/24\n"
    assert commands(text.format("a"), text.format("b")) == ("set system host-name b",)
    unknown = "set protocols rip group g preference-of-ours {}\n"
    assert commands(unknown.format(1), unknown.format(2)) == (
        "delete protocols rip group g preference-of-ours 1", "set protocols rip group g preference-of-ours 2",
    )  # fmt: skip


def test_what_goes_as_a_whole_is_one_line() -> None:
    one = "set interfaces ge-0/0/0 unit 0 family inet address 192.0.2.1/24\n"
    more = (
        "set interfaces ge-0/0/1 description x\nset interfaces ge-0/0/1 unit 0 family inet address 192.0.3.1/24\n"
        "set system syslog host 192.0.2.9 any notice\nset snmp v3 usm local-engine user u privacy-none\n"
    )
    assert commands(one + more, one) == (
        "delete interfaces ge-0/0/1", "delete system syslog host 192.0.2.9", "delete snmp v3",
    )  # fmt: skip


def test_a_new_term_goes_where_it_belongs() -> None:
    term = "set firewall family inet filter F term {} then accept\n"
    old, new = "".join(map(term.format, "acd")), "".join(map(term.format, "abcd"))
    place = "firewall family inet filter F term"
    assert commands(old, new) == (f"set {place} b then accept", f"insert {place} b before term c")
    assert commands(new, "".join(map(term.format, "abdc"))) in (
        (f"insert {place} d before term c",), (f"insert {place} c after term d",),
    )  # fmt: skip
    assert commands(old, old + term.format("z")) == (f"set {place} z then accept",)


def test_ways_to_log_in_are_given_in_their_order() -> None:
    way = "set system authentication-order {}\n"
    assert commands(way.format("password"), way.format("tacplus") + way.format("password")) == (
        "delete system authentication-order", "set system authentication-order tacplus",
        "set system authentication-order password",
    )  # fmt: skip


def test_what_was_switched_off_is_switched_on() -> None:
    line = "interfaces ge-0/0/0 unit 0 family inet address 192.0.2.1/24\n"
    assert commands(f"set {line}deactivate interfaces ge-0/0/0\n", f"set {line}") == ("activate interfaces ge-0/0/0",)
    assert commands(f"set {line}", f"set {line}deactivate interfaces ge-0/0/0\n") == (
        "deactivate interfaces ge-0/0/0",
    )  # fmt: skip
    assert commands(f"set {line}deactivate interfaces ge-0/0/0\n", "") == ("delete interfaces ge-0/0/0",)


ROUTER = """set interfaces ge-0/0/0 unit 0 family inet address 192.0.2.1/31
set interfaces ge-0/0/0 unit 0 family inet filter input F
set interfaces lo0 unit 0 family inet address 10.0.0.1/32
set firewall family inet filter F term a then accept
set routing-options static route 0.0.0.0/0 qualified-next-hop 192.0.2.0 preference 250
set protocols ospf area 0.0.0.0 interface ge-0/0/0.0 passive
"""


@pytest.mark.parametrize(
    ("gone", "instead", "code", "severity"),
    [
        ("set routing-options.*", "", "default-route-removed", Severity.WARNING),
        ("set protocols.*", "", "routing-removed", Severity.ERROR),
        ("set firewall.*", "", "filter-undefined", Severity.ERROR),
        ("set interfaces ge.*filter.*", "", "filter-unbound", Severity.WARNING),
        ("10.0.0.1/32", "10.0.0.2/32", "management-removed", Severity.ERROR),
        ("set interfaces ge.*filter.*", "set interfaces ge-0/0/0 disable", "port-shut", Severity.ERROR),
        (
            "set firewall",
            "set interfaces lo0 unit 0 family inet filter input F\nset firewall",
            "session-filter",
            "warning",
        ),
    ],
)
def test_hazards_are_told(gone: str, instead: str, code: str, severity: str) -> None:
    candidate = re.sub(gone, instead, ROUTER, count=1)
    assert candidate != ROUTER
    lines = commands(ROUTER, candidate)
    found = {h.code: h for h in find("juniper-junos", ROUTER, candidate, lines, ["10.0.0.1"])}
    assert found[code].severity == severity
    assert found[code].line >= 1
    assert find("juniper-junos", ROUTER, ROUTER, (), ["10.0.0.1"]) == ()
