"""The catalogue of e-services as CPSV-AP 3.2.0 in JSON-LD: what there is, who answers for it, how to get at it."""

from datetime import date
from urllib.parse import quote

from inventory.model.network import Network
from inventory.model.service import Channel, ChannelKind, Exposure, Service
from monitoring.open_data.vocabulary import CONTEXT, Node, concept, contact, languages, place, texts

KINDS = {
    ChannelKind.WEB: ("strona internetowa", "website"),
    ChannelKind.MOBILE: ("aplikacja mobilna", "mobile application"),
    ChannelKind.PHONE: ("telefon", "telephone"),
    ChannelKind.OFFICE: ("urząd", "office"),
}
STATES = {True: ("active", "czynna", "active"), False: ("inactive", "nieczynna", "inactive")}


def catalogue(network: Network, day: date, base: str, *, internal: bool = False) -> Node:
    """Every public or regional e-service, and with ``internal`` those of the offices too; ``base`` is our address."""
    told = [s for s in network.services if internal or s.exposure is not Exposure.INTERNAL]
    known = {service.slug for service in told}
    services = [_service(network, service, known, day, base) for service in told]
    authorities = {name: _authority(network, name, base) for name in sorted({s.competent_authority for s in told})}
    shared = [*authorities.values(), place(network, base), _contact(network, base), *languages()] if told else []
    return {"@context": CONTEXT, "@graph": [*services, *shared]}


def _service(network: Network, service: Service, known: set[str], day: date, base: str) -> Node:
    state, polish, english = STATES[service.in_force(day)]
    requires = [{"@id": network.service[name].identifier} for name in service.depends_on if name in known]
    return {
        "@id": service.identifier,
        "@type": "cpsv:PublicService",
        "dct:identifier": service.identifier,
        "dct:title": texts(service.name_pl, service.name_en),
        "dct:description": texts(service.description),
        "cv:hasCompetentAuthority": {"@id": _authority_id(service.competent_authority, base)},
        "cv:hasChannel": [
            _channel(service, number, channel, base) for number, channel in enumerate(service.channels, 1)
        ],
        "cv:contactPoint": {"@id": f"{base}/open-data/id/contact"},
        "dct:language": [{"@id": languages()[0]["@id"]}],
        "dct:spatial": {"@id": place(network, base)["@id"]},
        "adms:status": concept(f"{base}/open-data/id/status/{state}", polish, english),
        **({"dct:requires": requires} if requires else {}),
    }


def _channel(service: Service, number: int, channel: Channel, base: str) -> Node:
    """One channel; a web channel of a service for everybody says where it is."""
    here = f"{base}/open-data/id/channel/{service.slug}/{number}"
    address = channel.address
    if address is None and channel.kind is ChannelKind.WEB and service.exposure is not Exposure.INTERNAL:
        address = f"{service.endpoint.protocol}://{service.endpoint.dns_name}{service.endpoint.path}"
    hours = [(key, text) for key, text in _times(channel) if text is not None]
    return {
        "@id": here,
        "@type": "cv:Channel",
        "dct:identifier": here,
        "dct:type": concept(f"{base}/open-data/id/channel-type/{channel.kind}", *KINDS[channel.kind]),
        **({"dct:description": texts(address)} if address is not None else {}),
        **{
            key: {"@type": "http://www.w3.org/2006/time#TemporalEntity", "dct:description": texts(t)}
            for key, t in hours
        },
    }


def _times(channel: Channel) -> tuple[tuple[str, str | None], ...]:
    return (("cv:openingHours", channel.opening_hours), ("cv:specialOpeningHoursSpecification", channel.restriction))


def _authority_id(name: str, base: str) -> str:
    return f"{base}/open-data/id/organisation/{quote(name)}"


def _authority(network: Network, name: str, base: str) -> Node:
    return {
        "@id": _authority_id(name, base),
        "@type": "cv:PublicOrganisation",
        "skos:prefLabel": texts(name),
        "dct:spatial": {"@id": place(network, base)["@id"]},
    }


def _contact(network: Network, base: str) -> Node:
    _, email = contact(network)
    here: Node = {"@id": f"{base}/open-data/id/contact", "@type": "cv:ContactPoint"}
    return here if email is None else {**here, "cv:email": email}
