"""Running configurations as plain files in a git repository, one per device, and as rows to go back to."""

from collections.abc import Mapping
from pathlib import Path

from automation.backups.masking import masked
from automation.backups.origin import Since, message
from automation.backups.repository import Repository
from automation.backups.volatile import settled
from automation.change import Scope
from automation.changes import Changes
from automation.fleet import Answered, Missed
from automation.plan import chosen
from inventory.model.fact import Fact

PROGRAM = "silesianet"


class Saved(Fact):
    """A device; ``changed`` when it ran something else than at its last backup, ``reason`` when it was not read."""

    name: str
    reached: bool
    changed: bool
    reason: str = ""


def backup(
    changes: Changes, scope: Scope, folder: Path, who: str = PROGRAM, why: str = "",
    known: Mapping[str, str] | None = None,
) -> tuple[Saved, ...]:  # fmt: skip
    """Save every device in the scope; a device that does not answer keeps its last file and is reported.

    What changed is one commit by ``who``. Secrets are masked, those of the ``known`` values by their names.
    """
    network = changes.inventory.network()
    names = chosen(network, scope)
    repository = Repository(folder)
    with repository.writing() as writer:
        answers = changes.fleet(network).run(names, lambda _, session: session.running())
        kinds = {name: network.device[name].platform or "" for name in names}
        texts = {
            name: settled(masked(kinds[name], answer.value, known))
            for name, answer in answers.items()
            if isinstance(answer, Answered)
        }
        since = Since(repository, changes.store)
        changed = writer.save(texts, who, lambda devices: message(devices, why, since))
    for name, text in texts.items():
        changes.backups.add(name, text)
    return tuple(
        Saved(name=name, reached=False, changed=False, reason=answer.error.message)
        if isinstance(answer, Missed)
        else Saved(name=name, reached=True, changed=name in changed)
        for name, answer in answers.items()
    )
