"""Core nodes in a ring with chords, and in every commune rings of PoPs that begin and end at different cores."""

from itertools import pairwise
from typing import Any

from inventory.generator.communes import COMMUNES, Commune
from inventory.generator.dice import Dice
from inventory.generator.facts import SINCE, Box, Facts
from inventory.generator.layout import POPS_PER_RING
from inventory.generator.place import place
from inventory.generator.tenants import OPERATOR, PROJECT, PROVIDERS
from inventory.model.cabling import Room
from inventory.model.device import Role
from inventory.model.link import Fibres, Medium, Rates, RiskGroup, RiskKind
from inventory.model.site import Site, SiteClass

GBIT = 1_000_000_000
CHORDS_FROM = 6


class Backbone:
    """The cores, and the rings that are laid between them."""

    def __init__(self, facts: Facts, dice: Dice, cores: int) -> None:
        self._facts, self._dice = facts, dice
        self._laid = 0
        self.cores = [self._node(f"core{n}", Role.CORE, COMMUNES[n % len(COMMUNES)]) for n in range(1, cores + 1)]
        pairs = [(n, (n + 1) % cores) for n in range(cores if cores > 2 else 1)]
        if cores >= CHORDS_FROM:
            pairs += [(n, n + cores // 2) for n in range(cores // 2)]
        for a, b in pairs:
            route = self._risk(f"trasa-core{a + 1}-core{b + 1}", RiskKind.ROUTE)
            facts.line(self.cores[a], self.cores[b], fibre(100 * GBIT), (route,))

    def rings(self, commune: Commune, pops: int) -> list[list[Box]]:
        """Lay the rings of a commune and return their PoPs; half a ring shares its way."""
        nodes = [self._node(f"pop-{commune.slug}-{n}", Role.POP, commune) for n in range(1, pops + 1)]
        rings = [nodes[n : n + POPS_PER_RING] for n in range(0, pops, POPS_PER_RING)]
        for number, ring in enumerate(rings, 1):
            first, last = self.cores[self._laid % len(self.cores)], self.cores[(self._laid + 1) % len(self.cores)]
            self._laid += 1
            name = f"pierscien-{commune.slug}-{number}"
            ways = [self._risk(f"{name}-{half}", RiskKind.ROUTE) for half in ("a", "b")]
            chain = [first, *ring, last]
            for n, (a, b) in enumerate(pairwise(chain)):
                way = ways[n * 2 > len(ring)]
                near, far = (b, a) if b is last else (a, b)
                self._facts.line(near, far, fibre(10 * GBIT), (way,))
        return rings

    def _node(self, slug: str, role: Role, commune: Commune) -> Box:
        """A technical site with its room, its power supply, the duct that leaves it, and the router in it."""
        where = {"tenant": OPERATOR, "contact": f"it-{commune.slug}", "funding_project": PROJECT}
        site = f"wezel-{slug}"
        name = f"Węzeł {slug}"
        spot = place(self._dice, commune)
        self._facts.add(
            Site(slug=site, name=name, site_class=SiteClass.POP, valid_from=SINCE, **where, **spot),
            Room(slug=f"{site}-szafa", name="Szafa", site=site, floor="0"),
        )
        self._risk(f"zasilanie-{slug}", RiskKind.POWER)
        self._risk(f"kanalizacja-{slug}", RiskKind.DUCT)
        return self._facts.router(slug, role, site, oob=True, room=f"{site}-szafa")

    def _risk(self, slug: str, kind: RiskKind) -> str:
        self._facts.add(RiskGroup(slug=slug, name=slug.replace("-", " ").capitalize(), kind=kind))
        return slug


def fibre(rate: int) -> dict[str, Any]:
    """A fibre of our own, the same both ways (bit/s)."""
    return {
        "provider": PROVIDERS[Medium.FIBRE], "medium": Medium.FIBRE, "rate": Rates(down=rate, up=rate),
        "fibres": Fibres(used=2, available=22), "lead_time_days": 60, "monthly_cost": 0.0, "upgrade_cost": 12_000.0,
        "funding_project": PROJECT,
    }  # fmt: skip
