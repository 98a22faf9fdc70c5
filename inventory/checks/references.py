"""Every name that a record mentions belongs to a record that exists."""

from collections.abc import Callable, Iterator
from typing import Any

from inventory.checks.finding import Flaw, Severity, Subject, rule
from inventory.naming import WORD_OF, records

REFERENCES: tuple[tuple[str, str, str, Callable[[Any], tuple[str | None, ...]]], ...] = (
    ("tenants", "parent", "tenants", lambda r: (r.parent,)),
    ("contacts", "tenant", "tenants", lambda r: (r.tenant,)),
    ("providers", "contact", "contacts", lambda r: (r.contact,)),
    ("sites", "tenant", "tenants", lambda r: (r.tenant,)),
    ("sites", "contact", "contacts", lambda r: (r.contact,)),
    ("sites", "funding_project", "projects", lambda r: (r.funding_project,)),
    ("rooms", "site", "sites", lambda r: (r.site,)),
    ("circuits", "provider", "providers", lambda r: (r.provider,)),
    ("circuits", "funding_project", "projects", lambda r: (r.funding_project,)),
    ("devices", "site", "sites", lambda r: (r.site,)),
    ("devices", "room", "rooms", lambda r: (r.room,)),
    ("links", "circuit", "circuits", lambda r: (r.circuit,)),
    ("links", "srgs", "srgs", lambda r: r.srgs),
    ("vlans", "site", "sites", lambda r: (r.site,)),
    ("vlans", "zone", "zones", lambda r: (r.zone,)),
    ("prefixes", "site", "sites", lambda r: (r.site,)),
    ("prefixes", "vlan", "vlans", lambda r: (r.vlan,)),
    ("services", "host", "devices", lambda r: (r.host,)),
    ("services", "depends_on", "services", lambda r: r.depends_on),
    ("entitlements", "service", "services", lambda r: (r.service,)),
    ("exceptions", "site", "sites", lambda r: (r.site,)),
    ("exceptions", "service", "services", lambda r: (r.service,)),
    ("rules", "sites", "sites", lambda r: r.sites),
    ("rules", "routers", "devices", lambda r: r.routers),
)
"""(noun, field, noun it points to, the slugs it holds)."""


@rule("reference-known", Severity.ERROR)
def reference_known(subject: Subject) -> Iterator[Flaw]:
    """Every record that another names exists."""
    for noun, field, target, slugs in REFERENCES:
        known = {record.slug for record in records(subject.network, target)}
        for record in records(subject.network, noun):
            for slug in slugs(record):
                if slug is not None and slug not in known:
                    problem = f"{field} names the {WORD_OF[target]} {slug!r}, which does not exist"
                    yield Flaw(
                        noun, record.slug, problem, f"correct the name or add it to {target}", frozenset({target})
                    )


@rule("tenant-cycle", Severity.ERROR, "tenants")
def tenant_cycle(subject: Subject) -> Iterator[Flaw]:
    """A tenant is not its own ancestor."""
    parents = {tenant.slug: tenant.parent for tenant in subject.network.tenants}
    for slug in parents:
        passed, above = {slug}, parents[slug]
        while above is not None and above not in passed:
            passed.add(above)
            above = parents.get(above)
        if above == slug:
            yield Flaw("tenants", slug, "is its own ancestor", "correct parent")
