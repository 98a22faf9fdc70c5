"""REST over the inventory: the envelope, paging, filters, any moment of history, entity tags."""

import orjson
import pytest

from api.listing.derived import fields
from api.listing.fields import OBJECT
from api.listing.value import values_at
from api.presentation import LISTED, listing
from api.roles import Role
from tests.support.api import House

REST = "/api/v1"


@pytest.mark.parametrize("noun", LISTED)
def test_every_noun_is_a_list_of_objects_with_slugs(house: House, noun: str) -> None:
    client = house.client()
    answer = client.get(f"{REST}/{noun}", params={"limit": 1000})
    document = answer.json()
    assert list(document) == ["count", "next", "previous", "results"]
    assert document["count"] == len(document["results"])
    for found in document["results"][:3]:
        assert client.get(f"{REST}/{noun}/{found['slug']}").json() == found


def test_pages_lead_to_one_another(house: House) -> None:
    client = house.client()
    seen: list[str] = []
    address: str | None = f"{REST}/sites?limit=5"
    while address:
        page = client.get(address).json()
        seen += [site["slug"] for site in page["results"]]
        address = page["next"]
    everything = client.get(f"{REST}/sites").json()["results"]
    assert seen == [site["slug"] for site in everything]
    last = client.get(f"{REST}/sites?limit=5&offset=20").json()
    assert "offset=15" in last["previous"]


@pytest.mark.parametrize("noun", LISTED)
def test_lists_are_what_the_command_line_prints(house: House, noun: str) -> None:
    """The same documents, made there from facts and here from plain rows."""
    shown = listing(noun, house.context.inventory.network())
    answer = house.client().get(f"{REST}/{noun}?limit=1000").json()
    assert answer["results"] == orjson.loads(orjson.dumps(shown))
    assert [list(d) for d in answer["results"]] == [list(d) for d in shown], "fields in the same order"


@pytest.mark.parametrize("noun", LISTED)
def test_every_filter_finds_what_it_was_taken_from(house: House, noun: str) -> None:
    client = house.client()
    results = client.get(f"{REST}/{noun}?limit=1000").json()["results"]
    assert {key for r in results for key in r} <= set(fields(noun))
    for name, kind in fields(noun).items():
        held = [set(values_at(r, tuple(name.split(".")))) for r in results]
        if not any(held) or kind is OBJECT:
            continue
        value = next(iter(held[-1] or max(held, key=len)))
        found = client.get(f"{REST}/{noun}", params={name: str(value), "limit": 1000})
        assert found.status_code == 200, found.text
        assert found.json()["results"] == [r for r, values in zip(results, held, strict=True) if value in values]


@pytest.mark.parametrize(
    "query", ["colour=red", "site_class=zoo", "people_served=many", "limit=0", "limit=1001", "offset=-1", "as_of=never"]
)
def test_a_bad_filter_is_a_problem(house: House, query: str) -> None:
    answer = house.client().get(f"{REST}/sites?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == 422
    assert any(word in str(problem) for word in query.split("="))


def test_an_unknown_slug_comes_with_a_suggestion(house: House) -> None:
    answer = house.client().get(f"{REST}/sites/biblioteka-sosnicka")
    assert answer.status_code == 404
    assert "did you mean biblioteka-sosnica" in answer.json()["detail"]


def test_what_is_known_already_is_not_sent_again(house: House) -> None:
    client = house.client()
    tag = client.get(f"{REST}/links").headers["etag"]
    again = client.get(f"{REST}/links", headers={"If-None-Match": f'W/{tag}, "x"'})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"{REST}/links?limit=1", headers={"If-None-Match": tag}).status_code == 200


def test_the_past_can_be_asked_for(own_house: House) -> None:
    client, store = own_house.client(), own_house.context.inventory
    city = store.network()
    circuit = city.circuits[0]
    rate = circuit.rate.model_copy(update={"down": 7_000_000})
    faster = circuit.model_copy(update={"rate": rate})
    store.write(city.model_copy(update={"circuits": (faster, *city.circuits[1:])}), "tests", "a slower circuit")
    address = f"{REST}/circuits/{circuit.slug}"
    assert client.get(address).json()["rate"]["down"] == 7_000_000
    assert client.get(f"{address}?as_of=1").json()["rate"]["down"] == circuit.rate.down
    assert client.get(f"{address}?as_of=99").status_code == 404


def test_too_much_is_refused_unread(house: House) -> None:
    answer = house.client(Role.ADMIN).post(f"{REST}/changes", content=b" " * 300_000)
    assert answer.status_code == 413
    assert answer.json()["type"].endswith(":too-large")
    endless = house.client(Role.ADMIN).post(f"{REST}/changes", content=iter([b"{}"]))
    assert endless.status_code == 411
    assert house.client(Role.VIEWER).post(f"{REST}/changes", content=b" " * 300_000).status_code == 403


def test_an_address_that_is_not_there_is_a_problem(house: House) -> None:
    for method, path, status in (("GET", f"{REST}/nothing", 404), ("DELETE", f"{REST}/reports", 405)):
        answer = house.client().request(method, path)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_fault_of_ours_tells_nothing_about_the_inside(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(house.app.state.watch, "now", broken)
    answer = house.client().get(f"{REST}/sites/rynek/services")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "hunter2" not in answer.text
