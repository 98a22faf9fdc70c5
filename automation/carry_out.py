"""A change as a task: what is to be done in which order, what is watched, and who is told."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from automation import order
from automation.apply import Controls, Run, Step, Task
from automation.change import Change, Plan, Report
from automation.expectation import watched
from automation.gate import Gate
from automation.lease import Lease

if TYPE_CHECKING:
    from automation.changes import Changes

Say = Callable[[Step], None]


def carry_out(changes: "Changes", change: Change, job: int, lease: Lease, say: Say, stop: threading.Event) -> Report:
    """Apply a planned change to its end, under locks that are held and as a job that tells its progress."""
    task = _task(changes, change)
    gate = Gate(changes.probes, changes.settings.gate_seconds, clock=changes.clock)
    controls = _controls(changes, change.id, job, lease, say, stop)
    return Run(task, changes.fleet(task.network), gate, changes.settings, controls).carry_out()


def _task(changes: "Changes", change: Change) -> Task:
    assert change.plan is not None
    made, network = change.plan, changes.inventory.network()
    target = changes.inventory.network(made.revision)
    names, looked_at = [d.name for d in made.devices], watched(changes, target, made)
    sites = frozenset(site for site, _ in looked_at.cells)
    return Task(
        change=change.id,
        plan=made,
        network=network,
        waves=order.waves(network, names, made.changing, sites, changes.settings, made.unreached),
        order=order.batches(network, names, changes.settings.batch_size),
        configured=_carriers(changes, made),
        watched=looked_at,
        planned_seconds_ago=changes.clock.wall() - change.updated,
        traffic=changes.watching,
    )


def _controls(changes: "Changes", id_: str, job: int, lease: Lease, say: Say, stop: threading.Event) -> Controls:
    def told(step: Step) -> None:
        changes.jobs.progress(job, step.text, step.done, step.total)
        say(step)

    return Controls(
        held=lambda: lease.held,
        cancelled=lambda: stop.is_set() or changes.jobs.cancelled(job),
        enter=lambda state: changes.store.advance(id_, state),
        keep_before=lambda name, bundle: changes.backups.keep(name, bundle, id_),
        say=told,
    )


def _carriers(changes: "Changes", made: Plan) -> frozenset[str]:
    """Devices configured before that still are, as far as the plan looked: one may have been replaced meanwhile."""
    looked_at = {device.name: device.carries_ours for device in made.devices}
    return frozenset(name for name in changes.store.configured() if looked_at.get(name, True))
