"""Bringing a lab up and taking it down, also after a crash half way."""

import shutil
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from inventory.errors import RefusedRequest, WrongUsage
from inventory.model.network import Network
from lab import authority, keys, namespaces, power, ready, topology, wires
from lab import state as states
from lab.credentials import Credentials
from lab.directory import Directory
from lab.lock import held
from lab.plan import DEVICES, File, Kind, Node, Plan
from lab.state import Cable, LabState, NodeState

Progress = Callable[[str], None]
START_SECONDS = 120.0
_PARALLEL = 6


def up(network: Network, home: Path, progress: Progress) -> LabState:
    """Bring the network up with bootstrap configuration only, until every device answers on SSH.

    Refused when a lab is up already in this home. On a failure everything is taken down again.
    """
    directory = Directory.of(home)
    if any(directory.root.is_relative_to(place) for place in namespaces.HIDDEN):
        raise WrongUsage("nodes cannot see this folder", where=str(directory.root), fix="use another SILESIANET_HOME")
    with held(directory):
        if any(namespaces.first_process(node) is not None for node in _nodes(directory)):
            raise RefusedRequest("a lab is up", where=str(directory.root), fix="first `silesianet lab down`")
        _clean(directory)
        shutil.rmtree(directory.nodes, ignore_errors=True)
        secrets = Credentials.generate()
        plan = topology.plan(network, datetime.now(UTC).date(), secrets)
        secrets.save(directory.credentials)
        try:
            return _raise(plan, directory, home.resolve(), progress)
        except BaseException:
            namespaces.stop(_nodes(directory))
            raise


def down(home: Path) -> int:
    """Take the lab down, whatever state it is in; return the number of nodes that were running."""
    directory = Directory.of(home)
    if not directory.root.exists():
        return 0
    with held(directory):
        nodes = _nodes(directory)
        running = sum(namespaces.first_process(node) is not None for node in nodes)
        namespaces.stop(nodes)
        _clean(directory)
    return running


def _raise(plan: Plan, directory: Directory, home: Path, progress: Progress) -> LabState:
    began = time.monotonic()
    deadline = began + START_SECONDS
    progress(f"writing the files of {len(plan.nodes)} nodes")
    extra = keys.issue(directory, plan) | authority.issue(directory, plan)
    for node in plan.nodes:
        _write(directory.node(node.name), node, extra.get(node.name, ()))
    progress("starting namespaces")
    for node in plan.nodes:
        namespaces.start(directory.node(node.name))
    pids = {node.name: namespaces.await_ready(directory.node(node.name), deadline) for node in plan.nodes}
    progress(f"plugging {len(plan.wires)} wires")
    wires.plug(plan.wires, pids)
    with ThreadPoolExecutor(_PARALLEL) as pool:
        for number, _ in enumerate(pool.map(lambda node: power.on(directory.node(node.name)), plan.nodes), start=1):
            progress(f"switching on: {number} of {len(plan.nodes)}")
        progress("waiting for SSH")
        list(pool.map(lambda node: ready.await_ssh(node.name, pids[node.name], deadline), _devices(plan)))
    state = _state(plan, directory, home, pids, time.monotonic() - began)
    states.save(state)
    return state


def _devices(plan: Plan) -> tuple[Node, ...]:
    return tuple(node for node in plan.nodes if node.kind in DEVICES)


def _write(folder: Path, node: Node, extra: Iterable[File]) -> None:
    """Lay out a node's folder; see scripts/init.sh for how it is used."""
    folder.mkdir(parents=True, mode=0o755)
    (folder / "boot.sh").write_text(f"#!/bin/sh\n{node.boot}:\n")
    for mark, wanted in (("forwards", node.kind in DEVICES), ("keeps-tmp", node.kind not in DEVICES)):
        if wanted:
            (folder / mark).touch()
    for file in (*node.files, *extra):
        path = namespaces.kept(folder, file.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=file.mode)
        path.write_text(file.text)
        path.chmod(file.mode)


def _state(plan: Plan, directory: Directory, home: Path, pids: dict[str, int], seconds: float) -> LabState:
    noc = next((n for n in plan.nodes if n.kind is Kind.NOC), None)
    return LabState(
        home=home,
        day=datetime.now(UTC).date(),
        started_at=datetime.now(UTC),
        seconds=round(seconds, 2),
        nodes={
            n.name: NodeState(name=n.name, kind=n.kind, site=n.site, pid=pids[n.name], addresses=n.addresses)
            for n in plan.nodes
        },
        sockets={f"{w.a.node}:{w.a.interface}": w.b.interface for w in plan.wires if not w.link},
        cables={w.link: Cable(a=(w.a.node, w.a.interface), b=(w.b.node, w.b.interface)) for w in plan.wires if w.link},
        noc=noc.name if noc else None,
        noc_addresses=noc.addresses if noc else (),
        private_key=directory.private_key,
        known_hosts=directory.known_hosts,
        authority_certificate=directory.authority_certificate,
        credentials=directory.credentials,
    )


def _nodes(directory: Directory) -> list[Path]:
    return sorted(directory.nodes.iterdir()) if directory.nodes.is_dir() else []


def _clean(directory: Directory) -> None:
    """Forget the lab that was; node folders stay until the next `up`, for whoever reads their logs."""
    for path in (directory.state, directory.faults, directory.credentials, *directory.nodes.glob("*/pid")):
        path.unlink(missing_ok=True)
