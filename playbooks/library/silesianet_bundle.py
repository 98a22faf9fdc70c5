"""Ansible module: commits a configuration bundle through the same program on the device that `silesianet apply` uses.

Runs on the device: standard library and Ansible's own module code only, Python 3.9 at least.
"""

import base64
import hashlib
import json
import os
import tempfile
import uuid
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: silesianet_bundle
short_description: commit a configuration bundle with timed revert, or confirm it
options:
  state:
    description: C(committed) compares and commits; C(confirmed) ends the timer of a commit.
    choices: [committed, confirmed]
    default: committed
    type: str
  id:
    description: The commit to confirm; for C(confirmed).
    type: str
  bundle:
    description: The text `silesianet render` prints; for C(committed).
    type: str
  tool:
    description: The device program, base64; written to the device when it is missing or differs; for C(committed).
    type: str
  revert_in:
    description: Seconds after which the device takes the commit back by itself unless it is confirmed.
    default: 60
    type: int
"""
RETURN = """
id:
  description: The commit, for its confirmation.
  type: str
pending:
  description: Whether a commit waits for its confirmation.
  type: bool
parts:
  description: Parts of the bundle that were changed.
  type: list
"""
PROGRAM = Path("/etc/silesianet/sn-bundle")
ARGUMENTS = {
    "state": {"choices": ["committed", "confirmed"], "default": "committed"},
    "id": {"type": "str"},
    "bundle": {"type": "str"},
    "tool": {"type": "str"},
    "revert_in": {"type": "int", "default": 60},
}


class Refused(Exception):
    """What the device program said when it did not do what it was asked."""


def call(module: AnsibleModule, program: Path, *arguments: str, text: str = "") -> str:
    """Standard output of the device program."""
    argv = ["/usr/bin/python3", "-IS", str(program), *arguments]
    code, output, complaint = module.run_command(argv, data=text, binary_data=True)
    if code:
        raise Refused(_reason(complaint))
    return str(output)


def commit(module: AnsibleModule) -> dict[str, Any]:
    """Compare; unless this is a check, commit. The diff is the one of the device itself."""
    wanted = base64.b64decode(module.params["tool"])
    stale = _digest(PROGRAM) != hashlib.sha256(wanted).hexdigest()
    program = _scratch(wanted) if stale else PROGRAM
    try:
        difference = call(module, program, "compare", "-", text=module.params["bundle"])
    finally:
        if stale:
            program.unlink()
    result = {"changed": stale or bool(difference), "pending": False, "parts": [], "diff": _diffs(stale, difference)}
    if module.check_mode:
        return result
    if stale:
        _install(wanted)
    identity = f"ansible-{uuid.uuid4().hex[:12]}"
    timer = ("--id", identity, "--revert-in", str(module.params["revert_in"]))
    answer = json.loads(call(module, PROGRAM, "commit", "-", *timer, text=module.params["bundle"]))
    return {**result, "id": identity, "pending": answer["outcome"] == "done", "parts": answer.get("changed", [])}


def confirm(module: AnsibleModule) -> dict[str, Any]:
    """End the timer. That the module runs at all proves that the device can still be reached."""
    if not module.check_mode:
        call(module, PROGRAM, "confirm", module.params["id"])
    return {"changed": False, "pending": False}


def _reason(complaint: str) -> str:
    """The device program complains in JSON; what else is printed is given as it is."""
    try:
        said = json.loads(complaint)
    except ValueError:
        return complaint.strip() or "the device program gave no reason"
    place = " ".join(str(said[key]) for key in ("part", "line") if said.get(key))
    return f"{said['outcome']}: {place}{': ' if place else ''}{said['reason']}"


def _diffs(stale: bool, difference: str) -> list[dict[str, str]]:
    program = {"prepared": f"{PROGRAM}: replaced by the controller's version\n"}
    return [program] * stale + [{"prepared": difference}] * bool(difference)


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""


def _scratch(content: bytes) -> Path:
    """A copy in /tmp, so that a check changes nothing and still compares with the right program."""
    descriptor, name = tempfile.mkstemp(prefix="sn-bundle-")
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    return Path(name)


def _install(content: bytes) -> None:
    PROGRAM.parent.mkdir(parents=True, exist_ok=True)
    fresh = PROGRAM.with_name(".sn-bundle.ansible")
    fresh.write_bytes(content)
    fresh.chmod(0o755)
    fresh.replace(PROGRAM)


def main() -> None:
    """What Ansible runs."""
    needed = [("state", "committed", ("bundle", "tool")), ("state", "confirmed", ("id",))]
    module = AnsibleModule(argument_spec=ARGUMENTS, required_if=needed, supports_check_mode=True)
    try:
        result = commit(module) if module.params["state"] == "committed" else confirm(module)
    except Refused as refusal:
        module.fail_json(msg=str(refusal))
    except OSError as fault:
        module.fail_json(msg=f"{fault.filename}: {fault.strerror}")
    module.exit_json(**result)


if __name__ == "__main__":
    main()
