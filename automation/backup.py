"""Running configurations as plain files, one per device, and as rows to go back to."""

from pathlib import Path

from automation.change import Scope
from automation.changes import Changes
from automation.fleet import Missed
from automation.plan import chosen
from inventory.model.fact import Fact


class Saved(Fact):
    """A device; ``changed`` when it ran something else than at its last backup, ``reason`` when it was not read."""

    name: str
    reached: bool
    changed: bool
    reason: str = ""


def backup(changes: Changes, scope: Scope, folder: Path) -> tuple[Saved, ...]:
    """Save every device in the scope; a device that does not answer keeps its last file and is reported.

    Bundles hold no secrets: the device tool refuses those that do.
    """
    network = changes.inventory.network()
    folder.mkdir(parents=True, exist_ok=True)
    saved = []
    for name, answer in changes.fleet(network).run(chosen(network, scope), lambda _, s: s.running()).items():
        if isinstance(answer, Missed):
            saved.append(Saved(name=name, reached=False, changed=False, reason=answer.error.message))
            continue
        _write(folder / f"{name}.bundle", answer.value)
        saved.append(Saved(name=name, reached=True, changed=changes.backups.add(name, answer.value)))
    return tuple(saved)


def _write(path: Path, text: str) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
