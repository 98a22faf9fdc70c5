"""Puts rooms together that do not know each other: a change is decided by monitoring's probes and forecast."""

from api.context import Context
from automation.changes import Changes
from automation.gate import Prediction
from automation.napalm_session import NapalmConnect
from inventory.day import day_at
from inventory.model.network import Network
from monitoring.observations import ObservationStore
from monitoring.reachability.forecast import forecast


def changes_of(context: Context) -> Changes:
    """Changes over the devices this process can reach: those of the lab when one is up."""
    keys = context.settings.home.resolve() / "lab" / "keys"
    connect = NapalmConnect(keys / "id_ed25519", keys / "known_hosts", context.attach)
    return Changes(context.engine, context.inventory, connect, _forecast, ObservationStore(context.engine))


def _forecast(before: Network | None, after: Network) -> Prediction:
    expected = forecast(before, after, day_at())
    return Prediction(expected.lost, expected.gained, expected.blast)
