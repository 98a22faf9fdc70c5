"""Ansible module: one change of the network, planned, gated by probes and taken back by itself, as `silesianet apply`.

Runs on the controller, where `silesianet` is: standard library and Ansible's own module code only.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: silesianet_change
short_description: plan a change of the network and apply it, with probes deciding
description:
  - Plans from the inventory, whatever the platforms of the devices are, and applies in waves with timed revert.
  - In check mode it plans only. The difference is the one the devices themselves find.
  - Fails when a device is not reached, when the plan is refused, and when the change was taken back.
options:
  devices:
    description: Devices; with C(sites), those of either; all configured ones when both are empty.
    default: []
    elements: str
    type: list
  sites:
    description: Sites, all devices of them.
    default: []
    elements: str
    type: list
  comment:
    description: Why; kept with the change.
    default: with Ansible
    type: str
  executable:
    description: The command; a path, or a name to be found in PATH.
    default: silesianet
    type: str
"""
RETURN = """
plan:
  description: What `silesianet plan --json` prints - devices with their differences, commands and dangers, and cells.
  type: dict
report:
  description: What `silesianet apply --json` prints, unless it was a check or there was nothing to do.
  type: dict
"""
ARGUMENTS = {
    "devices": {"type": "list", "elements": "str", "default": []},
    "sites": {"type": "list", "elements": "str", "default": []},
    "comment": {"type": "str", "default": "with Ansible"},
    "executable": {"type": "str", "default": "silesianet"},
}
CONFIRMED = "confirmed"


def call(module: AnsibleModule, *arguments: str) -> dict[str, Any]:
    """The document a command prints; its own words when it prints none."""
    _, output, complaint = module.run_command([module.params["executable"], *arguments, "--json"])
    try:
        return dict(json.loads(output))
    except ValueError:
        module.fail_json(msg=(complaint or output).strip() or f"silesianet {arguments[0]} printed nothing")
        raise


def planned(module: AnsibleModule) -> dict[str, Any]:
    """A plan for what the task names; it changes nothing."""
    given = [("--device", name) for name in module.params["devices"]]
    given += [("--site", name) for name in module.params["sites"]]
    return call(module, "plan", *(word for pair in given for word in pair), "--comment", module.params["comment"])


def diffs(plan: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """One difference for each device that has one."""
    for device in plan["devices"]:
        if device["diff"]:
            yield {"prepared": f"{device['name']}\n{device['diff']}\n"}


def why(report: Mapping[str, Any]) -> str:
    """How a change ended that was not kept: the state, the reason, whom it hurt."""
    lost = ", ".join(f"{cell['site']} {cell['service']}" for cell in report["lost"])
    return f"{report['state']}: {report['reason']}" + (f" ({lost})" if lost else "")


def main() -> None:
    """What Ansible runs."""
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    plan = planned(module)
    dark = [device["name"] for device in plan["devices"] if not device["reached"]]
    if dark:
        module.fail_json(msg=f"not reached: {', '.join(dark)}", plan=plan)
    result: dict[str, Any] = {"changed": any(d["diff"] for d in plan["devices"]), "plan": plan, "diff": [*diffs(plan)]}
    if result["changed"] and not module.check_mode:
        result["report"] = call(module, "apply", plan["id"], "--yes")
        if result["report"]["state"] != CONFIRMED:
            module.fail_json(msg=why(result["report"]), **result | {"changed": False})
    module.exit_json(**result)


if __name__ == "__main__":
    main()
