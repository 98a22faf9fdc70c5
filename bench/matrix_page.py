"""The matrix page on a large region in a real browser: from the data's arrival to the painted picture.

    python -m bench.matrix_page [--sites 10000] [--services 200] [--output docs/evidence/matrix-page.md]

Our own server serves the region with results of probes for some hundred sites; Chromium opens the page several times.
The clock is the browser's: it starts when both answers (axes, four bits a cell) have arrived, and stops in the first
task after the frame with the picture; unpacking, filters, layout and painting of every cell lie between.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from api.context import Context
from bench.evidence import publish
from bench.matrix import furnished
from bench.served import Server, serving
from inventory.model.network import Network
from inventory.settings import Settings
from monitoring.observations import Observation, ObservationStore
from tests.support.browser import ARGUMENTS, CHROMIUM

ROUNDS, PROBED = 5, 100
PATIENCE = 300_000
QUIET = {"SILESIANET_PROBE_PERIOD": "3600", "SILESIANET_REFRESH_SECONDS": "60"}
"""Settings of the server by which nothing changes while it is measured."""

WINDOW = {"width": 1280, "height": 900}

MEASURED = """() => {
  const got = (part) => performance.getEntriesByType("resource").find((entry) => entry.name.includes(part));
  const octets = got("plane=verdict"), axes = got("axes.json");
  return {
    painted: performance.getEntriesByName("matrix-painted")[0].duration,
    octets: octets.duration, octets_size: octets.decodedBodySize, axes: axes.duration, axes_size: axes.decodedBodySize,
    cells: Number(document.getElementById("matrix").dataset.cells),
  };
}"""


def observe(context: Context, network: Network) -> int:
    """Store fresh results of every e-service at some sites, one in fifty of them failed; gives the number of sites."""
    store, now = ObservationStore(context.engine), time.time()
    sites = [site.slug for site in network.sites if network.gateway(site.slug)][:PROBED]
    for row, site in enumerate(sites):
        failing = {slug for column, slug in enumerate(s.slug for s in network.services) if (row + 7 * column) % 50 == 0}
        for at in (now - 2, now - 1):
            store.add(site, [Observation(s.slug, at, s.slug not in failing, "tcp") for s in network.services])
    return len(sites)


def opened(page: Page, server: Server, query: str = "") -> dict[str, Any]:
    """Open the page and read the browser's clock."""
    page.goto(f"{server.url}/matrix?lang=en{query}", timeout=PATIENCE)
    page.wait_for_selector("#matrix[data-ready]", timeout=PATIENCE)
    found: dict[str, Any] = page.evaluate(MEASURED)
    return found


def moved(page: Page, key: str) -> float:
    """Milliseconds from a key to the next painted frame."""
    script = """(key) => new Promise((done) => {
      const began = performance.now();
      document.getElementById("matrix-scroll").dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
      requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
    })"""
    return float(page.evaluate(script, key))


def report(sites: int, services: int, picture: Path | None) -> Iterator[str]:
    """The table."""
    network = furnished(sites, services)
    with tempfile.TemporaryDirectory(prefix="silesianet-matrix-page-") as folder:
        context = Context(Settings(home=Path(folder)))
        context.inventory.write(network, "bench", "a region")
        probed = observe(context, network)
        yield f"{len(network.sites)} sites × {len(network.services)} e-services; results of probes at {probed} sites."
        os.environ |= QUIET
        with serving(Path(folder)) as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            page = browser.new_page(viewport=WINDOW, locale="en-GB")  # type: ignore[arg-type]
            page.goto(f"{server.url}/login?next=/account")
            page.fill("#token", server.token)
            with page.expect_navigation(timeout=PATIENCE):
                page.keyboard.press("Enter")
            rounds = [opened(page, server) for _ in range(ROUNDS)]
            if picture is not None:
                page.locator("#picture").screenshot(path=picture)
            moves = {key: statistics.median(moved(page, key) for _ in range(ROUNDS)) for key in ("+", "ArrowDown")}
            yield from _table(rounds, moves, browser.version)
            browser.close()


def _table(rounds: list[dict[str, Any]], moves: dict[str, float], version: str) -> Iterator[str]:
    painted = sorted(r["painted"] for r in rounds)
    first = rounds[0]
    yield from ("", "| what | figure |", "|---|---|")
    yield f"| cells painted | {first['cells']:,} |"
    told = f"median {statistics.median(painted):.0f} ms, {painted[0]:.0f} to {painted[-1]:.0f} ms"
    yield f"| data received to painted, {len(painted)} rounds | {told} |"
    yield f"| octets of all verdicts | {first['octets_size']:,} octets, median {_median(rounds, 'octets'):.0f} ms |"
    yield f"| axes with names | {first['axes_size']:,} octets, median {_median(rounds, 'axes'):.0f} ms |"
    for key, word in (("+", "closer, with signs and names"), ("ArrowDown", "one cell further by keyboard")):
        yield f"| {word} | median {moves[key]:.0f} ms to the next frame |"
    yield from ("", f"Chromium {version}, no graphics card, window {WINDOW['width']} × {WINDOW['height']}.")


def _median(rounds: list[dict[str, Any]], key: str) -> float:
    return statistics.median(float(r[key]) for r in rounds)


def main() -> None:
    """Run the bench and write its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=10_000)
    parser.add_argument("--services", type=int, default=200)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--picture", type=Path, help="also write a picture of the page")
    given = parser.parse_args()
    lines = list(report(given.sites, given.services, given.picture))
    publish("The matrix page of a large region", "matrix_page", lines, given.output)


if __name__ == "__main__":
    main()
