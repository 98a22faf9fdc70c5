"""What belongs to a tenant: seen and written through what it owns, everything else hidden, whatever nouns there are."""

from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest

from api.presentation import LISTED, listing
from api.scope import (
    SHARED,
    TENANTS,
    USED_BY,
    OutOfScope,
    Scope,
    narrowed,
    owner_fields,
    refuse_outside,
    scope_in,
    visible,
)
from inventory.diff import diff
from inventory.generator import region
from inventory.model.network import NOUNS, Network


def _scope(network: Network, tenant: str) -> Scope:
    found = scope_in(tenant, network)
    assert found is not None
    return found


@pytest.mark.parametrize("noun", LISTED)
def test_every_noun_belongs_to_somebody_or_is_shared_or_hidden(city: Network, noun: str) -> None:
    """A noun that is none of these would be empty for tenants: say in `api.scope` whose it is."""
    assert owner_fields(noun) or noun in USED_BY or noun in SHARED or noun == TENANTS
    scope = _scope(city, "gliwice")
    rows = listing(noun, city)
    assert all(scope.sees(noun, row) for row in rows) or noun not in SHARED
    nobody = _scope(city, "no-such-tenant")
    assert noun in SHARED or visible(nobody, noun, rows) == []


def test_a_commune_has_its_organisations_and_their_sites(city: Network) -> None:
    scope = _scope(city, "gliwice")
    assert {"gliwice", "oswiata", "kultura"} <= scope.held["tenants"]
    assert "silesianet" not in scope.held["tenants"]
    assert scope.sees("tenants", {"slug": "silesianet"}), "those above are seen"
    assert not scope.owns("tenants", {"slug": "gliwice"}), "but nobody writes his own binding"


def test_an_organisation_has_what_stands_at_its_sites(city: Network) -> None:
    scope, whole = _scope(city, "oswiata"), city
    schools = {s.slug for s in whole.sites if s.tenant == "oswiata"}
    assert schools
    assert scope.held["sites"] == schools
    devices = {d.slug for d in whole.devices if d.site in schools}
    assert scope.held["devices"] == devices
    mine = narrowed(whole, scope)
    assert {link.slug for link in mine.links} == {k.slug for k in whole.links if devices & set(k.devices)}
    assert {c.slug for c in mine.circuits} == {k.circuit for k in mine.links}
    assert {p.site for p in mine.prefixes} <= schools
    assert {e.site for e in mine.exceptions} <= schools
    assert mine.services == whole.services


@pytest.mark.parametrize("tenant", ["oswiata", "gliwice", "operator", "silesianet"])
def test_documents_and_records_are_judged_alike(city: Network, tenant: str) -> None:
    scope = _scope(city, tenant)
    for noun in NOUNS:
        records = getattr(city, noun)
        documents = listing(noun, city)
        assert [r.slug for r in visible(scope, noun, records)] == [d["slug"] for d in visible(scope, noun, documents)]


def test_who_is_bound_to_nothing_sees_everything(city: Network) -> None:
    assert scope_in(None, city) is None
    assert narrowed(city, None) is city
    assert visible(None, "sites", city.sites) is city.sites


def _with(network: Network, noun: str, slug: str, **fields: Any) -> Network:
    records = tuple(r.model_copy(update=fields) if r.slug == slug else r for r in getattr(network, noun))
    return network.model_copy(update={noun: records})


def _without(network: Network, noun: str, slug: str) -> Network:
    return network.model_copy(update={noun: tuple(r for r in getattr(network, noun) if r.slug != slug)})


INSIDE: dict[str, Callable[[Network], Network]] = {
    "its own site": lambda n: _with(n, "sites", "szkola-trynek", people_served=1),
    "its own device": lambda n: _with(n, "devices", "gw-szkola-trynek", valid_to=None, valid_from=None),
    "a site goes away": lambda n: _without(n, "sites", "szkola-trynek"),
}
OUTSIDE: dict[str, Callable[[Network], Network]] = {
    "another's site": lambda n: _with(n, "sites", "rynek", people_served=1),
    "taking another's site": lambda n: _with(n, "sites", "rynek", tenant="oswiata"),
    "giving a site away": lambda n: _with(n, "sites", "szkola-trynek", tenant="kultura"),
    "moving a device of another": lambda n: _with(n, "devices", "core1", site="szkola-trynek"),
    "the other end of its uplink": lambda n: _with(n, "links", "pop-trynek-1--gw-szkola-trynek", ospf_cost=99),
    "the tenant itself": lambda n: _with(n, "tenants", "oswiata", parent="silesianet"),
    "adopting a tenant": lambda n: _with(n, "tenants", "kultura", parent="oswiata"),
    "the catalogue": lambda n: _with(n, "services", "wbo", criticality=4),
    "an entitlement": lambda n: n.model_copy(update={"entitlements": n.entitlements[1:]}),
    "deleting another's device": lambda n: _without(n, "devices", "core1"),
}


@pytest.mark.parametrize("what", INSIDE)
def test_a_tenant_writes_what_it_owns_alone(city: Network, what: str) -> None:
    after = INSIDE[what](city)
    refuse_outside("oswiata", city, after, diff(city, after))


@pytest.mark.parametrize("what", OUTSIDE)
def test_a_tenant_writes_nothing_else(city: Network, what: str) -> None:
    after = OUTSIDE[what](city)
    changes = diff(city, after)
    assert changes, "the example changes nothing"
    with pytest.raises(OutOfScope):
        refuse_outside("oswiata", city, after, changes)
    refuse_outside(None, city, after, changes)


@pytest.fixture(scope="module")
def regions() -> list[Network]:
    """Invented regions of several communes."""
    return [region(40, seed) for seed in (1, 2)]


def test_whoever_is_above_has_everything_of_those_below(regions: list[Network]) -> None:
    for network in regions:
        for tenant in (t for t in network.tenants if t.parent):
            child, parent = _scope(network, tenant.slug), _scope(network, str(tenant.parent))
            for noun in NOUNS:
                rows = getattr(network, noun)
                assert {r.slug for r in visible(child, noun, rows)} <= {r.slug for r in visible(parent, noun, rows)}
                assert all(parent.owns(noun, r) for r in rows if child.owns(noun, r))


def test_nothing_belongs_to_two_tenants_unless_one_is_above_the_other(regions: list[Network]) -> None:
    for network in regions:
        scopes = [_scope(network, t.slug) for t in network.tenants]
        for noun in NOUNS:
            for row in getattr(network, noun):
                owners = [scope for scope in scopes if scope.owns(noun, row)]
                for one, other in combinations(owners, 2):
                    assert one.tenant in other.above or other.tenant in one.above, (noun, row.slug)


def test_what_is_owned_is_seen_and_sites_are_what_the_tenant_says(regions: list[Network]) -> None:
    for network in regions:
        for tenant in network.tenants:
            scope = _scope(network, tenant.slug)
            assert {s.slug for s in network.sites if s.tenant == tenant.slug} <= scope.held["sites"]
            for noun in NOUNS:
                assert all(scope.sees(noun, r) for r in getattr(network, noun) if scope.owns(noun, r))
