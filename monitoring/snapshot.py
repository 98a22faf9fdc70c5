"""Everything monitoring knows at one instant, as plain values: what metrics, alerts and dashboards are made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version

from inventory.model.network import Network
from monitoring.agents import SiteAgent
from monitoring.alerts.incidents import Incident
from monitoring.capacity.counters import Volume
from monitoring.reachability.cells import CellKey
from monitoring.snmp.sample import Poll


@dataclass(frozen=True)
class Snapshot:
    """One instant. ``links`` tells whether each link that can be judged is up; heartbeats are epoch seconds.

    ``verdicts`` counts the cells of each verdict, ``reachable`` says of entitled cells that are probed if they work.
    ``equality`` is the equal-access index by (table, group).
    ``days_left`` is how long the certificate of each e-service is still valid.
    """

    at: float
    network: Network
    polls: Mapping[str, Poll] = field(default_factory=dict)
    volumes: Mapping[tuple[str, str], Volume] = field(default_factory=dict)
    links: Mapping[str, bool] = field(default_factory=dict)
    verdicts: Mapping[str, int] = field(default_factory=dict)
    reachable: Mapping[CellKey, bool] = field(default_factory=dict)
    heartbeats: Mapping[str, float] = field(default_factory=dict)
    traps: Mapping[tuple[str, str], int] = field(default_factory=dict)
    incidents: Sequence[Incident] = ()
    equality: Mapping[tuple[str, str], float] = field(default_factory=dict)
    agents: Sequence[SiteAgent] = ()
    days_left: Mapping[str, float] = field(default_factory=dict)
    version: str = field(default_factory=lambda: version("silesianet"))
