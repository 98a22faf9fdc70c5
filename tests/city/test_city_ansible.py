"""Changes with Ansible: a check tells, an apply does, a second one has nothing to do, a bad one fails by name."""

from subprocess import CompletedProcess

import pytest

from inventory.model.rule import Action, ZoneRule
from tests.support.guides import inventory_of, something_to_change
from tests.support.playbook import changed, diffs, play
from tests.support.running import RunningCity

pytestmark = pytest.mark.lab

SCHOOL, GATEWAY, POP = "szkola-trynek", "gw-szkola-trynek", "pop-trynek-1"
BOTH = ("--limit", f"{GATEWAY},{POP}")


def changes(done: CompletedProcess[str]) -> int:
    """How many devices a play says it changed; the task runs once for all."""
    return sum(changed(done).values())


def test_a_check_tells_an_apply_does_and_a_second_one_has_nothing_to_do(running: RunningCity) -> None:
    with something_to_change(running.home):
        told = play(running.home, "change.yml", "--check", "--diff", *BOTH)
        assert changes(told) == 1
        assert diffs(told)
        assert running.run("plan", "--check", "--device", GATEWAY, expect=1), "the check changed nothing"
        done = play(running.home, "change.yml", "--diff", *BOTH)
        assert (changes(done), diffs(done)) == (1, diffs(told))
        again = play(running.home, "change.yml", "--diff", *BOTH)
        assert (changes(again), diffs(again)) == (0, [])
    assert changes(play(running.home, "change.yml", *BOTH)) == 1, "back to what it was"


def test_a_bad_change_fails_and_says_whom_it_hurt(running: RunningCity) -> None:
    inventory = inventory_of(running.home)
    before = inventory.network()
    rule = ZoneRule(
        slug="wrong-rule", order=10, sites=(SCHOOL,), action=Action.DENY,
        destinations=before.service["wbo"].endpoint.addresses, comment="meant for another network",
    )  # fmt: skip
    inventory.write(before.model_copy(update={"rules": (*before.rules, rule)}), "tests", "a wrong rule")
    try:
        done = play(running.home, "change.yml", "--limit", GATEWAY)
        assert done.returncode != 0
        assert f"rolled_back: 1 cells lost ({SCHOOL} wbo)" in done.stdout
    finally:
        inventory.write(before, "tests", "as before")
    assert changes(play(running.home, "change.yml", "--check", *BOTH)) == 0, "everything is as before"
