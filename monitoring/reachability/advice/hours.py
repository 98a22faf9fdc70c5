"""For how many hours a year each element is expected not to work: one table by kind of element and medium."""

from inventory.model.device import INFRASTRUCTURE, Role
from inventory.model.element import ElementKind
from inventory.model.network import Network
from inventory.model.site import SiteClass
from monitoring.settings import PlanningSettings

TECHNICAL = frozenset({SiteClass.POP, SiteClass.DATACENTRE})
"""Sites whose power is backed."""


class FailureHours:
    """Looks elements up in the table; kinds that are not in it never fail."""

    def __init__(self, network: Network, settings: PlanningSettings) -> None:
        self._network, self._rates = network, settings.failure_rates
        self._groups = {group.slug: group.kind for group in network.srgs}

    def __call__(self, element: str) -> float:
        """Hours a year."""
        rate = self._rates.get(self.row(element))
        return 0.0 if rate is None else rate.per_year * rate.hours

    def row(self, element: str) -> str:
        """The row of the table an element belongs to."""
        kind, _, slug = element.partition(":")
        match kind:
            case ElementKind.LINK:
                return f"link.{self._network.circuit[self._network.link[slug].circuit].medium}"
            case ElementKind.DEVICE:
                return f"device.{_kind_of(self._network.device[slug].role)}"
            case ElementKind.SITE:
                technical = self._network.site[slug].site_class in TECHNICAL
                return "site.infrastructure" if technical else "site.other"
            case ElementKind.SRG:
                return f"srg.{self._groups[slug]}"
        return kind


def _kind_of(role: Role) -> str:
    if role in INFRASTRUCTURE:
        return "infrastructure"
    return "hotspot" if role is Role.HOTSPOT else "site"
