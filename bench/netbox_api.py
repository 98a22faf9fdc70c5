"""Our API against the real NetBox holding the same data, in one run: requests per second and CPU per request.

    python -m bench.netbox_api [--rounds 3] [--seconds 5] [--pull] [--output docs/evidence/netbox-api.md]

NetBox is filled from the dump of 5,000 devices and 100,000 interfaces; our store is filled from that NetBox by
`netbox pull`. Rounds alternate between the three; figures are medians. One worker process on each side.
`--pull` also times a full pull of every device and interface by pynetbox, which takes NetBox minutes.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pynetbox

from bench.evidence import publish
from bench.filled import fill
from bench.processes import Load, load, resident_mb
from bench.served import Server, serving
from tests.support.cluster import cluster
from tests.support.netbox import LOADED_DUMP, Netbox, netbox_on

LARGE = 3
"""A page of 1,000 rows takes NetBox seconds, so it is asked for longer, over one connection."""

NATIVE, COMPATIBLE, NETBOX = "ours", "ours, NetBox routes", "NetBox 4.7"


@dataclass(frozen=True)
class Subject:
    """One API under test: where, how to log in, which process pays, and the address of each question."""

    name: str
    base: str
    headers: Mapping[str, str]
    pid: int
    questions: Mapping[str, str]


@dataclass
class Results:
    """Loads by question and subject."""

    loads: dict[str, dict[str, list[Load]]] = field(default_factory=dict)

    def add(self, question: str, subject: str, one: Load) -> None:
        """Keep one measurement; an error answer is no measurement."""
        assert one.errors == 0, f"{subject}: {question}: {one.errors} errors"
        self.loads.setdefault(question, {}).setdefault(subject, []).append(one)

    def table(self) -> Iterator[str]:
        """Markdown: a line per question and subject."""
        yield "| question | API | requests/s | CPU ms per request | times NetBox's requests/s | times NetBox's CPU |"
        yield "|---|---|---|---|---|---|"
        for question, by_subject in self.loads.items():
            rate = {s: statistics.median(one.per_second for one in all_) for s, all_ in by_subject.items()}
            cpu = {s: statistics.median(one.cpu_ms for one in all_) for s, all_ in by_subject.items()}
            for subject in by_subject:
                faster, cheaper = rate[subject] / rate[NETBOX], cpu[NETBOX] / max(cpu[subject], 1e-9)
                figures = f"{rate[subject]:.1f} | {cpu[subject]:.2f} | {faster:.0f} | {cheaper:.0f}"
                yield f"| {question} | {subject} | {figures} |"


def subjects(netbox: Netbox, ours: Server, device: tuple[int, str, str]) -> tuple[Subject, ...]:
    """The three APIs with the same questions; ``device`` is (NetBox id, name, site) of one that all know."""
    ident, name, site = device
    mine = {"Authorization": f"Bearer {ours.token}"}
    own = pynetbox.api(f"{ours.url}/netbox", token=ours.token).dcim
    slug = own.devices.get(name=name)
    return (
        Subject(NATIVE, f"{ours.url}/api/v1", mine, ours.pid, _questions("devices/{}", name, "?site=", site)),
        Subject(
            COMPATIBLE, f"{ours.url}/netbox/api/dcim", mine, ours.pid,
            _questions("devices/{}/", slug.id, "/?site=", site),
        ),
        Subject(
            NETBOX, f"{netbox.url}/api/dcim", {"Authorization": f"Bearer {netbox.token}"}, netbox.pid,
            _questions("devices/{}/", ident, "/?site=", site),
        ),
    )  # fmt: skip


def _questions(one: str, ident: object, by_site: str, site: str) -> dict[str, str]:
    slash = "/" if one.endswith("/") else ""
    return {
        "one device": one.format(ident),
        "50 devices": f"devices{slash}?limit=50",
        "1,000 devices": f"devices{slash}?limit=1000",
        "devices of a site": f"devices{by_site}{site}",
        "50 interfaces": f"interfaces{slash}?limit=50",
        "1,000 interfaces": f"interfaces{slash}?limit=1000",
    }


def pulled(base: str, token: str) -> tuple[float, int]:
    """Seconds and objects of a full pull of devices and interfaces by pynetbox."""
    api, began = pynetbox.api(base, token=token), time.monotonic()
    count = sum(1 for _ in api.dcim.devices.all(limit=1000)) + sum(1 for _ in api.dcim.interfaces.all(limit=1000))
    return time.monotonic() - began, count


def measure(ask: Callable[[Subject, str], Load], all_: tuple[Subject, ...], rounds: int) -> Results:
    """Alternate between the subjects, question by question."""
    results = Results()
    for _ in range(rounds):
        for question in all_[0].questions:
            for subject in all_:
                results.add(question, subject.name, ask(subject, question))
    return results


def report(results: Results, netbox: Netbox, ours: Server, pull: bool) -> Iterator[str]:
    """The tables."""
    yield f"First answer {ours.started:.1f} s after the start of our server; it holds {resident_mb(ours.pid):.0f} MB."
    yield ""
    yield from results.table()
    if pull:
        yield from ("", "| full pull by pynetbox | seconds | objects |", "|---|---|---|")
        ends = ((COMPATIBLE, f"{ours.url}/netbox", ours.token), (NETBOX, netbox.url, netbox.token))
        for name, base, token in ends:
            seconds, count = pulled(base, token)
            yield f"| {name} | {seconds:.1f} | {count} |"


def main() -> None:
    """Run the bench and write its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--pull", action="store_true")
    parser.add_argument("--output", type=Path)
    given = parser.parse_args()

    def ask(subject: Subject, question: str) -> Load:
        url, large = f"{subject.base}/{subject.questions[question]}", question.startswith("1,000")
        seconds = given.seconds * (LARGE if large else 1)
        return load(subject.pid, url, subject.headers, seconds, connections=1 if large else 4)

    with ExitStack() as running:
        netbox = running.enter_context(netbox_on(running.enter_context(cluster()), LOADED_DUMP))
        home = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="silesianet-bench-")))
        fill(home, netbox)
        ours = running.enter_context(serving(home))
        first = next(iter(pynetbox.api(netbox.url, token=netbox.token).dcim.devices.filter(limit=1)))
        known = subjects(netbox, ours, (first.id, first.name, first.site.slug))
        lines = list(report(measure(ask, known, given.rounds), netbox, ours, given.pull))
    publish("Our API beside the real NetBox", "netbox_api", lines, given.output)


if __name__ == "__main__":
    main()
