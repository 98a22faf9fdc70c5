"""Everything of NetBox's app ``ipam``: prefixes and their uses, VLANs, addresses, and e-services as services."""

from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, ip_interface, ip_network

from orjson import Fragment

from api.netbox.apps.addressing import address_name, dns_names
from api.netbox.apps.interfaces import INTERFACE, INTERFACES
from api.netbox.city import Body, City
from api.netbox.kind import COMMON, Document, Item, Kind
from api.netbox.shape import ADDRESS_STATUS, FAMILY, PREFIX_STATUS, VLAN_STATUS, choice, custom, family, when
from inventory.sources.netbox.models import OURS

type Block = IPv4Network | IPv6Network

ADDRESSES, PREFIXES, VLANS, ROLES, SERVICES = (
    "ipam/ip-addresses",
    "ipam/prefixes",
    "ipam/vlans",
    "ipam/roles",
    "ipam/services",
)
ADDRESS_ROLE = {
    "loopback": "Loopback", "secondary": "Secondary", "anycast": "Anycast", "vip": "VIP", "vrrp": "VRRP",
    "hsrp": "HSRP", "glbp": "GLBP", "carp": "CARP",
}  # fmt: skip
PROTOCOL = {"tcp": "TCP", "udp": "UDP", "sctp": "SCTP"}


def _roles(city: City) -> Iterator[tuple[str, Item]]:
    """What prefixes are used for, and the zones that VLANs carry."""
    yield from ((role, {"name": role}) for role in sorted(city.by("prefixes", "role")))
    yield from ((f"zone-{slug}", zone) for slug, zone in city.all("zones").items())


def _role_stub(_city: City, item: Item) -> Document:
    return {"name": item["name"], "slug": f"zone-{item['slug']}" if "slug" in item else item["name"], "description": ""}


def _role(city: City, item: Item) -> Document:
    return {
        "weight": 1000,
        "custom_fields": custom(ROLES, "zones", item),
        "prefix_count": 0 if "slug" in item else city.count("prefixes", "role", item["name"]),
        "vlan_count": city.count("vlans", "zone", item["slug"]) if "slug" in item else 0,
    }


def _prefixes(city: City) -> Iterator[tuple[str, Item]]:
    yield from sorted(city.all("prefixes").items(), key=lambda pair: _depths(city)[pair[0]][0])


def _depths(city: City) -> dict[str, tuple[tuple[int, int, int], int, int]]:
    """For every prefix its place in the order of numbers, how deep it lies, and how many lie in it."""

    def found(city: City) -> dict[str, tuple[tuple[int, int, int], int, int]]:
        blocks = {slug: ip_network(body["prefix"]) for slug, body in city.all("prefixes").items()}
        places = {s: (b.version, int(b.network_address), b.prefixlen) for s, b in blocks.items()}
        above: list[str] = []
        depth, inside = dict.fromkeys(blocks, 0), dict.fromkeys(blocks, 0)
        for slug in sorted(blocks, key=places.__getitem__):
            block = blocks[slug]
            while above and not _inside(block, blocks[above[-1]]):
                above.pop()
            depth[slug] = len(above)
            for outer in above:
                inside[outer] += 1
            above.append(slug)
        return {slug: (places[slug], depth[slug], inside[slug]) for slug in blocks}

    return city.once("depths of prefixes", found)


def _inside(block: Block, outer: Block) -> bool:
    return block.version == outer.version and int(block.network_address) <= int(outer.broadcast_address)


def _prefix_stub(city: City, body: Body) -> Document:
    _, depth, _ = _depths(city)[body["slug"]]
    prefix = body["prefix"]
    return {"display": prefix, "family": family(prefix), "prefix": prefix, "description": "", "_depth": depth}


def _prefix(city: City, body: Body) -> Document:
    site = city.nested("dcim/sites", body.get("site"))
    status = when(city, body, before="reserved", during="active", after="deprecated")
    return {
        "scope_type": None if site is None else "dcim.site",
        "scope_id": None if site is None else city.number("dcim/sites", body["site"]),
        "scope": site,
        "tenant": _tenant(city, body.get("site")),
        "vlan": city.nested(VLANS, body.get("vlan")),
        "status": choice(PREFIX_STATUS, status),
        "role": city.nested(ROLES, body["role"]),
        "custom_fields": custom(PREFIXES, "prefixes", body),
        "children": _depths(city)[body["slug"]][2],
    }


def _tenant(city: City, site: str | None) -> Fragment | None:
    found = city.all("sites").get(site or "")
    return None if found is None else city.nested("tenancy/tenants", found["tenant"])


def _vlans(city: City) -> Iterator[tuple[str, Item]]:
    yield from city.all("vlans").items()


def _vlan_stub(_city: City, body: Body) -> Document:
    return {"display": f"{body['name']} ({body['vid']})", "vid": body["vid"], "name": body["name"], "description": ""}


def _vlan(city: City, body: Body) -> Document:
    status = when(city, body, before="reserved", during="active", after="deprecated")
    return {
        "site": city.nested("dcim/sites", body["site"]),
        "tenant": _tenant(city, body["site"]),
        "status": choice(VLAN_STATUS, status),
        "role": city.nested(ROLES, f"zone-{body['zone']}" if body.get("zone") else None),
        "custom_fields": custom(VLANS, "vlans", body),
        "prefix_count": city.count("prefixes", "vlan", body["slug"]),
    }


def _addresses(city: City) -> Iterator[tuple[str, Item]]:
    for device in city.all("devices").values():
        for interface in device["interfaces"]:
            for address in interface["addresses"]:
                yield address_name(device["slug"], interface["name"], address), (device, interface, address)


def _address_stub(_city: City, item: Item) -> Document:
    address = item[2]
    return {"display": address, "family": family(address), "address": address, "description": ""}


def _address(city: City, item: Item) -> Document:
    device, interface, address = item
    port = f"{device['slug']}:{interface['name']}"
    at = city.nested(INTERFACES, port)
    return {
        "tenant": _tenant(city, device["site"]),
        "status": choice(ADDRESS_STATUS, "active"),
        "role": choice(ADDRESS_ROLE, "loopback") if interface["kind"] == "loopback" else None,
        "assigned_object_type": INTERFACE,
        "assigned_object_id": None if at is None else city.number(INTERFACES, port),
        "assigned_object": at,
        "dns_name": dns_names(city).get(address.partition("/")[0], ""),
    }


def _services(city: City) -> Iterator[tuple[str, Item]]:
    yield from city.all("services").items()


def _mapping(service: Body) -> tuple[str, int]:
    """(protocol, port) of an e-service; all but name service speak TCP."""
    end = service["endpoint"]
    return ("udp" if end["protocol"] == "dns" else "tcp"), end["port"]


def _service_stub(_city: City, service: Body) -> Document:
    protocol, port = _mapping(service)
    return {"name": service["slug"], "port_mappings": [f"{protocol}/{port}"], "description": service["name_pl"]}


def _service(city: City, service: Body) -> Document:
    protocol, port = _mapping(service)
    host = city.nested("dcim/devices", service["host"])
    return {
        "parent_object_type": "dcim.device",
        "parent_object_id": None if host is None else city.number("dcim/devices", service["host"]),
        "parent": host,
        "protocol": choice(PROTOCOL, protocol),
        "ports": [port],
        "ipaddresses": [found for name in _served_at(city, service) if (found := city.nested(ADDRESSES, name))],
        "comments": service["description"],
        "custom_fields": {f"{OURS}{name}": value for name, value in _service_facts(service).items()},
    }


def _service_facts(service: Body) -> Document:
    end = service["endpoint"]
    facts = {name: service.get(name) for name in ("identifier", "name_en", "exposure", "owner", "criticality")}
    url = f"{end['protocol']}://{end['dns_name']}{end['path']}"
    return {**facts, "slo_percent": service["slo_percent"], "url": url}


def _served_at(city: City, service: Body) -> list[str]:
    """Names of those addresses of its host at which an e-service answers."""
    wanted, host = set(service["endpoint"]["addresses"]), city.all("devices").get(service["host"])
    if host is None:
        return []
    return [
        address_name(host["slug"], interface["name"], address)
        for interface in host["interfaces"]
        for address in interface["addresses"]
        if address.partition("/")[0] in wanted
    ]


def _version(address: str) -> int:
    return 6 if ":" in address else 4


KINDS = (
    Kind(
        ROLES, "ipam.role",
        f"id url display_url display name slug weight {COMMON} prefix_count vlan_count asn_count",
        "id url display name slug description prefix_count vlan_count asn_count",
        items=_roles, stub=_role_stub, rest=_role,
    ),
    Kind(
        VLANS, "ipam.vlan",
        "id url display_url display site group vid name tenant status role description qinq_role qinq_svlan owner "
        "comments l2vpn_termination tags custom_fields created last_updated prefix_count",
        "id url display vid name description",
        items=_vlans, stub=_vlan_stub, rest=_vlan, choices={"status": VLAN_STATUS},
        references={"site": "dcim/sites", "role": ROLES, "tenant": "tenancy/tenants", "group": "ipam/vlan-groups"},
        search=("name", "vid"),
    ),
    Kind(
        PREFIXES, "ipam.prefix",
        "id url display_url display family prefix vrf scope_type scope_id scope tenant vlan status role is_pool "
        f"mark_utilized {COMMON} children _depth",
        "id url display family prefix description _depth",
        items=_prefixes, stub=_prefix_stub, rest=_prefix, choices={"status": PREFIX_STATUS, "family": FAMILY},
        references={
            "role": ROLES, "site": "dcim/sites", "tenant": "tenancy/tenants", "vrf": "ipam/vrfs",
        },
        finds={
            "site": lambda _, body: body.get("site"),
            "site_id": lambda city, body: city.number("dcim/sites", body["site"]) if body.get("site") else None,
            "vlan_id": lambda city, body: city.number(VLANS, body["vlan"]) if body.get("vlan") else None,
            "vlan_vid": lambda city, body: city.all("vlans").get(body.get("vlan") or "", {}).get("vid"),
            "contains": lambda _, body: body["prefix"],
            "within": lambda _, body: body["prefix"],
            "within_include": lambda _, body: body["prefix"],
        },
        search=("prefix",),
    ),
    Kind(
        ADDRESSES, "ipam.ipaddress",
        "id url display_url display family address vrf tenant status role assigned_object_type assigned_object_id "
        f"assigned_object nat_inside nat_outside dns_name {COMMON}",
        "id url display family address description",
        items=_addresses, stub=_address_stub, rest=_address,
        choices={"status": ADDRESS_STATUS, "role": ADDRESS_ROLE, "family": FAMILY},
        references={"tenant": "tenancy/tenants", "vrf": "ipam/vrfs"},
        finds={
            "address": lambda _, item: [item[2], item[2].partition("/")[0]],
            "family": lambda _, item: _version(item[2]),
            "device": lambda _, item: item[0]["slug"],
            "device_id": lambda city, item: city.number("dcim/devices", item[0]["slug"]),
            "interface": lambda _, item: item[1]["name"],
            "interface_id": lambda city, item: city.number(INTERFACES, f"{item[0]['slug']}:{item[1]['name']}"),
            "assigned_object_id": lambda city, item: city.number(INTERFACES, f"{item[0]['slug']}:{item[1]['name']}"),
            "assigned_object_type": lambda _city, _item: INTERFACE,
            "assigned_to_interface": lambda _city, _item: True,
            "virtual_machine": lambda _city, _item: None,
            "virtual_machine_id": lambda _city, _item: None,
            "mask_length": lambda _, item: ip_interface(item[2]).network.prefixlen,
            "dns_name": lambda city, item: dns_names(city).get(item[2].partition("/")[0], ""),
            "parent": lambda _, item: item[2],
        },
        search=("address", "dns_name"),
    ),
    Kind(
        SERVICES, "ipam.service",
        "id url display_url display parent_object_type parent_object_id parent name port_mappings protocol ports "
        f"ipaddresses {COMMON}",
        "id url display name port_mappings description",
        items=_services, stub=_service_stub, rest=_service, choices={"protocol": PROTOCOL},
        finds={
            "device": lambda _, service: service["host"],
            "device_id": lambda city, service: city.number("dcim/devices", service["host"]),
            "parent_object_id": lambda city, service: city.number("dcim/devices", service["host"]),
            "port": lambda _, service: _mapping(service)[1],
            "virtual_machine": lambda _city, _item: None,
            "virtual_machine_id": lambda _city, _item: None,
        },
        search=("name", "description"),
    ),
)  # fmt: skip
"""Roles, VLANs, prefixes, addresses, services."""
