"""The promise of the timed revert, without a device: parts are texts, power cuts exceptions, time a number."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from automation.bundle import Bundle
from automation.device.commands import CommandError, Refusal
from automation.device.parts.part import Part
from automation.device.state import Pending, Store, clock
from automation.device.transaction import Device, Failed, Refused

NAMES = ("frr", "nftables")


class PowerCut(BaseException):
    """Nothing catches it, as nothing catches a power cut or kill -9."""


class Memory(Part):
    """A part that is a text; `bad` is refused, `poison` fails half-way, `cut` takes the power when it is applied."""

    def __init__(self) -> None:
        self.text = "factory\n"
        self.applied = 0

    def read(self) -> str:
        return self.text

    def canonical(self, text: str) -> str:
        if "bad" in text:
            raise Refusal("frr", "bad", 1)
        return text

    def apply(self, text: str) -> None:
        self.applied += 1
        self.text = "half\n"
        if "cut" in text:
            raise PowerCut
        if "poison" in text:
            raise CommandError("poison")
        self.text = text


def _device(folder: Path, arm: Callable[[Pending], None] = lambda _: None, now: Callable[[], float] = clock) -> Device:
    return Device({name: Memory() for name in NAMES}, Store(folder), arm, NAMES, now)


def _bundle(*texts: str) -> Bundle:
    return Bundle.of(dict(zip(NAMES, texts, strict=False)))


def test_the_timer_is_armed_and_the_state_on_disk_before_anything_is_applied(tmp_path: Path) -> None:
    def arm(pending: Pending) -> None:
        assert Store(tmp_path).load().pending == pending
        assert device.parts["frr"].read() == "factory\n"
        raise OSError("no more processes")

    device = _device(tmp_path, arm)
    with pytest.raises(Failed, match="no more processes"):
        device.commit(_bundle("one"), "1", 30)
    assert (device.parts["frr"].read(), device.status()["pending"]) == ("factory\n", None)


def test_the_running_bundle_is_committed_without_touching_anything(tmp_path: Path) -> None:
    device = _device(tmp_path)
    device.commit(_bundle("one", "two"), "1", None)
    applied = [part.applied for part in device.parts.values() if isinstance(part, Memory)]
    assert device.commit(_bundle("one", "two"), "2", 30)["outcome"] == "unchanged"
    assert applied == [part.applied for part in device.parts.values() if isinstance(part, Memory)] == [1, 1]
    assert device.status()["pending"] is None


def test_one_part_that_fails_puts_all_parts_back(tmp_path: Path) -> None:
    device = _device(tmp_path)
    with pytest.raises(Failed, match="poison") as caught:
        device.commit(_bundle("one", "poison"), "1", 30)
    assert caught.value.part == "nftables"
    assert device.running() == _bundle("factory", "factory")


def test_an_answer_that_was_lost_can_be_asked_for_again(tmp_path: Path) -> None:
    device = _device(tmp_path)
    device.commit(_bundle("one"), "1", 30)
    assert device.confirm("1")["outcome"] == "done"
    assert device.confirm("1")["outcome"] == "unchanged"


def test_an_expired_commit_is_taken_back_by_whoever_comes_next_when_the_watchdog_is_gone(tmp_path: Path) -> None:
    time = [0.0]
    device = _device(tmp_path, now=lambda: time[0])
    device.commit(_bundle("one"), "1", 30)
    time[0] = 30.0
    with pytest.raises(Refused, match="commit 1 was reverted: not confirmed in time"):
        device.confirm("1")
    assert device.running() == _bundle("factory", "factory")


def test_a_pending_commit_of_another_boot_is_expired(tmp_path: Path) -> None:
    device = _device(tmp_path)
    device.commit(_bundle("one"), "1", 30)
    state = device.store.load()
    assert state.pending is not None
    device.store.save(replace(state, pending=replace(state.pending, boot="another")))
    with pytest.raises(Refused, match="reverted"):
        device.confirm("1")


@pytest.mark.parametrize("lead", [0.0, 0.001, 0.003, 0.01])
def test_confirmation_and_timer_never_both_win(tmp_path: Path, lead: float) -> None:
    device = _device(tmp_path)
    device.commit(_bundle("start"), "0", None)
    for number in range(1, 25):
        device.commit(_bundle(f"text {number}"), str(number), 30)
        state = device.store.load()
        assert state.pending is not None
        device.store.save(replace(state, pending=replace(state.pending, deadline=clock() + lead)))
        timer = threading.Timer(lead, device.expire)
        timer.start()
        try:
            won = device.confirm(str(number))["outcome"] == "done"
        except Refused:
            won = False
        timer.join()
        device.expire()
        expected = f"text {number}\n" if won else Bundle.parse(device.store.load().startup).texts()["frr"]
        assert device.parts["frr"].read() == expected
        assert device.status()["last"]["outcome"] == ("confirmed" if won else "reverted")
        assert Bundle.parse(device.store.load().startup) == device.running()


class Life(RuleBasedStateMachine):
    """Any order of commits, confirmations, rollbacks, failures, expiries and power cuts."""

    def __init__(self) -> None:
        super().__init__()
        self.time = 0.0
        self.device = _device(Path(mkdtemp(prefix="sn-life-")), now=lambda: self.time)
        self.confirmed = _bundle("factory", "factory")
        self.pending: tuple[str, Bundle] | None = None
        self.number = 0

    def teardown(self) -> None:
        for path in self.device.store.folder.iterdir():
            path.unlink()
        self.device.store.folder.rmdir()

    @rule(texts=st.lists(st.sampled_from("abc"), min_size=1, max_size=2), revert_in=st.sampled_from([None, 10]))
    def commit(self, texts: list[str], revert_in: int | None) -> None:
        self.number += 1
        candidate, id_ = self.device.running().overlaid(_bundle(*texts)), str(self.number)
        try:
            answer = self.device.commit(_bundle(*texts), id_, revert_in)
        except Refused:
            assert self.pending is not None
            return
        assert self.pending is None
        if answer["outcome"] == "done" and revert_in is None:
            self.confirmed = candidate
        elif answer["outcome"] == "done":
            self.pending = id_, candidate

    @rule(word=st.sampled_from(["bad", "poison", "cut"]), killed_only=st.booleans())
    def commit_that_cannot_work(self, word: str, killed_only: bool) -> None:
        """A commit cut short is healed by the restart, or by its timer if only the process was killed."""
        self.number += 1
        try:
            self.device.commit(_bundle("z", word), f"x{self.number}", 10)
        except (Refused, Refusal):
            return
        except PowerCut:
            if killed_only:
                self.wait()
            else:
                self.restart()
            return
        raise AssertionError("accepted")

    @precondition(lambda self: self.pending)
    @rule()
    def confirm(self) -> None:
        assert self.pending is not None
        id_, self.confirmed = self.pending
        assert self.device.confirm(id_)["outcome"] == "done"
        self.pending = None

    @rule()
    def confirm_another(self) -> None:
        with pytest.raises(Refused):
            self.device.confirm("nobody's")

    @precondition(lambda self: self.pending)
    @rule()
    def rollback(self) -> None:
        assert self.device.rollback("r", None)["outcome"] == "reverted"
        self.pending = None

    @rule()
    def rollback_of_another(self) -> None:
        assert self.device.rollback("r", None, of="nobody's")["outcome"] == "unchanged"

    @rule()
    def wait(self) -> None:
        self.time += 10
        self.device.expire()
        self.pending = None

    @rule()
    def restart(self) -> None:
        for part in self.device.parts.values():
            part.apply("factory\n")
        self.device.boot()
        self.pending = None

    @invariant()
    def runs_what_it_should(self) -> None:
        expected = self.pending[1] if self.pending else self.confirmed
        assert self.device.running() == expected
        assert (self.device.status()["pending"] is not None) == (self.pending is not None)


Life.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestLife = Life.TestCase
