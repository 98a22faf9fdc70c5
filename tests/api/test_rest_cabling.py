"""Traces and free numbers over REST."""

import pytest

from tests.support.api import House

REST = "/api/v1"


def test_a_trace_ends_at_the_other_router(house: House) -> None:
    traced = house.client().get(f"{REST}/interfaces/core1:eth5/trace").json()
    assert traced["end"] == "gw-dc:eth1"
    assert traced["hops"][0]["cable"] == "patch-core1-eth5"
    assert house.client().get(f"{REST}/interfaces/core1:eth99/trace").status_code == 404


@pytest.mark.parametrize(
    ("path", "free"),
    [
        ("prefixes/biblioteka-sosnica-lan/free", "10.44.22.2/24"),
        ("prefixes/biblioteka-sosnica-lan/free?length=28", "10.44.22.16/28"),
        ("sites/biblioteka-sosnica/free", 2),
    ],
)
def test_what_is_free(house: House, path: str, free: object) -> None:
    assert house.client().get(f"{REST}/{path}").json()["free"] == free


@pytest.mark.parametrize(
    ("path", "status"),
    [("prefixes/nothing/free", 404), ("prefixes/dc-lan/free?length=8", 422), ("sites/nowhere/free", 404)],
)
def test_what_cannot_be_given_is_said(house: House, path: str, status: int) -> None:
    answer = house.client().get(f"{REST}/{path}")
    assert answer.status_code == status and answer.headers["content-type"] == "application/problem+json"
