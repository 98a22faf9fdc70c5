"""What the line-oriented parts share: numbering their lines and ordering interface names as people do."""

import re
from collections.abc import Iterator


def numbered(text: str) -> Iterator[tuple[int, list[str]]]:
    """Line number from 1 and words of every line that says something; `#` starts a comment."""
    for number, line in enumerate(text.split("\n"), start=1):
        words = line.split("#", 1)[0].split()
        if words:
            yield number, words


def natural(name: str) -> tuple[tuple[str, int], ...]:
    """Sort key by which eth2 comes before eth10."""
    return tuple((word, int(number or 0)) for word, number in re.findall(r"(\D*)(\d*)", name))
