"""Operations that clients of a simulated Junos ask for over NETCONF, with their answers in XML."""

import re
from collections.abc import Callable
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from lab.simulators.juniper_junos import braces, elements, facts
from lab.simulators.juniper_junos.device import Editor, JuniperJunos
from lab.simulators.juniper_junos.elements import local
from lab.simulators.juniper_junos.loading import OK, Call, edit_config, load, replaced
from lab.simulators.juniper_junos.shows import show
from lab.simulators.juniper_junos.tree import Config, Refused, words

USER = "silesianet"


class Closed(Exception):
    """The client ends the session."""


def answer(device: JuniperJunos, editor: Editor, asked: ET.Element) -> str:
    """What stands within the reply; Refused carries what the device says against it."""
    name = local(asked.tag)
    if name == "close-session":
        raise Closed
    operation = OPERATIONS.get(name)
    if operation is None:
        raise Refused(f"syntax error: {name}")
    return operation(Call(device, editor, asked))


def _lock(call: Call) -> str:
    call.editor.exclusive = True
    try:
        call.device.open(call.editor)
    except Refused:
        call.editor.exclusive = False
        raise
    return OK


def _unlock(call: Call) -> str:
    if call.editor not in call.device.editors:
        raise Refused("Configuration database is not open")
    call.device.close(call.editor)
    call.editor.exclusive, call.editor.config = False, None
    return OK


def _open(call: Call) -> str:
    call.editor.config = Config() if any(local(c.tag) == "private" for c in call.asked) else None
    call.device.open(call.editor)
    return OK


def _get_configuration(call: Call) -> str:
    if call.asked.get("compare") == "rollback":
        text = braces.compared(
            call.device.earlier(int(call.asked.get("rollback", "0"))), call.device.draft(call.editor)
        )
        shown = f"<configuration-output>\n{escape(text)}</configuration-output>"
        return f"<configuration-information>{shown}</configuration-information>"
    config = call.device.active if call.asked.get("database") == "committed" else call.device.draft(call.editor)
    if call.asked.get("rollback"):
        config = call.device.earlier(int(call.asked.get("rollback", "0")))
    match call.asked.get("format", "xml"):
        case "text":
            return f"<configuration-text>\n{escape(braces.text(config))}</configuration-text>"
        case "set":
            return f"<configuration-set>\n{escape(config.text())}</configuration-set>"
    made = elements.element(config)
    if len(call.asked):
        _keep(made, call.asked[0])
    return ET.tostring(made, encoding="unicode")


def _keep(shown: ET.Element, wanted: ET.Element) -> None:
    """Take out what a filter does not name."""
    names = {local(c.tag): c for c in wanted}
    for child in list(shown):
        if names and child.tag not in names:
            shown.remove(child)
        elif names:
            _keep(child, names[child.tag])


def _get_config(call: Call) -> str:
    candidate = any(local(c.tag) == "candidate" for c in call.asked.iter())
    config = call.device.draft(call.editor) if candidate else call.device.active
    return f"<data>{ET.tostring(elements.element(config), encoding='unicode')}</data>"


def _commit(call: Call) -> str:
    given = {local(c.tag): (c.text or "").strip() for c in call.asked}
    minutes = None
    if "confirmed" in given:
        timeout = int(given.get("confirm-timeout") or (10 if local(call.asked.tag) == "commit-configuration" else 600))
        minutes = timeout if local(call.asked.tag) == "commit-configuration" else -(-timeout // 60)
    call.device.commit(call.editor, minutes, given.get("log", ""), "check" in given)
    return OK


def _validate(call: Call) -> str:
    call.device.commit(call.editor, check=True)
    return OK


def _discard(call: Call) -> str:
    call.device.locked_by_other(call.editor)
    replaced(call.device, call.editor, call.device.active.copy())
    return OK


def _command(call: Call) -> str:
    command, *pipes = re.split(r"\s*\|\s*", (call.asked.text or "").strip())
    verb, *rest = words(command) or [""]
    if [verb, *rest][:2] == ["show", "version"] and call.asked.get("format", "xml") == "xml":
        return facts.software(call)
    if verb != "show":
        raise Refused("unknown command.")
    return f"<output>\n{escape(show(call.device, rest, pipes))}</output>"


Operation = Callable[[Call], str]
OPERATIONS: dict[str, Operation] = {
    "lock": _lock, "lock-configuration": _lock, "unlock": _unlock, "unlock-configuration": _unlock,
    "open-configuration": _open, "close-configuration": _unlock, "get-configuration": _get_configuration,
    "get-config": _get_config, "load-configuration": load, "edit-config": edit_config,
    "commit-configuration": _commit, "commit": _commit, "validate": _validate, "discard-changes": _discard,
    "get-commit-information": facts.commits, "get-commit-revision-information": facts.revision,
    "get-system-uptime-information": facts.uptime, "get-software-information": facts.software,
    "command": _command, "get-chassis-inventory": facts.inventory,
    "get-interface-information": facts.interfaces,
}  # fmt: skip
