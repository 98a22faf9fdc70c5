"""What sites of each class are like in an invented region: how many, under whom, for how many people."""

from typing import NamedTuple

from inventory.model.site import SiteClass

MBIT = 1_000_000


class Kind(NamedTuple):
    """Share of the sites, word in slugs, name, tenant of the commune, people served (least, most), Mb/s by fibre,
    and whether people there have telephones."""

    site_class: SiteClass
    share: float
    word: str
    name: str
    tenant: str
    people: tuple[int, int]
    rate: int
    voice: bool


KINDS = (
    Kind(SiteClass.SCHOOL, 0.24, "szkola", "Szkoła", "oswiata", (150, 900), 1000, True),
    Kind(SiteClass.HOTSPOT, 0.20, "hotspot", "Hotspot", "operator", (200, 4000), 300, False),
    Kind(SiteClass.UNIT, 0.14, "jednostka", "Jednostka miejska", "urzad", (40, 900), 500, True),
    Kind(SiteClass.CAMERA, 0.10, "kamera", "Kamera", "operator", (0, 0), 100, False),
    Kind(SiteClass.LIBRARY, 0.08, "biblioteka", "Biblioteka", "kultura", (300, 5000), 1000, True),
    Kind(SiteClass.CLINIC, 0.07, "przychodnia", "Przychodnia", "zdrowie", (800, 6000), 1000, True),
    Kind(SiteClass.CULTURE, 0.06, "kultura", "Dom kultury", "kultura", (300, 4000), 500, True),
    Kind(SiteClass.TRAFFIC_SIGNAL, 0.05, "swiatla", "Sygnalizacja", "operator", (0, 0), 100, False),
    Kind(SiteClass.OFFICE, 0.04, "urzad", "Urząd", "urzad", (800, 9000), 1000, True),
    Kind(SiteClass.FINANCE_OFFICE, 0.01, "finanse", "Wydział finansowy", "urzad", (500, 6000), 1000, True),
    Kind(SiteClass.TREASURY, 0.01, "skarbnik", "Skarbnik", "urzad", (100, 900), 1000, True),
)

TENANTS = {
    "urzad": "Urząd Gminy {}",
    "oswiata": "Oświata {}",
    "kultura": "Instytucje kultury {}",
    "zdrowie": "Opieka zdrowotna {}",
    "operator": "Operator sieci {}",
}
"""The organisations of every commune, by the first part of their slug."""
