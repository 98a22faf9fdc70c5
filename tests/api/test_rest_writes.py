"""Writes over REST: preconditions, all or nothing, every problem at once, who and why, rehearsals."""

import threading
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.context import Context
from api.presentation import INTERFACES
from api.roles import Role
from inventory.database.revision import Asked
from inventory.database.store import InventoryStore
from inventory.model.network import NOUNS
from inventory.settings import Settings
from tests.support.api import SETTINGS, House

REST = "/api/v1"
TENANT = {"slug": "bytom", "name": "Miasto Bytom", "kind": "commune"}
ORGANISATION = {"slug": "mops", "name": "MOPS", "kind": "organisation", "parent": "bytom"}


@pytest.fixture
def admin(own_house: House) -> TestClient:
    return own_house.client(Role.ADMIN)


def errors(answer: Any) -> list[tuple[int | None, str]]:
    assert answer.headers["content-type"] == "application/problem+json"
    assert all(e["detail"] and e["fix"] for e in answer.json()["errors"])
    return [(e["index"], e["field"]) for e in answer.json()["errors"]]


def test_an_object_lives(own_house: House, admin: TestClient) -> None:
    """Created, read, replaced, changed, deleted; each step with its tag, its revision and its line of history."""
    made = admin.post(f"{REST}/tenants", json=TENANT, headers={b"X-Change-Reason": "Bytom dołącza".encode()})
    assert (made.status_code, made.headers["location"], made.headers["x-revision"]) == (
        201,
        f"{REST}/tenants/bytom",
        "2",
    )
    read = admin.get(made.headers["location"])
    assert read.headers["etag"] == made.headers["etag"]
    assert read.json() == made.json()
    tag = {"If-Match": read.headers["etag"]}
    replaced = admin.put(f"{REST}/tenants/bytom?why=nazwa", json=read.json() | {"name": "Bytom"}, headers=tag)
    assert (replaced.status_code, replaced.json()["name"]) == (200, "Bytom")
    assert admin.put(f"{REST}/tenants/bytom", json=TENANT, headers=tag).status_code == 412
    tag = {"If-Match": f'"x", {replaced.headers["etag"]}'}
    changed = admin.patch(f"{REST}/tenants/bytom", json={"valid_from": "2026-01-01"}, headers=tag)
    assert (changed.status_code, changed.json()["valid_from"], changed.json()["name"]) == (200, "2026-01-01", "Bytom")
    back = admin.patch(f"{REST}/tenants/bytom", json={"valid_from": None}, headers={"If-Match": "*"})
    assert back.headers["etag"] == replaced.headers["etag"]
    gone = admin.delete(f"{REST}/tenants/bytom", headers={"If-Match": back.headers["etag"]})
    assert (gone.status_code, gone.content, gone.headers["x-revision"]) == (204, b"", "6")
    assert admin.get(f"{REST}/tenants/bytom").status_code == 404
    entries = own_house.context.inventory.history(Asked("tenants", "bytom"))
    assert [(e.revision.who, e.revision.why) for e in entries[-2:]] == [("admin", "nazwa"), ("admin", "Bytom dołącza")]
    assert entries[0].revision.why == f"DELETE {REST}/tenants/bytom"


def test_what_was_read_can_be_written_back(admin: TestClient) -> None:
    """Derived fields may stay in; a write that changes nothing makes no revision."""
    for path in ("sites/rynek", "devices/core1", "links/core1--core2", "circuits/c-core1--core2"):
        read = admin.get(f"{REST}/{path}")
        again = admin.put(f"{REST}/{path}", content=read.content, headers={"If-Match": read.headers["etag"]})
        assert (again.status_code, again.content, again.headers["x-revision"]) == (200, read.content, "1")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_write_to_one_object_says_what_it_is_based_on(admin: TestClient, method: str) -> None:
    bare = admin.request(method, f"{REST}/tenants/gliwice", json={})
    assert bare.status_code == 428
    for tag in ('"other"', "other", 'W/"x"'):
        answer = admin.request(
            method, f"{REST}/tenants/gliwice", json=TENANT | {"slug": "gliwice"}, headers={"If-Match": tag}
        )
        assert answer.status_code == 412, answer.text
    weak = "W/" + admin.get(f"{REST}/tenants/gliwice").headers["etag"]
    assert admin.request(method, f"{REST}/tenants/gliwice", json={}, headers={"If-Match": weak}).status_code == 412
    missing = admin.request(method, f"{REST}/tenants/nobody", json={}, headers={"If-Match": "*"})
    assert missing.status_code == 404
    assert missing.json()["fix"]


def test_many_objects_are_written_together(own_house: House, admin: TestClient) -> None:
    made = admin.post(f"{REST}/tenants", json=[TENANT, ORGANISATION])
    assert (made.status_code, made.json()["count"], made.json()["revision"]) == (201, 2, 2)
    tags = made.json()["etags"]
    assert tags["mops"] == admin.get(f"{REST}/tenants/mops").headers["etag"]
    change = [{"slug": "bytom", "name": "B", "if_match": tags["bytom"]}, {"slug": "mops", "name": "M"}]
    changed = admin.patch(f"{REST}/tenants", json=change)
    assert [r["name"] for r in changed.json()["results"]] == ["B", "M"]
    assert errors(admin.patch(f"{REST}/tenants", json=change)) == [(0, "if_match")]
    stale = admin.request("DELETE", f"{REST}/tenants", json=[change[0]])
    assert (stale.status_code, errors(stale)) == (412, [(0, "if_match")])
    gone = admin.request("DELETE", f"{REST}/tenants", json=[{"slug": "mops"}, {"slug": "bytom"}])
    assert (gone.status_code, gone.json()["count"], gone.json()["results"]) == (200, 2, [])
    assert own_house.context.inventory.revision() == 4


def test_every_problem_is_told_at_once_and_nothing_is_written(own_house: House, admin: TestClient) -> None:
    batch = [
        TENANT,
        {"slug": "gliwice", "name": "x", "kind": "commune"},
        {"slug": "Bad Slug", "name": "", "kind": "empire", "colour": "red"},
        {"slug": "orphan", "name": "x", "kind": "organisation", "parent": "nobody"},
    ]
    answer = admin.post(f"{REST}/tenants", json=batch)
    assert answer.status_code == 422
    assert set(errors(answer)) == {(1, "slug"), (2, "slug"), (2, "name"), (2, "kind"), (2, "colour")}
    rules = admin.post(f"{REST}/tenants", json=[TENANT, batch[3]])
    assert (rules.status_code, errors(rules)) == (422, [(1, "reference-known")])
    used = admin.delete(f"{REST}/tenants/gliwice", headers={"If-Match": "*"})
    assert used.status_code == 422
    assert {field for _, field in errors(used)} == {"reference-known"}
    assert own_house.context.inventory.revision() == 1


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"{", [(None, "")]),
        (b"[]", [(None, "")]),
        (b"[1]", [(0, "")]),
        (b'[{"slug":1}]', [(0, "slug")]),
        (b"{}", [(0, "slug")]),
        (b'[{"slug":"a"},{"slug":"a"}]', [(1, "slug")]),
        (b"\xff", [(None, "")]),
        (b"", [(None, "")]),
    ],
)
def test_a_body_that_makes_no_sense_is_a_problem(house: House, content: bytes, where: list[Any]) -> None:
    answer = house.client(Role.ADMIN).post(f"{REST}/tenants", content=content)
    assert (answer.status_code, errors(answer)) == (422, where)


def test_values_are_not_guessed(house: House) -> None:
    """A number is no text, a word is no number, and what follows from other objects is not written."""
    client = house.client(Role.ADMIN)
    path, tag = f"{REST}/sites/rynek", {"If-Match": "*"}
    for patch, field in (
        ({"people_served": "7"}, "people_served"),
        ({"name": 7}, "name"),
        ({"devices": []}, "devices"),
    ):
        assert errors(client.patch(path, json=patch, headers=tag)) == [(0, field)]
    assert errors(client.patch(path, json={"slug": "plac"}, headers=tag)) == [(0, "slug")]
    assert errors(client.patch(path, json={"address": {"terc": "x"}}, headers=tag)) == [(0, "address.terc")]


def test_a_rehearsal_writes_nothing(own_house: House, admin: TestClient) -> None:
    answer = admin.post(f"{REST}/tenants?dry_run=1", json=[TENANT])
    document = answer.json()
    assert (answer.status_code, document["dry_run"], document["revision"]) == (200, True, 1)
    assert document["summary"]["created"] == 1
    assert document["changes"][0]["object"] == "tenant:bytom"
    dry = admin.delete(f"{REST}/tenants/gliwice?dry_run=1", headers={"If-Match": "*"})
    assert dry.status_code == 422
    assert own_house.context.inventory.revision() == 1


def test_what_is_derived_is_read_only_and_says_so(house: House) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = house.client(Role.ADMIN).request(method, f"{REST}/{INTERFACES}/core1:eth0", json={})
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
        assert "devices" in answer.json()["detail"]


@pytest.mark.parametrize("noun", NOUNS)
def test_every_noun_can_be_written(house: House, noun: str) -> None:
    """The first object of each is replaced by itself and changed by nothing."""
    admin = house.client(Role.ADMIN)
    listed = admin.get(f"{REST}/{noun}?limit=1").json()["results"]
    if not listed:
        return
    slug = listed[0]["slug"]
    read = admin.get(f"{REST}/{noun}/{slug}")
    tag = {"If-Match": read.headers["etag"]}
    assert admin.put(f"{REST}/{noun}/{slug}", content=read.content, headers=tag).status_code == 200
    changed = admin.patch(f"{REST}/{noun}", json=[{"slug": slug, "if_match": tag["If-Match"]}])
    assert (changed.status_code, changed.json()["results"]) == (200, [read.json()])
    assert house.context.inventory.revision() == 1


def test_of_two_writers_with_the_same_tag_one_wins(own_house: House, database_url: str) -> None:
    """Two processes' worth of applications, each with connections of its own; every round exactly one 200, one 412."""
    other = create_app(Context(Settings(home=own_house.context.settings.home, database_url=database_url)), SETTINGS)
    headers = {"Authorization": f"Bearer {own_house.tokens[Role.ADMIN]}"}
    clients = [own_house.client(Role.ADMIN), TestClient(other, headers=headers, raise_server_exceptions=False)]
    barrier = threading.Barrier(2)
    for number in range(5):
        tag = clients[0].get(f"{REST}/tenants/gliwice").headers["etag"]
        seen = [0, 0]

        def write(who: int, tag: str = tag, number: int = number, seen: list[int] = seen) -> None:
            barrier.wait()
            body = {"name": f"Gliwice {number} {who}"}
            seen[who] = clients[who].patch(f"{REST}/tenants/gliwice", json=body, headers={"If-Match": tag}).status_code

        threads = [threading.Thread(target=write, args=(who,)) for who in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(seen) == [200, 412]
        names = {client.get(f"{REST}/tenants/gliwice").json()["name"] for client in clients}
        assert names == {f"Gliwice {number} {seen.index(200)}"}
    assert InventoryStore(own_house.context.engine).revision() == 6
