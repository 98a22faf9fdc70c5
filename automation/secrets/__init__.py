"""Secrets of devices: taken from where an operator keeps them, one file for each kind of place, never stored by us."""
