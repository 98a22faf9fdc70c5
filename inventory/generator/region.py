"""A whole region: cores, rings of PoPs in every commune, the sites on them, and the demonstration's data centre."""

from inventory.database.frugal import uncollected
from inventory.generator.backbone import Backbone
from inventory.generator.centre import centre
from inventory.generator.communes import COMMUNES
from inventory.generator.dice import Dice
from inventory.generator.edge import Edge
from inventory.generator.facts import Facts
from inventory.generator.layout import Layout, layout
from inventory.generator.spare import fill
from inventory.generator.tenants import tenants
from inventory.model.network import Network

INTERFACES_PER_SITE = 10


def region(sites: int, seed: int) -> Network:
    """An invented region of that many sites and ten times as many interfaces; the same seed gives the same region.

    WrongUsage for fewer than 10 sites.
    """
    with uncollected():
        return _invented(layout(sites), Dice(seed), INTERFACES_PER_SITE * sites)


def _invented(wanted: Layout, dice: Dice, interfaces: int) -> Network:
    facts = Facts()
    tenants(facts)
    backbone = Backbone(facts, dice, wanted.cores)
    centre(facts, backbone)
    for commune, pops, served in zip(COMMUNES, wanted.pops, wanted.sites, strict=True):
        rings = backbone.rings(commune, pops)
        Edge(facts, dice, commune, rings).hang(served)
    fill(facts, interfaces)
    return facts.network()
