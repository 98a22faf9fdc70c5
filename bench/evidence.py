"""Writes what a bench measured, on the terminal and as a page of evidence."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path


def publish(title: str, module: str, lines: Sequence[str], page: Path | None) -> None:
    """Print the lines, and write them as a page when one is named."""
    text = "\n".join(lines) + "\n"
    print(text)
    if page is not None:
        load = f"{os.cpu_count()} processors, load average {os.getloadavg()[0]:.1f} at the end"
        said = f"Measured {datetime.now(UTC):%Y-%m-%d} with `python -m bench.{module}` ({load}).\n\n"
        page.write_text(f"# {title}\n\n{said}{text}")
