"""Talks to NetBox through pynetbox, and turns everything that can go wrong into one line that says what to do."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pynetbox
import requests
from packaging.version import InvalidVersion, Version
from pynetbox.core.query import ContentError, Request, RequestError

from inventory.errors import BadInput, RefusedRequest, SilesiaNetError, Unreachable
from inventory.sources.netbox.models import Model, Row

OLDEST = Version("4.6")
"""The first NetBox with pages that continue from an object's number."""
CHANGES = "core/object-changes"
FEED_FIELDS = "id,action,changed_object_type,changed_object_id,request_id"
VERBS = {"post": "add", "patch": "change", "delete": "delete"}


class _Session(requests.Session):
    """Waits for an answer no longer than it was told, and remembers the number NetBox gave to its last request."""

    def __init__(self, timeout: float, ca_file: Path | None) -> None:
        super().__init__()
        self._timeout, self.last_request = timeout, ""
        if ca_file is not None:
            self.verify = str(ca_file)

    def request(self, *arguments: Any, **options: Any) -> requests.Response:
        """Send a request."""
        answer = super().request(*arguments, **({"timeout": self._timeout} | options))
        self.last_request = answer.headers.get("X-Request-ID", "")
        return answer


@dataclass(frozen=True)
class ObjectChange:
    """One entry of NetBox's change log."""

    number: int
    deleted: bool
    type: str
    object: int
    request: str


class Client:
    """One NetBox, with one token; ``timeout`` in seconds."""

    def __init__(self, url: str, token: str, timeout: float, ca_file: Path | None = None) -> None:
        self.url = url.rstrip("/")
        self._api = pynetbox.api(self.url, token=token)
        self._session = _Session(timeout, ca_file)
        self._api.http_session = self._session

    def check(self) -> str:
        """The version of a NetBox that answers and can be used; an error says why it cannot."""
        status = self._ask(lambda: self._api.status(), "the status", "a valid token")
        said = str(status.get("netbox-version", "")) if isinstance(status, dict) else ""
        try:
            usable = Version(said.partition("-")[0]) >= OLDEST
        except InvalidVersion:
            raise self._not_netbox() from None
        if not usable:
            fix = f"upgrade it to {OLDEST} or later"
            raise RefusedRequest(f"this is NetBox {said}, which is too old", where=self.url, fix=fix)
        return said

    def rows(self, model: Model, start: int, page: int, **filters: Any) -> Iterator[Row]:
        """Every object from a number on, in order of numbers, ``page`` objects a request."""
        asked = {"start": start, "limit": page, "fields": model.asked, **filters}
        yield from self._each(self._request(model.path, asked), model.path, model.right("view"))

    def some(self, model: Model, numbers: list[int]) -> list[Row]:
        """Those objects that still exist."""
        return list(self.rows(model, 0, len(numbers), id=numbers)) if numbers else []

    def count(self, model: Model) -> int:
        """How many objects there are."""
        request = self._request(model.path, {})
        return int(self._ask(request.get_count, model.path, model.right("view")))

    def changes(self, after: int, page: int) -> Iterator[ObjectChange]:
        """Entries of the change log with a higher number, oldest first."""
        asked = {"start": after + 1, "limit": page, "fields": FEED_FIELDS}
        for found in self._each(self._request(CHANGES, asked), CHANGES, "core.view_objectchange"):
            deleted = found["action"]["value"] == "delete"
            yield ObjectChange(
                found["id"], deleted, found["changed_object_type"], found["changed_object_id"], found["request_id"]
            )

    def last_change(self) -> int:
        """Number of the newest entry of the change log."""
        request = self._request(CHANGES, {"ordering": "-id", "limit": 1, "offset": 0, "fields": "id"}, "offset")
        rights = "core.view_objectchange"
        found = self._ask(lambda: request._make_call(), CHANGES, rights)
        return max((int(row["id"]) for row in found["results"]), default=0)

    def find(self, path: str, right: str, **filters: Any) -> list[Row]:
        """Objects that match, whatever their kind."""
        return list(self._each(self._request(path, {"start": 0, "limit": 1000, **filters}), path, right))

    def write(self, verb: str, path: str, right: str, rows: list[Row]) -> tuple[list[Row], str]:
        """``post``, ``patch`` or ``delete`` a list, all or nothing; returns the objects and the request's number."""
        request = self._request(path, None)
        found = self._ask(lambda: getattr(request, verb)(rows), path, right)
        return (found if isinstance(found, list) else []), self._session.last_request

    def _request(self, path: str, filters: dict[str, Any] | None, pagination: str = "cursor") -> Request:
        return Request(
            base=f"{self._api.base_url}/{path}/",
            http_session=self._session,
            filters=filters,
            token=self._api.token,
            pagination=pagination,
        )

    def _each(self, request: Request, what: str, right: str) -> Iterator[Row]:
        found = request.get()
        while (row := self._ask(lambda: next(found, None), what, right)) is not None:
            yield row

    def _ask(self, call: Callable[[], Any], what: str, right: str) -> Any:
        try:
            return call()
        except RequestError as error:
            raise self._refused(error, what, right) from error
        except (ContentError, requests.exceptions.JSONDecodeError) as error:
            raise self._not_netbox() from error
        except requests.exceptions.SSLError as error:
            fix = "name its authority in SILESIANET_NETBOX_CA_FILE"
            raise Unreachable("NetBox's certificate is not trusted", where=self.url, fix=fix) from error
        except requests.Timeout as error:
            fix = "it is overloaded, or SILESIANET_NETBOX_TIMEOUT_SECONDS is too small"
            raise Unreachable(f"NetBox did not answer in time ({what})", where=self.url, fix=fix) from error
        except (requests.RequestException, OSError) as error:
            raise Unreachable("NetBox does not answer", where=self.url, fix="see that it runs") from error

    def _refused(self, error: RequestError, what: str, right: str) -> SilesiaNetError:
        status, said = error.req.status_code, _detail(error.error)
        if status == 401 or (status == 403 and "token" in said.lower()):
            fix = "give a valid one in SILESIANET_NETBOX_TOKEN"
            return RefusedRequest(f"NetBox does not accept the token: {said}", where=self.url, fix=fix)
        if status == 403:
            fix = f"give the token's user the permission {right}"
            return RefusedRequest(f"the token may not do this with {what}: {said}", where=self.url, fix=fix)
        if status == 404:
            return self._not_netbox()
        if status >= 500:
            return Unreachable(f"NetBox failed with status {status} ({what})", where=self.url, fix="see its log")
        return BadInput(f"NetBox refuses {what}: {said}", where=self.url, fix="correct it on the side that is wrong")

    def _not_netbox(self) -> Unreachable:
        fix = "give the address of its first page, without /api"
        return Unreachable("what answers here is not the API of a NetBox", where=self.url, fix=fix)


def _detail(text: str) -> str:
    """What NetBox says is wrong, on one line."""
    try:
        said = json.loads(text)
    except ValueError:
        return " ".join(text.split())[:200]
    if isinstance(said, dict) and "errors" in said:
        said = [entry.get("errors", entry) for entry in said["errors"][:3]]
    elif isinstance(said, dict) and set(said) == {"detail"}:
        said = said["detail"]
    return said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)[:500]
