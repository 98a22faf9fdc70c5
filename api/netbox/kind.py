"""What is said once about each type of NetBox: its address, its fields, what it is made from, how it is found."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from api.netbox.city import City

type Document = dict[str, Any]
type Item = Any
"""What an object is made from: a body of the inventory, or a pair of them."""

COMMON = "description owner comments tags custom_fields created last_updated"

LISTS = """
    tags asns accounts vdcs bridge_interfaces mac_addresses tagged_vlans link_peers wireless_lans nat_outside
    ipaddresses a_terminations b_terminations object_types assignments groups
"""
TEXTS = """
    description comments serial label facility physical_address shipping_address dns_name color part_number
    phone email address link title xconnect_id pp_info
"""
FALSE = "mgmt_only mark_connected _occupied is_pool mark_utilized exclude_from_utilization"
ZERO = "_depth children count_ipaddresses count_fhrp_groups"


@dataclass(frozen=True)
class Kind:
    """A type of NetBox.

    ``path`` is its address below ``/api/``, ``model`` its content type, ``brief`` the fields of ``?brief=true``.
    ``items`` gives (name, item) of every object in default order. ``stub`` makes what stands for the object inside
    others, ``rest`` what only the object itself shows. ``references`` are fields that name an object of another kind,
    ``choices`` those with a fixed set of values, ``finds`` what is asked for often or is no field at all.
    """

    path: str
    model: str
    fields: str
    brief: str
    items: Callable[["City"], Iterable[tuple[str, Item]]] = lambda _: ()
    stub: Callable[["City", Item], Document] = lambda _city, _item: {}
    rest: Callable[["City", Item], Document] = lambda _city, _item: {}
    references: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    finds: Mapping[str, Callable[["City", Item], Any]] = field(default_factory=dict)
    search: tuple[str, ...] = ("name", "slug", "description")
    folded: frozenset[str] = frozenset()
    """Filters that do not tell capitals from small letters."""

    @cached_property
    def blank(self) -> Document:
        """Every field with the value NetBox shows where nothing is known, in NetBox's order."""
        return {name: _nothing(name) for name in self.fields.split()}

    @cached_property
    def brief_fields(self) -> tuple[str, ...]:
        """The fields of ``?brief=true``."""
        return tuple(self.brief.split())

    @cached_property
    def filters(self) -> frozenset[str]:
        """Every name a list can be filtered by, lookups left out."""
        hidden = {*LISTS.split(), "url", "display_url", "display", "custom_fields"}
        plain = {name for name in self.blank if name not in hidden}
        pairs = {f"{name}_id" for name in self.references}
        tags = {"tag"} if "tags" in self.blank else set()
        return frozenset(plain | pairs | tags | set(self.references) | set(self.finds) | {"id"})


def _nothing(name: str) -> Any:
    """What NetBox shows in a field where nothing is known."""
    if name == "custom_fields":
        return {}
    for names, value in ((LISTS, []), (TEXTS, ""), (FALSE, False), (ZERO, 0)):
        if name in names.split():
            return value
    return 0 if name.endswith("_count") else None
