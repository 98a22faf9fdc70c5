"""Work done inside the lab's management network by a process that stays outside."""

import threading
from collections.abc import Callable

from inventory.errors import Unreachable


def attached[T](attach: Callable[[], None], work: Callable[[], T]) -> T:
    """Do ``work`` in a thread of its own that was moved by ``attach`` first; what it returns or raises comes back.

    A thread that moved into another network cannot come back, and a socket stays where it was made.
    Unreachable when the thread could not move.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def main() -> None:
        try:
            _enter(attach)
            results.append(work())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=main, name="attached")
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]


def _enter(attach: Callable[[], None]) -> None:
    try:
        attach()
    except OSError as error:
        raise Unreachable(f"the management network cannot be entered: {error.strerror}", fix="run as root") from error
