"""Simulated devices: stateful stand-ins for hardware that cannot run here, spoken to over real SSH, eAPI and NETCONF.

They prove what our controller does, not what a vendor's device does: their grammars are ours.
"""
