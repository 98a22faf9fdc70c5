"""Invented regions of any size on the communes of the programme, for measurements and for trying things out."""

from inventory.generator.region import region

__all__ = ["region"]
