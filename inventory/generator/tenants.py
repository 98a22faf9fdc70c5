"""Who an invented region belongs to: the programme, its communes, the organisations of each."""

from inventory.generator.communes import COMMUNES
from inventory.generator.facts import Facts
from inventory.generator.kinds import TENANTS
from inventory.model.link import Medium
from inventory.model.tenant import Contact, FundingProject, Provider, Tenant, TenantKind

PROGRAMME = "silesianet"
OPERATOR = "operator"
PROJECT = "silesianet-region"
PROVIDERS = {
    Medium.FIBRE: "operator-miejski",
    Medium.RADIO: "operator-miejski",
    Medium.LTE: "operator-komorkowy",
    Medium.LEASED: "dzierzawa-regionalna",
}


def tenants(facts: Facts) -> None:
    """Add tenants, whom to call at each commune, providers and the project that pays."""
    facts.add(
        Tenant(slug=PROGRAMME, name="Program SilesiaNet", kind=TenantKind.PROGRAMME),
        Tenant(slug=OPERATOR, name="Operator sieci regionalnej", kind=TenantKind.ORGANISATION, parent=PROGRAMME),
        FundingProject(
            slug=PROJECT, name="SilesiaNet, sieć wymyślona", number="SILESIANET-GEN-1", programme="Program SilesiaNet"
        ),
    )
    for commune in COMMUNES:
        facts.add(Tenant(slug=commune.slug, name=f"Gmina {commune.name}", kind=TenantKind.COMMUNE, parent=PROGRAMME))
        for word, name in TENANTS.items():
            kind, slug = TenantKind.ORGANISATION, f"{word}-{commune.slug}"
            facts.add(Tenant(slug=slug, name=name.format(commune.name), kind=kind, parent=commune.slug))
        email = f"siec@{commune.slug}.example"
        facts.add(Contact(slug=f"it-{commune.slug}", role="Dyżur informatyczny", email=email, tenant=commune.slug))
    for slug in dict.fromkeys(PROVIDERS.values()):
        facts.add(Provider(slug=slug, name=slug.replace("-", " ").capitalize(), contact="it-gliwice"))
