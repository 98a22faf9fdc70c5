"""NAPALM driver of a Wi-Fi hotspot: Linux without a routing suite."""

from automation.transports.linux import LinuxDriver


class LinuxHotspotDriver(LinuxDriver):
    """Everything comes from the kernel; the configuration's part `network` stands in for FRR."""
