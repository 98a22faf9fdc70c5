"""Verbs of `sn-bundle`: the result on standard output, or exit code 1 (refused) or 2 (failed) and why, as JSON."""

import argparse
import contextlib
import json
import signal
import sys
from pathlib import Path
from typing import Any

from automation.bundle import Bundle, BundleError
from automation.device.commands import CommandError, Refusal
from automation.device.parts import on_this_device
from automation.device.state import Locked, Store, write_durably
from automation.device.transaction import Device, Failed, Refused
from automation.device.watchdog import arm, watch

BOOT_SCRIPT = Path("/etc/silesianet/boot")
ROUTER = ("frr", "nftables", "shaping", "snmpd")
HOTSPOT = ("network", "nftables", "shaping", "snmpd", "dnsmasq")


def main(argv: list[str]) -> int:
    """Run one verb; the exit code."""
    arguments = _parser().parse_args(argv)
    for hangup in (signal.SIGHUP, signal.SIGINT):
        signal.signal(hangup, signal.SIG_IGN)  # a commit once begun is finished or undone, whoever hangs up
    try:
        answer = _run(arguments)
    except Failed as fault:
        return _complain(2, "failed", fault.reason, fault.part, fault.line)
    except (Refused, Refusal) as fault:
        return _complain(1, "refused", fault.reason, fault.part, fault.line)
    except BundleError as fault:
        return _complain(1, "refused", fault.reason, "", fault.line)
    except Locked:
        return _complain(1, "refused", "another sn-bundle is at work on this device")
    except (CommandError, OSError) as fault:
        return _complain(2, "failed", str(fault))
    with contextlib.suppress(BrokenPipeError):  # nobody listens any more; the work is done
        sys.stdout.write(answer if isinstance(answer, str) else json.dumps(answer) + "\n")
        sys.stdout.flush()
    return 0


def _run(arguments: argparse.Namespace) -> Any:
    routes = Path("/run/frr/zebra.vty").exists()
    device = Device(on_this_device(), Store(), arm, ROUTER if routes else HOTSPOT)
    match arguments.verb:
        case "running":
            return str(device.running())
        case "startup":
            return device.store.load().startup
        case "compare":
            return device.compare(_candidate(arguments.file))
        case "check":
            device.compare(_candidate(arguments.file))
            return {"outcome": "done"}
        case "commit":
            _survive_power_cuts()
            return device.commit(_candidate(arguments.file), arguments.id, arguments.revert_in, arguments.note)
        case "confirm":
            return device.confirm(arguments.id)
        case "rollback":
            return device.rollback(arguments.id, arguments.revert_in, arguments.of)
        case "boot":
            return device.boot()
        case "watch":
            watch(device, arguments.id)
            return ""
    return device.status()


def _survive_power_cuts() -> None:
    """The device's init runs this script after its daemons; on a systemd machine a unit of one line does."""
    if not BOOT_SCRIPT.exists():
        write_durably(BOOT_SCRIPT, f"#!/bin/sh\nexec {Path(sys.argv[0]).resolve()} boot\n", mode=0o755)


def _candidate(file: str) -> Bundle:
    """`-` is standard input."""
    return Bundle.parse(sys.stdin.read() if file == "-" else Path(file).read_text())


def _complain(code: int, outcome: str, reason: str, part: str = "", line: int = 0) -> int:
    complaint = {"outcome": outcome, "part": part, "line": line, "reason": reason}
    sys.stderr.write(json.dumps(complaint) + "\n")
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sn-bundle", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    for name in ("running", "startup", "status", "boot"):
        verbs.add_parser(name)
    for name in ("compare", "check", "commit"):
        verbs.add_parser(name).add_argument("file", help="bundle; - reads standard input")
    for name in ("confirm", "watch"):
        verbs.add_parser(name).add_argument("id")
    verbs.add_parser("rollback").add_argument("--of", default="", metavar="ID", help="only if this commit is the last")
    verbs.choices["commit"].add_argument("--note", default="", help="why; kept with the outcome")
    for name in ("commit", "rollback"):
        verbs.choices[name].add_argument("--id", required=True)
        verbs.choices[name].add_argument("--revert-in", type=int, metavar="SECONDS")
    return parser
