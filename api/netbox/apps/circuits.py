"""Everything of NetBox's app ``circuits``: providers, media as types, circuits, and where they end."""

from collections.abc import Iterator

from api.netbox.apps.ends import terminations
from api.netbox.city import Body, City
from api.netbox.kind import COMMON, Document, Item, Kind
from api.netbox.shape import CIRCUIT_STATUS, choice, custom, when

PROVIDERS, TYPES, CIRCUITS, TERMINATIONS = (
    "circuits/providers",
    "circuits/circuit-types",
    "circuits/circuits",
    "circuits/circuit-terminations",
)


def _providers(city: City) -> Iterator[tuple[str, Item]]:
    yield from city.all("providers").items()


def _named(_city: City, body: Body) -> Document:
    return {"name": body["name"], "slug": body["slug"], "description": ""}


def _provider(city: City, body: Body) -> Document:
    count = city.count("circuits", "provider", body["slug"])
    return {"custom_fields": custom(PROVIDERS, "providers", body), "circuit_count": count}


def _types(city: City) -> Iterator[tuple[str, Item]]:
    yield from ((medium, medium) for medium in sorted(city.by("circuits", "medium")))


def _type_stub(_city: City, medium: Item) -> Document:
    return {"name": medium, "slug": medium, "description": ""}


def _type(city: City, medium: Item) -> Document:
    return {"circuit_count": city.count("circuits", "medium", medium)}


def _circuits(city: City) -> Iterator[tuple[str, Item]]:
    yield from city.all("circuits").items()


def _circuit_stub(city: City, body: Body) -> Document:
    provider = city.nested(PROVIDERS, body["provider"])
    return {"display": body["slug"], "provider": provider, "cid": body["slug"], "description": ""}


def _circuit(city: City, body: Body) -> Document:
    status = when(city, body, before="planned", during="active", after="decommissioned")
    return {
        "type": city.nested(TYPES, body["medium"]),
        "status": choice(CIRCUIT_STATUS, status),
        "install_date": body.get("valid_from"),
        "termination_date": body.get("valid_to"),
        "commit_rate": body["rate"]["down"] // 1000,
        "termination_a": city.nested(TERMINATIONS, f"{body['slug']}:A"),
        "termination_z": city.nested(TERMINATIONS, f"{body['slug']}:Z"),
        "custom_fields": custom(CIRCUITS, "circuits", body),
    }


def _termination_stub(city: City, item: Item) -> Document:
    body, side, site = item
    at = city.nested("dcim/sites", site)
    return {
        "display": f"{body['slug']}: Termination {side}",
        "termination_type": None if at is None else "dcim.site",
        "termination_id": None if at is None else city.number("dcim/sites", site),
        "termination": at,
        "port_speed": body["rate"]["down"] // 1000,
        "upstream_speed": body["rate"]["up"] // 1000,
        "xconnect_id": "",
        "description": "",
    }


def _termination(city: City, item: Item) -> Document:
    body, side, _ = item
    return {"circuit": city.nested(CIRCUITS, body["slug"]), "term_side": side}


KINDS = (
    Kind(
        PROVIDERS, "circuits.provider",
        "id url display_url display name slug accounts description owner comments asns tags custom_fields created "
        "last_updated circuit_count",
        "id url display name slug description circuit_count",
        items=_providers, stub=_named, rest=_provider,
    ),
    Kind(
        TYPES, "circuits.circuittype",
        f"id url display_url display name slug color {COMMON} circuit_count",
        "id url display name slug description circuit_count",
        items=_types, stub=_type_stub, rest=_type,
    ),
    Kind(
        CIRCUITS, "circuits.circuit",
        "id url display_url display cid provider provider_account type status tenant install_date termination_date "
        "commit_rate description distance distance_unit termination_a termination_z owner comments tags custom_fields "
        "created last_updated assignments",
        "id url display provider cid description",
        items=_circuits, stub=_circuit_stub, rest=_circuit, choices={"status": CIRCUIT_STATUS},
        references={"provider": PROVIDERS, "type": TYPES, "tenant": "tenancy/tenants"}, search=("cid",),
    ),
    Kind(
        TERMINATIONS, "circuits.circuittermination",
        "id url display_url display circuit term_side termination_type termination_id termination port_speed "
        "upstream_speed xconnect_id pp_info description mark_connected cable cable_end link_peers link_peers_type tags "
        "custom_fields created last_updated _occupied",
        "id url display circuit term_side description cable _occupied",
        items=terminations, stub=_termination_stub, rest=_termination,
        references={"site": "dcim/sites"},
        finds={
            "site": lambda _, item: item[2],
            "site_id": lambda city, item: city.number("dcim/sites", item[2]) if item[2] else None,
            "circuit_id": lambda city, item: city.number(CIRCUITS, item[0]["slug"]),
            "term_side": lambda _, item: item[1],
        },
        search=("description",),
    ),
)  # fmt: skip
"""Providers, circuit types, circuits, circuit terminations."""
