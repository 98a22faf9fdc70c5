"""Whether a planned change may be begun, and by whom."""

from automation.change import READY, Change, Plan, State
from inventory.errors import RefusedRequest


def ready(change: Change) -> Plan:
    """The plan of a change that may still be begun; RefusedRequest for any other."""
    if change.plan is None or change.state not in READY:
        fix = "wait until it is planned" if change.state is State.DRAFT else "make a new change"
        raise RefusedRequest(f"the change is {change.state}", where=f"change:{change.id}", fix=fix)
    return change.plan


def still_true(change: Change, revision: int) -> Plan:
    """The plan of a change that is ready; RefusedRequest once the inventory is at another revision."""
    made = ready(change)
    if change.undoes is None and made.revision != revision:
        where = f"change:{change.id}"
        raise RefusedRequest("the inventory has moved since the plan was made", where=where, fix="plan again")
    return made


def given(change: Change, made: Plan, who: str, rule: str) -> bool:
    """Whether a plan was approved by somebody who may; false when whoever begins it approves it by that. RefusedRequest
    when that is not enough: ``rule`` is other where it must have been somebody else, and dangers ask for a name."""
    approval, where = change.approval, f"change:{change.id}"
    if approval is not None and approval.plan != made.id:
        fix = f"look at it and approve {change.id} again"
        raise RefusedRequest("an earlier plan was approved, not this one", where=where, fix=fix)
    if rule == "other" and (approval is None or approval.who == who):
        fix = f"have somebody else look at it and approve {change.id}"
        raise RefusedRequest("nobody but its author has approved it", where=where, fix=fix)
    if approval is None and made.dangers:
        fix = f"approve {change.id} by name if that is meant"
        raise RefusedRequest(f"the plan has dangers: {'; '.join(made.dangers)}", where=where, fix=fix)
    return approval is not None
