"""Tokens over REST: made, listed, revoked at once; the secret is in one answer only."""

import pytest

from api.access_log import AccessLog
from api.roles import Role
from tests.support.api import TENANT, House

REST = "/api/v1"
TOKENS = f"{REST}/tokens"


def test_a_token_is_made_used_listed_and_revoked(own_house: House) -> None:
    admin = own_house.client(Role.ADMIN)
    made = admin.post(TOKENS, json={"name": "city it", "role": "viewer", "tenant": TENANT, "days": 2})
    assert made.status_code == 201, made.text
    assert made.headers["cache-control"] == "no-store"
    secret = made.json()["token"]
    carrying = own_house.client(None)
    carrying.headers["Authorization"] = f"Bearer {secret}"
    assert {s["tenant"] for s in carrying.get(f"{REST}/sites").json()["results"]} == {TENANT}
    own_house.app.state.tokens.last_use.settle()
    listed = admin.get(TOKENS, params={"tenant": TENANT, "slug": "city it"})
    (shown,) = listed.json()["results"]
    assert shown["last_used_at"] is not None and shown["expires_at"] > shown["created_at"]
    assert secret not in listed.text and "token" not in shown
    assert admin.get(f"{TOKENS}/city it").json() == shown
    assert admin.delete(f"{TOKENS}/city it").status_code == 204
    assert carrying.get(f"{REST}/sites").status_code == 401, "at once"
    assert admin.delete(f"{TOKENS}/city it").status_code == 404
    assert admin.get(f"{TOKENS}/city it").status_code == 404
    kinds = [(e.kind, e.who) for e in AccessLog(own_house.context.engine).newest()]
    assert kinds == [("token revoked", "admin"), ("token made", "admin")]


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"name": "admin", "role": "viewer"}, 409),
        ({"name": "x", "role": "king"}, 422),
        ({"name": "x", "role": "agent"}, 422),
        ({"name": "x", "role": "agent", "site": "nowhere"}, 422),
        ({"name": "x", "role": "viewer", "site": "rynek"}, 422),
        ({"name": "x", "role": "viewer", "tenant": "nobody"}, 422),
        ({"name": "x", "role": "viewer", "days": 0}, 422),
        ({"name": "x", "role": "viewer", "days": 1e9}, 422),
        ({"name": "ldap:dispatcher", "role": "viewer"}, 422),
        ({"name": "a\x00b", "role": "viewer"}, 422),
        ({"name": "x", "role": "viewer", "secret": "mine"}, 422),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_a_problem(house: House, wish: dict[str, object], status: int) -> None:
    answer = house.client(Role.ADMIN).post(TOKENS, json=wish)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert house.client(Role.ADMIN).get(f"{TOKENS}/x").status_code == 404
