"""What the interface says about itself: a status, the choices of fields, and a description small enough to be read."""

import platform
from functools import cache
from importlib.metadata import version
from typing import Any

from api.netbox.address import MOUNT
from api.netbox.apps import KINDS, empty
from api.netbox.guard import VERSION
from api.netbox.kind import Kind

NETBOX = f"{VERSION}.3"
"""The release whose answers these are compared with."""

PAGING = ("limit", "offset", "start", "ordering", "brief", "fields", "omit", "q")
BOTH_WAYS = ("dcim/devices", "virtualization/virtual-machines")
"""Lists whose filters nb_inventory looks for under the whole path; pynetbox leaves out what stands before /api."""


def status() -> dict[str, Any]:
    """What NetBox tells monitoring."""
    return {
        "netbox-version": NETBOX,
        "netbox-full-version": NETBOX,
        "silesianet-version": version("silesianet"),
        "python-version": platform.python_version(),
        "installed_apps": {},
        "plugins": {},
        "rq-workers-running": 0,
    }


@cache
def schema() -> dict[str, Any]:
    """OpenAPI with the one thing clients look for: the names of the filters of each list."""
    told = [path for path in KINDS if path not in empty.PATHS.split() or path in BOTH_WAYS]
    paths = {f"/api/{path}/": _described(KINDS[path]) for path in told}
    paths |= {f"{MOUNT}/api/{path}/": paths[f"/api/{path}/"] for path in BOTH_WAYS}
    return {"openapi": "3.0.3", "info": {"title": "NetBox REST API, read only", "version": NETBOX}, "paths": paths}


def _described(kind: Kind) -> dict[str, Any]:
    names = [*PAGING, *sorted(name for name in kind.filters if not name.endswith("_count"))]
    return {"get": {"parameters": [{"name": name} for name in names]}}


def options(kind: Kind) -> dict[str, Any]:
    """The fields of a type, with the values of those that have a fixed set of them."""
    fields: dict[str, dict[str, Any]] = {name: {"type": "field", "read_only": True} for name in kind.blank}
    for name, labels in kind.choices.items():
        choices = [{"value": value, "display": label} for value, label in labels.items()]
        fields[name] = {"type": "choice", "read_only": True, "choices": choices}
    name = kind.path.partition("/")[2].replace("-", " ").capitalize()
    described = {"name": f"{name} list", "description": "Read only.", "renders": ["application/json"]}
    return described | {"actions": {"POST": fields}}
