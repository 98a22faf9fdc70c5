"""NAPALM driver of a Linux router with FRR."""

import json
import re
from typing import Any

from automation.bundle import Bundle
from automation.device.parts.frr_text import merged
from automation.transports.linux import LinuxDriver
from automation.transports.linux_facts import matches, next_hop


class FrrDriver(LinuxDriver):
    """The bundle driver with what FRR alone knows: routes with their protocol, OSPF neighbours, its version."""

    vendor, model = "FRRouting", "router"

    def load_merge_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """In part `frr` the lines are added to what runs (`no LINE` takes one away); other parts are replaced."""
        before = self._candidate
        given = self._bundle(filename, config).texts()
        if "frr" in given:
            base = (before.texts() if before else {}).get("frr") or self._tool_parts()["frr"]
            given["frr"] = merged(base, given["frr"])
        super().load_merge_candidate(config=str(Bundle.of(given)))

    def get_interfaces(self) -> dict[str, Any]:
        """Descriptions are kept by FRR, not by the kernel."""
        found = super().get_interfaces()
        for name, interface in self._vtysh("show interface json").items():
            if name in found:
                found[name]["description"] = interface.get("description", "")
        return found

    def get_route_to(self, destination: str = "", protocol: str = "", longer: bool = False) -> dict[str, Any]:
        """FRR's table; `protocol` as FRR names it (ospf, static, connected)."""
        found: dict[str, Any] = {}
        for prefix, entries in self._vtysh("show ip route json").items():
            hops = [_hop(e, hop) for e in entries if protocol in ("", e["protocol"]) for hop in e["nexthops"]]
            if hops and matches(prefix, destination, longer):
                found[prefix] = hops
        return found

    def get_ospf_neighbors(self) -> list[dict[str, Any]]:
        """`router_id`, `state` (Full, Init, …), `address`, `interface`, `dead_seconds` of every OSPFv2 neighbour."""
        answer = self._vtysh("show ip ospf neighbor json").get("neighbors", {})
        return [_neighbour(router_id, n) for router_id, several in answer.items() for n in several]

    def _version(self) -> str:
        found = re.search(r"FRRouting (\S+)", self._output("vtysh -c 'show version'"))
        return found[1] if found else ""

    def _vtysh(self, command: str) -> dict[str, Any]:
        return dict(json.loads(self._output(f"vtysh -c '{command}'") or "{}"))

    def _tool_parts(self) -> dict[str, str]:
        return Bundle.parse(self._tool("running")).texts()


def _hop(entry: dict[str, Any], hop: dict[str, Any]) -> dict[str, Any]:
    active = bool(entry.get("selected") and hop.get("fib"))
    age = _seconds(entry.get("uptime", ""))
    return next_hop(entry["protocol"], hop.get("ip", ""), hop.get("interfaceName", ""), entry["distance"], age, active)


def _neighbour(router_id: str, neighbour: dict[str, Any]) -> dict[str, Any]:
    return {
        "router_id": router_id,
        "state": neighbour["nbrState"].split("/")[0],
        "address": neighbour["ifaceAddress"],
        "interface": neighbour["ifaceName"].split(":")[0],
        "dead_seconds": neighbour["routerDeadIntervalTimerDueMsec"] / 1000,
    }


def _seconds(uptime: str) -> int:
    """FRR writes 00:00:17, 1d02h03m or 2w3d04h."""
    if match := re.fullmatch(r"(\d+):(\d+):(\d+)", uptime):
        hours, minutes, seconds = map(int, match.groups())
        return hours * 3600 + minutes * 60 + seconds
    units = {"w": 604800, "d": 86400, "h": 3600, "m": 60}
    return sum(int(number) * units[unit] for number, unit in re.findall(r"(\d+)([wdhm])", uptime))
