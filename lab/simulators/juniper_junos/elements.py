"""Configurations of a simulated Junos as XML, both ways."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from lab.simulators.juniper_junos.schema import TOP, Kind, Spec
from lab.simulators.juniper_junos.tree import Config, Node, Refused

NAME = "name"


def element(config: Config) -> ET.Element:
    """A configuration as the element ``configuration``."""
    return _element(config.top, "configuration")


def _element(node: Node, tag: str) -> ET.Element:
    made = ET.Element(tag)
    if node.inactive:
        made.set("inactive", "inactive")
    if node.spec.many:
        ET.SubElement(made, NAME).text = node.name
    elif node.spec.kind in (Kind.LEAF, Kind.VALUES):
        made.text = node.value if node.value is not None else node.name
    for child in node.shown():
        if _speakable(child.spec.word):
            made.append(_element(child, child.spec.word))
    return made


def _speakable(word: str) -> bool:
    return word[:1].isalpha() and all(c.isalnum() or c in "-_." for c in word)


def local(tag: str) -> str:
    """A tag without its namespace."""
    return tag.rpartition("}")[2]


def statements(configuration: ET.Element) -> Iterator[tuple[str, list[str]]]:
    """What an element ``configuration`` says to do: a verb and the words of a statement each."""
    yield from _statements(configuration, TOP, [])


def _statements(above: ET.Element, spec: Spec, path: list[str]) -> Iterator[tuple[str, list[str]]]:
    for child in above:
        tag = local(str(child.tag))
        if tag == NAME and spec.many:
            continue
        below = _spec(spec, tag)
        name = _name(child, below)
        here = [*path, *([below.word] if below.typed else []), *([name] if name else [])]
        asked = child.get("operation") or child.get("delete") or child.get("replace") or "set"
        if asked in ("delete", "replace"):
            yield asked, here
        if asked == "delete":
            continue
        inner = [c for c in child if not (local(str(c.tag)) == NAME and below.many)]
        if not inner:
            yield "set", here
        else:
            yield from _statements(child, below, here)
        if child.get("inactive"):
            yield "deactivate", here


def _spec(above: Spec, tag: str) -> Spec:
    if above.kind is Kind.FREE:
        return Spec(tag, Kind.FREE)
    if above.hidden is not None and above.hidden.word == tag:
        return above.hidden
    if tag not in above.below:
        raise Refused("syntax error")
    return above.below[tag]


def _name(child: ET.Element, spec: Spec) -> str | None:
    if spec.many:
        return next(((c.text or "").strip() for c in child if local(str(c.tag)) == NAME), None)
    return (child.text or "").strip() or None
