"""Every platform folder is complete, renders every device that has it, and its examples are what it renders today."""

from datetime import date

import pytest

from automation.bundle import PARTS, Bundle
from automation.render import render
from inventory import platforms
from inventory.demo import gliwice
from inventory.errors import UnknownObject
from inventory.model.network import Network
from inventory.sources.files import load

DAY = date(2026, 11, 1)
NETWORK: Network = load(gliwice())
DEVICES = [(d.platform, d.slug) for d in NETWORK.configured() if d.platform]


@pytest.mark.parametrize("slug", platforms.all())
def test_folder_is_complete(slug: str) -> None:
    platform, folder = platforms.load(slug), platforms.FOLDER / slug
    assert (folder / "quirks.md").read_text(encoding="utf-8").strip()
    assert [p for p in PARTS if p in platform.parts] == list(platform.parts), "parts out of order or unknown"
    assert {f.name for f in (folder / "templates").iterdir()} == {f"{part}.j2" for part in platform.parts}
    assert list((folder / "examples").iterdir()), "a platform shows at least one example"


@pytest.mark.parametrize(("slug", "name"), DEVICES)
def test_renders_every_device_that_has_it(slug: str, name: str) -> None:
    bundle = render(NETWORK, name, DAY)
    assert tuple(part for part, _ in bundle.parts) == platforms.load(slug).parts
    assert Bundle.parse(str(bundle)) == bundle


@pytest.mark.parametrize("slug", platforms.all())
def test_examples_are_current(slug: str) -> None:
    for example in (platforms.FOLDER / slug / "examples").iterdir():
        name = example.name.removesuffix(".bundle")
        assert NETWORK.device[name].platform == slug
        wanted = str(render(NETWORK, name, DAY))
        assert example.read_text(encoding="utf-8") == wanted, f"out of date: silesianet render {name} > {example}"


def test_unknown_platform_says_what_is_known() -> None:
    with pytest.raises(UnknownObject, match=r"no platform 'junos'.*known are frr, linux-hotspot"):
        platforms.load("junos")
