"""Part `network`: lines `address IFACE CIDR` and `route CIDR via NEXTHOP`, for platforms without a routing suite."""

import ipaddress
import json
from pathlib import Path
from typing import Any

from automation.device.commands import Refusal, run
from automation.device.parts.lines import natural, numbered
from automation.device.parts.part import Part

Entry = tuple[str, ...]
"""("address", interface, CIDR) or ("route", CIDR, "via", next hop): the words of one line."""


class Network(Part):
    """Global addresses and the routes with a next hop; what the kernel makes of them itself is left alone."""

    def read(self) -> str:
        return _text(_addresses() + _routes())

    def canonical(self, text: str) -> str:
        entries = []
        for number, words in numbered(text):
            try:
                entries.append(_entry(words))
            except ValueError as fault:
                raise Refusal("network", str(fault), number) from fault
        return _text(entries)

    def apply(self, text: str) -> None:
        """Addresses before routes: the kernel drops routes with the address they hang on."""
        wanted = {tuple(words) for _, words in numbered(text)}
        now = set(_addresses() + _routes())
        batch = [f"address del {cidr} dev {name}" for kind, name, cidr, *_ in sorted(now - wanted) if kind == "address"]
        for kind, name, cidr, *_ in sorted(wanted - now):
            if kind == "address":
                batch += [f"address replace {cidr} dev {name}", f"link set {name} up"]
        batch += [f"route replace {r[1]} via {r[3]}" for r in sorted(wanted) if r[0] == "route"]
        run(["ip", "-batch", "-"], stdin="".join(f"{line}\n" for line in batch))
        stale = [r for r in _routes() if r not in wanted]
        run(["ip", "-batch", "-"], stdin="".join(f"route del {r[1]} via {r[3]}\n" for r in stale))


def _entry(words: list[str]) -> Entry:
    match words:
        case ["address", name, cidr]:
            if not Path("/sys/class/net", name).exists():
                raise ValueError(f"no interface {name}")
            return "address", name, str(ipaddress.ip_interface(cidr))
        case ["route", cidr, "via", hop]:
            return "route", str(ipaddress.ip_network(cidr)), "via", str(ipaddress.ip_address(hop))
    raise ValueError("expected `address IFACE CIDR` or `route CIDR via NEXTHOP`")


def _text(entries: list[Entry]) -> str:
    ordered = sorted(set(entries), key=lambda entry: (entry[0], natural(entry[1]), entry[2:]))
    return "".join(f"{' '.join(entry)}\n" for entry in ordered)


def _addresses() -> list[Entry]:
    return [
        ("address", link["ifname"], str(ipaddress.ip_interface(f"{a['local']}/{a['prefixlen']}")))
        for link in _json("address", "show")
        for a in link["addr_info"]
        if a["scope"] == "global" and not a.get("dynamic")
    ]


def _routes() -> list[Entry]:
    found = [(r, "0.0.0.0/0") for r in _json("-4", "route", "show")]
    found += [(r, "::/0") for r in _json("-6", "route", "show")]
    return [
        ("route", str(ipaddress.ip_network(default if r["dst"] == "default" else r["dst"])), "via", r["gateway"])
        for r, default in found
        if "gateway" in r and r.get("protocol") != "ra"
    ]


def _json(*words: str) -> Any:
    return json.loads(run(["ip", "-j", *words]) or "[]")
