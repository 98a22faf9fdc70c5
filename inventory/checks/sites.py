"""Sites: they can use what they are entitled to, and hotspots keep the rules of the day."""

from collections.abc import Iterator

from inventory.checks.finding import Flaw, Severity, Subject, rule
from inventory.model.device import InterfaceKind, Role
from inventory.model.rate import format_rate
from inventory.model.site import Site, SiteClass


def _entitled(subject: Subject) -> Iterator[Site]:
    """Sites in force that may use some service today."""
    network, day = subject.network, subject.day
    classes = {c for s in network.services if s.in_force(day) for c in network.entitled_classes(s.slug, day)}
    return (site for site in network.sites if site.in_force(day) and site.site_class in classes)


@rule("site-gateway", Severity.WARNING, "devices", "services", "entitlements")
def site_gateway(subject: Subject) -> Iterator[Flaw]:
    """A site entitled to a service has a gateway with a LAN."""
    for site in _entitled(subject):
        if not any(device.first(InterfaceKind.LAN) for device in subject.network.devices_of[site.slug]):
            yield Flaw("sites", site.slug, "may use services but has no gateway", "add a device with a LAN interface")


@rule("site-vantage", Severity.INFO, "devices", "services", "entitlements")
def site_vantage(subject: Subject) -> Iterator[Flaw]:
    """A site entitled to a service has a site agent that observes it."""
    agents = {device.site for device in subject.network.devices if device.role is Role.AGENT}
    for site in _entitled(subject):
        if site.slug not in agents:
            yield Flaw("sites", site.slug, "has no site agent, so it is only sampled", "add a device of role agent")


@rule("class-covered", Severity.INFO, "services", "entitlements")
def class_covered(subject: Subject) -> Iterator[Flaw]:
    """The class of a site is entitled to some service; technical classes need none."""
    technical = {SiteClass.POP, SiteClass.CAMERA, SiteClass.TRAFFIC_SIGNAL}
    entitled = {site.slug for site in _entitled(subject)}
    for site in subject.network.sites:
        if site.in_force(subject.day) and site.slug not in entitled and site.site_class not in technical:
            yield Flaw("sites", site.slug, f"class {site.site_class} may use no service", "add an entitlement")


@rule("hotspot-minimum", Severity.WARNING)
def hotspot_minimum(subject: Subject) -> Iterator[Flaw]:
    """A hotspot offers the minimum rate of today (UKE's announcement for communes, in force since 2018-12-12)."""
    minimum = subject.settings.hotspot_minimum_bps
    for site in subject.network.sites:
        policy = site.hotspot.policy_on(subject.day) if site.hotspot else None
        if policy is not None and policy.down < minimum:
            problem = f"offers {format_rate(policy.down)} today, below {format_rate(minimum)}"
            source = "raise the policy: UKE asks for it of communes' free hotspots since 2018-12-12"
            yield Flaw("sites", site.slug, problem, source)


@rule("hotspot-policy", Severity.WARNING)
def hotspot_policy(subject: Subject) -> Iterator[Flaw]:
    """A site of class hotspot has a hotspot record with a policy in force today; other sites have none."""
    for site in subject.network.sites:
        if not site.in_force(subject.day):
            continue
        if site.site_class is SiteClass.HOTSPOT and site.hotspot is None:
            yield Flaw("sites", site.slug, "is a hotspot without a hotspot record", "add its hotspot fields")
        elif site.hotspot is not None and site.hotspot.policy_on(subject.day) is None:
            yield Flaw("sites", site.slug, "no hotspot policy holds today", "add a policy or correct its dates")
