"""Where the Ansible plugin reads the inventory: this installation's store, a folder, or a server's API."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from inventory.errors import BadInput, Unreachable, WrongUsage
from inventory.model.network import NOUNS, Network
from inventory.settings import Settings
from inventory.sources import files

WANTED = ("sites", "devices", "links", "circuits")
"""What hosts, groups and distances are made from."""

PAGE = 500
SECONDS = 30


def network_of(source: str, folder: str | None, url: str | None, token_file: str | None) -> Network:
    """The network from one of the sources; from the API only the nouns that Ansible needs."""
    match source:
        case "folder" if folder:
            return files.load(Path(folder))
        case "api" if url and token_file:
            return _from_api(url.rstrip("/"), Path(token_file))
        case "store":
            return _from_store()
    needed = {"folder": "folder", "api": "url and token_file"}[source]
    raise WrongUsage(f"source {source} needs {needed}", where="silesianet.yml")


def _from_store() -> Network:
    # imported here: a controller that reads a folder or an API needs no database driver
    from inventory.database.engine import connect, upgrade
    from inventory.database.store import InventoryStore

    engine = connect(Settings().database)
    upgrade(engine)
    return InventoryStore(engine).network()


def _from_api(url: str, token_file: Path) -> Network:
    try:
        token = token_file.read_text().strip()
    except OSError as error:
        raise BadInput(f"the token cannot be read: {error.strerror}", where=str(token_file)) from error
    try:
        return Network.model_validate({noun: list(_facts(noun, url, token)) for noun in WANTED})
    except ValidationError as error:
        raise BadInput(f"the answer is not an inventory: {error.errors()[0]['msg']}", where=url) from error


def _facts(noun: str, url: str, token: str) -> Iterator[dict[str, Any]]:
    """All pages of a list; what the server derives besides the facts is left out."""
    fields = NOUNS[noun].model_fields
    following: str | None = f"{url}/api/v1/{noun}?limit={PAGE}"
    while following:
        page = _ask(following, token)
        for document in page["results"]:
            yield {name: value for name, value in document.items() if name in fields}
        following = urllib.parse.urljoin(following, page["next"]) if page["next"] else None


def _ask(url: str, token: str) -> Any:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise Unreachable(f"the API answered {error.code} {error.reason}", where=url) from error
    except (OSError, ValueError) as error:
        raise Unreachable(f"the API did not answer: {error}", where=url) from error
