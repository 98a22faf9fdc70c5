"""Records in the making are held to the model; what it refuses is said with the row and the column."""

from collections.abc import Callable, Mapping

from pydantic import ValidationError

from inventory.model.fact import Record
from inventory.model.network import NOUNS
from inventory.naming import object_name
from inventory.sources.problem import Problem
from inventory.sources.refusal import dotted, refusals
from inventory.sources.tables.columns import optional_parts
from inventory.sources.tables.draft import Draft, Path, prune


def validate(noun: str, drafts: Mapping[str, Draft]) -> tuple[dict[str, Record], list[Problem]]:
    """The records that are sound, by slug, and what is wrong with the others.

    A column that every new record needs and the table does not have is one problem, not one for each row.
    """
    model, parts = NOUNS[noun], optional_parts(noun)
    sound: dict[str, Record] = {}
    problems: list[Problem] = []
    missing: set[tuple[str, str]] = set()
    for slug, draft in drafts.items():
        draft.settle()
        prune(draft.body, parts)
        try:
            record = model.model_validate({"slug": slug} | draft.body)
        except ValidationError as error:
            problems += _problems(error, noun, slug, draft, missing)
            continue
        if not draft.told:
            sound[slug] = record
    return sound, problems


def _problems(
    error: ValidationError, noun: str, slug: str, draft: Draft, missing: set[tuple[str, str]]
) -> list[Problem]:
    found: list[Problem] = []
    for path, problem, fix in refusals(error, NOUNS[noun], draft, (), _name_in(draft)):
        spot = draft.spot(path)
        if spot is None or any(path[: len(told)] == told for told in draft.told):
            continue
        header = spot.row.header
        if spot.column or header.loose or spot.name not in header.table.names:
            found.append(Problem(header.place, spot.row.line, object_name(noun, slug), problem, fix, spot.column))
        elif (header.place, spot.name) not in missing:
            missing.add((header.place, spot.name))
            told = f"the {header.word} {spot.name!r} is missing, {object_name(noun, slug)} needs it"
            found.append(Problem(header.place, header.at, "file", told, "add it"))
    return found


def _name_in(draft: Draft) -> Callable[[Path], str]:
    """How a part of a record is called in messages: by its column."""

    def name(path: Path) -> str:
        spot = draft.spot(path)
        return spot.name if spot else dotted(path)

    return name
