"""Types of NetBox that our inventory has nothing for. They answer with an empty list: a client that meets 404 stops."""

from api.netbox.kind import COMMON, Kind

PATHS = """
    circuits/provider-accounts circuits/provider-networks circuits/circuit-groups circuits/circuit-group-assignments
    circuits/virtual-circuits circuits/virtual-circuit-types
    core/data-sources core/jobs core/object-changes
    dcim/rack-groups dcim/rack-types dcim/rack-roles dcim/racks dcim/rack-reservations dcim/module-types dcim/modules
    dcim/module-bays dcim/device-bays dcim/console-ports dcim/console-server-ports dcim/power-ports dcim/power-outlets
    dcim/front-ports dcim/rear-ports dcim/inventory-items dcim/inventory-item-roles dcim/mac-addresses
    dcim/virtual-chassis dcim/virtual-device-contexts dcim/power-panels dcim/power-feeds
    extras/config-contexts extras/config-templates extras/custom-field-choice-sets extras/webhooks
    extras/event-rules extras/journal-entries extras/saved-filters extras/export-templates extras/custom-links
    ipam/aggregates ipam/asns ipam/asn-ranges ipam/fhrp-groups ipam/fhrp-group-assignments ipam/ip-ranges ipam/rirs
    ipam/route-targets ipam/service-templates ipam/vlan-groups ipam/vrfs
    tenancy/contact-groups tenancy/contact-roles tenancy/contact-assignments
    users/groups users/users
    virtualization/cluster-types virtualization/cluster-groups virtualization/clusters
    virtualization/virtual-machines virtualization/interfaces virtualization/virtual-disks
    vpn/ike-policies vpn/ipsec-policies vpn/ipsec-profiles vpn/l2vpns vpn/l2vpn-terminations vpn/tunnels
    vpn/tunnel-groups wireless/wireless-lans wireless/wireless-lan-groups wireless/wireless-links
"""
HOSTS = "id url display_url display name site role status platform tenant cluster"
"""Fields by which virtual machines, of which there are none, may be asked for."""


def _model(path: str) -> str:
    """The content type, guessed from the address: nothing here is ever shown."""
    app, _, plural = path.partition("/")
    return f"{app}.{plural.replace('-', '').removesuffix('s')}"


KINDS = tuple(
    Kind(path, _model(path), f"{HOSTS} {COMMON}", "id url display name description") for path in PATHS.split()
)
"""Everything that is not there."""
