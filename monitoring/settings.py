"""Settings of the monitoring room that concern telemetry: environment ``SILESIANET_…`` or defaults."""

from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

Share = Annotated[float, Field(gt=0, le=1)]


class SnmpSettings(BaseSettings):
    """How devices are polled. Times are seconds."""

    model_config = SettingsConfigDict(env_prefix="SILESIANET_SNMP_", frozen=True)

    period: Annotated[float, Field(gt=0)] = 2.0
    """Between two polls of link state and neighbours of one device."""
    counter_period: Annotated[float, Field(gt=0)] = 10.0
    """Between two readings of the octet and error counters."""
    identity_period: Annotated[float, Field(gt=0)] = 60.0
    """Between two readings of names, aliases and speeds (read at once after a restart of the device)."""
    timeout: Annotated[float, Field(gt=0)] = 1.0
    """Wait for the answer to one request."""
    retries: Annotated[int, Field(ge=0)] = 0
    """Requests repeated before a poll counts as unanswered."""
    concurrency: Annotated[int, Field(ge=1)] = 64
    """Devices asked at the same time."""
    port: Annotated[int, Field(ge=1, le=65535)] = 161
    """UDP port of the agents."""
    version: Annotated[str, Field(pattern="^(2c|3)$")] = "3"
    """Version of SNMP: 3 (authPriv) or 2c."""
    credentials: Path | None = None
    """JSON file with the secrets; the lab's own file when unset."""
    adjacency_polls: Annotated[int, Field(ge=1)] = 2
    """Consecutive polls without the OSPF adjacency before its link counts as down."""
    silent_polls: Annotated[int, Field(ge=1)] = 3
    """Consecutive unanswered polls before a device without routing counts as cut off."""


class CapacitySettings(BaseSettings):
    """How traffic is stored and judged."""

    model_config = SettingsConfigDict(env_prefix="SILESIANET_CAPACITY_", frozen=True)

    slot: Annotated[int, Field(ge=1)] = 300
    """Length of a slot in seconds; 300 in operation, 10 in the lab."""
    warn: Share = 0.5
    """Share of the capacity at which the 95th percentile is worth a warning."""
    plan: Share = 0.6
    """Share at which an upgrade should be planned."""
    order: Share = 0.7
    """Share at which an upgrade should be ordered."""
    keep_days: Annotated[int, Field(ge=1)] = 400
    """Days for which slots are kept."""


class TrapSettings(BaseSettings):
    """Where traps are received."""

    model_config = SettingsConfigDict(env_prefix="SILESIANET_TRAP_", frozen=True)

    listen: str = "0.0.0.0:162"
    """Address and UDP port, in the management network."""
    keep: Annotated[int, Field(ge=1)] = 10_000
    """Traps kept in the log."""


class AlertSettings(BaseSettings):
    """How often Prometheus looks and how soon Alertmanager tells, in seconds."""

    model_config = SettingsConfigDict(env_prefix="SILESIANET_ALERT_", frozen=True)

    scrape: Annotated[int, Field(ge=1)] = 2
    """Between two scrapes of the network as a whole, and two evaluations of the rules."""
    device_scrape: Annotated[int, Field(ge=1)] = 10
    """Between two scrapes of each device."""
    group_interval: Annotated[int, Field(ge=1)] = 5
    """Between two messages about the same group of alerts."""


class ProbeSettings(BaseSettings):
    """How e-services are probed from every site, and how long results are kept. Times are seconds."""

    model_config = SettingsConfigDict(env_prefix="SILESIANET_PROBE_", frozen=True)

    period: Annotated[float, Field(gt=0)] = 2.0
    """Between two probes of one cell."""
    timeout: Annotated[float, Field(gt=0)] = 1.5
    """Name and connection of one probe together."""
    patience: Annotated[float, Field(ge=0)] = 2.5
    """How much longer a server may take once it is connected: a slow one is not a dead one."""
    keep_days: Annotated[float, Field(gt=0)] = 2.0
    """Days for which every single result is kept."""

    @property
    def stale_after(self) -> float:
        """Silence after which a cell is stale: three periods, six seconds at least."""
        return max(3 * self.period, 6.0)
