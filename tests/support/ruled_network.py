"""Random networks made harder: unequal costs, rules at the edge and in mid-path, exceptions, dates, other protocols."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from inventory.model.device import INFRASTRUCTURE
from inventory.model.network import Network
from inventory.model.service import Protocol
from inventory.model.site import SiteClass
from tests.support.random_network import random_network
from tests.support.small_network import DAY

BLOCKS = ("10.50.0.0/24", "10.50.0.11/32", "10.50.0.12/32", "10.44.0.0/16", "203.0.113.0/24", "fd00:50::/64",
          "fd00:50::11/128", "fd00::/16", "2001:db8:1::/64")  # fmt: skip
DATES: tuple[dict[str, Any], ...] = (
    {"valid_to": DAY - timedelta(days=1)}, {"valid_from": DAY + timedelta(days=1)}, {"valid_to": DAY},
)  # fmt: skip


def ruled_network(seed: int) -> tuple[Network, frozenset[str]]:
    """A network and elements that are down in it; the same seed gives the same."""
    dice = random.Random(seed)
    base = random_network(seed)
    facts: dict[str, Any] = {
        "links": [x.model_copy(update={"ospf_cost": dice.choice((5, 10, 10, 20)), **_dates(dice)}) for x in base.links],
        "services": [_service(dice, x) for x in base.services],
        "sites": [x.model_copy(update=_dates(dice)) for x in base.sites],
        "rules": [*base.rules, *_rules(dice, base)],
        "exceptions": list(_exceptions(dice, base)),
    }
    network = Network.model_validate({noun: getattr(base, noun) for noun in Network.model_fields} | facts)
    return network, frozenset(dice.sample(_elements(network), dice.choice((0, 1, 1, 2, 3))))


def _elements(network: Network) -> list[str]:
    nouns = {"link": network.links, "device": network.devices, "site": network.sites, "srg": network.srgs}
    return [f"{kind}:{x.slug}" for kind, of in {**nouns, "service": network.services}.items() for x in of]


def _dates(dice: random.Random) -> dict[str, Any]:
    return dice.choice(DATES) if dice.random() < 0.06 else {}


def _service(dice: random.Random, service: Any) -> Any:
    kind = dice.choice((Protocol.HTTPS,) * 6 + (Protocol.ICMP, Protocol.DNS))
    endpoint = service.endpoint.model_copy(update={"protocol": kind})
    return service.model_copy(update={"endpoint": endpoint, **_dates(dice)})


def _rules(dice: random.Random, network: Network) -> Iterator[dict[str, Any]]:
    """Rules of all kinds; half of them in mid-path, mostly denying there, since what no rule denies passes."""
    sites, routers = [s.slug for s in network.sites], [d.slug for d in network.devices if d.role in INFRASTRUCTURE]
    for number in range(dice.randint(0, 4)):
        middle = dice.random() < 0.5
        yield {
            "slug": f"z{number}", "order": dice.randint(0, 3), "comment": "c", **_dates(dice),
            "sites": dice.sample(sites, dice.randint(0, 2)),
            "classes": dice.sample([SiteClass.SCHOOL, SiteClass.LIBRARY, SiteClass.HOTSPOT], dice.randint(0, 1)),
            "routers": dice.sample(routers, dice.randint(1, 2)) if middle else [],
            "action": dice.choice(("permit", "deny") + (("deny",) if middle else ())),
            "protocol": dice.choice(("any", "any", "tcp", "udp", "icmp")),
            "destinations": dice.sample(BLOCKS, dice.randint(0, 3)), "ports": dice.choice(([], [], [443], [80, 53])),
        }  # fmt: skip


def _exceptions(dice: random.Random, network: Network) -> Iterator[dict[str, Any]]:
    for number in range(dice.randint(0, 2)):
        yield {
            "slug": f"x{number}", "site": dice.choice(network.sites).slug, "reason": "r", **_dates(dice),
            "service": dice.choice(network.services).slug, "effect": dice.choice(("allow", "deny")),
        }  # fmt: skip
