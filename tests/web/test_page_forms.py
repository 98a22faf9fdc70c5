"""Pages asked for in odd ways: the past, pages beyond the last, networks too large to be shown whole, other tenants."""

from pathlib import Path

import pytest

from inventory.model.network import Network
from tests.support.api import House, furnish


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, city: Network) -> House:
    """The city with one round of results."""
    home: Path = tmp_path_factory.mktemp("forms")
    made = furnish(f"sqlite:///{home / 'silesianet.db'}", home, city)
    made.observe()
    return made


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("page=999999", 200),
        ("as_of=1", 200),
        ("as_of=2099-03-03T10:00", 200),
        ("as_of=yesterday", 422),
        ("verdict=perhaps&district=nowhere", 200),
        ("q=" + 201 * "a", 422),
    ],
)
def test_the_matrix_answers_whatever_is_asked(house: House, query: str, status: int) -> None:
    answer = house.client().get(f"/matrix?{query}", headers={"Accept": "text/html"})
    assert answer.status_code == status, answer.text[-300:]


def test_a_large_network_is_not_listed_whole(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert 'id="cell-rynek-wbo"' in house.client().get("/").text
    monkeypatch.setattr("api.web.overview.MOST_CELLS", 10)
    text = house.client().get("/").text
    assert 'id="cell-rynek-wbo"' not in text
    assert 'id="mark-pop-sosnica"' in text
    assert 'id="mark-rynek"' not in text, "a place that is well needs no mark"


def test_the_map_of_a_large_network_shows_who_loses(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.web.atlas_map.MOST_SITES", 12)
    text = house.client().get("/atlas?element=site:biblioteka-sosnica").text
    assert 'id="spot-biblioteka-sosnica"' in text
    assert 'id="spot-szkola-trynek"' not in text


def test_a_caller_bound_to_a_tenant_sees_its_own_part(house: House) -> None:
    client = house.bound()
    assert client.get("/atlas").status_code == 403
    assert set(client.get("/matrix/axes.json").json()["sites"]) < set(
        house.client().get("/matrix/axes.json").json()["sites"]
    )
    page = client.get("/sites/szkola-trynek/services/wbo")
    assert page.status_code == 200
    assert "live-way" not in page.text, "the way leads through devices of others"
