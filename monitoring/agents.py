"""Site agents as the platform sees them: whether each is heard, and what it says of itself.

A site whose agent is not heard is blind: nothing there counts as working until it is heard again.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from inventory.model.network import Network
from monitoring.cell import instant


class Heard(StrEnum):
    """Whether an agent is heard: lately, once but not lately, or not yet."""

    HEARD = "heard"
    SILENT = "silent"
    NEVER = "never"


class SiteAgent(BaseModel):
    """The agent of a site. Times are RFC 3339, ``clock_offset`` seconds ahead of us, counts since its start.

    What an agent does not say of itself is null: an older one says nothing.
    """

    model_config = ConfigDict(frozen=True)

    slug: str
    site: str
    device: str
    state: Heard
    heard_at: str | None
    version: str | None = None
    clock_offset: float | None = None
    queue: int | None = None
    dropped: int | None = None
    late: int | None = None
    last_push: str | None = None


def site_agents(
    network: Network,
    heartbeats: Mapping[str, float],
    health: Mapping[str, Mapping[str, Any]],
    now: float,
    alive_after: float,
) -> Iterator[SiteAgent]:
    """The agents the inventory knows, in its order; times given and ``alive_after`` are in seconds."""
    for site in network.sites:
        if (device := network.vantage(site.slug)) is not None:
            at, said = heartbeats.get(site.slug), health.get(site.slug, {})
            state = Heard.NEVER if at is None else Heard.HEARD if now - at <= alive_after else Heard.SILENT
            known = {name: said.get(name) for name in ("version", "clock_offset", "queue", "dropped", "late")}
            times = {"heard_at": instant(at), "last_push": instant(said.get("last_push"))}
            yield SiteAgent(slug=site.slug, site=site.slug, device=device.slug, state=state, **times, **known)
