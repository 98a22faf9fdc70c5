"""The index as people read it: groups with figures and one plain sentence each, in Polish and English."""

from typing import Any

from monitoring.equality.formula import Part
from monitoring.equality.grouping import By
from monitoring.equality.index import Equality, Standpoint
from monitoring.equality.standing import Grounds

TITLES = {
    Part.USABLE: ("e-usługi, z których można teraz skorzystać", "e-services that can be used now"),
    Part.SPEED: ("szybkość łącza wobec celu", "speed of the line against the target"),
    Part.RESILIENCE: (
        "e-usługi, które przetrwają każdą pojedynczą awarię",
        "e-services that survive any single failure",
    ),
    Part.TIME: ("czas, w którym e-usługi działały", "time in which e-services worked"),
}
"""What the parts are called, Polish and English."""

HIDDEN = (
    "Zbyt mała grupa, albo taka, z której dałoby się obliczyć inną małą: liczb nie pokazujemy.",
    "Too small a group, or one from which another small one could be worked out: no figures are shown.",
)


def overview(found: Equality, by: By = By.DISTRICT) -> dict[str, Any]:
    """One table for a page: the document of the index, best group first, with words for every group.

    Groups have ``group name suppressed index parts gap sites people unknown words_pl words_en``; figures are 0 to 100
    and null where nothing is known or shown. ``parts_pl`` and ``parts_en`` name the parts.
    """
    groups = sorted(found.groups[by], key=lambda g: (g.suppressed, -(g.index or 0.0), g.name))
    return {
        **found.document(by),
        "overall": _told(found.overall),
        "groups": [_told(group) for group in groups],
        "parts_pl": {str(part): TITLES[part][0] for part in Part},
        "parts_en": {str(part): TITLES[part][1] for part in Part},
        "notes_pl": notes(found)[0],
        "notes_en": notes(found)[1],
    }


def notes(found: Equality) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What must be known to read the figures, in Polish and English."""
    polish = [
        "Wskaźnik od 0 do 100: średnia ważona czterech udziałów, liczona po osobach, którym służą miejsca.",
        "E-usługi ważniejsze liczą się bardziej. Miejsce, o którym nic nie wiadomo, liczy się jako pozbawione e-usług.",
    ]
    english = [
        "The index runs from 0 to 100: a weighted mean of four shares, counted over the people the places serve.",
        "Graver e-services count more. A place nothing is known about counts as one without e-services.",
    ]
    if found.basis is Grounds.COMPUTED:
        polish.append(
            "Żaden próbnik nie dał jeszcze wyników: dane są obliczone z ewidencji sieci, bez części o czasie."
        )
        english.append("No probe has reported yet: figures are computed from the inventory, without the part on time.")
    return tuple(polish), tuple(english)


def words(group: Standpoint) -> tuple[str, str]:
    """One sentence about a group, in Polish and English."""
    if group.suppressed:
        return HIDDEN
    usable, blind, gap = (_whole(share) for share in (group.parts[0], group.blind, (group.gap or 0.0) / 100))
    polish = f"Działa {usable}% należnych e-usług"
    english = f"{usable}% of the e-services due here work"
    if blind:
        polish, english = f"{polish}, o {blind}% nic nie wiadomo", f"{english}, nothing is known of {blind}%"
    if gap:
        polish, english = f"{polish}; do najlepszej grupy brakuje {gap} pkt", f"{english}; {gap} points behind the best"
    return f"{polish}.", f"{english}."


def _told(group: Standpoint) -> dict[str, Any]:
    polish, english = words(group)
    return {**group.document(), "words_pl": polish, "words_en": english}


def _whole(share: float | None) -> int:
    """Percent without decimals; what is not all is never shown as all, what is not nothing never as nothing."""
    percent = 100 * (share or 0.0)
    rounded = round(percent)
    if rounded == 100 and percent < 100 - 1e-9:
        return 99
    return 1 if rounded == 0 and percent > 1e-9 else rounded
