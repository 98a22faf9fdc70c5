"""The same answers from either database, to many callers at once, while somebody writes."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from api.netbox.number import number
from inventory.model.network import Network
from tests.support.api import furnish

API = "/netbox/api"


def test_answers_and_ids_do_not_depend_on_the_database(database_url: str, tmp_path: Path, city: Network) -> None:
    house = furnish(database_url, tmp_path, city)
    rows = house.client().get(f"{API}/dcim/devices/?limit=0").json()["results"]
    assert {row["name"]: row["id"] for row in rows} == {d.slug: number("dcim/devices", d.slug) for d in city.devices}
    house.context.engine.dispose()


def test_readers_are_not_disturbed_by_writers(database_url: str, tmp_path: Path, city: Network) -> None:
    house = furnish(database_url, tmp_path, city)
    other = city.model_copy(update={"prefixes": city.prefixes[1:]})
    client, store = house.client(), house.context.inventory
    counts = {len(city.prefixes), len(other.prefixes)}

    def read(turn: int) -> tuple[int, int]:
        path = ("ipam/prefixes", "dcim/interfaces", "dcim/devices")[turn % 3]
        answer = client.get(f"{API}/{path}/?limit=0")
        return answer.status_code, answer.json()["count"] if path == "ipam/prefixes" else 0

    with ThreadPoolExecutor(6) as pool:
        answers = [pool.submit(read, turn) for turn in range(36)]
        for turn in range(4):
            store.write(other if turn % 2 == 0 else city, "tests", "to and fro")
        seen = [answer.result() for answer in answers]
    assert {status for status, _ in seen} == {200}
    assert {count for _, count in seen} <= counts | {0}
    house.context.engine.dispose()
