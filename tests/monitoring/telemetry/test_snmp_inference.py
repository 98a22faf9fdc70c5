"""Links and devices are judged by evidence; what nobody sees is neither up nor down."""

from dataclasses import replace

import pytest

from inventory.model.network import Network
from monitoring.settings import SnmpSettings
from monitoring.snmp.inference import findings
from monitoring.snmp.sample import InterfaceSample, Sample, Silence
from monitoring.snmp.targets import polled, polling_address, routes, shard_of
from monitoring.snmp.view import DeviceView

SETTINGS = SnmpSettings()


class City:
    """The demonstration city as seen by polls: everything up until told otherwise."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.views = {d.slug: DeviceView() for d in polled(network)}
        self.ports: dict[str, str] = {}
        self.cut: set[str] = set()
        self.silent: set[str] = set()

    def poll(self, times: int = 1) -> None:
        for _ in range(times):
            for name, view in self.views.items():
                view.take(Silence(name, 0, 0, "") if name in self.silent else self._sample(name))

    def _sample(self, name: str) -> Sample:
        device = self.network.device[name]
        interfaces = tuple(
            InterfaceSample(n, i.name, None, "up", self.ports.get(f"{name}:{i.name}", "up"), None)
            for n, i in enumerate(device.interfaces)
        )
        return Sample(name, 0, 0, 1, name, interfaces, self._neighbours(name) if routes(device) else None, 0)

    def _neighbours(self, name: str) -> dict[str, int]:
        found = {}
        for link in self.network.links_of[name]:
            peer, port = next(end for end in link.ends if end[0] != name)
            interface = self.network.device[peer].interface(port)
            if link.slug not in self.cut and peer not in self.silent and routes(self.network.device[peer]):
                assert interface is not None
                assert interface.ipv4 is not None
                found[str(interface.ipv4.ip)] = 8
        return found

    def states(self) -> dict[str, bool]:
        return {f.element: f.up for f in findings(self.network, self.views, SETTINGS)}

    def down(self) -> set[str]:
        return {element for element, up in self.states().items() if not up}


@pytest.fixture
def seen(city: Network) -> City:
    seen = City(city)
    seen.poll(2)
    return seen


def test_a_healthy_city_is_all_up(seen: City) -> None:
    expected = {f"device:{d.slug}" for d in seen.network.configured()}
    expected |= {f"link:{link.slug}" for link in seen.network.links if set(link.devices) <= seen.views.keys()}
    assert seen.states() == dict.fromkeys(expected, True)


def test_a_port_down_is_a_link_down_at_once(seen: City) -> None:
    seen.ports["pop-sosnica-1:eth6"] = "lowerLayerDown"
    seen.silent.add("gw-biblioteka-sosnica")
    seen.poll()
    assert seen.down() == {"link:pop-sosnica-1--gw-biblioteka-sosnica"}
    assert "device:gw-biblioteka-sosnica" not in seen.states(), "isolated is not known to be down"


def test_a_silent_cut_shows_by_two_polls_without_adjacency(seen: City) -> None:
    seen.cut.add("core1--pop-labedy-1")
    seen.poll()
    assert seen.down() == set()
    seen.poll()
    assert seen.down() == {"link:core1--pop-labedy-1"}
    seen.cut.clear()
    seen.poll()
    assert seen.down() == set()


def test_an_adjacency_never_seen_is_not_missed(city: Network) -> None:
    seen = City(city)
    seen.cut.add("core1--pop-labedy-1")
    seen.poll(5)
    assert "link:core1--pop-labedy-1" not in seen.states()


def test_a_hotspot_behind_an_up_port_that_never_answers_again_is_cut_off(seen: City) -> None:
    seen.silent.add("hs-rynek")
    seen.poll(SETTINGS.silent_polls - 1)
    assert seen.down() == set()
    seen.poll()
    assert seen.down() == {"link:pop-trynek-1--hs-rynek"}


def test_a_hotspot_whose_agent_is_heard_is_not_cut_off(seen: City) -> None:
    seen.silent.add("hs-rynek")
    seen.poll(SETTINGS.silent_polls)
    site = seen.network.device["hs-rynek"].site
    link = "link:pop-trynek-1--hs-rynek"

    def up(heard: float) -> bool:
        return {f.element: f.up for f in findings(seen.network, seen.views, SETTINGS, {site: heard})}[link]

    assert up(heard=SETTINGS.timeout + 0.1)
    assert not up(heard=SETTINGS.timeout / 2), "this was under way when the silence began"


def test_a_dead_router_needs_two_witnesses(seen: City) -> None:
    name = "gw-skarbnik"
    links = seen.network.links_of[name]
    assert len(links) == 2
    for link in links:
        seen.ports[link.a] = "down"
    seen.silent.add(name)
    seen.poll()
    assert seen.down() == {f"device:{name}"} | {f"link:{link.slug}" for link in links}


def test_all_silent_is_blind_not_down(seen: City) -> None:
    seen.silent |= seen.views.keys()
    seen.poll(10)
    assert seen.states() == {}


def test_polling_is_in_band(city: Network) -> None:
    management = {str(i.ipv4.ip) for d in city.devices for i in d.interfaces if i.kind == "oob" and i.ipv4}
    addresses = {str(polling_address(d)) for d in polled(city)}
    assert len(addresses) == len(polled(city)) == 23
    assert not addresses & management


def test_shards_share_all_devices_and_are_stable(city: Network) -> None:
    shards = [polled(city, index, 3) for index in range(3)]
    assert sorted(d.slug for shard in shards for d in shard) == sorted(d.slug for d in polled(city))
    assert [shard_of(name, 4) for name in ("core1", "core2", "gw-dc")] == [3, 1, 3], "must never change"


def test_views_forget_nothing_on_a_sample_without_ospf(seen: City) -> None:
    view = seen.views["core1"]
    before = dict(view.missing)
    assert isinstance(view.sample, Sample)
    view.take(replace(view.sample, neighbours=None))
    assert view.missing == before
