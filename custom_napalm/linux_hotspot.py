"""`get_network_driver("linux_hotspot")`."""

from automation.transports.linux_hotspot import LinuxHotspotDriver

__all__ = ["LinuxHotspotDriver"]
