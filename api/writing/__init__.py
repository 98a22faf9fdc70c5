"""Writes to the inventory over REST: one object or many, all of them or none, every problem told at once."""
