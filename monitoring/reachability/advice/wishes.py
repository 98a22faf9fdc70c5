"""Candidates that people have in mind, read from a YAML file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from inventory.errors import BadInput
from inventory.model.fact import Record, Slug
from inventory.model.link import Medium
from inventory.model.network import Network
from inventory.sources.document import Document, Fault
from monitoring.reachability.advice.candidate import Candidate, metres
from monitoring.settings import PlanningSettings

Money = Annotated[float, Field(ge=0)]


class Wish(Record):
    """A line somebody wants judged. What it costs is taken from its circuit if it names one, else from the settings."""

    a: Slug
    b: Slug
    medium: Medium = Medium.FIBRE
    provider: Slug | None = None
    circuit: Slug | None = None
    srgs: tuple[Slug, ...] = ()
    build_pln: Money | None = None
    yearly_pln: Money | None = None


def wishes(file: Path, network: Network, settings: PlanningSettings) -> tuple[Candidate, ...]:
    """Read a list of wishes; BadInput with file and line when one is wrong."""
    try:
        document = Document(file.read_bytes())
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", where=str(file)) from error
    except Fault as fault:
        raise BadInput(fault.problem, where=f"{file}:{fault.line}", fix=fault.fix) from fault
    if not isinstance(document.value, list):
        raise BadInput("is not a list of candidates", where=str(file), fix="write `- slug: …` for each")
    found = []
    for index, entry in enumerate(document.value):
        wish = _read(entry, f"{file}:{document.line([index])}")
        _check(wish, network, f"{file}:{document.line([index])}")
        found.append(_candidate(wish, network, settings))
    return tuple(found)


def _read(entry: Any, where: str) -> Wish:
    try:
        return Wish.model_validate(entry)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        field = ".".join(map(str, fault["loc"]))
        raise BadInput(f"{field}: {fault['msg']}", where=where, fix="see the guide to planning") from error


def _check(wish: Wish, network: Network, where: str) -> None:
    named: tuple[tuple[str, str | None, Mapping[str, object]], ...] = (
        ("device", wish.a, network.device), ("device", wish.b, network.device),
        ("circuit", wish.circuit, network.circuit),
        *(("srg", srg, {group.slug: group for group in network.srgs}) for srg in wish.srgs),
    )  # fmt: skip
    for kind, slug, held in named:
        if slug is not None and slug not in held:
            raise BadInput(f"there is no {kind} {slug}", where=where, fix=f"`silesianet inventory list {kind}s`")
    if wish.slug in network.link:
        raise BadInput(f"there is a link {wish.slug} already", where=where, fix="choose another slug")


def _candidate(wish: Wish, network: Network, settings: PlanningSettings) -> Candidate:
    ends = [network.site[network.device[end].site].coordinates for end in (wish.a, wish.b)]
    far = metres(*ends)
    build, yearly = _prices(wish, network, settings, far)
    return Candidate(
        wish.slug, wish.a, wish.b, wish.medium, wish.provider, wish.srgs, round(far),
        build if wish.build_pln is None else wish.build_pln, yearly if wish.yearly_pln is None else wish.yearly_pln,
    )  # fmt: skip


def _prices(wish: Wish, network: Network, settings: PlanningSettings, far: float) -> tuple[float, float]:
    """What it costs once and each year where the wish does not say."""
    if wish.circuit is not None:
        circuit = network.circuit[wish.circuit]
        return circuit.upgrade_cost or 0.0, 12 * (circuit.monthly_cost or 0.0)
    if wish.medium is Medium.FIBRE:
        return far * settings.detour * settings.fibre_metre_pln, 0.0
    if wish.medium is Medium.RADIO:
        return settings.radio_pln, settings.radio_yearly_pln
    return settings.provider_pln, settings.provider_yearly_pln
