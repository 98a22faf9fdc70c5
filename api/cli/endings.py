"""Which exit code a report or a job ends a command with, and how the first interrupt takes a change back."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from api.cli.output import EXIT_DONE, EXIT_FINDINGS, EXIT_ROLLED_BACK, EXIT_UNREACHABLE, notice
from automation.change import Outcome, Report, State


def report_code(report: Report) -> int:
    """4 anything rolled back, 3 a device failed or was skipped, 1 refused, 0 done."""
    outcomes = {d.outcome for d in report.devices}
    if report.state is State.ROLLED_BACK or Outcome.ROLLED_BACK in outcomes:
        return EXIT_ROLLED_BACK
    if outcomes & {Outcome.FAILED, Outcome.SKIPPED} and report.state is not State.REFUSED:
        return EXIT_UNREACHABLE
    return EXIT_DONE if report.state is State.CONFIRMED else EXIT_FINDINGS


@contextmanager
def stoppable() -> Iterator[threading.Event]:
    """The first interrupt asks the change to be taken back in order; the second one ends the program."""
    stop = threading.Event()

    def interrupted(_signal: int, _frame: object) -> None:
        notice("interrupted: taking the change back; once more to leave that to the devices' own timers")
        stop.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
