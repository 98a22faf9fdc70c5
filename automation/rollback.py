"""A confirmed change taken back: a change like any other, to what its devices ran before it."""

from typing import TYPE_CHECKING

from automation.change import Change, Plan, State
from inventory.errors import RefusedRequest

if TYPE_CHECKING:
    from automation.changes import Changes


def begin(changes: "Changes", id_: str, who: str, comment: str = "") -> Change:
    """A draft that takes back a confirmed change; RefusedRequest for any other."""
    undone = changes.store.get(id_)
    where = f"change:{undone.id}"
    if undone.state is not State.CONFIRMED:
        fix = "only a confirmed change is rolled back"
        raise RefusedRequest(f"the change is {undone.state}", where=where, fix=fix)
    if not changes.store.revision_before(undone):
        fix = "apply the inventory you want instead"
        raise RefusedRequest("nothing of ours was configured before it", where=where, fix=fix)
    return changes.store.create(undone.scope, who, comment or f"takes back {undone.id}", undoes=undone.id)


def plan_of(changes: "Changes", change: Change) -> Plan:
    """Back to the bundles from before, and to the revision that was in force then."""
    assert change.undoes is not None
    network, candidates = changes.inventory.network(), changes.backups.before(change.undoes)
    ours = {d.slug for d in network.configured()}
    candidates = {name: text for name, text in candidates.items() if name in ours}
    earlier = changes.store.revision_before(changes.store.get(change.undoes))
    predicted = changes.forecast(changes.in_force(), changes.inventory.network(earlier))
    return changes.compared(network, earlier, changes.today(), candidates, predicted)
