"""Frozen facts about the network; pydantic and the standard library only."""
