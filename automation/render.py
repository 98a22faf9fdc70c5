"""Intent to bundle: every part of a platform from the template of the same name."""

from datetime import date
from functools import cache
from ipaddress import IPv4Network, IPv6Network

from jinja2 import Environment, PackageLoader, StrictUndefined

from automation.bundle import Bundle
from automation.intent import Intent, intent_of
from automation.settings import ConfigurationSettings
from inventory import platforms
from inventory.model.network import Network
from inventory.platforms import Platform


def render(network: Network, name: str, day: date, settings: ConfigurationSettings | None = None) -> Bundle:
    """The bundle a device should have on a day; UnknownObject or RefusedRequest when it is not ours to configure."""
    intent = intent_of(network, name, day, settings or ConfigurationSettings())
    slug = network.device[name].platform
    assert slug is not None
    return render_intent(platforms.load(slug), intent)


def render_intent(platform: Platform, intent: Intent) -> Bundle:
    """The bundle of an intent on a platform."""
    return Bundle.of(
        {part: _environment().get_template(platform.template(part)).render(device=intent) for part in platform.parts}
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("inventory", "platforms"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters["host_or_block"] = _host_or_block
    return environment


def _host_or_block(block: IPv4Network | IPv6Network) -> str:
    """A single host is written without its length, as devices print it."""
    return str(block.network_address) if block.num_addresses == 1 else str(block)
