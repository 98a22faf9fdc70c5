"""A change on RouterOS over real SSH: made, kept, taken back, refused, and what is known after a lost session."""

import time
from collections.abc import Callable

import pytest

from automation.bundle import Bundle
from automation.render import render
from automation.session import DeviceStatus, Session
from automation.transports.errors import BundleFailed, BundleRefused, ConnectionLost, DeviceUnreachable
from inventory.demo.vendors import mixed_city
from inventory.errors import RefusedRequest
from lab.simulators.device import Simulated
from lab.simulators.served import Served
from tests.platforms.conftest import Open, Serve
from tests.support.small_network import DAY

NAME = "gw-szkola-trynek"
SECRETS = {"snmp-auth": 'au"th$1?', "snmp-priv": "priv\\2"}
RENDERED = render(mixed_city(), NAME, DAY)
LINES = RENDERED.texts()["config"].splitlines(keepends=True)
WANTED = Bundle.of(
    {"config": "".join(line for line in LINES if line.startswith(("/sys", "/int", "/ip address", "/snmp")))}
)
"""Enough of it to be quick."""
OTHER = str(WANTED).replace("comment=LAN", 'comment="LAN, część 2"')


@pytest.fixture
def router(serve: Serve, switched_on: Callable[..., Simulated]) -> Served:
    return serve(switched_on("mikrotik-routeros", "/system identity set name=r1\n"))


@pytest.fixture
def configured(router: Served, open_session: Open) -> Served:
    """One that runs what it should, confirmed."""
    session = open_session(router, secret=SECRETS.__getitem__)
    session.confirm(_committed(session, str(WANTED), "first"))
    return router


def _committed(session: Session, bundle: str, note: str, revert_in: int = 600) -> str:
    commit = session.commit(bundle, note, revert_in)
    assert commit is not None
    return commit


def _until(open_session: Open, router: Served, done: Callable[[DeviceStatus], bool]) -> DeviceStatus:
    """Status by new logins, once it is as awaited."""
    for _ in range(100):
        try:
            status = open_session(router).status()
        except (ConnectionLost, DeviceUnreachable):
            continue
        if done(status):
            return status
        time.sleep(0.05)
    raise AssertionError("never came to be")


def test_what_it_prints_after_taking_the_template_is_the_template(router: Served, open_session: Open) -> None:
    session = open_session(router, secret=SECRETS.__getitem__)
    assert session.running() == "#! part config\n/system identity set name=r1\n"
    assert "+/routing bfd configuration add interfaces=ether1" in session.compare(str(RENDERED))
    session.confirm(_committed(session, str(RENDERED), "first"))
    assert session.running() == str(RENDERED)
    assert session.compare(str(RENDERED)) == ""
    assert session.commit(str(RENDERED), "again", 600) is None
    held = router.do(lambda: router.devices["r1"].state.objects["snmp/community"])  # type: ignore[attr-defined]
    assert held[1]["authentication-password"] == SECRETS["snmp-auth"]
    assert held[1]["encryption-password"] == SECRETS["snmp-priv"]


def test_confirm_stays(configured: Served, open_session: Open) -> None:
    session = open_session(configured, secret=SECRETS.__getitem__)
    assert session.status().kept("first")
    commit = _committed(session, OTHER, "second", 60)
    assert session.status().awaits("second")
    pending = session.status().pending
    assert pending is not None and 0 < pending.seconds_left <= 60
    session.confirm(commit)
    time.sleep(1.2)
    assert open_session(configured).status().kept("second")
    assert open_session(configured).compare(OTHER) == ""


def test_the_timer_takes_back(configured: Served, open_session: Open) -> None:
    _committed(open_session(configured), OTHER, "second", 30)
    status = _until(open_session, configured, lambda s: s.pending is None)
    assert status.last is not None and (status.last.note, status.last.outcome) == ("second", "reverted")
    session = open_session(configured)
    assert session.compare(str(WANTED)) == ""
    with pytest.raises(BundleRefused, match="already taken the change back"):
        session.confirm("second")


@pytest.mark.parametrize("kept", [False, True])
def test_undo_returns(configured: Served, open_session: Open, kept: bool) -> None:
    session = open_session(configured)
    commit = _committed(session, OTHER, "second")
    if kept:
        session.confirm(commit)
    session.undo(commit)
    assert session.compare(str(WANTED)) == "", "the same session logs in again after the restart"
    last = session.status().last
    assert last is not None and (last.note, last.outcome) == ("second", "reverted")
    session.undo(commit)
    assert session.compare(str(WANTED)) == ""


def test_lost_session_is_told_by_the_device(configured: Served, open_session: Open) -> None:
    both = OTHER.replace("name=r1", "name=r2").replace("location=szkola-trynek", "location=elsewhere")
    configured.faults("r1", drop_after=1)
    with pytest.raises(ConnectionLost):
        open_session(configured).commit(both, "second", 40)
    assert open_session(configured).status().awaits("second")
    assert open_session(configured).compare(str(WANTED)) != "", "the first line is in force"
    status = _until(open_session, configured, lambda s: s.pending is None)
    assert not status.kept("second")
    assert open_session(configured).compare(str(WANTED)) == ""


def test_restart_in_mid_change_takes_back(configured: Served, open_session: Open) -> None:
    configured.faults("r1", reboot_on_line="location=elsewhere")
    with pytest.raises(ConnectionLost):
        open_session(configured).commit(OTHER.replace("location=szkola-trynek", "location=elsewhere"), "second", 6000)
    _until(
        open_session, configured, lambda s: s.pending is None and s.last is not None and s.last.outcome == "reverted"
    )
    assert open_session(configured).compare(str(WANTED)) == ""


def test_power_cut_while_it_waits_takes_back(configured: Served, open_session: Open) -> None:
    _committed(open_session(configured), OTHER, "second", 6000)
    configured.reboot("r1")
    _until(open_session, configured, lambda s: s.pending is None)
    assert open_session(configured).compare(str(WANTED)) == ""


def test_first_line_refused_changes_nothing(configured: Served, open_session: Open) -> None:
    configured.faults("r1", reject="comment=")
    with pytest.raises(BundleRefused, match=r"/interface ethernet set .*not allowed by device-mode"):
        open_session(configured).commit(OTHER, "second", 600)
    status = open_session(configured).status()
    assert status.pending is None and not status.kept("second")
    assert open_session(configured).compare(str(WANTED)) == ""


def test_later_line_refused_is_put_back(configured: Served, open_session: Open) -> None:
    configured.faults("r1", reject="location=elsewhere")
    boots = configured.devices["r1"].boots  # type: ignore[attr-defined]
    with pytest.raises(BundleFailed, match=r"/snmp set location=elsewhere: failure: .*put back"):
        open_session(configured).commit(OTHER.replace("location=szkola-trynek", "location=elsewhere"), "second", 600)
    assert open_session(configured).compare(str(WANTED)) == ""
    assert open_session(configured).status().pending is None
    assert configured.devices["r1"].boots == boots, "without a restart"  # type: ignore[attr-defined]


def test_a_device_that_lies_is_caught(configured: Served, open_session: Open) -> None:
    configured.faults("r1", ignore_commit=True)
    with pytest.raises(BundleFailed, match=r"taken but not in force: [+-]/interface ethernet set"):
        open_session(configured).commit(OTHER, "second", 600)
    assert open_session(configured).status().pending is None


def test_full_disk_refuses_before_anything_is_touched(configured: Served, open_session: Open) -> None:
    configured.faults("r1", disk_full=True)
    with pytest.raises(BundleRefused, match="not enough disk space"):
        open_session(configured).commit(OTHER, "second", 600)
    assert open_session(configured).compare(str(WANTED)) == ""


def test_a_refused_change_does_not_spoil_the_undo_of_the_one_before(configured: Served, open_session: Open) -> None:
    session = open_session(configured)
    session.confirm(_committed(session, OTHER, "second"))
    for fault in ({"reject": "comment="}, {"disk_full": True}, {"ignore_commit": True}):
        configured.faults("r1", **fault)
        with pytest.raises((BundleRefused, BundleFailed)):
            session.commit(str(WANTED), "third", 600)
    configured.faults("r1")
    assert session.status().kept("second")
    session.undo("second")
    assert session.compare(str(WANTED)) == ""


def test_an_unknown_old_password_is_put_back_by_the_backup(configured: Served, open_session: Open) -> None:
    secrets = SECRETS | {"snmp-priv": "new-one"}
    configured.faults("r1", reject="/system identity|/ip address remove")
    changed = str(WANTED).replace("/ip address add address=10.255.0.12/32 interface=lo\n", "")
    with pytest.raises(BundleFailed, match="restarts with the backup"):
        open_session(configured, secret=secrets.__getitem__).commit(changed, "second", 600)
    assert open_session(configured, secret=SECRETS.__getitem__).compare(str(WANTED)) == ""


def test_what_is_no_bundle_is_refused(router: Served, open_session: Open) -> None:
    with pytest.raises(BundleRefused, match="unknown part"):
        open_session(router).compare("#! part nonesuch\n")


def test_second_change_is_refused_while_one_waits(configured: Served, open_session: Open) -> None:
    _committed(open_session(configured), OTHER, "second")
    with pytest.raises(BundleRefused, match="change second still waits"):
        open_session(configured).commit(str(WANTED), "third", 600)


def test_what_hinders_a_login_is_told_as_what_it_is(router: Served, open_session: Open) -> None:
    router.faults("r1", full=True)
    with pytest.raises(DeviceUnreachable, match="connect: no session was left"):
        open_session(router)
    router.faults("r1")
    router.change_key("r1")
    with pytest.raises(DeviceUnreachable, match="host-key"):
        open_session(router)


def test_a_secret_nobody_knows_stops_before_anything_is_touched(router: Served, open_session: Open) -> None:
    session = open_session(router)
    with pytest.raises(BundleRefused, match="'snmp-auth' is not known"):
        session.commit(str(WANTED), "first", 600)
    assert session.running() == "#! part config\n/system identity set name=r1\n"
    assert session.status() == DeviceStatus(None, None)


def test_a_changed_password_shows_without_being_shown(configured: Served, open_session: Open) -> None:
    session = open_session(configured, secret=(SECRETS | {"snmp-priv": "new-one"}).__getitem__)
    difference = session.compare(str(WANTED))
    assert "-" in difference and "<secret:another>" in difference
    assert not [secret for secret in (*SECRETS.values(), "new-one") if secret in difference]


def test_neighbours_are_those_where_ospf_runs(router: Served, open_session: Open) -> None:
    def meet() -> None:
        router.devices["r1"].peers = {"ether1": "10.255.0.5", "ether2": "10.255.0.6"}  # type: ignore[attr-defined]

    router.do(meet)
    assert open_session(router).neighbours() == frozenset()
    session = open_session(router, secret=SECRETS.__getitem__)
    session.confirm(_committed(session, str(RENDERED), "first"))
    assert session.neighbours() == {"10.255.0.5"}


def test_another_version_is_not_managed(router: Served, open_session: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lab.simulators.mikrotik_routeros.VERSION", "6.49.10")
    with pytest.raises(RefusedRequest, match=r"RouterOS 6.49.10 is not managed"):
        open_session(router)
