"""Intent to bundle: every part of a platform from the template of the same name."""

from collections.abc import Callable
from datetime import date
from functools import cache
from importlib import import_module
from ipaddress import IPv4Interface, IPv4Network, IPv6Network

from jinja2 import Environment, PackageLoader, StrictUndefined

from automation.bundle import Bundle
from automation.intent import Intent, intent_of
from automation.settings import ConfigurationSettings
from inventory import platforms
from inventory.model.network import Network
from inventory.platforms import Platform

Rendering = Callable[[Network, str, date, ConfigurationSettings], Bundle]
"""What a device should run on a day."""

_Blocks = tuple[IPv4Network | IPv6Network, ...]
MOST_TEXTS = 4096
_texts: dict[tuple[int, int], tuple[_Blocks, tuple[str, ...]]] = {}
"""What lists of blocks were written as, by the identity of the list, which is kept so that it stays one."""


def render(network: Network, name: str, day: date, settings: ConfigurationSettings | None = None) -> Bundle:
    """The bundle a device should have on a day; UnknownObject or RefusedRequest when it is not ours to configure."""
    intent = intent_of(network, name, day, settings or ConfigurationSettings())
    slug = network.device[name].platform
    assert slug is not None
    return render_intent(platforms.load(slug), intent)


def render_intent(platform: Platform, intent: Intent) -> Bundle:
    """The bundle of an intent on a platform."""
    written = {p: _environment().get_template(platform.template(p)).render(device=intent) for p in platform.parts}
    if platform.finished_by is not None:
        module = import_module(f"automation.{platform.finished_by}")
        written = {part: str(module.finished(text)) for part, text in written.items()}
    return Bundle.of(written)


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
    environment.filters["address_and_mask"] = _address_and_mask
    environment.filters["address_and_wildcard"] = _address_and_wildcard
    environment.filters["of_version"] = _of_version
    return environment


def _host_or_block(block: IPv4Network | IPv6Network) -> str:
    """A single host is written without its length, as devices print it."""
    return str(block.network_address) if block.num_addresses == 1 else str(block)


def _of_version(blocks: _Blocks, version: int) -> tuple[str, ...]:
    """The blocks of one IP version as devices print them. Many rules share one long list, which is written once."""
    if not blocks:
        return ()
    known = _texts.get((id(blocks), version))
    if known is None or known[0] is not blocks:
        if len(_texts) > MOST_TEXTS:
            _texts.clear()
        known = _texts[id(blocks), version] = (
            blocks, tuple(_host_or_block(block) for block in blocks if block.version == version),
        )  # fmt: skip
    return known[1]


def _address_and_mask(text: str) -> str:
    """``10.0.0.1 255.255.255.0`` of ``10.0.0.1/24``."""
    return IPv4Interface(text).with_netmask.replace("/", " ")


def _address_and_wildcard(text: str) -> str:
    """``10.0.0.0 0.0.0.255`` of ``10.0.0.0/24``."""
    return IPv4Interface(text).with_hostmask.replace("/", " ")
