"""VLANs and zones: numbers are unique at a site, prefixes are on VLANs of their own site."""

from collections.abc import Iterator

from inventory.checks.finding import Flaw, Severity, Subject, rule


@rule("vlan-unique", Severity.ERROR)
def vlan_unique(subject: Subject) -> Iterator[Flaw]:
    """A VLAN number is given once per site."""
    first: dict[tuple[str, int], str] = {}
    for vlan in subject.network.vlans:
        holder = first.setdefault((vlan.site, vlan.vid), vlan.slug)
        if holder != vlan.slug:
            yield Flaw("vlans", vlan.slug, f"number {vlan.vid} is taken by vlan:{holder}", "give it another number")


@rule("prefix-vlan", Severity.ERROR, "vlans")
def prefix_vlan(subject: Subject) -> Iterator[Flaw]:
    """A prefix is on a VLAN of its own site."""
    sites = {vlan.slug: vlan.site for vlan in subject.network.vlans}
    for prefix in subject.network.prefixes:
        site = sites.get(prefix.vlan) if prefix.vlan else None
        if site is not None and site != prefix.site:
            problem = f"belongs to site:{prefix.site}, its VLAN to site:{site}"
            yield Flaw("prefixes", prefix.slug, problem, "correct vlan or site")


@rule("vlan-zone", Severity.INFO)
def vlan_zone(subject: Subject) -> Iterator[Flaw]:
    """A VLAN has a zone, so that the rights of its traffic are known."""
    for vlan in subject.network.vlans:
        if vlan.zone is None:
            yield Flaw("vlans", vlan.slug, "has no zone", "add the zone whose rights it has")
