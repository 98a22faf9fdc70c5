"""Changes left to a worker, as they are typed: detached, followed to the end, cancelled, gone on with."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli import changes, job_schedules, job_windows, jobs
from api.cli.dispatch import application
from automation.apply import Step
from automation.change import Scope, State
from automation.jobs.handlers import ChangeWork
from automation.jobs.presence import Presence
from automation.jobs.store import JobStore
from automation.jobs.worker import Worker
from inventory.errors import WrongUsage
from tests.support.job_worker import settings
from tests.support.scene import CELL, Scene

SITE, DEVICE = "szkola-trynek", "gw-szkola-trynek"
Ask = Callable[..., tuple[int, Any]]


@pytest.fixture
def ask(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Run a command with --json: its exit code and its one document."""
    context = SimpleNamespace(engine=scene.changes.engine, changes=scene.changes, inventory=scene.inventory)
    for module in (changes, jobs, job_schedules, job_windows):
        monkeypatch.setattr(module, "Context", lambda: context)

    def asked(name: str, *arguments: str) -> tuple[int, Any]:
        result = CliRunner().invoke(application(name), [*arguments, "--json"])
        return result.exit_code, json.loads(result.stdout) if result.stdout else result.exception

    return asked


@pytest.fixture
def worker(scene: Scene, tmp_path: Path) -> Worker:
    """A worker that works when it is told to."""
    engine = scene.changes.engine
    work = ChangeWork(lambda: scene.changes, tmp_path / "backup")
    return Worker(JobStore(engine, 30), Presence(engine, 30), work.handlers, ("main",), settings())


@pytest.fixture
def working(worker: Worker) -> Iterator[Worker]:
    """A worker that works."""
    stopping = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stopping,))
    thread.start()
    yield worker
    stopping.set()
    thread.join(60)


def test_a_detached_change_is_followed_to_its_end(ask: Ask, working: Worker) -> None:
    code, job = ask("apply", "--site", SITE, "--yes", "--detach")
    assert (code, job["kind"], job["queue"]) == (0, "apply", "main")
    code, shown = ask("jobs", "show", job["slug"], "--follow")
    assert code == 0 and shown["report"]["state"] == "confirmed" and shown["job"]["state"] == "done"
    assert shown["job"]["worker"] == working.name
    assert [j["slug"] for j in ask("jobs", "list", "--state", "done")[1]["results"]] == [job["slug"]]
    assert ask("jobs", "list", "--state", "queued")[1]["count"] == 0


def test_followed_to_a_bad_end_the_exit_code_is_that_of_apply(ask: Ask, scene: Scene, working: Worker) -> None:
    scene.probes.fine = lambda _: not scene.devices.devices[DEVICE].pending
    code, shown = ask("jobs", "show", ask("apply", "--site", SITE, "--yes", "--detach")[1]["slug"], "--follow")
    assert code == 4 and shown["report"]["lost"] == [{"site": CELL[0], "service": CELL[1]}]
    assert shown["job"]["state"] == "failed"


def test_a_job_that_waits_is_cancelled_at_once_and_never_begins(ask: Ask, scene: Scene, worker: Worker) -> None:
    _, job = ask("apply", "--site", SITE, "--yes", "--detach")
    assert ask("jobs", "cancel", job["slug"])[1]["state"] == "cancelled"
    worker.drain()
    assert scene.devices.devices[DEVICE].commits == 0
    assert ask("jobs", "show", job["slug"], "--follow")[0] == 1
    assert ask("jobs", "cancel", job["slug"])[0] == 1


def test_cancelling_a_running_one_takes_it_back_in_order(ask: Ask, scene: Scene, working: Worker) -> None:
    asked = list[Any]()
    scene.probes.fine = lambda _: bool(asked) or not asked.append(ask("jobs", "cancel", job["slug"])[1])  # type: ignore[func-returns-value]
    id_ = scene.plan(Scope(devices=(DEVICE,)))
    job = ask("apply", id_, "--yes", "--detach")[1]
    code, shown = ask("jobs", "show", job["slug"], "--follow")
    assert shown["job"]["state"] == "cancelled" and shown["report"]["reason"] == "cancelled" and asked[0]["cancel"]
    assert code in (3, 4) and scene.untouched()


def test_the_change_of_a_dead_worker_is_taken_back_and_gone_on_with(ask: Ask, scene: Scene, worker: Worker) -> None:
    """Killed between commit and confirmation; its job is given to this worker."""

    class Killed(BaseException):
        pass

    def dies(step: Step) -> None:
        if "probes of" in step.text:
            raise Killed

    id_ = scene.plan(Scope(devices=(DEVICE,)))
    job = ask("apply", id_, "--yes", "--detach")[1]
    store = JobStore(scene.changes.engine, 0.01)
    assert store.claim("dead", ("main",)) is not None
    with pytest.raises(Killed):
        scene.changes.apply(id_, "dead", dies, job=int(job["slug"]))
    assert scene.changes.store.get(id_).state is State.VERIFYING and scene.devices.devices[DEVICE].commits == 1
    assert store.reap() == 1
    worker.drain()
    code, shown = ask("jobs", "show", job["slug"], "--follow")
    assert (code, shown["job"]["attempts"], shown["job"]["state"]) == (4, 2, "failed") and scene.untouched()
    assert "its controller ended" in shown["report"]["reason"]
    code, plan = ask("jobs", "resume", id_)
    assert (code, plan["resumes"]) == (0, id_) and [d["name"] for d in plan["devices"]] == [DEVICE]
    assert ask("apply", plan["id"], "--yes")[0] == 0
    assert ask("jobs", "resume", plan["change"])[0] == 1, "every device carries it"


def test_resume_leaves_out_what_carries_the_change(ask: Ask, scene: Scene) -> None:
    scene.devices.devices[DEVICE].ails = "refuses"
    code, report = ask("apply", "--device", DEVICE, "--device", "gw-szkola-sikornik", "--yes")
    assert code != 0
    rest = {d["name"] for d in report["devices"] if d["outcome"] not in ("done", "unchanged")}
    scene.devices.devices[DEVICE].ails = ""
    _, plan = ask("jobs", "resume", report["change"])
    assert {d["name"] for d in plan["devices"]} == rest >= {DEVICE}


def test_windows_and_schedules_as_they_are_typed(ask: Ask, worker: Worker, scene: Scene) -> None:
    begin = ("--from", "2020-01-01T00:00+01:00")
    _, frozen = ask("jobs", "window", "add", "frozen", "--blackout", *begin, "--site", SITE)
    assert frozen["open"] and frozen["scope"]["sites"] == [SITE]
    assert ask("apply", "--site", SITE, "--yes", "--detach")[0] == 1
    assert ask("apply", "--site", SITE, "--yes")[0] == 1 and scene.untouched()
    _, job = ask("apply", "--site", SITE, "--yes", "--detach", "--override", "a school is cut off")
    worker.drain()
    shown = ask("jobs", "show", job["slug"])[1]
    assert shown["job"]["state"] == "done" and shown["overrides"][0]["why"] == "a school is cut off"
    assert ask("jobs", "window", "list")[1]["results"][0]["slug"] == "frozen"
    assert ask("jobs", "window", "add", "x", "--cron", "nightly", "--minutes", "5")[0] == 1
    assert isinstance(ask("apply", "--site", SITE, "--yes", "--at", "2026-11-29")[1], WrongUsage)
    _, typed = ask("jobs", "schedule", "add", "0 2 * * *", "backup", "--site", SITE)
    assert (typed["slug"], typed["scope"]["sites"]) == ("backup-1", [SITE])
    result = CliRunner().invoke(application("jobs"), ["schedule", "add", "0 6 * * *", "--", "drift", "--site", SITE])
    assert result.exit_code == 0, result.output
    assert [s["slug"] for s in ask("jobs", "schedule", "list")[1]["results"]] == ["backup-1", "drift-1"]
