"""`get_network_driver("frr")`."""

from automation.transports.frr import FrrDriver

__all__ = ["FrrDriver"]
