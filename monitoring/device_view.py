"""A probe run on a device: an echo request or a TCP connection from its LAN address, by tools a Debian router has.

It shows that the way from there to the server works. What a router sends itself does not pass the filter of its LAN,
and certificate, status and content are not looked at: this never confirms a site.
"""

import re
import shlex
import time
from ipaddress import IPv4Address, IPv6Address

from inventory.errors import RefusedRequest
from inventory.model.device import Device, InterfaceKind
from inventory.model.service import Protocol, Service
from monitoring.observation import Observation

SECONDS = 2
ECHOED = (Protocol.ICMP, Protocol.DNS)
"""Kinds that are tried by an echo request: no TCP port answers for them."""
_CONNECT = (
    "import socket,sys,time;s,d,p=sys.argv[1:];"
    "c=socket.socket(socket.AF_INET6 if ':' in d else socket.AF_INET);c.settimeout({seconds});s and c.bind((s,0));"
    "t=time.monotonic();e=c.connect_ex((d,int(p)));print('tcp',e,round((time.monotonic()-t)*1000,1))"
)
_TRIED = re.compile(r"^family (\d)$(.*?)^ended$", re.MULTILINE | re.DOTALL)
_CONNECTED = re.compile(r"^tcp (\d+) ([\d.]+)", re.MULTILINE)
_ECHO = re.compile(r"time[=<]([\d.]+) ?ms")


def question(device: Device, service: Service) -> str:
    """The command line for one e-service, for every IP family that both have. RefusedRequest when they share none."""
    parts = [_part(service, address, source) for address, source in _ways(device, service)]
    if not parts:
        fix = "give the device and the e-service an address of the same family"
        raise RefusedRequest("no address to probe from", where=f"device:{device.slug}", fix=fix)
    return "; ".join(parts)


def answer(service: Service, output: str, at: float | None = None) -> Observation:
    """What a device printed, as a result; anything else than our words is a fault of the probe."""
    stage = "icmp" if service.endpoint.protocol in ECHOED else "tcp"
    families, times = {}, []
    for family, said in _TRIED.findall(output):
        ms = _time(stage, said)
        families[family] = stage if ms is None else "ok"
        times += [] if ms is None else [ms]
    now = time.time() if at is None else at
    if not families:
        return Observation(service.slug, now, False, None, None, f"the device says: {output.strip()[:200]}")
    ok = bool(times)
    words = "" if ok else f"no answer over IPv{' and IPv'.join(families)} from the device"
    return Observation(service.slug, now, ok, None if ok else stage, min(times, default=None), words, families)


def _time(stage: str, said: str) -> float | None:
    """Milliseconds until the answer; null without one."""
    if stage == "icmp":
        echoed = _ECHO.search(said)
        return None if echoed is None else float(echoed[1])
    connected = _CONNECTED.search(said)
    return None if connected is None or connected[1] != "0" else float(connected[2])


def _ways(device: Device, service: Service) -> list[tuple[IPv4Address | IPv6Address, str]]:
    """Addresses of the e-service, one of each family, with the address of the device's LAN they are tried from."""
    lan = device.first(InterfaceKind.LAN)
    ways: dict[int, tuple[IPv4Address | IPv6Address, str]] = {}
    for address in service.endpoint.addresses:
        own = [str(a.ip) for a in (lan.addresses if lan is not None else ()) if a.version == address.version]
        if own or lan is None:
            ways.setdefault(address.version, (address, own[0] if own else ""))
    return [ways[version] for version in sorted(ways)]


def _part(service: Service, address: IPv4Address | IPv6Address, source: str) -> str:
    if service.endpoint.protocol in ECHOED:
        told = [*(("-I", source) if source else ()), str(address)]
        command = ["ping", "-n", "-c", "1", "-W", str(SECONDS), *told]
    else:
        port = str(service.endpoint.port)
        command = ["python3", "-c", _CONNECT.format(seconds=SECONDS), source, str(address), port]
    return f"echo family {address.version}; {shlex.join(command)}; echo ended"
