"""What is answered under ``/netbox``: lists, objects, choices, and the pages by which clients find their way."""

from collections.abc import Callable, Mapping

import orjson
from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.answers import tagged
from api.netbox.address import MOUNT, addressed, root_of
from api.netbox.apps import APPS, KINDS
from api.netbox.cities import Cities
from api.netbox.city import HERE, City
from api.netbox.description import options, schema, status
from api.netbox.guard import NetboxRoute, reply, versioned
from api.netbox.kind import Kind
from api.netbox.page import answer
from api.netbox.query import BadQuery, whole
from api.netbox.selection import Selection
from api.netbox.targets import targets
from api.netbox.tracing import trace
from api.roles import Role, TenantView, needs, open_to_all
from inventory.database.revision import When, parse_when
from inventory.errors import WrongUsage

router = APIRouter(route_class=NetboxRoute, include_in_schema=False, prefix=MOUNT)


def _not_found() -> Response:
    return reply({"detail": "Not found."}, 404)


@router.get("/api/")
@needs(Role.VIEWER, TenantView.SHARED)
async def api_root(request: Request) -> Response:
    """The apps there are."""
    places = [*APPS, "status"]
    return _with_addresses(request, {place: f"{HERE}/api/{place}/" for place in places})


@router.get("/api/status/")
@needs(Role.VIEWER, TenantView.SHARED)
async def api_status(request: Request) -> Response:  # noqa: ARG001
    """Which NetBox this behaves like."""
    return reply(status())


@router.get("/api/schema/")
@open_to_all
async def api_schema(request: Request) -> Response:  # noqa: ARG001
    """The filters of every list. Open, because pynetbox asks without a token; it says nothing about the network."""
    return reply(schema())


@router.get("/api/plugins/prometheus-sd/devices/")
@needs(Role.VIEWER, TenantView.FILTERED)
async def discovered(request: Request) -> Response:
    """HTTP service discovery for Prometheus, in the form of the plugin people use with NetBox."""
    parameters = request.query_params.multi_items()
    return await _found(request, "dcim", "devices", lambda city, _: targets(city, parameters))


@router.get("/api/{app}/")
@needs(Role.VIEWER, TenantView.SHARED)
async def app_root(request: Request, app: str) -> Response:
    """The lists of an app."""
    paths = [path for path in KINDS if path.startswith(f"{app}/")]
    if app not in APPS:
        return _not_found()
    return _with_addresses(request, {path.partition("/")[2]: f"{HERE}/api/{path}/" for path in paths})


@router.get("/api/{app}/{plural}/")
@router.get("/api/{app}/{plural}")
@needs(Role.VIEWER, TenantView.FILTERED)
async def listed(request: Request, app: str, plural: str) -> Response:
    """One page of the objects of a type. nb_inventory asks for prefixes without the slash at the end."""
    path, parameters = request.url.path, request.query_params.multi_items()
    return await _found(request, app, plural, lambda city, kind: answer(city.listing(kind.path), path, parameters))


@router.options("/api/{app}/{plural}/")
@needs(Role.VIEWER, TenantView.SHARED)
async def choices(request: Request, app: str, plural: str) -> Response:  # noqa: ARG001
    """The values of the fields that have a fixed set of them."""
    kind = KINDS.get(f"{app}/{plural}")
    return _not_found() if kind is None else reply(options(kind))


@router.get("/api/{app}/{plural}/{number}/")
@needs(Role.VIEWER, TenantView.FILTERED)
async def shown(request: Request, app: str, plural: str, number: str) -> Response:
    """One object."""

    def one(city: City, kind: Kind) -> bytes | None:
        listing = city.listing(kind.path)
        place = listing.numbers.place.get(whole(number) or 0)
        return None if place is None else listing.encoded(place, Selection.read(request.query_params))

    return await _found(request, app, plural, one)


@router.get("/api/dcim/interfaces/{number}/trace/")
@needs(Role.VIEWER, TenantView.FILTERED)
async def traced(request: Request, number: str) -> Response:
    """The way of the cable that is plugged into an interface."""

    def way(city: City, kind: Kind) -> bytes | None:
        listing = city.listing(kind.path)
        place = listing.numbers.place.get(whole(number) or 0)
        return None if place is None else trace(city, listing.names[place])

    return await _found(request, "dcim", "interfaces", way)


async def _found(request: Request, app: str, plural: str, work: Callable[[City, Kind], bytes | None]) -> Response:
    """What ``work`` says about the city of now, with the caller's addresses; 304 when the caller has it already."""
    kind, root = KINDS.get(f"{app}/{plural}"), root_of(request)
    if kind is None:
        return _not_found()
    if root is None:
        return reply({"detail": "Invalid Host header."}, 400)
    cities: Cities = request.app.state.cities

    def find() -> Response:
        try:
            body = work(cities.at(_moment(request), request.state.principal.tenant), kind)
        except BadQuery as error:
            return reply(error.faults, 400)
        return _not_found() if body is None else versioned(tagged(request, addressed(body, root)))

    return await run_in_threadpool(find)


def _moment(request: Request) -> When | None:
    """What ``?as_of=`` asks for, which no NetBox has."""
    told = request.query_params.get("as_of")
    try:
        return None if told is None else parse_when(told)
    except WrongUsage as error:
        raise BadQuery("as_of", str(error)) from error


def _with_addresses(request: Request, content: Mapping[str, str]) -> Response:
    root = root_of(request)
    if root is None:
        return reply({"detail": "Invalid Host header."}, 400)
    return reply(addressed(orjson.dumps(content), root))
