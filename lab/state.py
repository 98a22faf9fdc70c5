"""What is running: written once by `up`, read by every process that needs to find the lab."""

from datetime import date, datetime
from pathlib import Path

from inventory.errors import RefusedRequest
from inventory.model.fact import Fact
from lab.directory import Directory
from lab.faults import Fault, listed, unknown, without_power
from lab.namespaces import first_process
from lab.plan import DEVICES, Kind


class NodeState(Fact):
    """A running node; `pid` is its first process as seen from outside."""

    name: str
    kind: Kind
    site: str
    pid: int
    addresses: tuple[str, ...]

    @property
    def namespace(self) -> Path:
        """The node's network namespace."""
        return Path(f"/proc/{self.pid}/ns/net")


class Cable(Fact):
    """The two ends, (node, interface), of an inventory link."""

    a: tuple[str, str]
    b: tuple[str, str]


class LabState(Fact):
    """A lab that is up: its nodes, its cables, and where its keys and secrets lie."""

    home: Path
    day: date
    started_at: datetime
    seconds: float
    nodes: dict[str, NodeState]
    cables: dict[str, Cable]
    sockets: dict[str, str]
    """Port of the fabric into which each other port, ``node:interface``, is plugged."""
    noc: str | None
    noc_addresses: tuple[str, ...]
    ssh_user: str = "silesianet"
    private_key: Path
    known_hosts: Path
    authority_certificate: Path
    credentials: Path

    def node(self, name: str) -> NodeState:
        """A node by name."""
        if name not in self.nodes:
            raise unknown(f"device:{name}")
        return self.nodes[name]


class NodeStatus(Fact):
    """Whether a node lives and has power."""

    name: str
    kind: Kind
    site: str
    alive: bool
    powered: bool
    addresses: tuple[str, ...]


class LabStatus(Fact):
    """The answer of `lab status`."""

    up: bool
    since: datetime | None = None
    nodes: tuple[NodeStatus, ...] = ()
    faults: tuple[Fault, ...] = ()


def load(home: Path) -> LabState:
    """The lab that is up in this home; refused when there is none."""
    directory = Directory.of(home)
    try:
        state = LabState.model_validate_json(directory.state.read_text())
    except FileNotFoundError:
        state = None
    if state is None or not _alive(directory, state):
        raise RefusedRequest("no lab is up", where=str(directory.root), fix="bring one up with `silesianet lab up`")
    return state


def save(state: LabState) -> None:
    """Write the state in one step, so that a reader never sees half of it."""
    path = Directory.of(state.home).state
    fresh = path.with_suffix(".new")
    fresh.write_text(state.model_dump_json(indent=1) + "\n")
    fresh.replace(path)


def status(home: Path) -> LabStatus:
    """What is up, and what is broken on purpose."""
    directory = Directory.of(home)
    try:
        state = load(home)
    except RefusedRequest:
        return LabStatus(up=False)
    present = listed(home)
    dark = without_power(present)
    nodes = tuple(
        NodeStatus(
            name=n.name, kind=n.kind, site=n.site, addresses=n.addresses,
            alive=first_process(directory.node(n.name)) == n.pid, powered=n.name not in dark,
        )
        for n in state.nodes.values()
    )  # fmt: skip
    return LabStatus(up=True, since=state.started_at, nodes=nodes, faults=present)


def devices(state: LabState) -> tuple[NodeState, ...]:
    """Nodes that are managed over SSH."""
    return tuple(n for n in state.nodes.values() if n.kind in DEVICES)


def _alive(directory: Directory, state: LabState) -> bool:
    return any(first_process(directory.node(n.name)) == n.pid for n in state.nodes.values())
