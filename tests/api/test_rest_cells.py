"""Which e-services are reachable where and why: per site, per e-service, and the whole matrix in every form."""

import csv
import io

import pyarrow as pa
import pytest

from tests.support.api import House

REST = "/api/v1"
UPLINK = "link:pop-sosnica-1--gw-biblioteka-sosnica"
CODES = {"never": 0, "ok": 1, "failed": 2, "stale": 3}
VERDICTS = ("unknown", "ok", "lost", "leak", "blocked")
CELL = [
    "site", "service", "entitled", "designed", "computed", "observed", "stage", "basis", "since", "verdict", "reason",
    "families", "flapping", "evidence",
]  # fmt: skip


def test_a_site_tells_its_services_and_why(own_house: House) -> None:
    own_house.observe(down=[UPLINK])
    document = own_house.client().get(f"{REST}/sites/biblioteka-sosnica/services").json()
    assert document["count"] == 15
    cells = {cell["service"]: cell for cell in document["results"]}
    assert list(cells["wbo"]) == CELL
    wbo = cells["wbo"]
    assert (wbo["entitled"], wbo["designed"], wbo["computed"], wbo["observed"]) == (True, True, False, "stale")
    assert wbo["verdict"] == "lost"
    assert wbo["reason"]["class"] == "outage"
    assert wbo["reason"]["element"] == UPLINK


def test_a_service_tells_its_sites(house: House) -> None:
    document = house.client().get(f"{REST}/services/wbo/sites").json()
    verdicts = {cell["site"]: cell["verdict"] for cell in document["results"]}
    assert document["count"] == 22
    assert verdicts["biblioteka-sosnica"] == "ok"
    assert verdicts["kamera-rynek"] == "blocked"


def test_cells_are_filtered_like_everything_else(house: House) -> None:
    client = house.client()
    found = client.get(f"{REST}/services/wbo/sites?verdict=blocked&entitled=false").json()["results"]
    assert {"kamera-rynek", "sygnalizacja-dts"} <= {cell["site"] for cell in found}
    assert {(cell["verdict"], cell["entitled"]) for cell in found} == {("blocked", False)}
    assert client.get(f"{REST}/services/wbo/sites?verdict=perhaps").status_code == 422
    assert client.get(f"{REST}/services/wbi/sites").status_code == 404


def test_the_matrix_is_the_same_in_every_form(house: House) -> None:
    client = house.client()
    matrix = client.get(f"{REST}/reachability").json()
    assert list(matrix) == ["at", "sites", "services", "cells"]
    index = client.get(f"{REST}/reachability?part=index").json()
    octets = client.get(f"{REST}/reachability", headers={"Accept": "application/octet-stream"}).content
    width = -(-len(index["services"]) // 4)
    assert len(octets) == width * len(index["sites"])
    for cell in matrix["cells"]:
        row, column = index["sites"].index(cell["site"]), index["services"].index(cell["service"])
        assert octets[row * width + column // 4] >> 2 * (column % 4) & 3 == CODES[cell["observed"]]
    text = client.get(f"{REST}/reachability", headers={"Accept": "text/csv"}).text
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [line["verdict"] for line in lines] == [cell["verdict"] for cell in matrix["cells"]]


def test_verdicts_and_entitlements_take_four_bits(house: House) -> None:
    client = house.client()
    matrix = client.get(f"{REST}/reachability").json()
    asked = {"Accept": "application/octet-stream"}
    octets = client.get(f"{REST}/reachability?plane=verdict", headers=asked).content
    width = -(-len(matrix["services"]) // 2)
    assert len(octets) == width * len(matrix["sites"])
    for place, cell in enumerate(matrix["cells"]):
        row, column = divmod(place, len(matrix["services"]))
        code = octets[row * width + column // 2] >> 4 * (column % 2) & 15
        assert (code & 7, bool(code & 8)) == (VERDICTS.index(cell["verdict"]), cell["entitled"])


def test_a_form_we_do_not_have_is_refused(house: House) -> None:
    answer = house.client().get(f"{REST}/reachability", headers={"Accept": "application/vnd.apache.parquet"})
    assert answer.status_code == 406


def test_a_matrix_too_large_for_json_wants_a_filter(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.routes.reachability.CELLS_MAX", 10)
    client = house.client()
    assert client.get(f"{REST}/reachability").status_code == 413
    assert client.get(f"{REST}/reachability?verdict=lost").json()["cells"] == []
    assert client.get(f"{REST}/reachability", headers={"Accept": "text/csv"}).status_code == 200


def test_metrics_and_discovery_are_for_viewers(house: House) -> None:
    client = house.client()
    text = client.get("/metrics?scope=network").text
    assert 'silesianet_cells{verdict="ok"}' in text
    targets = client.get("/sd/prometheus").json()
    shards = [client.get(f"/sd/prometheus?shard={i}&of=3").json() for i in range(3)]
    assert sorted(str(t) for shard in shards for t in shard) == sorted(map(str, targets))
    assert client.get("/sd/prometheus?shard=3&of=3").status_code == 422
    assert client.get("/metrics?device=nothing").status_code == 404


def test_columns_of_arrow_say_what_json_says(own_house: House) -> None:
    own_house.observe(down=[UPLINK], also=frozenset({("kamera-rynek", "wbo")}))
    client, arrow = own_house.client(), {"Accept": "application/vnd.apache.arrow.stream"}
    answer = client.get(f"{REST}/reachability", headers=arrow)
    assert answer.headers["content-type"] == arrow["Accept"]
    table = pa.ipc.open_stream(answer.content).read_all()
    cells = client.get(f"{REST}/reachability").json()["cells"]
    plain = [name for name in CELL[:10] if name != "since"]
    assert table.select(plain).to_pylist() == [{name: cell[name] for name in plain} for cell in cells]
    assert [w and w.isoformat(timespec="milliseconds").replace("+00:00", "Z") for w in table["since"].to_pylist()] == [
        cell["since"] for cell in cells
    ]
    reasons = [cell["reason"] or {"class": None, "element": None, "text": None} for cell in cells]
    for name in ("class", "element", "text"):
        assert table[f"reason_{name}"].to_pylist() == [reason[name] for reason in reasons]
    assert pa.types.is_dictionary(table.schema.field("service").type)
    again = client.get(f"{REST}/reachability", headers=arrow | {"If-None-Match": answer.headers["etag"]})
    assert again.status_code in (200, 304), "a cell may have become stale meanwhile"
