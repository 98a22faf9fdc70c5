"""Element names: how links, devices, sites, risk groups and services are written everywhere."""

from enum import StrEnum
from typing import Self

from inventory.model.fact import Fact
from inventory.model.network import Network


class ElementKind(StrEnum):
    """The word before the colon."""

    LINK = "link"
    DEVICE = "device"
    SITE = "site"
    SRG = "srg"
    SERVICE = "service"


NOUN_OF = {
    ElementKind.LINK: "links",
    ElementKind.DEVICE: "devices",
    ElementKind.SITE: "sites",
    ElementKind.SRG: "srgs",
    ElementKind.SERVICE: "services",
}


class Element(Fact):
    """One thing that can fail, written ``kind:slug``."""

    kind: ElementKind
    slug: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.slug}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``link:ring-1``; ValueError when the kind is unknown or the slug missing."""
        kind, separator, slug = text.partition(":")
        if kind not in ElementKind or not separator or not slug:
            kinds = ", ".join(ElementKind)
            raise ValueError(f"{text!r} is not an element; write one of {kinds}, then ':' and a slug")
        return cls(kind=ElementKind(kind), slug=slug)

    def exists_in(self, network: Network) -> bool:
        """Whether the network holds this element."""
        return any(record.slug == self.slug for record in getattr(network, NOUN_OF[self.kind]))
