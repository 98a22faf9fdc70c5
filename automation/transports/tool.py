"""The device program `sn-bundle` as one file: the same octets from the same source, so a digest tells who has it."""

import hashlib
import io
import zipfile
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath

PATH = PurePosixPath("/etc/silesianet/sn-bundle")
SHEBANG = b"#!/usr/bin/python3 -IS\n"
MAIN = "import sys\nfrom automation.device.cli import main\nsys.exit(main(sys.argv[1:]))\n"
WITHIN = ("bundle.py", "device", "device/parts")


@dataclass(frozen=True)
class Tool:
    """The file to put at PATH, and its digest."""

    content: bytes
    sha256: str


@cache
def sn_bundle() -> Tool:
    """A zip that Python runs; the package of the same name in it holds only what the device needs."""
    buffer = io.BytesIO(SHEBANG)
    buffer.seek(0, io.SEEK_END)
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in sorted(_sources().items()):
            archive.writestr(zipfile.ZipInfo(name), text)
    content = buffer.getvalue()
    return Tool(content, hashlib.sha256(content).hexdigest())


def _sources() -> dict[str, str]:
    found = {"__main__.py": MAIN, "automation/__init__.py": ""}
    for entry in WITHIN:
        place = files("automation").joinpath(*entry.split("/"))
        members = [place] if place.is_file() else [m for m in place.iterdir() if m.name.endswith(".py")]
        folder = f"automation/{entry}" if place.is_dir() else "automation"
        found |= {f"{folder}/{member.name}": member.read_text(encoding="utf-8") for member in members}
    return found
