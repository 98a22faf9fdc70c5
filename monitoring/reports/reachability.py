"""Reachability of public e-services: who is entitled, and for which share of the people it works now."""

from collections.abc import Iterator

import numpy as np

from inventory.model.service import Exposure
from monitoring.equality.formula import Floats
from monitoring.equality.standing import standing
from monitoring.reports.report import Column, Report, ReportKind, Sources, Value
from monitoring.settings import EqualitySettings

COLUMNS = (
    Column("service", "E-usługa", "E-service"),
    Column("name_pl", "Nazwa", "Name in Polish"),
    Column("name_en", "Nazwa po angielsku", "Name"),
    Column("sites", "Uprawnione miejsca", "Entitled sites"),
    Column("people", "Osoby w tych miejscach", "People they serve"),
    Column("working", "Działa", "Works", "%"),
    Column("unknown", "Nic nie wiadomo", "Unknown", "%"),
)


def build(sources: Sources) -> Report:
    """Every public or regional e-service; figures are null where too few sites or people are entitled to it."""
    return Report(
        slug=REPORT.slug,
        title_pl=REPORT.title_pl,
        title_en=REPORT.title_en,
        at=sources.at,
        columns=COLUMNS,
        rows=tuple(_rows(sources)),
        notes_pl=(
            "Udziały liczone po osobach, którym służą uprawnione miejsca; bez wyników z miejsca nic nie wiadomo.",
            "Brak liczb: uprawnionych jest zbyt mało.",
        ),
        notes_en=(
            "Shares are counted over the people the entitled sites serve; without results of a site nothing is known.",
            "No figures: too few are entitled.",
        ),
    )


def _rows(sources: Sources) -> Iterator[tuple[Value, ...]]:
    network, matrix, limits = sources.network, sources.matrix(), EqualitySettings()
    now = standing(matrix)
    people = np.array([network.site[site].people_served for site in matrix.sites], np.float64)
    for k, service in enumerate(network.services):
        if service.exposure is Exposure.INTERNAL:
            continue
        due = matrix.entitled[:, k]
        sites, served = int(due.sum()), int(people[due].sum())
        names = (service.slug, service.name_pl, service.name_en)
        if sites < limits.min_sites or served < limits.min_people:
            yield (*names, None, None, None, None)
            continue
        heads = np.where(due, np.maximum(people, 1), 0.0)
        yield (*names, sites, served, _percent(heads, now.up[:, k] & due), _percent(heads, now.blind[:, k]))


def _percent(heads: Floats, which: np.typing.NDArray[np.bool_]) -> float:
    return round(float(heads[which].sum() / heads.sum() * 100), 1)


REPORT = ReportKind("reachability", "Dostępność e-usług", "Reachability of e-services", build)
