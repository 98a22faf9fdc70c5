"""Joins the rooms for a change: logins to the devices, the forecast and the probes that judge it.

Apart from the composition root, because the drivers take a second to import and most commands need none.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.rehearsing import rehearsal
from api.working import through_pops
from automation.changes import Changes
from automation.connect import Access
from automation.gate import Prediction
from automation.onboarding.onboard import Onboarding
from automation.secrets.chain import Secrets, secrets_of
from automation.secrets.discreet import discreet
from automation.session import Connect, Session, Target
from automation.settings import AccessSettings, SecretSettings
from automation.shell_session import ShellConnect
from inventory.day import day_at
from inventory.errors import RefusedRequest
from inventory.model.network import Network
from monitoring.observations import ObservationStore
from monitoring.reachability.forecast import forecast

if TYPE_CHECKING:
    from api.context import Context


def changes_of(context: "Context") -> Changes:
    """Changes of the network: planned with our forecast, judged by the probes of our site agents."""

    def tried_out(before: Network | None, after: Network) -> dict[str, Any]:
        return rehearsal(context, before, after)

    probes = ObservationStore(context.engine)
    connect = through_pops(context, logins(context))
    watching = context.simulated is None
    return Changes(context.engine, context.inventory, connect, _predict, probes, tried_out, watching=watching)


def logins(context: "Context") -> Connect:
    """Sessions with devices from this very process."""

    def log_in(target: Target, secret: Callable[[str], str]) -> Session:
        # keys and network are looked up for every login: a lab may have come and gone meanwhile
        return replace(_access(context), secret=secret)(target)

    return discreet(log_in, _secrets(context).get)


def shells(context: "Context") -> ShellConnect:
    """Logins to the command lines of devices."""
    return ShellConnect(_access(context))


def _secrets(context: "Context") -> Secrets:
    """Those of the settings; simulated devices are configured with secrets of their own."""
    settings, simulated = SecretSettings(), context.simulated
    if simulated is not None:
        listed = f"{settings.secrets},file:{simulated.secret_file}"
        settings = settings.model_copy(update={"secrets": listed})
    return secrets_of(settings)


def onboarding_of(context: "Context") -> Onboarding:
    """How new boxes become devices."""
    return Onboarding(context.changes, _access(context))


def _access(context: "Context") -> Access:
    """Private key, pinned host keys, and how a thread gets to where devices are reached from."""
    if (simulated := context.simulated) is not None:
        return Access(simulated.key_file, simulated.known_hosts, places=simulated.places)
    access, keys = AccessSettings(), context.settings.home / "lab" / "keys"
    return Access(
        _existing(access.key_file, keys / "id_ed25519", "SILESIANET_SSH_KEY_FILE"),
        _existing(access.known_hosts, keys / "known_hosts", "SILESIANET_SSH_KNOWN_HOSTS"),
        context.attach if context.lab_is_up else None,
    )


def _existing(given: Path | None, of_the_lab: Path, setting: str) -> Path:
    path = (given or of_the_lab).resolve()
    if not path.is_file():
        # all in the message: it is told once for each device, without place and remedy
        raise RefusedRequest(f"no {path}: bring a lab up with `silesianet lab up`, or name the file in {setting}")
    return path


def _predict(before: Network | None, after: Network) -> Prediction:
    expected = forecast(before, after, day_at())
    return Prediction(frozenset(expected.lost), frozenset(expected.gained), frozenset(expected.blast))
