"""Backup and restore on both kinds of database, as the guide says them and when things go wrong."""

import json
import re
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text

from api.cli.dispatch import run
from inventory.database import backup
from inventory.database.engine import connect, upgrade
from inventory.database.store import InventoryStore
from inventory.errors import BadInput, SilesiaNetError
from inventory.model.network import Network
from tests.support.facts import edit

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "production.md"

type Said = tuple[int, str, str]
type Command = Callable[..., Said]


@pytest.fixture
def store(engine: Engine, city: Network) -> InventoryStore:
    found = InventoryStore(engine)
    found.write(city, "officer", "first")
    found.edit(lambda network: edit(network, "sites", "rynek", people_served=7), "planner", "zażółć")
    return found


@pytest.fixture
def silesianet(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Types a command in a folder of its own."""
    monkeypatch.setenv("SILESIANET_HOME", str(tmp_path))
    monkeypatch.setenv("SILESIANET_DATABASE_URL", database_url)
    monkeypatch.chdir(tmp_path)

    def command(*words: str) -> Said:
        capsys.readouterr()
        code = run(words)
        return (code, *capsys.readouterr())

    return command


def _document(said: Said) -> Any:
    assert said[0] == 0, said[2]
    return json.loads(said[1])


def test_the_guide_does_what_it_says(store: InventoryStore, silesianet: Command, engine: Engine) -> None:
    """Every line of the chapter, typed in order; in between everything is lost."""
    chapter = GUIDE.read_text().partition("## Backup and restore")[2].partition("\n## ")[0]
    lines = [
        line.split()[1:] for block in re.findall(r"```sh\n(.*?)```", chapter, re.DOTALL) for line in block.splitlines()
    ]
    assert [words[1] for words in lines] == ["backup", "restore", "history"]
    before = store.network()
    code, out, _ = silesianet(*lines[0])
    digest = out.split()[-1]
    assert code == 0 and digest == store.digest()
    store.write(Network(), "planner", "oops")
    assert silesianet(*lines[1])[0] == 0
    assert silesianet(*(digest if word == "DIGEST" else word for word in lines[2]))[0] == 0
    again = InventoryStore(engine)
    assert again.network() == before and again.revision() == 2
    assert store.network() == before, "a store that was open notices"


def test_everything_comes_back_to_an_empty_database(store: InventoryStore, tmp_path: Path, engine: Engine) -> None:
    tables = {name: _rows(engine, name) for name in inspect(engine).get_table_names()}
    backup.save(engine, tmp_path / "b")
    with engine.begin() as connection:
        for name in ("inventory_chain", "inventory_history", "inventory_revisions", "inventory_facts"):
            connection.execute(text(f"DELETE FROM {name}"))
    assert backup.filled(engine) == []
    seen = backup.restore(engine, tmp_path / "b")
    assert seen.finding is None and seen.revision == 2
    assert {name: _rows(engine, name) for name in inspect(engine).get_table_names()} == tables
    upgrade(engine)


def _rows(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_documents_for_programs(store: InventoryStore, silesianet: Command, tmp_path: Path) -> None:
    saved = _document(silesianet("database", "backup", "b", "--json"))
    size = (tmp_path / "b").stat().st_size
    assert saved == {"file": "b", "bytes": size, "revision": 2, "digest": store.digest()}
    assert stat.S_IMODE((tmp_path / "b").stat().st_mode) == 0o600
    assert not (tmp_path / ".b.part").exists()
    restored = _document(silesianet("database", "restore", "b", "--force", "--json"))
    assert restored["ok"] and restored["digest"] == saved["digest"]


def test_nothing_is_overwritten_unasked(store: InventoryStore, silesianet: Command, tmp_path: Path) -> None:
    assert silesianet("database", "backup", "b")[0] == 0
    code, _, err = silesianet("database", "backup", "b")
    assert code == 1 and "is there already; name another one, or give --force" in err
    code, _, err = silesianet("database", "restore", "b")
    assert code == 1 and "the database is not empty: inventory_chain, inventory_facts" in err
    assert silesianet("database", "backup", "b", "--force")[0] == 0
    assert silesianet("database", "backup", "nowhere/b")[0] == 1


def test_what_is_no_backup_is_refused(store: InventoryStore, engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "b"
    with pytest.raises(BadInput, match="cannot be read"):
        backup.restore(engine, file, replace=True)
    file.write_text("hello")
    with pytest.raises(BadInput, match="is not a backup of a"):
        backup.restore(engine, file, replace=True)
    backup.save(engine, file, replace=True)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 3])
    with pytest.raises(SilesiaNetError):
        backup.restore(engine, file, replace=True)
    assert store.verify().finding is None and store.revision() == 2, "nothing was changed"


def test_a_backup_of_a_later_release_is_refused(store: InventoryStore, engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    backup.save(engine, tmp_path / "b")
    with pytest.raises(BadInput, match="has schema 9999, this release knows"):
        backup.restore(engine, tmp_path / "b", replace=True)


def test_a_backup_made_while_others_write_is_one_moment(
    store: InventoryStore, database_url: str, engine: Engine, tmp_path: Path
) -> None:
    done = threading.Event()

    def write() -> None:
        mine = connect(database_url)
        people = 100
        while not done.is_set():
            people += 1
            InventoryStore(mine).edit(lambda n, p=people: edit(n, "sites", "rynek", people_served=p), "planner", "more")  # type: ignore[misc]
        mine.dispose()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        saved = [backup.save(engine, tmp_path / f"b{n}") for n in range(3)]
    finally:
        done.set()
        writer.join()
    for made in saved:
        seen = backup.restore(engine, made.file, replace=True)
        assert (seen.finding, seen.revision, seen.digest) == (None, made.revision, made.digest)


def test_tampering_is_noticed_on_the_way_back(store: InventoryStore, engine: Engine, silesianet: Command) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE inventory_revisions SET who = 'nobody' WHERE id = 2"))
    assert silesianet("database", "backup", "b")[0] == 0
    code, out, _ = silesianet("database", "restore", "b", "--force")
    assert code == 1 and "revision 2: header changed" in out
