"""What every device with `sn-bundle` has in common, as a NAPALM driver; the one file that subclasses NAPALM."""

# ruff: noqa: ARG002  # NAPALM prescribes the arguments
import json
import shlex
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from napalm.base.base import NetworkDriver

from automation.bundle import Bundle, BundleError
from automation.transports.errors import BundleFailed, BundleRefused
from automation.transports.linux_facts import arp_table, counters, facts, interface_addresses, interfaces, routes
from automation.transports.ssh import Reply, Session, Target
from automation.transports.tool import PATH, sn_bundle

CONNECT_SECONDS = 10.0
INSTALL = (
    f"mkdir -p {PATH.parent} && cat > {PATH}.new && chmod 755 {PATH}.new && sync {PATH}.new && mv {PATH}.new {PATH}"
)


@dataclass(frozen=True)
class Committed:
    """What a commit did: `changed` names the parts; nothing to confirm when it is empty and `pending` is false."""

    id: str
    changed: tuple[str, ...]
    pending: bool


class LinuxDriver(NetworkDriver):  # type: ignore[misc]  # NAPALM is untyped
    """Configuration is the whole bundle (automation.bundle).

    optional_args: `key_file`, `known_hosts` (both needed), `port` (22), `attach` (callable run in the thread that opens
    the socket), `commit_id` (to confirm a commit of an earlier session). `timeout` is the limit of each command.
    Raises automation.transports.errors; a commit that gave no answer in time reverts itself on the device.
    """

    vendor, model = "Linux", "hotspot"

    def __init__(
        self,
        hostname: str,
        username: str,
        password: str,
        timeout: int = 60,
        optional_args: dict[str, Any] | None = None,
    ) -> None:
        given = optional_args or {}
        self.hostname, self.username, self.password, self.timeout = hostname, username, password, timeout
        self._target = Target(
            host=hostname,
            user=username,
            key_file=Path(given["key_file"]),
            known_hosts=Path(given["known_hosts"]),
            port=int(given.get("port", 22)),
            attach=given.get("attach"),
        )
        self._session: Session | None = None
        self._has_tool = False
        self._candidate: Bundle | None = None
        self._to_confirm: str | None = given.get("commit_id")

    def open(self) -> None:
        self._session = Session(self._target, min(CONNECT_SECONDS, self.timeout))

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
        self._session, self._has_tool = None, False

    def is_alive(self) -> dict[str, bool]:
        return {"is_alive": self._session is not None and self._session.alive()}

    def cli(self, commands: list[str], encoding: str = "text") -> dict[str, str]:
        return {command: self._output(command) for command in commands}

    # configuration

    def load_replace_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """A part that is absent stays as it is: it is not managed on this platform."""
        self._candidate = self._bundle(filename, config)

    def load_merge_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """The parts given take the place of the candidate's, or of the running ones."""
        given = self._bundle(filename, config)
        self._candidate = self._candidate.overlaid(given) if self._candidate else given

    def compare_config(self) -> str:
        return "" if self._candidate is None else self._tool("compare", "-", stdin=str(self._candidate))

    def check_config(self) -> None:
        """Raises BundleRefused with part and line if the device would not take the candidate."""
        self._tool("check", "-", stdin=str(self._loaded()))

    def discard_config(self) -> None:
        self._candidate = None

    def commit_config(self, message: str = "", revert_in: int | None = None) -> Committed:
        """With `revert_in` seconds the device takes it back unless confirmed; without, it is confirmed at once."""
        id_ = uuid.uuid4().hex
        arguments = ["commit", "-", "--id", id_, "--note", message]
        self._to_confirm = id_ if revert_in is not None else None
        return self._commit(arguments, id_, revert_in, stdin=str(self._loaded()))

    def confirm_commit(self, commit_id: str = "") -> None:
        """The commit of this session, or the one named; BundleRefused if the device has already taken it back."""
        wanted = commit_id or self._to_confirm
        if wanted is None:
            raise BundleRefused(self.hostname, "this session has no commit to confirm")
        self._tool("confirm", wanted)
        self._to_confirm = None

    def has_pending_commit(self) -> bool:
        return self.status()["pending"] is not None

    def rollback(self, revert_in: int | None = None, of: str = "") -> Committed:
        """Ends a pending commit at once; otherwise goes to the bundle confirmed before the present one.

        With ``of``, only while that commit is pending or the last one confirmed: safe to ask again.
        """
        id_ = uuid.uuid4().hex
        self._to_confirm = id_ if revert_in is not None else None
        return self._commit(["rollback", "--id", id_, *(("--of", of) if of else ())], id_, revert_in)

    def status(self) -> dict[str, Any]:
        """`pending` (id, note, seconds_left) or null, digests `startup` and `previous`, how the `last` commit ended."""
        return dict(json.loads(self._tool("status")))

    def get_config(
        self, retrieve: str = "all", full: bool = False, sanitized: bool = False, format: str = "text"
    ) -> dict[str, str]:
        """Bundles; they never hold secrets, so `sanitized` has nothing to do."""
        wanted = ("running", "startup", "candidate") if retrieve == "all" else (retrieve,)
        texts = dict.fromkeys(("running", "startup", "candidate"), "")
        for verb in ("running", "startup"):
            texts[verb] = self._tool(verb) if verb in wanted else ""
        if "candidate" in wanted and self._candidate is not None:
            texts["candidate"] = str(self._candidate)
        return texts

    # what is true

    def get_facts(self) -> dict[str, Any]:
        hostname, uptime = self._output("hostname && cat /proc/uptime").splitlines()
        return facts(self.vendor, self.model, self._version(), hostname, float(uptime.split()[0]), self._links())

    def get_interfaces(self) -> dict[str, Any]:
        return interfaces(self._links())

    def get_interfaces_ip(self) -> dict[str, Any]:
        return interface_addresses(self._links())

    def get_interfaces_counters(self) -> dict[str, Any]:
        return counters(self._links())

    def get_arp_table(self, vrf: str = "") -> list[dict[str, Any]]:
        return arp_table(json.loads(self._output("ip -j -4 neighbour show") or "[]"))

    def get_route_to(self, destination: str = "", protocol: str = "", longer: bool = False) -> dict[str, Any]:
        """The kernel's table; `protocol` as `ip route` names it, `longer` includes more specific prefixes."""
        return routes(json.loads(self._output("ip -j -4 route show") or "[]"), destination, protocol, longer)

    def _version(self) -> str:
        return self._output("uname -r").strip()

    def _links(self) -> list[dict[str, Any]]:
        return list(json.loads(self._output("ip -j -s address show")))

    def _commit(self, arguments: list[str], id_: str, revert_in: int | None, stdin: str = "") -> Committed:
        seconds = float(self.timeout)
        if revert_in is not None:
            arguments += ["--revert-in", str(revert_in)]
            seconds = min(seconds, revert_in)
        answer = json.loads(self._tool(*arguments, stdin=stdin, seconds=seconds))
        self._candidate = None
        pending = answer["outcome"] == "done" and revert_in is not None
        if not pending:
            self._to_confirm = None
        return Committed(id_, tuple(answer.get("changed", ())), pending)

    def _tool(self, *arguments: str, stdin: str = "", seconds: float | None = None) -> str:
        self._install_tool()
        reply = self._run(shlex.join([str(PATH), *arguments]), stdin.encode(), seconds)
        if reply.status == 0:
            return reply.output
        try:
            why = json.loads(reply.complaint.splitlines()[-1])
        except (ValueError, IndexError):
            raise BundleFailed(self.hostname, f"sn-bundle: {reply.complaint.strip()}") from None
        kind = BundleRefused if reply.status == 1 else BundleFailed
        raise kind(self.hostname, why["reason"], why["part"], why["line"])

    def _install_tool(self) -> None:
        if self._has_tool:
            return
        tool = sn_bundle()
        if tool.sha256 not in self._run(f"sha256sum {PATH}").output:
            self._checked(self._run(INSTALL, tool.content))
        self._has_tool = True

    def _output(self, command: str) -> str:
        return self._checked(self._run(command))

    def _checked(self, reply: Reply) -> str:
        if reply.status:
            raise BundleFailed(self.hostname, reply.complaint.strip() or f"command returned {reply.status}")
        return reply.output

    def _run(self, command: str, stdin: bytes = b"", seconds: float | None = None) -> Reply:
        if self._session is None:
            self.open()
        assert self._session is not None
        return self._session.run(command, stdin, seconds=seconds or self.timeout)

    def _loaded(self) -> Bundle:
        if self._candidate is None:
            raise BundleRefused(self.hostname, "no candidate is loaded")
        return self._candidate

    def _bundle(self, filename: str | None, config: str | None) -> Bundle:
        text = Path(filename).read_text(encoding="utf-8") if filename else config or ""
        try:
            return Bundle.parse(text)
        except BundleError as fault:
            raise BundleRefused(self.hostname, fault.reason, line=fault.line) from fault
