"""The simulated Junos by itself: candidate, modes, history and forms of its configuration, without a network."""

import pytest

from inventory import platforms
from lab.simulators.clock import VirtualClock
from lab.simulators.device import HangUp
from lab.simulators.juniper_junos import JuniperJunos, braces, elements
from lab.simulators.juniper_junos.tree import Config

SMALL = """set system host-name r1
set interfaces ge-0/0/0 unit 0 family inet address 192.0.2.1/31
set firewall family inet filter F term a from protocol tcp
set firewall family inet filter F term a from protocol udp
set firewall family inet filter F term a then accept
set firewall family inet filter F term b then discard
"""


@pytest.fixture
def router() -> JuniperJunos:
    """A router nobody is logged in to."""
    return JuniperJunos("r1", SMALL, VirtualClock())


def test_nothing_is_run_before_it_is_committed(router: JuniperJunos) -> None:
    cli = router.cli()
    assert cli.prompt() == "silesianet@r1> "
    cli.enter("configure")
    assert cli.prompt() == "\n[edit]\nsilesianet@r1# "
    assert cli.enter("set system host-name r2") == ""
    assert cli.enter("show | compare") == "[edit system]\n-   host-name r1;\n+   host-name r2;\n"
    assert router.hostname == "r1"
    assert cli.enter("commit") == "commit complete\n"
    assert router.hostname == "r2"
    cli.enter("rollback 1")
    cli.enter("commit and-quit")
    assert cli.prompt() == "silesianet@r1> "
    with pytest.raises(HangUp):
        cli.enter("exit")


def test_statements_below_a_place_are_edited_there(router: JuniperJunos) -> None:
    cli = router.cli()
    for line in ("configure", "edit interfaces ge-0/0/0", "set description here", "edit unit 0"):
        cli.enter(line)
    assert cli.prompt() == "\n[edit interfaces ge-0/0/0 unit 0]\nsilesianet@r1# "
    assert "address 192.0.2.1/31;" in cli.enter("show")
    cli.enter("up")
    cli.enter("top")
    assert "description here" in cli.enter("show interfaces | display set")
    assert cli.enter("show | display set | match description | count") == "Count: 1 lines\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("set system hostname r2", "syntax error."), ("frobnicate", "unknown command."),
        ("set system host-name", "missing argument."), ("delete system ntp", "warning: statement not found"),
        ("set interfaces ge-0/0/0 unit 0 family inet address 192.0.2.300/24", "invalid value"),
        ("insert firewall family inet filter F term a before term z", "statement not found"),
        ("rollback 7", "file does not exist"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_changes_nothing(router: JuniperJunos, line: str, said: str) -> None:
    cli = router.cli()
    cli.enter("configure")
    assert said in cli.enter(line)
    assert cli.enter("show | compare") == ""


def test_terms_are_moved_and_the_last_of_them_takes_nothing_along(router: JuniperJunos) -> None:
    cli = router.cli()
    cli.enter("configure")
    cli.enter("insert firewall family inet filter F term b before term a")
    assert router.candidate.values("firewall", "family", "inet", "filter", "F") == ["b", "a"]
    assert "!" in cli.enter("show | compare")
    cli.enter("delete interfaces ge-0/0/0 unit 0 family inet address 192.0.2.1/31")
    assert "set interfaces ge-0/0/0 unit 0 family inet\n" in cli.enter("show | display set")
    cli.enter("delete interfaces ge-0/0/0")
    assert "interfaces" not in cli.enter("show | display set")


def test_who_has_it_alone_keeps_others_out_and_leaves_nothing(router: JuniperJunos) -> None:
    one, other = router.cli(), router.cli()
    one.enter("configure exclusive")
    one.enter("set system host-name half")
    assert "locked by" in other.enter("configure exclusive")
    assert "locked by" in other.enter("configure")
    one.hung_up()
    assert "Entering configuration mode" in other.enter("configure exclusive")
    assert other.enter("show | compare") == ""


def test_a_private_copy_is_seen_by_nobody_and_cannot_be_timed(router: JuniperJunos) -> None:
    one, other = router.cli(), router.cli()
    one.enter("configure private")
    one.enter("set system host-name mine")
    other.enter("configure")
    assert other.enter("show | compare") == ""
    assert "not supported" in one.enter("commit confirmed 5")
    assert one.enter("exit") == "The configuration has been changed but not committed\n"
    assert "yes,no" in one.prompt()
    assert one.enter("no") == ""
    one.enter("commit")
    assert router.hostname == "mine"


def test_fifty_configurations_are_kept(router: JuniperJunos) -> None:
    cli = router.cli()
    cli.enter("configure")
    for number in range(60):
        cli.enter(f"set system host-name r{number}")
        cli.enter("commit")
    assert cli.enter("run show system commit | count") == "Count: 50 lines\n"
    assert cli.enter("rollback 49") == "load complete\n"
    cli.enter("commit")
    assert router.hostname == "r10"


def test_a_timed_commit_goes_back_or_waits_longer(router: JuniperJunos) -> None:
    cli, clock = router.cli(), router.clock
    assert isinstance(clock, VirtualClock)
    cli.enter("configure")
    cli.enter("set system host-name later")
    assert "automatically rolled back in 2 minutes" in cli.enter('commit confirmed 2 comment "why"')
    assert "# commit confirmed will be rolled back in 2 minutes" in cli.prompt()
    clock.advance(100)
    cli.enter("commit confirmed 2")
    clock.advance(100)
    assert router.hostname == "later"
    assert "rollback pending" in cli.enter("run show system commit")
    clock.advance(21)
    assert router.hostname == "r1"
    history = cli.enter("run show system commit")
    assert history.startswith("0   ")
    assert "by root via other" in history.splitlines()[0]
    assert "rollback pending" not in history
    assert cli.enter("run show system rollback 3 compare 0") == ""


def test_every_form_of_a_configuration_says_the_same() -> None:
    text = platforms.load("juniper-junos").example("gw-dc").read_text(encoding="utf-8")
    config = Config.of(text + "set system login user a class b\ndeactivate interfaces ge-0/0/0\n")
    assert len(config.text().splitlines()) > 500
    for told in (braces.statements(braces.text(config)), elements.statements(elements.element(config))):
        again = Config()
        for verb, words in told:
            again.enter([verb, *words])
        assert again.text() == config.text()
