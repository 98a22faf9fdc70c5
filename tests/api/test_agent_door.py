"""Site agents at the door: the list of probes of their own site, results kept, nothing else."""

import time

from api.roles import Role
from tests.support.api import AGENT_SITE, House

REST = "/api/v1"


def test_an_agent_gets_the_list_of_its_site_and_nothing_twice(house: House) -> None:
    client = house.client(Role.AGENT)
    answer = client.get(f"{REST}/agent/probes")
    document = answer.json()
    assert document["site"] == AGENT_SITE
    assert len(document["probes"]) == 15
    again = client.get(f"{REST}/agent/probes", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_results_become_cells_of_the_agents_own_site(own_house: House) -> None:
    agent, viewer = own_house.client(Role.AGENT), own_house.client()
    now = time.time()
    results = [{"service": "wbo", "at": now - age, "ok": True, "stage": None, "ms": 4.2, "text": ""} for age in (2, 1)]
    results.append({"service": "gone", "at": now, "ok": True})
    answer = agent.post(f"{REST}/agent/results", json={"site": "rynek", "results": results})
    assert answer.status_code == 202
    assert answer.json() == {"accepted": 2, "ignored": 1}
    cells = viewer.get(f"{REST}/services/wbo/sites?observed=ok").json()["results"]
    assert [cell["site"] for cell in cells] == [AGENT_SITE]


def test_the_platform_tells_how_an_agent_is(own_house: House) -> None:
    agent, viewer = own_house.client(Role.AGENT), own_house.client()
    states = {a["site"]: a["state"] for a in viewer.get(f"{REST}/agents?limit=1000").json()["results"]}
    assert set(states.values()) == {"never"}
    health = {"version": "1.2", "clock_offset": -0.5, "queue": 7, "dropped": 1, "late": 2, "last_push": time.time()}
    agent.post(f"{REST}/agent/results", json={"results": [], "health": health})
    told = viewer.get(f"{REST}/agents/{AGENT_SITE}").json()
    assert (told["state"], told["version"], told["queue"], told["late"]) == ("heard", "1.2", 7, 2)
    assert told["heard_at"] and told["last_push"]
    heard = viewer.get(f"{REST}/agents?state=heard").json()
    assert [a["slug"] for a in heard["results"]] == [AGENT_SITE]
    agent.post(f"{REST}/agent/results", json={"results": []})
    told = viewer.get(f"{REST}/agents/{AGENT_SITE}").json()
    assert (told["state"], told["version"]) == ("heard", None), "an older agent says nothing of itself"


def test_a_tenant_sees_the_agents_of_its_own_sites(house: House) -> None:
    everybody = house.client().get(f"{REST}/agents?limit=1000").json()["results"]
    own = house.bound().get(f"{REST}/agents?limit=1000").json()["results"]
    assert 0 < len(own) < len(everybody)
    foreign = ({a["slug"] for a in everybody} - {a["slug"] for a in own}).pop()
    assert house.bound().get(f"{REST}/agents/{foreign}").status_code == 404


def test_nonsense_is_refused_whole(house: House) -> None:
    agent = house.client(Role.AGENT)
    bad = {"results": [{"service": "wbo", "at": "yesterday", "ok": True}]}
    answer = agent.post(f"{REST}/agent/results", json=bad)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == "body.results.0.at"
