"""The demonstration city, step by step: inventory, lab, server, site agents, the first change, Prometheus."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import httpx

import lab
import lab.attach
from api import background
from api.context import SIMULATORS, Context
from api.roles import Role
from api.tokens import TokenStore
from api.watch import Watch
from automation.apply import Step
from automation.change import Report, Scope
from automation.secrets.needed import needed
from inventory.day import day_at
from inventory.demo import gliwice
from inventory.demo.vendors import mixed_city
from inventory.errors import Unreachable
from inventory.model.network import Network
from inventory.sources.files import load
from lab.simulators.standing import Standing
from lab.state import LabState
from monitoring import prometheus
from monitoring.alerts.store import AlertStore
from monitoring.capacity.store import TrafficStore
from monitoring.capacity.utilisation import Utilisation, of_link
from monitoring.matrix import Matrix
from monitoring.settings import CapacitySettings

Say = Callable[[str], None]

ADMIN_TOKEN_FILE, MONITOR_TOKEN_FILE = "admin.token", "prometheus.token"
LAB_PACE: Mapping[str, str] = {"SILESIANET_CAPACITY_SLOT": "10"}
"""Settings of the server in a lab, where minutes stand for months."""

START_SECONDS = 60.0
SETTLE_SECONDS = 60.0


def load_city(context: Context, simulated: bool = False) -> Network:
    """The inventory in the store; the demonstration city is loaded into an empty one, on equipment of many vendors
    where it is to be simulated."""
    if context.inventory.revision() == 0:
        city = mixed_city() if simulated else load(gliwice())
        context.inventory.write(city, who="make up", why="the demonstration city")
    return context.inventory.network()


def start_simulators(context: Context, network: Network) -> int:
    """Start simulated devices for everything that is configured; returns how many, once all of them listen."""
    home = context.settings.home
    standing = Standing.of(home)
    background.start(home, SIMULATORS, standing.prepare(network, needed(network, day_at())))
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if standing.places:
            return len(standing.places)
        if background.running(home, SIMULATORS) is None:
            break
        time.sleep(0.05)
    background.stop(home, SIMULATORS)
    raise Unreachable("simulated devices did not start", where=str(home / "log" / "simulators.log"), fix="read the log")


def write_token(context: Context, file: Path, name: str, role: Role, site: str | None = None) -> Path:
    """A fresh token in a file that only its owner may read; an earlier one of that name ends."""
    token = TokenStore(context.engine).renew(name, role, site)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text(token + "\n")
    return file


def start_server(context: Context, environment: Mapping[str, str] = LAB_PACE) -> str:
    """Start the API and the monitor in the background; return the URL once it is ready."""
    home = context.settings.home
    (home / "url").unlink(missing_ok=True)
    pid = background.start(home, "serve", background.silesianet("serve"), {**os.environ, **environment})
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and background.running(home, "serve") == pid:
        if (home / "url").exists() and _ready((home / "url").read_text().strip()):
            return (home / "url").read_text().strip()
        time.sleep(0.1)
    background.stop(home, "serve")
    raise Unreachable("the server did not become ready", where=str(home / "log" / "serve.log"), fix="read the log")


def start_agents(context: Context, state: LabState, network: Network) -> int:
    """Start the agent of every site that has a vantage, inside its own node; return how many."""
    home = state.home
    url = (home / "inband.url").read_text().strip()
    vantages = [(site.slug, device.slug) for site in network.sites if (device := network.vantage(site.slug))]
    for site, node in vantages:
        folder = home / "lab" / "agents" / site
        token = write_token(context, folder / "token", f"agent-{site}", Role.AGENT, site)
        arguments = ["agent", "--url", url, "--token-file", str(token), "--spool", str(folder)]
        trusted = folder / "ca.pem"
        trusted.write_bytes(state.authority_certificate.read_bytes())
        arguments += ["--ca-file", str(trusted)]
        with (folder / "log").open("ab") as log:
            lab.attach.run_in(home, node, background.silesianet(*arguments), stdout=log, stderr=log)
    return len(vantages)


def configure(context: Context, on_since: float, say: Callable[[Step], None]) -> Report:
    """Plan and carry out the change that makes the devices what the inventory says.

    Probes of a city that was there before the devices were switched on (epoch seconds) say nothing about this one.
    """
    changes = context.changes
    age = min(changes.settings.fresh_seconds, max(0.1, time.time() - on_since))
    changes = replace(changes, settings=changes.settings.model_copy(update={"fresh_seconds": age}))
    draft = changes.create(Scope(), "first configuration of the demonstration city", "make up")
    return changes.apply(changes.plan(draft.id, say).id, "make up", say)


def settled(context: Context) -> Matrix:
    """The matrix once every site with an agent has spoken about every e-service, or after a minute."""
    watch = Watch(context)
    deadline = time.monotonic() + SETTLE_SECONDS
    while True:
        matrix = watch.now().matrix
        if time.monotonic() > deadline or not matrix.disagreements:  # silence is one as well
            return matrix
        time.sleep(0.5)


def start_prometheus(context: Context, url: str) -> str:
    """Start Alertmanager and Prometheus beside the server at ``url``, with a token of their own; return its URL."""
    home = context.settings.home
    token = write_token(context, home / MONITOR_TOKEN_FILE, "prometheus", Role.NOC)
    programs = prometheus.prepare(home, url.removeprefix("http://"), token, context.inventory.network())
    AlertStore(context.engine).close_all(time.time())
    for program in programs:
        background.start(home, program.name, program.argv)
    for program in programs:
        program.await_ready()
    return f"http://{programs[-1].address}"


def busiest_links(context: Context, count: int = 5) -> list[Utilisation]:
    """The links that were fullest at any moment held, fullest first."""
    network, settings = context.inventory.network(), CapacitySettings()
    series = TrafficStore(context.engine, settings.slot).series(0, time.time())
    found = [of_link(network, link, series, settings) for link in network.links]
    return sorted(found, key=lambda u: -(u.peak_share or 0))[:count]


def stop(context: Context, say: Say = lambda _: None) -> None:
    """End everything that runs in this home; also after a start that broke off half way."""
    home = context.settings.home
    for name in background.services(home):
        say(f"stopping {name}")
        background.stop(home, name)
    Standing.of(home).forget()
    say("taking the lab down")
    lab.down(home)


def _ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=2).is_success
    except httpx.HTTPError:
        return False
