"""Settings of the monitoring room that concern telemetry: environment ``SILESIANET_…`` or defaults."""

from pathlib import Path
from typing import Annotated, NamedTuple

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


class FailureRate(NamedTuple):
    """How often something fails in a year, and for how many hours each time."""

    per_year: Annotated[float, Field(ge=0)]
    hours: Annotated[float, Field(ge=0)]


FAILURE_RATES = {
    "link.fibre": FailureRate(0.05, 6),
    "link.radio": FailureRate(0.5, 4),
    "link.lte": FailureRate(2, 2),
    "link.leased": FailureRate(0.3, 6),
    "device.infrastructure": FailureRate(0.05, 4),
    "device.site": FailureRate(0.2, 12),
    "device.hotspot": FailureRate(0.4, 24),
    "site.infrastructure": FailureRate(0.2, 2),
    "site.other": FailureRate(1, 2),
    "srg.duct": FailureRate(0.1, 12),
    "srg.route": FailureRate(0.2, 12),
    "srg.power": FailureRate(0.5, 2),
    "srg.provider": FailureRate(0.3, 4),
}
"""What is assumed of every kind of element; sites stand for their power."""


class PlanningSettings(BaseSettings):
    """What planning assumes where the inventory and the measurements say nothing. Money is PLN."""

    model_config = SettingsConfigDict(env_prefix="SILESIANET_PLANNING_", frozen=True)

    access_share: Share = 0.3
    """Share of the rate of its access circuits that a site is taken to use where no traffic was measured."""
    internet_share: Annotated[float, Field(ge=0, le=1)] = 0.8
    """Share of a site's traffic that goes to e-services beyond the border; the others share the rest equally."""
    rates: dict[str, FailureRate] = {}
    """Failures a year and hours of each, as JSON such as `{"link.fibre": [0.1, 8]}`; the guide has the defaults."""
    horizon_years: Annotated[float, Field(gt=0)] = 10.0
    """Years over which the cost of a line is summed."""
    fibre_metre_pln: Annotated[float, Field(ge=0)] = 180.0
    """Price of a metre of fibre in the ground."""
    detour: Annotated[float, Field(ge=1)] = 1.3
    """Length along streets, over the distance as the crow flies."""
    radio_pln: Annotated[float, Field(ge=0)] = 25_000.0
    """Price of a radio line, whatever its length."""
    radio_yearly_pln: Annotated[float, Field(ge=0)] = 1_500.0
    """Yearly cost of a radio line: licence and upkeep."""
    provider_pln: Annotated[float, Field(ge=0)] = 3_000.0
    """Price of the installation of a line of another provider."""
    provider_yearly_pln: Annotated[float, Field(ge=0)] = 6_000.0
    """Yearly cost of a line of another provider, where no line of its is in the inventory."""
    fibre_km: Annotated[float, Field(ge=0)] = 3.0
    """Longest fibre that is proposed, as the crow flies."""
    radio_km: Annotated[float, Field(ge=0)] = 6.0
    """Longest radio line that is proposed."""
    places: Annotated[int, Field(ge=1)] = 300
    """How many places lines are proposed for: those for which the failures that cut them off cost most."""
    nearest: Annotated[int, Field(ge=1)] = 3
    """How many nodes near a place are looked at for each kind of line."""

    @property
    def failure_rates(self) -> dict[str, FailureRate]:
        """The defaults, and what was set instead."""
        return FAILURE_RATES | self.rates


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
    certificate_days: Annotated[float, Field(ge=0)] = 0.0
    """Days a certificate must still be valid; 0: an expired one fails, as in a browser."""
    certificate_warn_days: Annotated[float, Field(ge=0)] = 21.0
    """Days before its end at which a certificate is worth an alert."""
    cells_most: Annotated[int, Field(ge=0)] = 20_000
    """Cells up to which every one is probed directly; beyond that each class of sites is covered by a sample."""
    cover_period: Annotated[float, Field(gt=0)] = 300.0
    """Between two probes of one cell of the sample."""
    cover_sites: Annotated[int, Field(ge=3)] = 3
    """Sites of each class from which an e-service is probed directly when there are too many cells."""
    critical: Annotated[int, Field(ge=0, le=4)] = 1
    """E-services up to this criticality are probed directly from every site entitled to them; 0 for none."""
    critical_period: Annotated[float, Field(gt=0)] = 900.0
    """Between two probes of a cell that is probed directly for that reason, when there are too many cells."""
    heartbeat: Annotated[float, Field(gt=0)] = 60.0
    """Between two signs of life of an agent, when there are too many cells."""
    recheck: Annotated[float, Field(gt=0)] = 10.0
    """A result that differs from the one before is checked again after this time at most."""

    @property
    def stale_after(self) -> float:
        """Silence after which a cell is stale: three periods, six seconds at least."""
        return max(3 * self.period, 6.0)


class ElementSettings(BaseSettings):
    """How long it is kept when links, devices and services went down and came up."""

    model_config = SettingsConfigDict(env_prefix="SILESIANET_ELEMENT_", frozen=True)

    keep_days: Annotated[float, Field(gt=0)] = 400.0
    """Days for which changes are kept; how an element was at the beginning of that time is known as well."""


class FlapSettings(BaseSettings):
    """When a cell comes and goes too often to be of use, after RFC 2439."""

    model_config = SettingsConfigDict(env_prefix="SILESIANET_FLAP_", frozen=True)

    penalty: Annotated[float, Field(gt=0)] = 1000.0
    """What each change from ok to failed or back costs."""
    half_life: Annotated[float, Field(gt=0)] = 30.0
    """Seconds in which half of the penalty is forgotten."""
    suppress: Annotated[float, Field(gt=0)] = 5000.0
    """Penalty from which a cell counts as not usable, whatever its newest result."""
    reuse: Annotated[float, Field(gt=0)] = 2000.0
    """Penalty below which its newest result counts again."""
    longest: Annotated[float, Field(gt=0)] = 300.0
    """Longest time in seconds for which a cell that has become stable may go on counting as not usable."""


class EqualitySettings(BaseSettings):
    """The equal-access index: what its four parts weigh, what speed is enough, which groups are too small to show."""

    model_config = SettingsConfigDict(env_prefix="SILESIANET_EQUALITY_", frozen=True)

    weight_usable: Annotated[float, Field(ge=0)] = 0.4
    """Weight of the share of entitled e-services that can be used now."""
    weight_speed: Annotated[float, Field(ge=0)] = 0.2
    """Weight of the speed of the access line against the target."""
    weight_resilience: Annotated[float, Field(ge=0)] = 0.2
    """Weight of the share of e-services that no single failure of a link or device takes away."""
    weight_time: Annotated[float, Field(ge=0)] = 0.2
    """Weight of the share of the probed time with service."""
    target_bps: Annotated[float, Field(gt=0)] = 1e9
    """Speed that is enough for a school or another public service, in bits per second (EU target for 2025)."""
    hotspot_target_bps: Annotated[float, Field(gt=0)] = 30e6
    """Speed that is enough for a public hotspot, in bits per second (what a free hotspot must offer at least)."""
    period_days: Annotated[float, Field(gt=0, le=400)] = 30.0
    """Days over which time without service is counted, as far as results are kept."""
    min_sites: Annotated[int, Field(ge=1)] = 1
    """Groups of fewer sites are not shown, nor is what would let somebody work them out."""
    min_people: Annotated[int, Field(ge=0)] = 500
    """Groups that serve fewer people are not shown, nor is what would let somebody work them out."""


class SlaSettings(BaseSettings):
    """Service levels: what a single result may speak for."""

    model_config = SettingsConfigDict(env_prefix="SILESIANET_SLA_", frozen=True)

    hold: Annotated[float, Field(gt=0)] | None = None
    """Longest time in seconds between two results that still counts as known; by default until a cell turns stale."""
    settle: Annotated[float, Field(gt=0)] = 300.0
    """Seconds between two rounds in which single results are put together to spells, which are kept for good."""

    def hold_seconds(self, stale_after: float) -> float:
        """The time in seconds."""
        return stale_after if self.hold is None else self.hold


class OpenDataSettings(BaseSettings):
    """What the catalogues of open data say of those who publish."""

    model_config = SettingsConfigDict(env_prefix="SILESIANET_OPEN_DATA_", frozen=True)

    licence: str = "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0"
    """Address of the licence of the data."""
    publisher: str = ""
    """Name of the publisher; the commune of the inventory if empty."""
    contact_email: str = ""
    """Where questions are answered, an office and no person; the first contact of the inventory if empty."""
