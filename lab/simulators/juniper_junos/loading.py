"""Configurations that clients of a simulated Junos load over NETCONF, in braces, as ``set`` lines or as XML."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from lab.simulators.juniper_junos import braces, elements
from lab.simulators.juniper_junos.device import Editor, JuniperJunos
from lab.simulators.juniper_junos.elements import local
from lab.simulators.juniper_junos.tree import Config, Missing, Refused, words

OK = "<ok/>"


class Gone(Exception):
    """The device is gone in the middle of it."""


@dataclass(frozen=True)
class Call:
    """An operation somebody asks for."""

    device: JuniperJunos
    editor: Editor
    asked: ET.Element


def load(call: Call) -> str:
    """Change the candidate, or put another in its place."""
    call.device.locked_by_other(call.editor)
    if (number := call.asked.get("rollback")) is not None:
        replaced(call.device, call.editor, call.device.earlier(int(number)).copy())
        return "<load-configuration-results><ok/></load-configuration-results>"
    action = call.asked.get("action", "merge")
    config = Config() if action in ("override", "update") else call.device.draft(call.editor).copy()
    missing = _loaded(call.device, config, _told(call.asked, action))
    replaced(call.device, call.editor, config)
    return f"<load-configuration-results>{missing}<ok/></load-configuration-results>"


def edit_config(call: Call) -> str:
    """The same by the standard's own operation."""
    call.device.locked_by_other(call.editor)
    replace = any(local(c.tag) == "default-operation" and c.text == "replace" for c in call.asked)
    config = Config() if replace else call.device.draft(call.editor).copy()
    for given in (c for c in call.asked.iter() if local(c.tag) in ("configuration", "configuration-text")):
        _loaded(call.device, config, _statements(given))
    replaced(call.device, call.editor, config)
    return OK


def _told(asked: ET.Element, action: str) -> Iterable[tuple[str, list[str]]]:
    for given in asked:
        if action == "set" or local(given.tag) == "configuration-set":
            for line in (given.text or "").splitlines():
                verb, *rest = words(line) or [""]
                if verb and not verb.startswith("#"):
                    yield verb, rest
        else:
            for verb, rest in _statements(given):
                if verb != "replace" or action == "replace":
                    yield ("delete" if verb == "replace" else verb), rest


def _statements(given: ET.Element) -> Iterable[tuple[str, list[str]]]:
    if local(given.tag) == "configuration-text":
        return braces.statements(given.text or "")
    return elements.statements(given)


def _loaded(device: JuniperJunos, config: Config, told: Iterable[tuple[str, list[str]]]) -> str:
    """Take statements one by one; what is said about those that were not there to delete. Refused names the first
    that is not taken."""
    faults, warnings = device.faults, ""
    for verb, rest in told:
        line = " ".join([verb, *rest])
        if faults.reboot_on_line and re.search(faults.reboot_on_line, line):
            device.reboot()
            raise Gone
        if faults.reject and re.search(faults.reject, line):
            raise Refused(f"syntax error: {line}")
        try:
            config.enter([verb, *rest])
        except Missing:
            if verb != "delete":
                raise
            warnings = _warning("statement not found")
        except Refused as refusal:
            raise Refused(f"{str(refusal).rstrip('.')}: {line}") from None
    return warnings


def _warning(text: str) -> str:
    return (
        "<rpc-error><error-severity>warning</error-severity>"
        f"<error-message>{text}</error-message></rpc-error>"
    )  # fmt: skip


def replaced(device: JuniperJunos, editor: Editor, config: Config) -> None:
    """Let somebody edit another configuration."""
    if editor.config is not None:
        editor.config = config
    else:
        device.candidate = config
