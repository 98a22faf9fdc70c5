"""What we render is ours to compare: no line of an example is left out as the device's own."""

import pytest

from automation.bundle import Bundle
from automation.remediation.dialects import DIALECTS
from automation.remediation.tree import parse, without
from inventory import platforms


@pytest.mark.parametrize("slug", sorted(DIALECTS))
def test_every_rendered_line_is_managed(slug: str) -> None:
    platform = platforms.load(slug)
    for file in (platforms.FOLDER / slug / "examples").iterdir():
        tree = parse(Bundle.parse(file.read_text()).texts()["config"])
        assert without(tree, platform.unmanaged) == tree, file.name


def test_a_pattern_ends_where_it_says() -> None:
    """`service ` is a word, and not the beginning of `service-policy`."""
    unmanaged = platforms.load("cisco-ios").unmanaged
    text = "service timestamps\ninterface GigabitEthernet0/0\n service-policy output SHAPE\n"
    assert without(parse(text), unmanaged) == parse(text)[1:]
