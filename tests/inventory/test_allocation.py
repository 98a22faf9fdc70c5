"""What is free is really free: next prefix, address and VLAN number against a slow search."""

from ipaddress import IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.allocation import addresses, next_address, next_prefix, next_vid
from inventory.errors import RefusedRequest, UnknownObject, WrongUsage
from inventory.model.network import Network
from inventory.model.prefix import Prefix
from tests.support.facts import edit

BLOCK = IPv4Network("10.9.0.0/24")
LENGTHS = st.integers(24, 32)


@st.composite
def plans(draw: st.DrawFn) -> tuple[Network, int]:
    """Some blocks of a /24 taken, and the length of the next one."""
    taken = draw(st.lists(st.tuples(LENGTHS, st.integers(0, 255)), max_size=12))
    blocks = {IPv4Network((f"10.9.0.{number}", length), strict=False) for length, number in taken} - {BLOCK}
    facts = [{"slug": f"p{n}", "prefix": str(block), "role": "lan"} for n, block in enumerate(sorted(blocks))]
    return Network.model_validate({"prefixes": facts}), draw(LENGTHS)


@given(plans())
def test_the_next_prefix_is_the_lowest_that_touches_nothing(plan: tuple[Network, int]) -> None:
    network, length = plan
    taken = [p.prefix for p in network.prefixes]
    free = (b for b in BLOCK.subnets(new_prefix=length) if not any(b.overlaps(t) for t in taken))
    expected = next(free, None)
    if expected is None:
        with pytest.raises(RefusedRequest):
            next_prefix(network, BLOCK, length)
    else:
        assert next_prefix(network, BLOCK, length) == expected


def test_links_of_the_city_are_not_given_twice(city: Network) -> None:
    within = IPv4Network("10.254.0.0/24")
    found = next_prefix(city, within, 31)
    assert not any(address in found for address in addresses(city) if address.version == 4)
    lower = [b for b in within.subnets(new_prefix=31) if int(b[0]) < int(found[0])]
    assert all(any(a in block for a in addresses(city) if a.version == 4) for block in lower)


def test_the_next_address_of_a_lan(city: Network) -> None:
    by_slug = {prefix.slug: prefix for prefix in city.prefixes}
    taken = {str(a) for a in addresses(city)}
    for slug in ("biblioteka-sosnica-lan", "biblioteka-sosnica-lan-v6"):
        found = next_address(city, by_slug[slug])
        assert str(found.ip) not in taken and found.network == by_slug[slug].prefix


def test_a_full_prefix_and_a_length_that_cannot_be() -> None:
    full = Prefix.model_validate({"slug": "p", "prefix": "192.0.2.0/31", "role": "p2p"})
    device = {"slug": "r", "role": "core", "site": "x"}
    ports = [{"name": f"e{n}", "kind": "p2p", "addresses": [f"192.0.2.{n}/31"]} for n in (0, 1)]
    network = Network.model_validate({"devices": [device | {"interfaces": ports}]})
    with pytest.raises(RefusedRequest, match="no address is free"):
        next_address(network, full)
    with pytest.raises(WrongUsage, match="does not fit"):
        next_prefix(network, BLOCK, 8)


def test_the_next_vlan_number(city: Network) -> None:
    assert next_vid(city, "biblioteka-sosnica") == 2
    assert next_vid(edit(city, "vlans", "biblioteka-sosnica-lan", vid=2), "biblioteka-sosnica") == 3
    with pytest.raises(UnknownObject):
        next_vid(city, "nowhere")
