"""FRR configuration as blocks: which differences are only order or decoration, and what merging lines into it means."""

import re

INTEGRATED = "service integrated-vtysh-config"
DECORATION = re.compile(
    rf"\s*(!.*|end|frr version .*|{INTEGRATED}|Building configuration\.\.\.|Current configuration:)?$"
)

DEFAULTS = "frr defaults "

Blocks = dict[str, list[str]]
"""Top-level line to its indented lines and the closing one; an empty list for a line that opens no block."""


def blocks(text: str) -> Blocks:
    """A block opened twice is one block; an interface without lines says nothing and is dropped, as FRR does."""
    found: Blocks = {}
    closed: set[str] = set()
    head = ""
    for line in text.split("\n"):
        words = " ".join(line.split())
        if DECORATION.match(line):
            continue
        if line.startswith(" ") and head:
            depth = len(line) - len(line.lstrip())
            nested_or_new = depth > 1 or f" {words}" not in found[head]
            found[head] += [" " * depth + words] if nested_or_new else []
        elif words.split("-")[0] == "exit":
            closed.add(head)
        else:
            head = words
            found.setdefault(head, [])
    return {
        head: [*lines, _exit(head)] if lines or head in closed else []
        for head, lines in found.items()
        if lines or not head.startswith("interface ")
    }


def text_of(found: Blocks) -> str:
    """The blocks as `show running-config` would print them."""
    out: list[str] = []
    for head, lines in found.items():
        if lines and out and out[-1] != "!":
            out.append("!")
        out += [head, *lines, "!"] if lines else [head]
    return "".join(f"{line}\n" for line in out)


def aligned(text: str, running: str) -> str:
    """The text in the running one's order: blocks with the same lines are as there, new ones stay where they stood.

    `frr defaults` may be left out: it is chosen when the router starts.
    """
    now, wanted = blocks(running), blocks(text)
    if not any(head.startswith(DEFAULTS) for head in wanted):
        wanted = {head: [] for head in now if head.startswith(DEFAULTS)} | wanted
    order = [head for head in now if head in wanted]
    before = 0
    for head in wanted:
        if head not in now:
            order.insert(before, head)
        before = order.index(head) + 1
    same = {head for head in order if sorted(wanted[head]) == sorted(now.get(head, []))}
    return text_of({head: now.get(head, []) if head in same else wanted[head] for head in order})


def merged(running: str, lines: str) -> str:
    """The running text with lines added; `no LINE` takes away a line that stands there, else it is a line itself."""
    result = blocks(running)
    for head, children in blocks(lines).items():
        if head.startswith("no ") and head[3:] in result:
            del result[head[3:]]
            continue
        block = result.setdefault(head, children[-1:])
        for line in children[:-1]:
            gone = line.replace(" no ", " ", 1) if line.startswith(" no ") else ""
            if gone in block:
                block.remove(gone)
            elif line not in block:
                block.insert(-1, line)
    return text_of(result)


def _exit(head: str) -> str:
    return "exit-vrf" if head.startswith("vrf ") else "exit"
