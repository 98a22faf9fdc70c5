"""What the commands ``inventory free`` and ``inventory trace`` print."""

import pytest

from tests.support.command import Command


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("prefix:biblioteka-sosnica-lan",), "10.44.22.2/24"),
        (("prefix:dc-lan", "--length", "26"), "10.50.0.64/26"),
        (("site:biblioteka-sosnica",), 2),
    ],
)
def test_what_is_free(loaded: Command, arguments: tuple[str, ...], expected: object) -> None:
    assert loaded("free", *arguments, "--json").document["free"] == expected


def test_only_prefixes_and_sites_give_something(loaded: Command) -> None:
    refused = loaded("free", "device:core1")
    assert refused.code == 2 and "name prefix:SLUG or site:SLUG" in refused.err


def test_a_trace_is_printed(loaded: Command) -> None:
    assert loaded("trace", "core1:eth5", "--json").document["end"] == "gw-dc:eth1"
    assert "fibre-srodmiescie-dc-1" in loaded("trace", "core1:eth5").out
    assert loaded("trace", "core1:eth6").out == "nothing is plugged into core1:eth6\n"
    assert loaded("trace", "core1:nothing").code == 2
