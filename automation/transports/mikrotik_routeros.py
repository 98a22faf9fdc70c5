"""Sessions with MikroTik RouterOS 7, which has neither candidate nor commit: the device guards itself.

Before a change the device makes a backup `sn-CHANGE`, and two schedulers of its own that load it again: one when the
time is over, one after a restart. Confirming takes the schedulers away and writes the change down on the device.
"""

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from automation.bundle import Bundle, BundleError, difference
from automation.remediation.mikrotik_routeros import commands
from automation.remediation.mikrotik_routeros_text import Item, canonical, quoted, read, typed
from automation.session import REVERTED, DeviceStatus, Ended, Pending
from automation.transports.errors import BundleFailed, BundleRefused, ConnectionLost, DeviceUnreachable
from automation.transports.login import Login
from automation.transports.terminal import Terminal, begun, terminal
from inventory.errors import RefusedRequest
from inventory.platforms import Platform

OPTIONS = "+cet511w4098h"
"""To the user's name: no colours, a dumb terminal, nothing asked of it, wide and long lines."""
PROMPT = r"\[[^\]\r\n]+\] [^>\r\n]*>|[^\r\n]*\[y/N\]:"
CHANGE = re.compile(r"[A-Za-z0-9._-]{1,48}")
SECRET = re.compile(r"<secret:([a-z0-9-]+)>")
SECRETS = {
    ("/snmp community", "authentication-password"): "snmp-auth",
    ("/snmp community", "encryption-password"): "snmp-priv",
    ("/radius", "secret"): "tacacs",
}
RESTART_SECONDS = 90
LINGER_SECONDS = 0.5
GUARDS = ("sn-revert", "sn-restart")
KEPT = "sn-kept"


def session(login: Login, platform: Platform) -> "RouterOsSession":
    """Log in; RefusedRequest for a version whose commands are others."""
    way = replace(login.way, user=login.way.user + OPTIONS)
    return begun(RouterOsSession, replace(login, way=way), platform, PROMPT)


class RouterOsSession:
    """One login; see `Session` for what its methods mean."""

    def __init__(self, opened: Terminal, login: Login, platform: Platform) -> None:
        self._terminal: Terminal | None = opened
        self._login, self._host = login, login.way.host
        self._unmanaged = [re.compile(pattern) for pattern in platform.unmanaged]

    def begin(self) -> None:
        """See which version it is, and where its files are."""
        version = re.search(r"version: *(\S+)", self._ask("/system resource print"))
        if version is None or not version[1].startswith("7."):
            raise RefusedRequest(
                f"RouterOS {version[1] if version else 'of unknown version'} is not managed", where=self._host,
                fix="upgrade it to RouterOS 7",
            )  # fmt: skip
        self._folder = "flash/" if self._listed("/file print terse where name=flash") else ""

    def running(self) -> str:
        return str(_bundle(self._read()))

    def compare(self, bundle: str) -> str:
        return difference(_bundle(self._read()), _bundle(self._wanted(bundle)))

    def commit(self, bundle: str, note: str, revert_in: int) -> str | None:
        if not CHANGE.fullmatch(note):
            raise BundleRefused(self._host, f"{note!r} cannot be the name of a file on the device")
        if (pending := self.status().pending) is not None:
            raise BundleRefused(self._host, f"change {pending.note} still waits for its confirmation")
        before, wanted = self._read(), self._wanted(bundle)
        lines = [(line, self._with_secrets(line)) for line in commands(before, wanted)]
        if not lines:
            return None
        self._guard(note, revert_in)
        for number, (line, sent) in enumerate(lines):
            if answer := self._ask(typed(sent)).strip():
                self._refused(note, f"{line}: {self._censored(answer)}", before, begun=number > 0)
        differing = difference(_bundle(wanted), _bundle(self._read()))
        if differing:
            missed = next(line for line in differing.splitlines()[2:] if line[:1] in "+-")
            self._refused(note, f"taken but not in force: {missed}", before, begun=True)
        self._ask(f'/file remove [find name~"^{self._folder}sn-.*backup" name!="{self._file(note)}"]')
        return note

    def confirm(self, commit: str) -> None:
        pending = self.status().pending
        if pending is None or pending.id != commit:
            raise BundleRefused(self._host, "the device has already taken the change back")
        known = self._listed(f"/system script print terse where name={KEPT}")
        verb = f"set [find name={KEPT}]" if known else f"add name={KEPT}"
        self._do(f"/system script {verb} comment={quoted(commit)}")
        self._unguard()

    def undo(self, commit: str) -> None:
        """Load the backup made before it, which restarts the device: it is logged in to again when it is asked next."""
        status = self.status()
        in_force = status.pending.id == commit if status.pending else status.kept(commit)
        if in_force:
            self._restart_with(commit)

    def status(self) -> DeviceStatus:
        guards = self._listed(f'/system scheduler print terse where name~"^{GUARDS[0]}-"')
        kept = self._listed(f"/system script print terse where name={KEPT}")
        files = self._listed(f'/file print terse where name~"^{self._folder}sn-.*backup"')
        pending = self._pending(guards[0]) if guards else None
        if pending is not None or not files:
            return DeviceStatus(pending, None)
        confirmed = kept[0].get("comment", "") if kept else ""
        names = [one["name"] for one in files if one["name"] != self._file(confirmed)] or [self._file(confirmed)]
        last = names[-1].removeprefix(f"{self._folder}sn-").removesuffix(".backup")
        if last == confirmed:
            return DeviceStatus(None, Ended(last, last, "confirmed", "confirmed"))
        return DeviceStatus(None, Ended(last, last, REVERTED, "the device went back to the backup made before it"))

    def neighbours(self) -> frozenset[str]:
        found = self._listed("/routing ospf neighbor print terse")
        return frozenset(one["router-id"] for one in found if one.get("state") == "Full")

    def close(self) -> None:
        if self._terminal is not None:
            self._terminal.close()
        self._terminal = None

    def _log_in_again(self) -> Terminal:
        """After a restart: again and again until it is back."""
        until = time.monotonic() + RESTART_SECONDS
        while True:
            time.sleep(LINGER_SECONDS)
            try:
                return terminal(self._login, PROMPT)
            except DeviceUnreachable as fault:
                if fault.reason != "connect" or time.monotonic() > until:
                    raise

    def _ask(self, command: str) -> str:
        if self._terminal is None:
            self._terminal = self._log_in_again()
        return self._terminal.ask(command, self._login.command_seconds)

    def _do(self, command: str, hint: str = "") -> None:
        """A command of which nothing is to be heard."""
        if answer := self._ask(command).strip():
            raise BundleFailed(self._host, f"{hint or command}: {answer}")

    def _listed(self, command: str) -> list[dict[str, str]]:
        """Objects of a terse list; the first of several properties of one name counts, for scripts hold some too."""
        found = []
        for line in self._ask(command).splitlines():
            if re.match(r" *\d+ ", line):
                told: dict[str, str] = {}
                for name, value in re.findall(r"([a-z][a-z0-9.-]*)=(.*?)(?= [a-z][a-z0-9.-]*=|\s*$)", line):
                    told.setdefault(name, value.strip('"'))
                found.append(told)
        return found

    def _pending(self, guard: dict[str, str]) -> Pending:
        change = guard["name"].removeprefix(f"{GUARDS[0]}-")
        clock = self._ask("/system clock print")
        day, hour = re.search(r"date: *(\S+)", clock), re.search(r"time: *(\d[\d:]+)", clock)
        left = 0.0
        if day and hour and (due := guard.get("next-run")):
            left = (datetime.fromisoformat(due) - datetime.fromisoformat(f"{day[1]} {hour[1]}")).total_seconds()
        return Pending(change, change, max(0.0, left))

    def _guard(self, change: str, seconds: int) -> None:
        """Let the device take back by itself whatever comes; BundleRefused while nothing was changed."""
        name = f"{self._folder}sn-{change}"
        saved = self._ask(f"/system backup save name={name} dont-encrypt=yes")
        if "saved" not in saved.replace("Saving", ""):
            raise BundleRefused(self._host, f"the device cannot save a backup: {saved.strip() or 'no answer'}")
        event = quoted(f'/system backup load name={name} password=""')
        for guard, when in zip(GUARDS, (f"interval={seconds}s", "interval=0s start-time=startup"), strict=True):
            answer = self._ask(f"/system scheduler add name={guard}-{change} {when} on-event={event} comment={change}")
            if answer.strip():
                self._unguard(change)
                raise BundleRefused(self._host, f"the device cannot guard itself: {answer.strip()}")

    def _unguard(self, change: str = "") -> None:
        """The device need not guard itself any longer; of a change of which nothing came, the backup goes too."""
        for guard in GUARDS:
            self._do(f'/system scheduler remove [find name~"^{guard}-"]')
        if change:
            self._ask(f'/file remove [find name="{self._file(change)}"]')

    def _file(self, change: str) -> str:
        return f"{self._folder}sn-{change}.backup"

    def _refused(self, change: str, why: str, before: str, begun: bool) -> None:
        """End a commit that cannot be: without a restart if the way back can be walked, else with the backup."""
        if not begun:
            self._unguard(change)
            raise BundleRefused(self._host, why)
        with suppress(BundleRefused):
            for line in commands(self._read(), before):
                self._ask(typed(self._with_secrets(line)))
        if self._read() == before:
            self._unguard(change)
            raise BundleFailed(self._host, f"{why}; everything before it was put back")
        self._restart_with(change)
        raise BundleFailed(self._host, f"{why}; the device restarts with the backup made before")

    def _restart_with(self, change: str) -> None:
        answer = self._ask(f'/system backup load name={self._folder}sn-{change} password=""')
        if self._terminal is None or "[y/N]" not in self._terminal.last_prompt:
            raise BundleFailed(self._host, f"the backup made before {change} is not loaded: {answer.strip()}")
        try:
            answer = self._ask("y")
        except ConnectionLost:
            answer = ""
        self.close()
        if "failure" in answer:
            raise BundleFailed(self._host, f"the backup made before {change} is not loaded: {answer.strip()}")

    def _read(self) -> str:
        """What runs, in canonical form, without what is not ours."""
        answer = self._ask("/export terse show-sensitive")
        if "by RouterOS" not in answer:
            raise BundleFailed(self._host, f"no export: {answer.strip()[:200] or 'no answer'}")
        return _text(i for i in canonical(self._masked(read(answer))) if not self._foreign(str(i)))

    def _foreign(self, line: str) -> bool:
        return any(pattern.search(line) for pattern in self._unmanaged)

    def _masked(self, items: Iterator[Item]) -> Iterator[Item]:
        """Secrets by name; one that is not the one we know is told apart from it."""
        for item in items:
            props = tuple(
                (name, self._mask(SECRETS[item.menu, name], value) if (item.menu, name) in SECRETS else value)
                for name, value in item.props
            )
            yield replace(item, props=props)

    def _mask(self, name: str, value: str) -> str:
        try:
            ours = self._login.secret(name)
        except KeyError:
            ours = value
        return f"<secret:{name if value == ours else 'another'}>"

    def _with_secrets(self, line: str) -> str:
        """A command as it is sent. Placeholders stand between quotes, so the value is escaped and not quoted again."""

        def value(found: re.Match[str]) -> str:
            try:
                plain = self._login.secret(found[1])
            except KeyError:
                raise BundleRefused(self._host, f"the secret {found[1]!r} is not known here") from None
            return re.sub(r'([\\"$?])', r"\\\1", plain)

        return SECRET.sub(value, line)

    def _censored(self, answer: str) -> str:
        for name in set(SECRETS.values()):
            try:
                answer = answer.replace(self._login.secret(name), f"<secret:{name}>")
            except KeyError:
                continue
        return answer

    def _wanted(self, bundle: str) -> str:
        """The configuration of a bundle in canonical form."""
        try:
            return _text(canonical(read(Bundle.parse(bundle).texts().get("config", ""))))
        except BundleError as fault:
            raise BundleRefused(self._host, fault.reason, line=fault.line) from fault


def _bundle(config: str) -> Bundle:
    return Bundle.of({"config": config})


def _text(items: "Iterator[Item] | list[Item]") -> str:
    return "".join(f"{item}\n" for item in items)
