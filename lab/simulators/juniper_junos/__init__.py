"""A simulated Juniper Junos: candidate and active configuration, confirmed commits, command line and NETCONF."""

from lab.simulators.juniper_junos.device import JuniperJunos

__all__ = ["JuniperJunos"]
