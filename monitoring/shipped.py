"""``python -m monitoring.shipped``: writes the generated files of ``deploy/`` anew (a developer's command)."""

import sys
from pathlib import Path

from monitoring.alerts import configuration, rules
from monitoring.dashboards import noc

API, ALERTMANAGER = "127.0.0.1:8080", "127.0.0.1:9093"
_ETC = Path("/etc/prometheus")
TOKEN = _ETC / "silesianet.token"
RULES = [_ETC / "silesianet.rules.yml", _ETC / "capacity.rules.yml"]


def files() -> dict[str, str]:
    """Path below ``deploy/`` and text of each."""
    return {
        "prometheus/silesianet.rules.yml": rules.general(),
        "prometheus/prometheus.yml": configuration.prometheus(API, ALERTMANAGER, TOKEN, RULES),
        "alertmanager/alertmanager.yml": configuration.alertmanager(API, TOKEN),
        "grafana/dashboards/silesianet-noc.json": noc.build(),
    }


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "deploy")
    for name, text in files().items():
        (folder / name).write_text(text)
