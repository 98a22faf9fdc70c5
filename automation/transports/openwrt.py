"""Sessions with OpenWrt: changes are staged beside its UCI files and applied by `rpcd`, which takes them back itself.

`rpcd` keeps what it needs for that in memory, where a restart wipes it while the change is already in `/etc/config`. So
the device is also given a start-up script that puts the files back, and notes of our own that outlive a restart.
"""

import json
import re
import shlex
import uuid
from collections.abc import Iterable
from dataclasses import replace

from automation.bundle import Bundle, BundleError, difference
from automation.remediation.openwrt import commands
from automation.remediation.openwrt_text import Section, canonical, managed, parse, written
from automation.session import DeviceStatus, Ended, Pending
from automation.transports import ssh
from automation.transports.errors import BundleFailed, BundleRefused
from automation.transports.login import Login
from automation.transports.terminal import ready
from inventory.errors import RefusedRequest
from inventory.platforms import Platform

ROOM = "/etc/silesianet"
PENDING, LAST = f"{ROOM}/pending", f"{ROOM}/last"
GUARD = "/etc/uci-defaults/zz-sn-revert"
SNAPSHOT = "/var/run/rpcd/snapshot-files"
SESSION_MARGIN = 600
SECRET = re.compile(r"<secret:([a-z0-9-]+)>")
SECRETS = {("snmpd", "community"): "snmp-community"}


def session(login: Login, platform: Platform) -> "OpenWrtSession":
    """Log in as root, the only user there is; RefusedRequest when nothing on the device takes a change back."""
    return ready(OpenWrtSession(login, platform))


class OpenWrtSession:
    """One login; see `Session` for what its methods mean."""

    def __init__(self, login: Login, platform: Platform) -> None:
        self._login, self._host = login, login.way.host
        self._unmanaged = [re.compile(pattern) for pattern in platform.unmanaged]
        self._ssh = ssh.Session(replace(login.way, user="root"), login.connect_seconds)

    def begin(self) -> None:
        """See that something takes a change back."""
        if self._run("ubus list uci").output.strip() != "uci":
            raise RefusedRequest(
                "rpcd does not run, so no change could be taken back", where=self._host,
                fix="install and start rpcd",
            )  # fmt: skip

    def running(self) -> str:
        return str(_bundle(self._read()))

    def compare(self, bundle: str) -> str:
        return difference(_bundle(self._read()), _bundle(self._wanted(bundle)))

    def commit(self, bundle: str, note: str, revert_in: int) -> str | None:
        status = self.status()
        if status.pending is not None:
            raise BundleRefused(self._host, f"change {status.pending.note} still waits for its confirmation")
        wanted = self._wanted(bundle)
        lines = commands(self._read(), wanted)
        if not lines:
            return None
        sent = [self._with_secrets(line) for line in lines]
        id_ = uuid.uuid4().hex
        sid = self._rpc_session(revert_in)
        self._guard(id_, note, sid, revert_in, {s.package for s in parse(wanted)})
        try:
            self._stage(sid, lines, sent)
            self._apply(sid, revert_in)
        except BundleRefused:
            self._forget(id_)
            raise
        differing = difference(_bundle(wanted), _bundle(self._read()))
        if differing:
            missed = next(line for line in differing.splitlines()[2:] if line[:1] in "+-")
            self.undo(id_)
            raise BundleFailed(
                self._host, f"taken but not in force: {missed.strip()}; everything before it was put back"
            )
        return id_

    def confirm(self, commit: str) -> None:
        noted, last = self._noted(PENDING), self._noted(LAST)
        if noted[:1] != [commit] or not self._waits():
            raise BundleRefused(self._host, "the device has already taken the change back")
        self._script(_call("confirm", noted[2]), f"rm -f {GUARD}", f"mv {PENDING} {LAST}", f"echo confirmed >> {LAST}")
        if last and last[0] != commit:
            self._run(f"rm -rf {_before(last[0])}")

    def undo(self, commit: str) -> None:
        noted, last = self._noted(PENDING), self._noted(LAST)
        if noted[:1] == [commit]:
            back = (_call("rollback", noted[2]),) if self._waits() else ()
            self._script(*back, f"rm -f {GUARD}", f"mv {PENDING} {LAST}", *_notes("reverted", "rolled back"))
        elif last[:1] == [commit] and last[4:5] == ["confirmed"]:
            self._script(f"cp {_before(commit)}/* /etc/config/", "reload_config")
            self._write(LAST, (*last[:4], "reverted", "rolled back"))

    def status(self) -> DeviceStatus:
        noted = self._noted(PENDING)
        if len(noted) > 3:
            if self._waits():
                return DeviceStatus(Pending(noted[0], noted[1], max(0.0, float(noted[3]) - self._uptime())), None)
            outcome = ("reverted", "not confirmed in time") if self._is_back(noted[0]) else ("confirmed", "confirmed")
            return DeviceStatus(None, Ended(noted[0], noted[1], *outcome))
        last = self._noted(LAST)
        if len(last) < 5:
            return DeviceStatus(None, None)
        return DeviceStatus(None, Ended(last[0], last[1], last[4], last[5] if len(last) > 5 else last[4]))

    def neighbours(self) -> frozenset[str]:
        return frozenset()

    def close(self) -> None:
        self._ssh.close()

    def _run(self, command: str, stdin: str = "") -> ssh.Reply:
        return self._ssh.run(command, stdin.encode(), seconds=self._login.command_seconds)

    def _text(self, command: str) -> str:
        reply = self._run(command)
        if reply.status:
            raise BundleFailed(self._host, reply.complaint.strip() or f"{command} returned {reply.status}")
        return reply.output

    def _script(self, *lines: str) -> None:
        """Lines that go on without us once they are begun, up to the first that fails."""
        reply = self._run("sh -ex", "".join(f"{line}\n" for line in lines))
        if reply.status:
            raise BundleRefused(self._host, _complaint(reply.complaint))

    def _noted(self, path: str) -> list[str]:
        """Lines of a note: id, change, rpcd's session, uptime at which the time is over; then how it ended and why."""
        reply = self._run(f"cat {path}")
        return reply.output.splitlines() if reply.status == 0 else []

    def _write(self, path: str, lines: Iterable[str]) -> None:
        reply = self._run(f"cat > {path}", "".join(f"{line}\n" for line in lines))
        if reply.status:
            raise BundleRefused(self._host, _complaint(reply.complaint))

    def _waits(self) -> bool:
        """Whether rpcd holds a change that is not confirmed."""
        reply = self._run(f"ls {SNAPSHOT}")
        return reply.status == 0 and bool(reply.output.strip())

    def _is_back(self, id_: str) -> bool:
        """Whether what runs is what ran before a change: the only witness when a session broke while confirming."""
        before = self._run(f"uci -c {_before(id_)} export").output
        packages = {line.split()[1] for line in before.splitlines() if line.startswith("package ")}
        now = [s for s in parse(self._text("uci export")) if s.package in packages]
        return written(canonical(parse(before))) == written(canonical(now))

    def _uptime(self) -> float:
        return float(self._text("cat /proc/uptime").split()[0])

    def _rpc_session(self, revert_in: int) -> str:
        wanted = shlex.quote(json.dumps({"timeout": revert_in + SESSION_MARGIN}))
        sid = str(json.loads(self._text(f"ubus call session create {wanted}"))["ubus_rpc_session"])
        rights = {"ubus_rpc_session": sid, "scope": "uci", "objects": [["*", "read"], ["*", "write"]]}
        self._text(f"ubus call session grant {shlex.quote(json.dumps(rights))}")
        return sid

    def _guard(self, id_: str, note: str, sid: str, revert_in: int, packages: set[str]) -> None:
        """Copies, a note and a start-up script on the flash; BundleRefused while nothing was changed."""
        files = " ".join(f"/etc/config/{package}" for package in sorted(packages))
        before = _before(id_)
        try:
            self._script(f"mkdir -p {before} /etc/uci-defaults", f"touch {files}", f"cp {files} {before}/")
            back = (f"cp {before}/* /etc/config/", f"mv {PENDING} {LAST}", *_notes("reverted", "the device restarted"))
            self._write(GUARD, back)
            self._write(PENDING, (id_, note, sid, str(round(self._uptime() + revert_in))))
        except BundleRefused:
            self._forget(id_)
            raise

    def _forget(self, id_: str) -> None:
        """Nothing came of a change."""
        self._run(f"rm -rf {GUARD} {PENDING} {_before(id_)}")

    def _stage(self, sid: str, lines: tuple[str, ...], sent: list[str]) -> None:
        """Let every change wait beside the files; the first that is refused ends it, nothing is in force yet."""
        saved = f"/var/run/rpcd/uci-{sid}"
        staged = [line.replace("uci ", f"uci -t {saved} ", 1) for line in sent]
        reply = self._run("sh -ex", f"mkdir -p {saved}\n" + "".join(f"{line}\n" for line in staged))
        if reply.status:
            refused = sum(line.startswith("+ uci") for line in reply.complaint.splitlines()) - 1
            self._run(f"ubus call session destroy {shlex.quote(json.dumps({'ubus_rpc_session': sid}))}")
            raise BundleRefused(self._host, f"{lines[refused]}: {_complaint(reply.complaint)}")

    def _apply(self, sid: str, revert_in: int) -> None:
        given = {"ubus_rpc_session": sid, "rollback": True, "timeout": revert_in}
        reply = self._run(f"ubus call uci apply {shlex.quote(json.dumps(given))}")
        if reply.status:
            others = "; somebody else's change waits for its confirmation" if reply.status == 6 else ""
            raise BundleRefused(self._host, f"rpcd does not apply it: {reply.complaint.strip()}{others}")

    def _read(self) -> str:
        """What runs, in canonical form, without what is not ours."""
        sections = managed(parse(self._text("uci export")), self._unmanaged)
        return written(canonical(self._masked(section) for section in sections))

    def _wanted(self, bundle: str) -> str:
        """The configuration of a bundle in canonical form; BundleRefused when it cannot be read."""
        try:
            return written(canonical(parse(Bundle.parse(bundle).texts().get("config", ""))))
        except BundleError as fault:
            raise BundleRefused(self._host, fault.reason, line=fault.line) from fault
        except ValueError as fault:
            raise BundleRefused(self._host, f"this is no UCI text: {fault}") from fault

    def _masked(self, section: Section) -> Section:
        options = tuple(
            (key, self._mask(SECRETS[section.package, key], str(value)) if (section.package, key) in SECRETS else value)
            for key, value in section.options
        )
        return replace(section, options=options)

    def _mask(self, name: str, value: str) -> str:
        """A secret by its name; one that is not the one we know is told apart from it."""
        try:
            ours = self._login.secret(name)
        except KeyError:
            ours = value
        return f"<secret:{name if value == ours else 'another'}>"

    def _with_secrets(self, line: str) -> str:
        """A command as it is sent; placeholders stand between single quotes."""

        def value(found: re.Match[str]) -> str:
            try:
                return self._login.secret(found[1]).replace("'", "'\\''")
            except KeyError:
                raise BundleRefused(self._host, f"the secret {found[1]!r} is not known here") from None

        return SECRET.sub(value, line)


def _call(method: str, sid: str) -> str:
    return f"ubus call uci {method} {shlex.quote(json.dumps({'ubus_rpc_session': sid}))}"


def _complaint(text: str) -> str:
    """What was complained about, without the traced lines, which hold what was sent."""
    return "; ".join(line for line in text.splitlines() if line.strip() and not line.startswith("+ ")) or "it failed"


def _notes(*lines: str) -> tuple[str, ...]:
    return tuple(f"echo {shlex.quote(line)} >> {LAST}" for line in lines)


def _before(id_: str) -> str:
    """Where the device keeps the files as they were before a change."""
    return f"{ROOM}/before-{id_}"


def _bundle(config: str) -> Bundle:
    return Bundle.of({"config": config})
