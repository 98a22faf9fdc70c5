"""Controller, API server, worker, device and monitor ended at every moment of a change: what is left?"""

from pathlib import Path

from bench.drill_city import DrilledCity, keep
from bench.evidence import publish
from bench.kill_drill import DARK_SECONDS, TIMERS, KillDrill, Left, Moment, Victim
from inventory.errors import SilesiaNetError

Combination = tuple[Victim, Moment]
COMBINATIONS: tuple[Combination, ...] = tuple((victim, moment) for victim in Victim for moment in Moment)


def chosen(words: list[str]) -> tuple[Combination, ...]:
    """Combinations by words of the victim or the moment; all without one."""
    return tuple(c for c in COMBINATIONS if not words or any(word in c[0] or word in c[1] for word in words))


def drill(city: DrilledCity, combinations: tuple[Combination, ...], page: Path | None) -> list[Left]:
    """Every combination in turn; a city left unwell is replaced."""
    made, found = KillDrill(city), list[Left]()
    for number, (victim, moment) in enumerate(combinations, start=1):
        try:
            found.append(made.carry_out(victim, moment))
        except (SilesiaNetError, TimeoutError) as fault:  # the machine, not the change: once more in a new city
            print(f"    {victim} at {moment} could not be carried out: {fault}", flush=True)
            city.again()
            made = KillDrill(city)
            found.append(made.carry_out(victim, moment))
        print(f"{number}/{len(combinations)} {_said(found[-1])}", flush=True)
        keep(city.home, "kills.json", [_document(left) for left in found])
        if not found[-1].well:
            city.again()
            made = KillDrill(city)
    publish("Ended at every moment of a change", "drill --kills", lines(found), page)
    return found


def lines(found: list[Left]) -> list[str]:
    """The evidence, as Markdown."""
    clean = sum(left.clean for left in found)
    text = [f"{clean} of {len(found)} combinations left every device confirmed or restored, and nothing behind.", ""]
    text += [*_METHOD, "", "| ended | at | change | devices | s until it stood | left behind | why it ended |"]
    text.append("|---" * 7 + "|")
    for left in found:
        rest = ", ".join(left.rest) or "nothing"
        marks = "" if left.clean else " **not clean**"
        met = "" if left.reached else " (moment not met)"
        cells = (left.victim, f"{left.moment}{met}", f"{left.state}{marks}", left.devices, f"{left.seconds:.0f}", rest)
        text.append(f"| {' | '.join(cells)} | {left.reason.replace('|', '/')} |")
    return text


_METHOD = (
    "A change of a PoP and a school's gateway behind it (two batches), in a city that was well. Processes are",
    f"ended with SIGKILL, a device by a power cut of {DARK_SECONDS:g} s. The server and the worker are started",
    "again at once; nobody types a command: what a dead controller left is found by the server's worker. The",
    "monitor lives in the server's process: as the monitor it dies beside a change of the command line, as",
    "the API with the change it carries out. At rolling back the change also takes an e-service from the",
    "school, so that the gate undoes it. A change whose controller died while it was planned stays a draft:",
    "nothing was begun. Looked at afterwards: what both devices run, by their own reading; pending commits on",
    "their disks; locks and jobs in the store; every cell of the city.",
    "",
    "Timers: " + ", ".join(f"{k.removeprefix('SILESIANET_CHANGE_').lower()} {v}" for k, v in TIMERS.items()) + ".",
)


def _said(left: Left) -> str:
    mark = "clean" if left.clean else "NOT CLEAN"
    met = "" if left.reached else ", moment not met"
    rest = f", left: {', '.join(left.rest)}" if left.rest else ""
    return (
        f"{left.victim} at {left.moment}: {mark}{met}, {left.state}, devices {left.devices}, "
        f"{left.seconds:.1f} s{rest}{'' if left.well else ', city unwell'}; {left.reason}"
    )


def _document(left: Left) -> dict[str, object]:
    return {
        "victim": left.victim, "moment": left.moment, "reached": left.reached, "state": left.state,
        "reason": left.reason, "devices": left.devices, "seconds": left.seconds, "rest": left.rest, "well": left.well,
    }  # fmt: skip
