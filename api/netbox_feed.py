"""Joins our inventory with the NetBox it is set to, and follows that NetBox while the API is served."""

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from api.context import Context
from api.work import Work
from inventory.day import day_at
from inventory.errors import SilesiaNetError, WrongUsage
from inventory.settings import NetboxSettings
from inventory.sources.netbox.mirror import Mirror

log = logging.getLogger(__name__)

if TYPE_CHECKING:
    from inventory.sources.netbox.exchange import Exchange


def settings_of(url: str | None = None, timeout: float | None = None) -> NetboxSettings:
    """The settings with what was given on the command line; WrongUsage when there is no NetBox in them."""
    known = NetboxSettings()
    given = {"url": url or known.url, "timeout_seconds": timeout or known.timeout_seconds}
    settings = known.model_copy(update=given)
    if not settings.url or not settings.secret_token:
        missing = "SILESIANET_NETBOX_TOKEN" if settings.url else "--url or SILESIANET_NETBOX_URL"
        raise WrongUsage("it is not known which NetBox, or with which token", fix=f"give {missing}")
    return settings


def exchange_with(context: Context, settings: NetboxSettings, forget: bool = False) -> "Exchange":
    """The exchange with a NetBox that answers and can be used."""
    from inventory.sources.netbox.client import Client  # with pynetbox, which most processes never need
    from inventory.sources.netbox.exchange import Exchange

    client = Client(settings.url, settings.secret_token, settings.timeout_seconds, settings.ca_file)
    client.check()
    mirror = Mirror(context.engine)
    mirror.belong_to(client.url, forget)
    return Exchange(context.inventory, mirror, client, settings)


def follow_until(
    context: Context,
    settings: NetboxSettings,
    stopping: threading.Event,
    say: Callable[[str], object],
    *,
    once: bool = False,
) -> bool:
    """Follow a NetBox until told to stop, or look once; tell whether the last look worked.

    A NetBox that cannot be used yet is tried again, for it may come up after us.
    """
    from inventory.sources.netbox.following import RETRY_SECONDS, Following

    told = ""
    while True:
        try:
            exchange = exchange_with(context, settings)
            break
        except SilesiaNetError as error:
            if str(error) != told:
                say(str(error))
            told = str(error)
            if once or stopping.wait(min(RETRY_SECONDS, settings.poll_seconds)):
                return False
    following = Following(exchange, Mirror(context.engine), settings, day_at, say)
    if once:
        return following.look()
    following.run(stopping)
    return True


def start(context: Context, work: Work) -> None:
    """Follow the NetBox that is set, in the background; without one nothing happens."""
    settings = NetboxSettings()
    if settings.url:
        work.start("netbox", lambda: follow_until(context, settings_of(), work.stopping, log.warning), log.error)
