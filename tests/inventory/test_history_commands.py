"""History, verification and revert as people and scripts meet them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from api.cli.dispatch import run
from inventory.database.store import InventoryStore
from inventory.model.network import Network
from tests.support.facts import edit

type Said = tuple[int, str, str]
type Command = Callable[..., Said]
SITE = "biblioteka-sosnica"


@pytest.fixture
def store(engine: Engine, city: Network) -> InventoryStore:
    found = InventoryStore(engine)
    found.write(city, "officer", "first")
    found.edit(lambda network: edit(network, "sites", SITE, people_served=1), "planner", "ticket 7")
    return found


@pytest.fixture
def inventory(
    store: InventoryStore,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Command:
    """Types ``silesianet inventory …``."""
    monkeypatch.setenv("SILESIANET_HOME", str(tmp_path))
    monkeypatch.setenv("SILESIANET_DATABASE_URL", database_url)

    def command(*words: str) -> Said:
        capsys.readouterr()
        code = run(["inventory", *words])
        return (code, *capsys.readouterr())

    return command


def _document(said: Said) -> Any:
    return json.loads(said[1])


def test_history_needs_no_word_for_its_list(inventory: Command) -> None:
    assert "planner: ticket 7" in inventory("history")[1]
    assert inventory("history", f"site:{SITE}") == inventory("history", "list", f"site:{SITE}")
    assert _document(inventory("history", "--since", "2", "--json"))["count"] == 1
    assert _document(inventory("history", f"site:{SITE}", "--until", "1", "--json"))["count"] == 1
    assert inventory("history", "nothing")[0] == 2
    assert "verify" in inventory("history", "--help")[1]


def test_an_honest_history_is_said_so(inventory: Command, store: InventoryStore) -> None:
    code, out, _ = inventory("history", "verify")
    assert code == 0 and out.splitlines()[-1] == f"digest {store.digest()}"
    document = _document(inventory("history", "verify", "--expect", store.digest(1), "--json"))
    assert document == {
        "ok": True,
        "revision": 2,
        "digest": store.digest(),
        "entries": store.count_history(),
        "finding": None,
    }


def test_tampering_ends_with_1_and_names_the_entry(inventory: Command, engine: Engine) -> None:
    with engine.begin() as behind:
        behind.execute(text("UPDATE inventory_history SET after = before WHERE revision = 2"))
    code, out, _ = inventory("history", "verify")
    assert (code, out) == (1, f"revision 2, site:{SITE}: row changed; its content is not what was sealed\n")
    said = inventory("history", "verify", "--json")
    assert said[0] == 1
    assert _document(said)["finding"] == {
        "revision": 2,
        "object": f"site:{SITE}",
        "problem": "row changed",
        "text": "its content is not what was sealed",
    }


def test_a_digest_that_was_never_ours_is_a_finding(inventory: Command) -> None:
    code, out, _ = inventory("history", "verify", "--expect", "f" * 64)
    assert code == 1 and "digest not found" in out


def test_a_revision_is_shown_and_taken_back(inventory: Command, store: InventoryStore) -> None:
    shown = inventory("revert", "2", "--dry-run")
    assert shown[0] == 0 and "    people_served: 1 → 5200\n" in shown[1] and shown[1].endswith("nothing was written\n")
    assert store.revision() == 2
    document = _document(inventory("revert", "2", "--who", "officer", "--json"))
    assert (document["reverted"], document["revision"], document["summary"]["updated"]) == (2, 3, 1)
    (entry,) = store.history(limit=1)
    assert (entry.revision.who, entry.revision.why) == ("officer", "revert of revision 2: ticket 7")
    assert _document(inventory("revert", "2", "--json"))["revision"] == 3, "there is nothing more to take back"


def test_a_revert_is_refused_with_reasons(inventory: Command, store: InventoryStore) -> None:
    store.edit(lambda network: edit(network, "sites", SITE, people_served=2), "planner", "ticket 8")
    code, out, err = inventory("revert", "2")
    assert (code, out) == (1, "") and f"site:{SITE}: people_served was changed since" in err
    assert inventory("revert", "9")[0] == 2
    assert inventory("revert", "0")[0] == 2


def test_every_write_has_an_author_on_one_line(store: InventoryStore, city: Network) -> None:
    with pytest.raises(Exception, match="nobody is named as the author"):
        store.write(city, " ", "why")
    revision = store.write(city, "officer\x1b[31m", "two\nlines\x00")
    assert (revision.who, revision.why) == ("officer [31m", "two lines")
