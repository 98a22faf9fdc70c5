"""How each metric is read from a snapshot; what is not known yields nothing, never zero."""

from collections.abc import Callable, Iterator

from inventory.model.link import Link
from monitoring.agents import Heard, SiteAgent
from monitoring.alerts.incidents import Incident
from monitoring.reachability.down import expand
from monitoring.snapshot import Snapshot
from monitoring.snmp.oids import OSPF_FULL
from monitoring.snmp.sample import InterfaceSample, Sample

type Values = Iterator[tuple[tuple[str, ...], float]]


def _samples(snapshot: Snapshot) -> Iterator[Sample]:
    return (poll for poll in snapshot.polls.values() if isinstance(poll, Sample))


def _interface(field: Callable[[InterfaceSample], float | None]) -> Callable[[Snapshot], Values]:
    def measure(snapshot: Snapshot) -> Values:
        for sample in _samples(snapshot):
            for name, interface in {i.name: i for i in sample.interfaces}.items():
                value = field(interface)
                if value is not None:
                    yield (sample.device, name), value

    return measure


interface_up = _interface(lambda i: float(i.oper == "up"))
speed = _interface(lambda i: i.speed_bps)
in_octets = _interface(lambda i: i.in_octets)
out_octets = _interface(lambda i: i.out_octets)
in_errors = _interface(lambda i: i.in_errors)
out_errors = _interface(lambda i: i.out_errors)
in_discards = _interface(lambda i: i.in_discards)
out_discards = _interface(lambda i: i.out_discards)


def device_up(snapshot: Snapshot) -> Values:
    """Every device polled."""
    return (((name,), float(isinstance(poll, Sample))) for name, poll in snapshot.polls.items())


def uptime(snapshot: Snapshot) -> Values:
    """Devices that answer."""
    return (((s.device,), s.uptime) for s in _samples(snapshot) if s.uptime is not None)


def poll_seconds(snapshot: Snapshot) -> Values:
    """Every device polled."""
    return (((name,), poll.seconds) for name, poll in snapshot.polls.items())


def ospf_neighbours(snapshot: Snapshot) -> Values:
    """Devices that route."""
    for s in _samples(snapshot):
        if s.neighbours is not None:
            yield (s.device,), float(sum(state == OSPF_FULL for state in s.neighbours.values()))


def traps(snapshot: Snapshot) -> Values:
    """Every device polled has a count of the common kinds, zero included, so that increases can be seen."""
    counts = {(device, kind): 0 for device in snapshot.polls for kind in ("linkDown", "linkUp")}
    return ((key, float(count)) for key, count in (counts | dict(snapshot.traps)).items())


def build_info(snapshot: Snapshot) -> Values:
    """The version."""
    yield (snapshot.version,), 1.0


def capacity(snapshot: Snapshot) -> Values:
    """Both directions of every link."""
    for link in snapshot.network.links:
        rate = snapshot.network.circuit[link.circuit].rate
        yield (link.slug, link.circuit, "down"), rate.down
        yield (link.slug, link.circuit, "up"), rate.up


def link_up(snapshot: Snapshot) -> Values:
    """Links somebody sees."""
    return (((slug,), float(up)) for slug, up in snapshot.links.items())


def throughput(snapshot: Snapshot) -> Values:
    """Links with counters at either end."""
    for link in snapshot.network.links:
        for direction, rate in _rates(snapshot, link):
            yield (link.slug, direction), rate


def utilisation(snapshot: Snapshot) -> Values:
    """Links with counters at either end."""
    for link in snapshot.network.links:
        rates = snapshot.network.circuit[link.circuit].rate
        for direction, rate in _rates(snapshot, link):
            yield (link.slug, direction), rate / (rates.down if direction == "down" else rates.up)


def _rates(snapshot: Snapshot, link: Link) -> Iterator[tuple[str, float]]:
    a, b = link.ends
    if (volume := snapshot.volumes.get(a)) is not None:
        yield from (("down", volume.out_bps), ("up", volume.in_bps))
    elif (volume := snapshot.volumes.get(b)) is not None:
        yield from (("down", volume.in_bps), ("up", volume.out_bps))


def cells(snapshot: Snapshot) -> Values:
    """One count per verdict that occurs."""
    return (((verdict,), float(count)) for verdict, count in sorted(snapshot.verdicts.items()) if count)


def service_reachable(snapshot: Snapshot) -> Values:
    """Entitled cells whose state is known from probes of their own."""
    return ((key, float(works)) for key, works in snapshot.reachable.items())


def heartbeat_age(snapshot: Snapshot) -> Values:
    """Sites whose agent was ever heard."""
    return (((site,), max(0.0, snapshot.at - at)) for site, at in snapshot.heartbeats.items())


def agent_up(snapshot: Snapshot) -> Values:
    """Sites with an agent, heard or not."""
    return (((agent.site,), float(agent.state is Heard.HEARD)) for agent in snapshot.agents)


def agent_info(snapshot: Snapshot) -> Values:
    """Agents that tell their version."""
    return (((a.site, a.version), 1.0) for a in snapshot.agents if a.version is not None)


def _agent(field: Callable[[SiteAgent], float | None]) -> Callable[[Snapshot], Values]:
    def measure(snapshot: Snapshot) -> Values:
        for agent in snapshot.agents:
            if (value := field(agent)) is not None:
                yield (agent.site,), value

    return measure


agent_clock = _agent(lambda agent: agent.clock_offset)
agent_queue = _agent(lambda agent: agent.queue)
agent_dropped = _agent(lambda agent: agent.dropped)
agent_late = _agent(lambda agent: agent.late)


def certificate_left(snapshot: Snapshot) -> Values:
    """E-services whose certificate a site has seen."""
    return (((service,), days * 86400) for service, days in sorted(snapshot.days_left.items()))


def _incident(field: Callable[[Incident], float]) -> Callable[[Snapshot], Values]:
    return lambda snapshot: (((incident.cause,), field(incident)) for incident in snapshot.incidents)


incident_sites = _incident(lambda incident: len(incident.sites))
incident_people = _incident(lambda incident: incident.people)
incident_cells = _incident(lambda incident: len(incident.cells))


def incident_info(snapshot: Snapshot) -> Values:
    """The words of each incident."""
    for i in snapshot.incidents:
        yield (i.cause, ",".join(i.sites), ",".join(i.services), i.text_pl, i.text_en), 1.0


def incident_links(snapshot: Snapshot) -> Values:
    """Links that are down and belong to the cause of an incident."""
    for incident in snapshot.incidents:
        gone = expand(snapshot.network, [incident.cause])
        ends = {link.slug for name in gone.devices for link in snapshot.network.links_of.get(name, ())}
        for slug in sorted(gone.links | ends):
            if snapshot.links.get(slug) is False:
                yield (incident.cause, slug), 1.0


def equality_index(snapshot: Snapshot) -> Values:
    """The index of every group that is shown."""
    yield from snapshot.equality.items()
