"""Modules that run on devices."""
