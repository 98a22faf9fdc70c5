"""A configuration to which commands are entered one by one, to see every state the device will pass through."""

from collections.abc import Iterable, Iterator

from automation.remediation.dialects import Dialect
from automation.remediation.tree import CLOSING, Node, Tree

Block = dict[str, "Block"]
"""Lines and what stands below them, in the order in which they were entered."""


class Replay:
    """The state of a device whose commands take effect as they are entered."""

    def __init__(self, tree: Tree, dialect: Dialect) -> None:
        self.state, self._dialect = _block(tree), dialect
        self._path: list[tuple[int, str, Block]] = []

    def enter(self, line: str) -> None:
        """One command, indented as in the configuration."""
        text, depth = line.strip(), len(line) - len(line.lstrip())
        if text in CLOSING:
            return
        while self._path and self._path[-1][0] >= depth:
            self._path.pop()
        block = self._path[-1][2] if self._path else self.state
        if text.startswith(self._dialect.negation) and self._take(block, text):
            return
        against = self._dialect.negation + text
        if block.pop(against, None) is not None and self._dialect.stores(against) and text != "shutdown":
            return
        self._put(block, text)
        self._path.append((depth, text, block.setdefault(text, {})))

    def header(self, line: str) -> str | None:
        """The top-level line below which a command would be entered next; null for one at the top."""
        depth = len(line) - len(line.lstrip())
        return self._path[0][1] if self._path and self._path[0][0] < depth else None

    def tree(self) -> Tree:
        """The state as a tree."""
        return _tree(self.state)

    def _take(self, block: Block, text: str) -> bool:
        """Whether a negation took something away, or had nothing to take and is not stored either."""
        wanted = text.removeprefix(self._dialect.negation)
        gone = [line for line in block if line == wanted]
        gone = gone or [line for line in block if line.startswith(f"{wanted} ")]
        gone = gone or [line for line in block if self._dialect.negated(line) == text]
        for line in gone:
            del block[line]
        return bool(gone) or not self._dialect.stores(text)

    def _put(self, block: Block, text: str) -> None:
        """Put a line of one value in the place of the present one, any other at the end."""
        key = self._dialect.key(text)
        if text in block or key is None:
            return
        present = next((line for line in block if self._dialect.key(line) == key), None)
        if present is not None:
            rest = list(block.items())
            block.clear()
            block.update({text if line == present else line: below for line, below in rest})


def applied(tree: Tree, commands: Iterable[str], dialect: Dialect) -> Tree:
    """What a configuration is after all commands."""
    replay = Replay(tree, dialect)
    for line in commands:
        replay.enter(line)
    return replay.tree()


def below(block: Block) -> Iterator[tuple[str, str]]:
    """Every line of all top-level blocks with the header it stands below."""
    for header, inner in block.items():
        for line, deeper in inner.items():
            yield header, line
            yield from ((header, further) for further in _all(deeper))


def _all(block: Block) -> Iterator[str]:
    for line, inner in block.items():
        yield line
        yield from _all(inner)


def _block(tree: Tree) -> Block:
    return {node.text: _block(node.children) for node in tree}


def _tree(block: Block) -> Tree:
    return tuple(Node(text, _tree(inner)) for text, inner in block.items())
