"""NetBox's apps, one module each; a type is added by one entry in the module of its app."""

from api.netbox.apps import circuits, dcim, empty, extras, ipam, tenancy
from api.netbox.kind import Kind

KINDS: dict[str, Kind] = {
    kind.path: kind
    for kinds in (dcim.KINDS, ipam.KINDS, tenancy.KINDS, circuits.KINDS, extras.KINDS, empty.KINDS)
    for kind in kinds
}
"""Every type by its address."""

APPS = tuple(sorted({path.partition("/")[0] for path in KINDS}))
