"""Published topologies as networks: each node a router with a school, servers and the name server on two of them."""

from importlib import import_module
from typing import Any

from inventory.model.device import Device, Role
from inventory.model.network import Network
from inventory.model.prefix import PrefixRole
from inventory.model.site import SiteClass
from tests.support.small_network import circuit, host, lan, link, prefix, router, service, site, wired


def research_network(name: str) -> Network:
    """A topology of the package topohub, such as ``sndlib/polska``; costs are lengths of its lines in tens of km."""
    library: Any = import_module("topohub")
    found = library.get(name)
    ends = sorted({tuple(sorted((e["source"], e["target"]))): e for e in found["edges"]}.items())
    routers = [f"r{node['id']}" for node in found["nodes"]]
    links = [link(f"l{a}-{b}", f"r{a}", f"r{b}", 1 + int(e.get("dist", 100) / 10)) for (a, b), e in ends]
    sites = [site("hub", SiteClass.POP, 0), *(site(f"s-{name}") for name in routers)]
    devices: list[Device] = [router(name, Role.CORE, "hub") for name in routers]
    for number, name_ in enumerate(routers):
        devices.append(router(f"gw-{name_}", Role.SITE, f"s-{name_}", lan("lan0", f"10.44.{number}.1/24")))
        plugged = host(f"client-{name_}", Role.AGENT, f"s-{name_}", f"gw-{name_}:lan0", f"10.44.{number}.9/24")
        devices.append(plugged)
        links.append(link(f"up-{name_}", name_, f"gw-{name_}"))
    for number, at in enumerate((routers[0], routers[-1])):
        block = f"10.50.{number}"
        own = router(f"gw-dc{number}", Role.DATACENTRE, "hub", lan("lan0", f"{block}.1/24"))
        devices += [own, host(f"srv{number}", Role.SERVER, "hub", f"gw-dc{number}:lan0", f"{block}.11/24")]
        links.append(link(f"dc{number}", at, f"gw-dc{number}"))
    devices.append(host("dns1", Role.RESOLVER, "hub", "gw-dc0:lan0", "10.50.0.53/24"))
    services = [service(f"v{number}", f"srv{number}", f"10.50.{number}.11") for number in (0, 1)]
    middle = routers[len(routers) // 2]
    rule = {"slug": "mid", "order": 1, "action": "deny", "routers": [middle], "comment": "c",
            "sites": [f"s-{r}" for r in routers[::2]], "destinations": ["10.50.1.0/24"]}  # fmt: skip
    return wired(Network.model_validate({
        "sites": sites, "devices": devices, "links": links, "services": services, "circuits": [circuit()],
        "entitlements": [{"slug": s.slug, "service": s.slug, "classes": ["school"]} for s in services],
        "rules": [rule], "prefixes": [prefix("p", "10.0.0.0/8", PrefixRole.LAN)],
    }))  # fmt: skip


def elements(network: Network) -> list[str]:
    """Every link and every node of the topology itself."""
    nodes = [f"device:{device.slug}" for device in network.with_role(Role.CORE)]
    return [f"link:{line.slug}" for line in network.links if not line.slug.startswith("up-")] + nodes
