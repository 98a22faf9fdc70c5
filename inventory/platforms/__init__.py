"""Device platforms: one folder each, holding what is known about it and the templates of its configuration.

The folder's name is the platform's slug; a folder without ``platform.toml`` is no platform: ``common`` holds
templates shared by several.
"""

import tomllib
from enum import StrEnum
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Literal

from pydantic import ValidationError

from inventory.errors import BadInput, UnknownObject
from inventory.model.fact import Fact, Slug, Text

FOLDER = files(__name__)
DESCRIPTION, BOOTSTRAP = "platform.toml", "bootstrap.cfg"


class CommitConfirm(StrEnum):
    """Who takes an unconfirmed commit back: the device's own operating system, our tool on it, or nobody."""

    NATIVE = "native"
    DEVICE = "device"
    NONE = "none"


class Capabilities(Fact):
    """What the platform has been shown to do; nothing is assumed from a driver's signatures."""

    commit_confirm: CommitConfirm
    timer_step_seconds: int = 1
    """Timers are whole multiples of this."""
    timer_max_seconds: int = 86400
    proved_by: tuple[Text, ...]
    """Tests that show the timer taking a commit back, and a confirmed one staying."""


class Naming(Fact):
    """How its interfaces are called; ``{n}`` counts Ethernet ports from ``first``."""

    loopback: Text = "lo"
    oob: Text = "mgmt0"
    ethernet: Text = "eth{n}"
    first: int = 0


class Platform(Fact):
    """A kind of device; ``parts`` are the parts of its bundle, each rendered from the template of the same name."""

    slug: Slug
    name: Text
    vendor: Text
    netmiko: Text
    napalm: Text
    transport: Text
    """Module of ``automation.transports`` whose ``session`` logs in for changes."""
    parts: tuple[Text, ...]
    finished_by: Text | None = None
    """Module of ``automation`` whose ``finished`` turns what a template wrote into the device's own form."""
    routing: Literal["ospf", "static"]
    sys_object_ids: tuple[Text, ...]
    """Prefixes of sysObjectID by which the platform is recognised."""
    aliases: tuple[Slug, ...] = ()
    """Other slugs by which inventories name it."""
    interface_name: Text = r"[a-z][a-z0-9-]{0,14}"
    """Regular expression of the names its interfaces may have."""
    naming: Naming = Naming()
    unmanaged: tuple[str, ...] = ()
    """Regular expressions of lines (with what is indented below them) of a running ``config`` that are not ours."""
    capabilities: Capabilities

    def template(self, part: str) -> str:
        """Name of a part's template, relative to this package's folder."""
        return f"{self.slug}/templates/{part}.j2"

    @property
    def bootstrap(self) -> str:
        """What a device must have, besides a way to log in, before we can change it safely; empty for most."""
        file = FOLDER / self.slug / BOOTSTRAP
        return file.read_text(encoding="utf-8") if file.is_file() else ""

    def example(self, device: str) -> Traversable:
        """The golden bundle of a device of the demonstration city."""
        return FOLDER / self.slug / "examples" / f"{device}.bundle"


@cache
def all() -> dict[str, Platform]:
    """Every platform by slug."""
    folders = sorted((f for f in FOLDER.iterdir() if f.is_dir() and (f / DESCRIPTION).is_file()), key=lambda f: f.name)
    return {folder.name: _read(folder) for folder in folders}


def load(slug: str) -> Platform:
    """Return a platform by its slug or an alias; UnknownObject names those there are."""
    found = all().get(slug) or _by_alias().get(slug)
    if found is None:
        raise UnknownObject(f"no platform {slug!r}", where=f"platform:{slug}", fix=f"known are {', '.join(all())}")
    return found


def known() -> frozenset[str]:
    """Every slug and alias."""
    return frozenset(all()) | frozenset(_by_alias())


@cache
def _by_alias() -> dict[str, Platform]:
    return {alias: platform for platform in all().values() for alias in platform.aliases}


def _read(folder: Traversable) -> Platform:
    where = f"inventory/platforms/{folder.name}/{DESCRIPTION}"
    try:
        return Platform(slug=folder.name, **tomllib.loads((folder / DESCRIPTION).read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as fault:
        raise BadInput(str(fault), where=where) from fault
    except ValidationError as fault:
        first = fault.errors()[0]
        field = ".".join(str(step) for step in first["loc"])
        raise BadInput(f"{field}: {first['msg']}", where=where) from fault
