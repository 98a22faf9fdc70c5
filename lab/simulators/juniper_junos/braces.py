"""Configurations of a simulated Junos as people read them: in braces, and differences between two of them."""

import re
from collections.abc import Iterator

from lab.simulators.juniper_junos.schema import TOP, USERS_ORDER, Kind
from lab.simulators.juniper_junos.tree import Config, Node, Refused, quoted

INDENT = "    "
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{};]|\[|\]|[^\s{};\[\]"]+')
COMMENT = re.compile(r"/\*.*?\*/|(?m:^\s*#.*$)|(?m:##.*$)", re.DOTALL)
INLINE = frozenset({"contents", "route-filter", "oid", "tacplus-server", "radius-server"})
VERBS = {"inactive:": "deactivate", "delete:": "delete", "replace:": "replace"}


def text(config: Config, path: list[str] | None = None) -> str:
    """A configuration, or what stands below a path of it."""
    node = config.find(path)[-1] if path else config.top
    return "".join(f"{line}\n" for line in _below(node, ""))


def _below(node: Node, indent: str) -> Iterator[str]:
    shown = node.shown()
    for child in shown:
        same = [n for n in shown if n.spec.word == child.spec.word]
        if child.spec.kind in (Kind.VALUES, Kind.BLOCK):
            if same[0] is child:
                yield from _together(same, indent)
        elif child.spec.word == "family" and child.spec.kind is Kind.CONTAINER:
            for family in child.shown():
                yield from _one(family, indent, "family ")
        else:
            yield from _one(child, indent)


def _together(nodes: list[Node], indent: str) -> Iterator[str]:
    word = nodes[0].spec.word
    if nodes[0].spec.kind is Kind.VALUES:
        names = [quoted(node.name) for node in nodes]
        yield f"{indent}{word} {names[0] if len(names) == 1 else '[ ' + ' '.join(names) + ' ]'};"
        return
    yield f"{indent}{word} {{"
    for node in nodes:
        yield from _one(node, indent + INDENT, bare=True)
    yield f"{indent}}}"


def _one(node: Node, indent: str, before: str = "", bare: bool = False) -> Iterator[str]:
    words = (node.name,) if bare else node.words
    head = indent + ("inactive: " if node.inactive else "") + before + " ".join(map(quoted, words))
    if not node.below:
        yield f"{head};"
    elif node.spec.word in INLINE and all(not n.below for n in node.below.values()):
        yield " ".join((head, *(quoted(w) for n in node.shown() for w in n.words))) + ";"
    else:
        yield f"{head} {{"
        yield from _below(node, indent + INDENT)
        yield f"{indent}}}"


def statements(written: str) -> Iterator[tuple[str, list[str]]]:
    """What a text in braces says to do: a verb and the words of a statement each. Refused when braces do not match."""
    open_: list[tuple[list[str], bool, str]] = []
    here: list[str] = []
    verb, said = "set", True
    for token in TOKEN.findall(COMMENT.sub("", written)):
        above = [w for words, _, _ in open_ for w in words]
        if token in VERBS:
            verb = VERBS[token]
        elif token == "{":
            if verb == "replace":
                yield verb, above + here
            open_.append((here, said, verb))
            here, said, verb = [], False, "set"
        elif token == "}":
            if here or not open_:
                raise Refused("syntax error")
            if not said:
                yield "set", above
            if open_.pop()[2] == "deactivate":
                yield "deactivate", above
            said = True
        elif token == ";":
            yield from _ended(verb, above, here)
            here, said, verb = [], True, "set"
        else:
            here.append(re.sub(r"\\(.)", r"\1", token[1:-1]) if token.startswith('"') else token)
    if open_ or here:
        raise Refused("syntax error")


def _ended(verb: str, above: list[str], here: list[str]) -> Iterator[tuple[str, list[str]]]:
    """A statement; one with values in brackets is one for each."""
    start = here.index("[") if "[" in here else len(here)
    lists = [[*here[:start], value] for value in here[start + 1 : -1]] or [here]
    for words in lists:
        if verb in ("delete", "replace"):
            yield verb, above + words
        if verb != "delete":
            yield "set", above + words
        if verb == "deactivate":
            yield verb, above + words


def compared(old: Config, new: Config) -> str:
    """What ``show | compare`` prints; nothing when both are equal."""
    return "".join(f"{line}\n" for line in _differences(old.top, new.top, ()))


def _differences(old: Node, new: Node, path: tuple[str, ...]) -> Iterator[str]:
    lines: list[str] = []
    both: list[tuple[Node, Node]] = []
    for key in dict.fromkeys([*(k for k in old.below), *(k for k in new.below)]):
        was, now = old.below.get(key), new.below.get(key)
        if was is not None and now is not None and was.value == now.value:
            both.append((was, now))
            continue
        for sign, node in (("-", was), ("+", now)):
            if node is not None:
                lines += [f"{sign}{INDENT[:-1]}{line}" for line in _shown(node)]
    lines += [f"!{INDENT[:-1]}{' '.join(node.words)} {{ ... }}" for node in _moved(old, new)]
    if lines:
        yield f"[edit{''.join(' ' + quoted(word) for word in path)}]"
        yield from lines
    for was, now in both:
        if was.inactive != now.inactive:
            yield f"!{INDENT[:-1]}{'in' if now.inactive else ''}active: {' '.join(now.words)}"
        yield from _differences(was, now, (*path, *now.words))


def _shown(node: Node) -> Iterator[str]:
    holder = Node(TOP)
    holder.below = {(node.spec.word, node.name): node}
    return _below(holder, "")


def _moved(old: Node, new: Node) -> list[Node]:
    """Statements whose order means something and which stand elsewhere now."""
    common = old.below.keys() & new.below.keys()
    before = [key for key in old.below if key in common and key[0] in USERS_ORDER]
    after = [key for key in new.below if key in common and key[0] in USERS_ORDER]
    return [new.below[key] for key, other in zip(after, before, strict=True) if key != other]
