"""Public hotspots: where the Internet is free to use. No radio is named by its serial number or address."""

from collections.abc import Iterator
from datetime import date

from inventory.day import day_at
from inventory.model.network import Network
from inventory.model.site import Site
from monitoring.reports.report import Column, Report, ReportKind, Sources, Value

COLUMNS = (
    Column("hotspot", "Hotspot", "Hotspot"),
    Column("name", "Nazwa", "Name"),
    Column("network_name", "Nazwa sieci", "Network name"),
    Column("url", "Strona", "Web page"),
    Column("district", "Dzielnica", "District"),
    Column("street", "Ulica", "Street"),
    Column("house_number", "Numer", "House number"),
    Column("city", "Miejscowość", "City"),
    Column("latitude", "Szerokość geograficzna", "Latitude", "°"),
    Column("longitude", "Długość geograficzna", "Longitude", "°"),
    Column("down_bps", "Szybkość do użytkownika", "Speed down", "b/s"),
    Column("up_bps", "Szybkość od użytkownika", "Speed up", "b/s"),
    Column("session_minutes", "Najdłuższa sesja", "Longest session", "min"),
    Column("access_points", "Punkty dostępu", "Access points"),
    Column("outdoor", "Z tego na zewnątrz", "Outdoors"),
    Column("opening_hours", "Godziny", "Opening hours"),
)


def build(sources: Sources) -> Report:
    """Every hotspot in force on the day."""
    return Report(
        slug=REPORT.slug,
        title_pl=REPORT.title_pl,
        title_en=REPORT.title_en,
        at=sources.at,
        columns=COLUMNS,
        rows=tuple(row_of(site, day_at(sources.at)) for site in hotspots(sources.network, day_at(sources.at))),
        notes_pl=("Szybkość i długość sesji według zasad obowiązujących w tym dniu.",),
        notes_en=("Speed and length of a session by the rules of the day.",),
    )


def hotspots(network: Network, day: date) -> Iterator[Site]:
    """Sites that are public hotspots on a day."""
    return (site for site in network.sites if site.hotspot is not None and site.in_force(day))


def row_of(site: Site, day: date) -> tuple[Value, ...]:
    """The values of the columns for a hotspot."""
    assert site.hotspot is not None, "only hotspots are listed"
    policy, points = site.hotspot.policy_on(day), site.hotspot.access_points
    rules = (policy.down, policy.up, policy.session_minutes) if policy is not None else (None, None, None)
    words = (site.slug, site.name, site.hotspot.network_name, site.hotspot.url, site.district)
    where = (site.address.street, site.address.house_number, site.address.city)
    at = (site.coordinates.latitude, site.coordinates.longitude)
    return (*words, *where, *at, *rules, len(points), sum(not p.indoor for p in points), site.opening_hours)


REPORT = ReportKind("hotspots", "Publiczne hotspoty", "Public hotspots", build, for_tenants=True)
