"""Panels and queries in the words of Grafana's builders."""

from dataclasses import dataclass
from typing import Any

from grafana_foundation_sdk.builders import prometheus, stat, statetimeline, table, timeseries
from grafana_foundation_sdk.models.dashboard import DataSourceRef
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

SOURCE = DataSourceRef(type_val="prometheus", uid="${source}")
_BUILDERS: dict[str, Any] = {
    "stat": stat.Panel,
    "table": table.Panel,
    "timeline": statetimeline.Panel,
    "series": timeseries.Panel,
}


@dataclass(frozen=True)
class Query:
    """One PromQL expression; ``legend`` may name labels as ``{{device}}``."""

    expr: str
    legend: str = ""


@dataclass(frozen=True)
class Panel:
    """One panel. Its id is chosen once and never used again for another, so that links to it stay valid."""

    id: int
    kind: str
    title: str
    description: str
    unit: str
    width: int
    height: int
    queries: tuple[Query, ...]

    def build(self) -> Any:
        """The builder Grafana's library wants."""
        panel = _BUILDERS[self.kind]().id(self.id).title(self.title).description(self.description)
        panel = panel.datasource(SOURCE).unit(self.unit).span(self.width).height(self.height)
        for letter, query in zip("ABCDEF", self.queries, strict=False):
            built = prometheus.Dataquery().expr(query.expr).ref_id(letter).datasource(SOURCE)
            built = built.legend_format(query.legend) if query.legend else built
            if self.kind in ("stat", "table"):
                built = built.instant()
            if self.kind == "table":
                built = built.format(PromQueryFormat.TABLE)
            panel = panel.with_target(built)
        return panel
