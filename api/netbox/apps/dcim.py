"""Everything of NetBox's app ``dcim``."""

from api.netbox.apps import catalogue, devices, interfaces, places

KINDS = (*places.KINDS, *catalogue.KINDS, devices.KIND, *interfaces.KINDS)
"""In the order in which each refers to those before it."""
