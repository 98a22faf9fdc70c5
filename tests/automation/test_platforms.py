"""Every platform folder is complete, renders every device that has it, and its examples are what it renders today."""

import re
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest

from automation.bundle import PARTS, Bundle
from automation.render import render
from inventory import platforms
from inventory.demo import gliwice
from inventory.demo.vendors import mixed_city
from inventory.errors import UnknownObject
from inventory.platforms import CommitConfirm
from inventory.sources.files import load

DAY = date(2026, 11, 1)
CITY, MIXED = load(gliwice()), mixed_city()
DEVICES = {
    (d.platform, d.slug): network for network in (MIXED, CITY) for d in network.configured() if d.platform is not None
}
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("slug", platforms.all())
def test_folder_is_complete(slug: str) -> None:
    platform, folder = platforms.load(slug), platforms.FOLDER / slug
    assert (folder / "quirks.md").read_text(encoding="utf-8").strip()
    assert [p for p in PARTS if p in platform.parts] == list(platform.parts), "parts out of order or unknown"
    assert {f"{part}.j2" for part in platform.parts} <= {f.name for f in (folder / "templates").iterdir()}
    assert list((folder / "examples").iterdir()), "a platform shows at least one example"
    assert any(name == slug for name, _ in DEVICES), "no device of a demonstration city has it"


@pytest.mark.parametrize("slug", platforms.all())
def test_what_it_can_do_is_shown_by_tests(slug: str) -> None:
    """Fail closed: a platform whose timer no test has seen at work says `none`, and changes on it are refused."""
    platform = platforms.load(slug)
    assert callable(import_module(f"automation.transports.{platform.transport}").session)
    shown = platform.capabilities.proved_by
    assert bool(shown) == (platform.capabilities.commit_confirm is not CommitConfirm.NONE)
    for place in shown:
        assert (ROOT / place).is_file(), f"{place} is no test"


@pytest.mark.parametrize(("slug", "name"), DEVICES)
def test_renders_every_device_that_has_it(slug: str, name: str) -> None:
    network = DEVICES[slug, name]
    bundle = render(network, name, DAY)
    assert tuple(part for part, _ in bundle.parts) == platforms.load(slug).parts
    assert Bundle.parse(str(bundle)) == bundle
    for interface in network.device[name].interfaces:
        assert re.fullmatch(platforms.load(slug).interface_name, interface.name), interface.name


@pytest.mark.parametrize("slug", platforms.all())
def test_examples_are_current(slug: str) -> None:
    for example in (platforms.FOLDER / slug / "examples").iterdir():
        name = example.name.removesuffix(".bundle")
        assert (slug, name) in DEVICES, f"no demonstration city has {name} on {slug}"
        wanted = str(render(DEVICES[slug, name], name, DAY))
        assert example.read_text(encoding="utf-8") == wanted, f"out of date: silesianet render {name} > {example}"


def test_unknown_platform_says_what_is_known() -> None:
    with pytest.raises(UnknownObject, match=r"no platform 'nonesuch'.*known are .*frr, .*linux-hotspot"):
        platforms.load("nonesuch")


def test_an_alias_names_the_same_platform() -> None:
    for slug, platform in platforms.all().items():
        assert all(platforms.load(alias) is platform for alias in platform.aliases)
        assert not set(platform.aliases) & set(platforms.all()), f"{slug} takes another platform's name"


def test_every_fact_but_the_equipment_is_that_of_the_city() -> None:
    for ours, theirs in zip(CITY.devices, MIXED.devices, strict=True):
        assert (ours.slug, ours.role, ours.site) == (theirs.slug, theirs.role, theirs.site)
        assert [i.addresses for i in ours.interfaces] == [i.addresses for i in theirs.interfaces]
