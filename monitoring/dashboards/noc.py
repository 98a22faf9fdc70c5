"""The dashboard of the duty officer: who has lost what, which link is full, which device is silent."""

from grafana_foundation_sdk.builders.dashboard import Dashboard, DatasourceVariable, QueryVariable, Row
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import DashboardCursorSync

from monitoring.dashboards.panels import SOURCE, Panel, Query
from monitoring.metrics import METRIC


def _m(name: str) -> str:
    return METRIC[f"silesianet_{name}"].name


def _bits(direction: str) -> str:
    return f'rate({_m(f"interface_{direction}_bytes_total")}{{device=~"$device"}}[$__rate_interval]) * 8'


def _errors(what: str) -> str:
    selector = '{device=~"$device"}[$__rate_interval]'
    return " + ".join(f"rate({_m(f'interface_{way}_{what}_total')}{selector})" for way in ("receive", "transmit"))


SERVICES = (
    Panel(1, "stat", "E-usługi osiągalne", "Część uprawnionych komórek, które działają.", "percentunit", 6, 5,
          (Query(f'avg({_m("service_reachable")}{{site=~"$site"}})'),)),
    Panel(2, "stat", "Incydenty", "Liczba przyczyn, przez które ktoś stracił e-usługę.", "short", 6, 5,
          (Query(f"count({_m('incident_sites')}) or vector(0)"),)),
    Panel(3, "stat", "Osoby dotknięte", "Osoby obsługiwane przez lokalizacje, które coś straciły.", "short", 6, 5,
          (Query(f"sum({_m('incident_people')}) or vector(0)"),)),
    Panel(4, "stat", "Urządzenia odpowiadające", "Część odpytywanych urządzeń, które odpowiadają w paśmie.",
          "percentunit", 6, 5, (Query(f"avg({_m('device_up')})"),)),
    Panel(5, "table", "Kto co stracił", "Jeden wiersz na przyczynę.", "short", 24, 7,
          (Query(f'{_m("incident_info")} or label_replace(vector(0), "text_pl", "brak incydentów", "", "")'),)),
    Panel(6, "timeline", "Dostęp do e-usług według lokalizacji", "1: wszystko działa, 0: nic nie działa.",
          "percentunit", 16, 9, (Query(f'avg by (site) ({_m("service_reachable")}{{site=~"$site"}})', "{{site}}"),)),
    Panel(7, "series", "Komórki według oceny", "ok, lost, leak, blocked, unknown.", "short", 8, 9,
          (Query(_m("cells"), "{{verdict}}"),)),
)  # fmt: skip
NETWORK = (
    Panel(20, "series", "Najbardziej obciążone łącza", "Część przepływności obwodu z inwentarza.", "percentunit",
          12, 8, (Query(f"topk(10, {_m('link_utilization_ratio')})", "{{link}} {{direction}}"),)),
    Panel(21, "timeline", "Stan łączy", "1: działa, 0: przerwane.", "short", 12, 8,
          (Query(_m("link_up"), "{{link}}"),)),
    Panel(22, "series", "Ruch na interfejsach", "Z liczników 64-bitowych.", "bps", 12, 8,
          (Query(_bits("receive"), "{{device}} {{interface}} in"),
           Query(_bits("transmit"), "{{device}} {{interface}} out"))),
    Panel(23, "series", "Błędy i odrzucone pakiety", "Na sekundę.", "pps", 12, 8,
          (Query(_errors("errors"), "{{device}} {{interface}} errors"),
           Query(_errors("discards"), "{{device}} {{interface}} discards"))),
    Panel(24, "timeline", "Urządzenia", "1: odpowiada, 0: milczy.", "short", 12, 8,
          (Query(f'{_m("device_up")}{{device=~"$device"}}', "{{device}}"),)),
    Panel(25, "series", "Sąsiedzi OSPF", "W stanie full.", "short", 12, 8,
          (Query(f'{_m("device_ospf_neighbors")}{{device=~"$device"}}', "{{device}}"),)),
)  # fmt: skip
MONITORING = (
    Panel(40, "series", "Czas odpytania urządzenia", "Ostatnie odpytanie SNMP.", "s", 8, 7,
          (Query(f'{_m("device_poll_duration_seconds")}{{device=~"$device"}}', "{{device}}"),)),
    Panel(41, "series", "Wiek wiadomości od agentów", "Milczący agent to brak wiedzy, nie sprawność.", "s", 8, 7,
          (Query(f'{_m("agent_heartbeat_age_seconds")}{{site=~"$site"}}', "{{site}}"),)),
    Panel(42, "series", "Pułapki SNMP", "Odebrane w ciągu pięciu minut.", "short", 8, 7,
          (Query(f"increase({_m('traps_received_total')}[5m])", "{{device}} {{kind}}"),)),
)  # fmt: skip
ROWS = (("E-usługi", SERVICES), ("Sieć", NETWORK), ("Nadzór", MONITORING))


def build() -> str:
    """The dashboard as JSON, the same octets every time."""
    dashboard = Dashboard("SilesiaNet: dostęp do e-usług").uid("silesianet-noc").tags(["silesianet"])
    dashboard = dashboard.refresh("5s").time("now-30m", "now").timezone("Europe/Warsaw")
    dashboard = dashboard.tooltip(DashboardCursorSync.CROSSHAIR).editable()
    dashboard = dashboard.with_variable(DatasourceVariable("source").type("prometheus"))
    for name, metric in (("site", "service_reachable"), ("device", "device_up")):
        query = f"label_values({_m(metric)}, {name})"
        variable = QueryVariable(name).datasource(SOURCE).query(query).multi(True).include_all(True)
        dashboard = dashboard.with_variable(variable)
    for number, (title, panels) in enumerate(ROWS):
        dashboard = dashboard.with_row(Row(title).id(100 + number))
        for panel in panels:
            dashboard = dashboard.with_panel(panel.build())
    return JSONEncoder(sort_keys=True, indent=1).encode(dashboard.build()) + "\n"
