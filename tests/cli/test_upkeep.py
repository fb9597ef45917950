"""`parley backup`, `restore`, `admin move-database` and `admin erase`, beside a running server too."""

import io
import signal
from pathlib import Path

import pytest
from sqlalchemy import text

from console.server.config import ServerConfig
from console.store import sqlite
from console.store.engine import open_database
from tests.cli.conftest import Served
from tests.cli.parley import Parley, Told, assert_one_sentence, ended, said_here
from tests.fakes.clock import ManualClock
from tests.parts.databases import Databases
from tests.parts.filled import fill, fresh, office_at

TURNS = '{"id": "a", "turns": [{"role": "user", "content": "where is it?"}]}\n'
PASSPHRASE = "parcels on the moon"


class Here:
    """Commands in this very process: each in one of its own took most of these tests' time."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys, self._monkeypatch = capsys, monkeypatch

    def __call__(self, *words: str | Path, stdin: str = "") -> Told:
        self._monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        return said_here(self._capsys, *words)


@pytest.fixture
def here(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Here:
    return Here(capsys, monkeypatch)


@pytest.fixture
def shop(data: Path) -> Path:
    """A data folder with three tickets."""
    with office_at(ServerConfig(data).url, ManualClock()) as office:
        fill(office)
    return data


def tickets(url: str) -> int:
    database = open_database(url)
    with database.readers.connect() as connection:
        found = int(connection.execute(text("SELECT count(*) FROM tickets")).scalar() or 0)
    database.close()
    return found


def test_a_backup_beside_a_running_server_and_its_restore(
    parley: Parley, here: Here, shop: Path
) -> None:
    file, more = parley.home / "parley.backup", parley.home / "in.jsonl"
    more.write_text(TURNS)
    url = ServerConfig(shop).url
    with parley.serving("--data", shop) as (_, process):
        told = here("backup", file, "--data", shop)
        assert (told.code, told.err) == (0, "")
        assert "rows of " in told.out
        assert_one_sentence(here("backup", file, "--data", shop), "is there already: choose")
        assert here("backup", file, "--data", shop, "--force").code == 0
        assert parley("import", more, "--format", "turns", "--data", shop).code == 0
        assert tickets(url) == 4
        assert_one_sentence(
            here("restore", file, "--data", shop), f"A Parley server already runs on {shop}"
        )
        process.send_signal(signal.SIGTERM)
        assert ended(process).code == 0
    told = parley("restore", file, "--data", shop)
    assert (told.code, told.err) == (0, "")
    assert f" UTC into {shop / 'parley.db'}; " in told.out
    assert "What was there before is kept as" in told.out
    with parley.serving("--data", shop):
        assert tickets(url) == 3


def test_with_a_passphrase(here: Here, shop: Path, tmp_path: Path) -> None:
    """At the real price of a key."""
    file, other = tmp_path / "parley.backup", tmp_path / "other"
    words = ("backup", file, "--encrypt", "--data", shop)
    assert_one_sentence(here(*words), "Write the backup's passphrase to this command's standard")
    assert_one_sentence(here(*words, stdin="short\n"), "needs at least 10 characters")
    assert not file.exists()
    told = here(*words, stdin=PASSPHRASE + "\n")
    assert (told.code, told.err) == (0, "")
    assert told.out.endswith(", encrypted.\n")
    back = ("restore", file, "--data", other)
    assert_one_sentence(here(*back, stdin="another passphrase"), "The passphrase is wrong, or")
    assert not (other / "parley.db").exists()
    assert here(*back, stdin=PASSPHRASE + "\n").code == 0
    assert tickets(ServerConfig(other).url) == 3


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_nothing_there(here: Here, tmp_path: Path, command: str) -> None:
    said = {"backup": "There is no database", "restore": "cannot be read: No such file"}[command]
    assert_one_sentence(here(command, tmp_path / "x", "--data", tmp_path / "none"), said)
    assert not (tmp_path / "none" / "parley.db").exists()


def test_a_backup_where_nobody_may_write(here: Here, shop: Path) -> None:
    told = here("backup", "/proc/x.backup", "--data", shop)
    assert_one_sentence(told, "/proc/x.backup.partial cannot be used")


def test_a_database_that_fails_is_told_in_one_sentence(here: Here, shop: Path) -> None:
    path, file = shop / "parley.db", shop / "parley.backup"
    connection = sqlite.connect(path)
    (root, page), = connection.execute(
        "SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_schema"
        " WHERE type = 'table' AND name = 'messages'"
    ).fetchall()  # fmt: skip
    connection.close()
    with path.open("r+b") as database:
        database.seek((root - 1) * page)
        database.write(b"\xff" * page)
    told = here("backup", file, "--data", shop)
    assert_one_sentence(told, "A database failed (database disk image is malformed): nothing was")
    assert not file.exists()
    assert not file.with_name("parley.backup.partial").exists()


def test_to_postgresql_and_back(
    parley: Parley, here: Here, shop: Path, databases: Databases
) -> None:
    url, there = ServerConfig(shop).url, fresh(databases, "postgresql", migrated=False)
    told = here("admin", "move-database", url, there)
    assert (told.code, told.err) == (0, "")
    lines = told.out.splitlines()
    assert lines[-1] == "Everything arrived. The database moved from is as it was."
    assert {line.split()[-1] for line in lines[:-1]} == {"equal"}
    assert_one_sentence(here("admin", "move-database", url, there), "is not empty")
    file, home, free = (parley.home / name for name in ("parley.backup", "node", "free"))
    back = f"sqlite:///{parley.home}/back/parley.db"
    with parley.serving("--data", home, "--database", there) as (_, process):
        assert here("backup", file, "--data", free, "--database", there).code == 0
        for words in (
            ("admin", "move-database", there, back),
            ("restore", file, "--data", free, "--database", there),
        ):
            assert_one_sentence(here(*words), "A Parley server or command uses postgresql")
        process.send_signal(signal.SIGTERM)
        assert ended(process).code == 0
    assert here("admin", "move-database", there, back).code == 0
    assert here("restore", file, "--data", home, "--database", there).code == 0
    assert tickets(back) == tickets(there) == 3


def test_a_ticket_is_erased_beside_a_server_and_without_one(
    parley: Parley, here: Here, shop: Path
) -> None:
    stones, file = shop / "tombstones.jsonl", parley.home / "parley.backup"
    assert here("backup", file, "--data", shop).code == 0
    assert parley("admin", "erase", "2", "--data", shop) == (
        0, "Ticket 2 is erased: 1 tickets, 1 messages, 1 orders, 1 parties are gone.\n", ""
    )  # fmt: skip
    erased = len(stones.read_text().splitlines())
    with parley.serving("--data", shop) as (url, _):
        assert parley("admin", "erase", "3", "--server", url).code == 0
        assert_one_sentence(parley("admin", "erase", "2", "--data", shop), "There is no ticket 2.")
        assert tickets(ServerConfig(shop).url) == 1
    assert len(stones.read_text().splitlines()) == erased + 5
    told = here("restore", file, "--data", shop)
    assert "; 10 records that had been erased since are erased again" in told.out
    assert tickets(ServerConfig(shop).url) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("backup", "the following arguments are required: FILE"),
        ("restore x --encrypt", "unrecognized arguments: --encrypt"),
        ("admin erase seven", "argument TICKET_NUMBER: invalid int value: 'seven'"),
        ("admin move-database x", "the following arguments are required: TO_URL"),
    ],
)
def test_a_wrong_command_line(served: Served, words: str, said: str) -> None:
    assert_one_sentence(served.parley(*words.split()), said, code=2)


@pytest.mark.parametrize(
    "words",
    [
        ("admin", "move-database", "nonsense", "postgresql://127.0.0.1/x"),
        ("backup", "x", "--database", "nonsense"),
        ("restore", "x", "--database", "nonsense"),
    ],
)
def test_what_is_no_database(here: Here, tmp_path: Path, words: tuple[str, ...]) -> None:
    data = () if words[0] == "admin" else ("--data", tmp_path / "data")
    told = here(*words, *data)
    assert_one_sentence(told, "The database URL is not understood: write sqlite:///FILE or")


def test_no_backup_takes_the_place_of_the_data(here: Here, shop: Path) -> None:
    """Put there beside a running server, it would be the end of all that is written from then on."""
    place = shop / "parley.db"
    before = place.stat().st_ino
    told = here("backup", place, "--data", shop, "--force")
    assert_one_sentence(told, "is the database itself")
    assert (place.stat().st_ino, tickets(ServerConfig(shop).url)) == (before, 3)
