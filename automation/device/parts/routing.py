"""Part `frr`: the integrated configuration, changed by FRR's own frr-reload without touching what stays the same."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from automation.device.commands import CommandError, Refusal, run
from automation.device.parts.frr_text import INTEGRATED, aligned, blocks, text_of
from automation.device.parts.part import Part

RELOAD = "/usr/lib/frr/frr-reload.py"
KEPT = Path("/etc/frr/frr.conf")


class Routing(Part):
    """What FRR runs, compared and applied without regard to order."""

    def read(self) -> str:
        return text_of(blocks(run(["vtysh", "-c", "show running-config no-header"])))

    def canonical(self, text: str) -> str:
        if not text:
            raise Refusal("frr", "empty; leave the part out where FRR is not managed")
        try:
            with _file(text) as path:
                run(["vtysh", "-C", "-f", str(path)])
        except CommandError as fault:
            raise _refusal(str(fault)) from fault
        return text_of(blocks(text))

    def aligned(self, text: str, running: str) -> str:
        return aligned(text, running)

    def apply(self, text: str) -> None:
        """In a folder of its own: frr-reload writes frr.conf there, and the real one stays the confirmed one."""
        with _file(text) as path:
            path.with_name("vtysh.conf").write_text(f"{INTEGRATED}\n")
            for _ in range(2):
                try:
                    said = run([RELOAD, "--reload", "--stdout", "--confdir", str(path.parent), str(path)])
                except CommandError as fault:
                    said = str(fault)
                now = self.read()
                if aligned(text, now) == now:
                    return
        raise _resistance(said, text, now)

    def keep(self, text: str) -> None:
        """Atomic and on disk: what FRR starts with is always a confirmed configuration, whole."""
        fresh = KEPT.with_name("frr.conf.new")
        fresh.write_text(f"{INTEGRATED}\n{text}")
        shutil.chown(fresh, "frr", "frr")
        fresh.chmod(0o640)
        with fresh.open() as file:
            os.fsync(file.fileno())
        fresh.replace(KEPT)


@contextmanager
def _file(text: str) -> Iterator[Path]:
    """The text as a file in a folder that FRR's tools, which drop to another user, may read."""
    folder = Path(tempfile.mkdtemp(prefix="sn-frr-", dir="/run"))
    try:
        folder.chmod(0o755)
        path = folder / "candidate.conf"
        path.write_text(text)
        yield path
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _refusal(said: str) -> Refusal:
    found = re.search(r"^line (\d+): % (.*)$", said, re.MULTILINE)
    return Refusal("frr", found[2], int(found[1])) if found else Refusal("frr", said)


def _resistance(said: str, wanted: str, now: str) -> Refusal:
    """Why a reload did not lead where it should: the first line that is missing, or that is still there."""
    complaints = "".join(f": {line.strip()}" for line in said.splitlines() if line.lstrip().startswith("%"))
    lines, present = wanted.splitlines(), now.splitlines()
    for number, line in enumerate(lines, start=1):
        if line not in present:
            return Refusal("frr", f"{line.strip()!r} did not take effect{complaints}", number)
    left = next((line.strip() for line in present if line not in lines), "the order of lines")
    return Refusal("frr", f"{left!r} could not be removed{complaints}")
