"""A hotspot with two uplinks: its configuration and the computed matrix use the first one only."""

from automation.render import render
from inventory.model.link import Circuit, Medium, Rates
from inventory.model.network import Network
from monitoring.reachability.advice.lines import Line, laid
from monitoring.reachability.compute import compute
from tests.support.small_network import DAY

FIRST = "link:pop-trynek-1--hs-rynek"


def test_engine_and_template_agree(city: Network) -> None:
    rates = Rates(down=100_000_000, up=100_000_000)
    circuit = Circuit(slug="c-new", provider="operator-miejski", medium=Medium.FIBRE, rate=rates)
    network = laid(city, [Line("spare", "pop-sosnica-1", "hs-rynek", circuit, (), 200)])
    first, spare = network.uplinks("hs-rynek")
    assert (f"link:{first.slug}", spare.slug) == (FIRST, "spare")
    far = network.interface(first.a)
    assert far is not None and far.ipv4 is not None
    routes = [line for line in render(network, "hs-rynek", DAY).texts()["network"].splitlines() if "route" in line]
    assert routes == [f"route 0.0.0.0/0 via {far.ipv4.ip}"]
    assert compute(network, DAY)("rynek", "wbo")
    assert not compute(network, DAY, {FIRST})("rynek", "wbo"), "the route does not move to the spare line"
    assert compute(network, DAY, {"link:spare"})("rynek", "wbo")
    assert compute(network, DAY, {FIRST}).blocker("rynek", "wbo") is not None
