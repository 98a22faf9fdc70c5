"""E-services: they answer where the inventory says, under a name of their own, and somebody may use them."""

from collections.abc import Iterator
from itertools import pairwise

from inventory.checks.finding import Flaw, Severity, Subject, rule


@rule("endpoint-address", Severity.ERROR, "devices")
def endpoint_address(subject: Subject) -> Iterator[Flaw]:
    """The addresses of a service's endpoint are addresses of its host."""
    for service in subject.network.services:
        host = subject.network.device.get(service.host)
        if host is None:
            continue
        held = {address.ip for interface in host.interfaces for address in interface.addresses}
        for address in service.endpoint.addresses:
            if address not in held:
                problem = f"endpoint address {address} is not on its host device:{host.slug}"
                yield Flaw("services", service.slug, problem, "correct the address, or add it to the host")
        if not service.endpoint.addresses:
            yield Flaw("services", service.slug, "the endpoint has no address", "add one of its host")


@rule("dns-name-unique", Severity.ERROR)
def dns_name_unique(subject: Subject) -> Iterator[Flaw]:
    """Services have different DNS names."""
    owner: dict[str, str] = {}
    for service in subject.network.services:
        first = owner.setdefault(service.endpoint.dns_name, service.slug)
        if first != service.slug:
            problem = f"the name {service.endpoint.dns_name} belongs to service:{first} already"
            yield Flaw("services", service.slug, problem, "give it another dns_name")


@rule("service-entitled", Severity.WARNING, "entitlements", "services", "sites")
def service_entitled(subject: Subject) -> Iterator[Flaw]:
    """A service in force may be used by a class of which there is a site."""
    present = {site.site_class for site in subject.network.sites if site.in_force(subject.day)}
    for service in subject.network.services:
        if service.in_force(subject.day):
            classes = subject.network.entitled_classes(service.slug, subject.day)
            if not classes & present:
                problem = "no site's class is entitled to it" if classes else "no class is entitled to it"
                yield Flaw("services", service.slug, problem, "add an entitlement or end the service")


@rule("exception-overlap", Severity.ERROR)
def exception_overlap(subject: Subject) -> Iterator[Flaw]:
    """On any day at most one exception holds for a site and a service."""
    exceptions = sorted(subject.network.exceptions, key=lambda e: (e.site, e.service, str(e.valid_from or "")))
    for first, second in pairwise(exceptions):
        same = (first.site, first.service) == (second.site, second.service)
        if same and (first.valid_to is None or second.valid_from is None or second.valid_from <= first.valid_to):
            problem = f"holds on the same days as exception:{first.slug}"
            yield Flaw("exceptions", second.slug, problem, "make their dates disjoint")


@rule("dependency-cycle", Severity.WARNING)
def dependency_cycle(subject: Subject) -> Iterator[Flaw]:
    """A service does not depend on itself, directly or through others."""
    needs = {service.slug: service.depends_on for service in subject.network.services}
    for slug in needs:
        waiting, met = list(needs[slug]), set[str]()
        while waiting:
            asked = waiting.pop()
            if asked not in met:
                met.add(asked)
                waiting += needs.get(asked, ())
        if slug in met:
            yield Flaw("services", slug, "depends on itself through depends_on", "take one of the services out")


@rule("dependency-in-force", Severity.WARNING)
def dependency_in_force(subject: Subject) -> Iterator[Flaw]:
    """What a service in force depends on is in force too: without it nobody can use the service."""
    known = subject.network.service
    for service in subject.network.services:
        if service.in_force(subject.day):
            for slug in service.depends_on:
                if slug in known and not known[slug].in_force(subject.day):
                    problem = f"depends on service:{slug}, which is outside its dates of validity"
                    yield Flaw("services", service.slug, problem, "correct the dates or depends_on")
