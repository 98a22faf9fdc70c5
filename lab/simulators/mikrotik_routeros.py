"""A simulated MikroTik with RouterOS 7: one command line over one configuration that every line changes at once.

No candidate and no commit: what saves a change is a backup made before it and a scheduler that loads it again.
"""

import re
from datetime import datetime, timedelta
from typing import ClassVar

from lab.simulators.clock import Clock
from lab.simulators.device import Cli, HangUp, Simulated
from lab.simulators.mikrotik_routeros_menus import MENUS, SENSITIVE, Object, seconds
from lab.simulators.mikrotik_routeros_script import Command, Complaint, command, matching, words
from lab.simulators.mikrotik_routeros_state import State, is_configuration

VERSION = "7.16.2"
STARTUP_SECONDS = 3
SWITCHED_ON = datetime(2026, 11, 28, 12)
BOARDS = frozenset({"system/backup", "system/resource", "file", "routing/ospf/neighbor"})
"""Menus with commands of their own and no objects to configure."""
RESTORE, REBOOT = "Restore and reboot? [y/N]:", "Reboot, yes? [y/N]:"


class MikrotikRouterOs(Simulated):
    """``startup`` is commands as an export has them; ``peers`` are router ids by interface,
    neighbours once OSPF runs there."""

    platform: ClassVar[str] = "mikrotik-routeros"
    full_words: ClassVar[str] = "too many sessions\n"

    def __init__(self, name: str, startup: str, clock: Clock) -> None:
        self.files: dict[str, bytes] = {}
        self.peers: dict[str, str] = {}
        self.boots, self._since = 0, clock.now()
        super().__init__(name, startup, clock)

    def boot(self, startup: str) -> None:
        """A device from the factory that was given these commands; a line it does not take is an error."""
        self.state = State()
        inside = Inside(self)
        for line in startup.splitlines():
            if line.strip() and not line.startswith("#"):
                inside.carry_out(line)

    def cli(self) -> "Console":
        return Console(self)

    def running(self) -> str:
        return self.exported("terse")

    def reboot(self) -> None:
        """Nothing is lost: RouterOS saves each line as it takes it. Start-up schedulers run when it is back."""
        self.boots += 1
        for entry in self.state.objects.get("system/scheduler", []):
            if entry.get("start-time") == "startup" and seconds(entry.get("interval", "0s")) == 0:
                self.clock.later(STARTUP_SECONDS, lambda name=entry["name"]: self._due(name))  # type: ignore[misc]

    def exported(self, *words_: str, menu: str = "") -> str:
        """What ``/export`` prints."""
        head = f"# 2026-11-28 12:00:00 by RouterOS {VERSION}\n# software id = SIMU-LATD\n#\n"
        lines = self.state.export("show-sensitive" not in words_, menu)
        return head + "".join(f"{line}\n" for line in lines)

    def neighbours(self) -> dict[str, str]:
        """Router ids of OSPF neighbours by the interfaces they are seen on."""
        instances = {o["name"] for o in self._objects("routing/ospf/instance") if o.get("version", "2") == "2"}
        areas = {o["name"] for o in self._objects("routing/ospf/area") if o.get("instance") in instances}
        templates = [o for o in self._objects("routing/ospf/interface-template") if o.get("area") in areas]
        spoken = {o.get("interfaces", "") for o in templates if "passive" not in o and o.get("disabled") != "yes"}
        return {port: peer for port, peer in self.peers.items() if port in spoken}

    def _objects(self, menu: str) -> list[Object]:
        return self.state.objects.get(menu, [])

    def wall(self, now: float) -> datetime:
        """Date and time of day at a moment of the device's clock."""
        return SWITCHED_ON + timedelta(seconds=round(now - self._since))

    def restore(self, name: str) -> None:
        """Load a backup and restart."""
        self.state = State.load(self.files[name])
        self.reboot()

    def scheduled(self, entry: Object) -> None:
        """Let a new entry run when it is due."""
        interval = seconds(entry.get("interval", "0s")) or 0
        if interval and entry.get("start-time") != "startup":
            entry[".due"] = str(self.clock.now() + interval)
            self.clock.later(interval, lambda: self._due(entry["name"], entry[".id"]))

    def _due(self, name: str, id_: str = "") -> None:
        for entry in self.state.objects.get("system/scheduler", []):
            if entry["name"] == name and entry.get("disabled") != "yes" and id_ in ("", entry[".id"]):
                Inside(self).carry_out(entry.get("on-event", ""))
                return


class Inside:
    """What carries out commands: for a login, a script or a scheduler, which are not asked anything."""

    def __init__(self, device: MikrotikRouterOs) -> None:
        self.device = device

    def carry_out(self, line: str) -> str:
        """What a command says; Complaint when it is refused."""
        given = command(line, self._is_menu, self._evaluate)
        if given.verb == "":
            return ""
        special = getattr(
            self, "_do_" + "_".join(f"{given.menu}/{given.verb}".strip("/").split("/")).replace("-", "_"), None
        )
        if special is not None:
            return str(special(given))
        if given.menu in MENUS and given.verb in ("add", "set", "remove", "print", "export", "unset"):
            if given.verb in ("print", "export"):
                return self._shown(given)
            return self._changed(given, line)
        raise Complaint(f"bad command name {given.verb} (line 1 column {line.find(given.verb) + 1})")

    def _is_menu(self, path: str) -> bool:
        return any(menu == path or menu.startswith(f"{path}/") for menu in (*MENUS, *BOARDS))

    def _evaluate(self, menu: str, word: str) -> str:
        """Ids of the objects that brackets name, joined by semicolons."""
        inner = words(word[1:-1])
        if inner and inner[0] == ":pick":
            found, number = self._evaluate(menu, inner[1]).split(";"), int(inner[2])
            return found[number] if found != [""] and number < len(found) else ""
        if inner and inner[0] == "find":
            comparisons = tuple(word for word in inner[1:] if word != "where")
            return ";".join(one.get(".id", one.get("name", "")) for one in matching(self._held(menu), comparisons))
        raise Complaint(f"syntax error: {word}")

    def _held(self, menu: str) -> list[Object]:
        if menu == "file":
            return [{"name": name, "size": str(len(data))} for name, data in self.device.files.items()]
        return self.device.state.objects.get(menu, [])

    def _targets(self, given: Command) -> list[Object]:
        here = self.device.state.objects.get(given.menu, [])
        found: list[Object] = []
        for word in given.bare:
            ids = word.split(";") if word else []
            found += [one for one in here if one[".id"] in ids or one.get("name") == word]
        if given.bare and given.bare != ("",) and not found:
            raise Complaint("no such item")
        return found

    def _changed(self, given: Command, line: str) -> str:
        device = self.device
        configuration = is_configuration(given.menu)
        if configuration and device.faults.reject and re.search(device.faults.reject, line):
            raise Complaint("failure: not allowed by device-mode")
        if configuration and device.faults.ignore_commit:
            return ""
        if given.verb == "add":
            if given.bare:
                raise Complaint(f"expected end of command (line 1 column {line.find(given.bare[0]) + 1})")
            made = device.state.add(given.menu, given.given)
            if given.menu == "system/scheduler":
                device.scheduled(made)
        elif given.verb == "set":
            device.state.change(given.menu, given.given, [] if MENUS[given.menu].settings else self._targets(given))
        else:
            device.state.remove(given.menu, self._targets(given))
        return ""

    def _shown(self, given: Command) -> str:
        if given.verb == "export":
            return self.device.exported(*given.bare, menu=given.menu)
        if MENUS[given.menu].settings:
            held = self.device.state.settings.get(given.menu, {})
            return "".join(f"  {name}: {held[name]}\n" for name in sorted(held))
        found = list(matching(self.device.state.objects.get(given.menu, []), given.where))
        return self._listed(found)

    def _listed(self, found: list[Object]) -> str:
        lines = []
        for number, one in enumerate(found):
            told = {n: v for n, v in one.items() if not n.startswith(".") and n not in SENSITIVE}
            if ".due" in one:
                told["next-run"] = str(self.device.wall(float(one[".due"])))
            lines.append(f" {number}   " + " ".join(f"{n}={told[n]}" for n in sorted(told)))
        return "".join(f"{line}\n" for line in lines)

    def _do_export(self, given: Command) -> str:
        return self.device.exported(*given.bare)

    def _do_system_clock_print(self, given: Command) -> str:  # noqa: ARG002
        date, _, time = str(self.device.wall(self.device.clock.now())).partition(" ")
        return (
            f"                  time: {time}\n                  date: {date}\n        time-zone-name: Europe/Warsaw\n"
        )

    def _do_quit(self, given: Command) -> str:  # noqa: ARG002
        raise HangUp("interrupted\n")

    def _do_import(self, given: Command) -> str:
        """Commands of a file, up to the first that is refused."""
        name = given.given.get("file-name", "") or next(iter(given.bare), "")
        if name not in self.device.files:
            raise Complaint("no such item")
        for number, line in enumerate(self.device.files[name].decode().splitlines(), 1):
            try:
                if line.strip() and not line.startswith("#"):
                    self.carry_out(line)
            except Complaint as refused:
                raise Complaint(f"{refused} (line {number} of {name})") from refused
        return "Script file loaded and executed successfully\n"

    def _do_system_backup_save(self, given: Command) -> str:
        if self.device.faults.disk_full:
            raise Complaint("failure: not enough disk space")
        name = given.given.get("name", self.device.name)
        self.device.files[f"{name.removesuffix('.backup')}.backup"] = self.device.state.dump()
        return "Saving system configuration\nConfiguration backup saved\n"

    def _do_system_backup_load(self, given: Command) -> str:
        name = given.given.get("name", "").removesuffix(".backup") + ".backup"
        if name not in self.device.files:
            raise Complaint("failure: no such file")
        self.device.restore(name)
        raise HangUp("Restoring system configuration\nSystem configuration restored, rebooting now\n")

    def _do_system_reboot(self, given: Command) -> str:  # noqa: ARG002
        self.device.reboot()
        raise HangUp("Rebooting...\n")

    def _do_system_resource_print(self, given: Command) -> str:  # noqa: ARG002
        return f"       uptime: 1d2h\n      version: {VERSION} (stable)\n   board-name: CHR\n"

    def _do_routing_ospf_neighbor_print(self, given: Command) -> str:
        several: list[Object] = [{"router-id": peer, "state": "Full"} for peer in self.device.neighbours().values()]
        return self._listed(list(matching(several, given.where)))

    def _do_file_print(self, given: Command) -> str:
        return self._listed(list(matching(self._held("file"), given.where)))

    def _do_file_remove(self, given: Command) -> str:
        for name in (name for word in given.bare for name in word.split(";")):
            self.device.files.pop(name, None)
        return ""


class Console(Cli, Inside):
    """One login: asks before it restarts, and is cut off by faults to order."""

    def __init__(self, device: MikrotikRouterOs) -> None:
        Inside.__init__(self, device)
        self._boots = device.boots
        self._asked = ""

    def prompt(self) -> str:
        if self._asked:
            return f"{self._question} "
        name = self.device.state.settings["system/identity"].get("name", "MikroTik")
        return f"[admin@{name}] > "

    def greeting(self) -> str:
        return f"\n  MikroTik RouterOS {VERSION} (c) 1999-2024       https://www.mikrotik.com/\n\n"

    def interrupt(self) -> str:
        self._asked = ""
        return ""

    def enter(self, line: str) -> str:
        if self._boots != self.device.boots:
            raise HangUp("")
        if self._asked:
            asked, self._asked = self._asked, ""
            return self._answer(asked) if line.strip().lower() == "y" else "action cancelled\n"
        steps = re.split(r"[/ ]+", line.strip().strip("/"))
        if steps[:3] == ["system", "backup", "load"] or steps[:2] == ["system", "reboot"]:
            self._asked, self._question = line, RESTORE if steps[1] == "backup" else REBOOT
            return ""
        self._cut_off(line)
        return self._answer(line)

    def _answer(self, line: str) -> str:
        try:
            return self.carry_out(line)
        except Complaint as refused:
            return f"{refused}\n"

    def _cut_off(self, line: str) -> None:
        """Faults that strike on a line of configuration."""
        faults = self.device.faults
        path = re.split(r"\s+(?:add|set|remove)\b", line.strip(), maxsplit=1)[0]
        if not is_configuration(path.strip("/").replace(" ", "/")) or path == line.strip():
            return
        if faults.reboot_on_line and re.search(faults.reboot_on_line, line):
            faults.reboot_on_line = None
            self.device.reboot()
            raise HangUp("")
        if faults.drop_after is not None:
            if faults.drop_after == 0:
                faults.drop_after = None
                raise HangUp("")
            faults.drop_after -= 1
