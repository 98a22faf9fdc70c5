"""A plan as commands print it with ``--json``: without the configurations it is made of."""

from typing import Any

from automation.change import Change, Plan


def plan_document(change: Change, made: Plan) -> dict[str, Any]:
    """The JSON shape of the contract."""
    return {
        "id": made.id,
        "change": change.id,
        "revision": made.revision,
        "devices": [
            {
                "name": d.name, "platform": d.platform, "reached": d.running is not None, "diff": d.diff,
                "commands": list(d.commands), "reason": d.reason,
                "dangers": [danger.model_dump() for danger in d.dangers],
            }
            for d in made.devices
        ],
        "lost": [c.model_dump() for c in made.lost],
        "gained": [c.model_dump() for c in made.gained],
    }  # fmt: skip
