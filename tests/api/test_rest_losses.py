"""What every element costs, over REST and on the command line: the same, and what a question for one element says."""

from tests.support.api import House

REST = "/api/v1"


def test_the_worst_comes_first_and_equals_the_single_question(house: House) -> None:
    found = house.client().get(f"{REST}/losses").json()
    people = [toll["people"] for toll in found["results"]]
    assert people == sorted(people, reverse=True) and found["count"] == len(people)
    library = next(t for t in found["results"] if t["element"] == "link:pop-sosnica-1--gw-biblioteka-sosnica")
    assert (library["cells"], library["sites"]) == (8, 1)


def test_the_past_has_its_own(house: House) -> None:
    assert house.client().get(f"{REST}/losses", params={"as_of": "1"}).json()["count"] > 0
