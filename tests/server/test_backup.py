"""Backups: one consistent snapshot beside any writing, one file, and damage that always shows."""

import random
import shutil
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from console.kernel import codec
from console.kernel.errors import Refused, Unusable
from console.server import backup
from console.server.backup import Manifest
from console.store import files, migrate, sqlite
from console.store.engine import open_database
from tests.fakes.clock import ManualClock
from tests.parts.acts import begin_case
from tests.parts.databases import Databases
from tests.parts.filled import ODD, fill, fresh, holdings, office_at
from tests.parts.office import Office

PASSPHRASE = "parcels on the moon"


# Each finds what no single moment of a server ever shows.
TORN = [
    "\n    SELECT count(*) FROM conversations c WHERE coalesce(json_extract(doc, '$.count'), 0) <\n        (SELECT count(*) FROM messages m WHERE m.conversation_id = c.id)",
    "\n    SELECT count(*) FROM tickets t WHERE NOT EXISTS\n        (SELECT 1 FROM conversations c WHERE c.id = t.conversation_id)",
    "\n    SELECT count(*) FROM messages m WHERE NOT EXISTS\n        (SELECT 1 FROM change_log l WHERE l.entity_id = m.id)",
    "\n    SELECT count(*) FROM applied_command a WHERE a.seq IS NOT NULL AND NOT EXISTS\n        (SELECT 1 FROM change_log l WHERE l.seq = a.seq)\n",
]


def nobody() -> str:
    raise AssertionError("nobody may be asked for a passphrase here")


def opened(path: Path, passphrase: str | None = None) -> Manifest:
    """What a backup says of itself, once it was checked."""
    ask = nobody if passphrase is None else lambda: passphrase
    with backup.opened(path, ask) as (_, manifest):
        return manifest


@pytest.fixture(autouse=True)
def cheap_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a key costs is tested once, in the command line's tests."""
    monkeypatch.setattr(backup, "KDF_MEMORY_KIB", 64)
    monkeypatch.setattr(backup, "KDF_PASSES", 1)


@pytest.fixture
def made(databases: Databases, clock: ManualClock, tmp_path: Path) -> tuple[Path, Manifest]:
    """A plain backup of a filled SQLite database."""
    with office_at(fresh(databases, "sqlite"), clock) as office:
        fill(office)
        path = tmp_path / "parley.backup"
        return path, backup.make(office.database, path, clock)


def test_a_backup_holds_everything_and_says_so(
    database_url: str, clock: ManualClock, tmp_path: Path
) -> None:
    path = tmp_path / "parley.backup"
    with office_at(database_url, clock) as office:
        fill(office)
        manifest = backup.make(office.database, path, clock)
        assert (manifest.head, manifest.made_at) == (office.head(), clock.now())
        assert manifest.epoch == (office.epoch.no, office.epoch.tag)
    assert manifest.schema == migrate.versions()[-1]
    assert manifest.tables == holdings(database_url)
    assert opened(path) == manifest
    assert [entry.name for entry in tmp_path.iterdir()] == ["parley.backup"]
    assert path.stat().st_mode & 0o077 == 0, "for its owner's eyes only"


def test_a_backup_made_while_everybody_works_is_one_moment(
    database_url: str, clock: ManualClock, tmp_path: Path
) -> None:
    """Each message comes with its conversation's count, its ticket and a line of the log, or not."""
    path = tmp_path / "parley.backup"
    with office_at(database_url, clock) as office:
        fill(office)
        first = office.head()
        begun, done = threading.Event(), threading.Event()
        told = threading.Thread(target=_ingest, args=(office, begun, done))
        told.start()
        begun.wait(30)
        manifest = backup.make(office.database, path, clock)
        done.set()
        told.join(30)
        assert first < manifest.head < office.head(), "it went on before and after"
    with backup.opened(path, nobody) as (connection, _):

        def count(sql: str) -> int:
            return int(connection.execute(text(sql)).scalar() or 0)

        assert count("SELECT max(seq) FROM change_log") == manifest.head
        assert count("SELECT max(rev) FROM messages") <= manifest.head
        for sql in TORN:
            assert count(sql) == 0, sql


def _ingest(office: Office, begun: threading.Event, done: threading.Event) -> None:
    number = 0
    while not done.is_set() or number < 20:
        number += 1
        begin_case(office, email=f"{number}@mail.test", name=str(number), body=ODD)
        if number == 5:
            begun.set()


# -- with a passphrase


def test_a_passphrase_keeps_it_shut(
    databases: Databases, clock: ManualClock, tmp_path: Path
) -> None:
    path = tmp_path / "parley.backup"
    with office_at(fresh(databases, "sqlite"), clock) as office:
        fill(office)
        manifest = backup.make(office.database, path, clock, passphrase=PASSPHRASE)
        other = tmp_path / "other.backup"
        backup.make(office.database, other, clock, passphrase=PASSPHRASE)
    assert opened(path, PASSPHRASE) == manifest
    stored = path.read_bytes()
    assert b"SQLite" not in stored
    assert b"Lena" not in stored
    assert stored[: sqlite.SALT_BYTES] != other.read_bytes()[: sqlite.SALT_BYTES]
    with pytest.raises(Refused, match=r"The passphrase is wrong, or .* is damaged") as refusal:
        opened(path, PASSPHRASE + "!")
    assert refusal.value.code == "wrong_passphrase"


def test_a_short_passphrase_is_none(made: tuple[Path, Manifest], database_url: str) -> None:
    database = open_database(database_url)
    path = made[0].with_name("other")
    with pytest.raises(Refused, match="at least 10 characters"):
        backup.make(database, path, ManualClock(), passphrase="ninechars")
    database.close()
    assert not path.exists()


def test_any_flipped_byte_of_an_encrypted_backup_shows(
    databases: Databases, clock: ManualClock, tmp_path: Path
) -> None:
    path = tmp_path / "parley.backup"
    with office_at(fresh(databases, "sqlite"), clock) as office:
        fill(office)
        backup.make(office.database, path, clock, passphrase=PASSPHRASE)
    size = path.stat().st_size
    dice = random.Random(7)
    for offset in [0, 15, 16, 100, size - 1, *(dice.randrange(size) for _ in range(25))]:
        with pytest.raises(Refused, match="damaged"):
            opened(flipped(path, offset), PASSPHRASE)


# -- damage


def flipped(path: Path, offset: int, bit: int = 0) -> Path:
    """A copy with one bit turned over."""
    copied = path.with_name("flipped")
    shutil.copy(path, copied)
    with copied.open("r+b") as file:
        file.seek(offset)
        (byte,) = file.read(1)
        file.seek(offset)
        file.write(bytes([byte ^ 1 << bit]))
    return copied


def test_a_flipped_byte_of_data_shows(made: tuple[Path, Manifest]) -> None:
    path, _ = made
    stored = path.read_bytes()
    for words in (b"Where is my parcel", b"argon2id", b'"format":1', b"made_at", b"lena@mail"):
        for offset in (stored.index(words), stored.index(words) + 3):
            with pytest.raises(Refused, match=r"damaged|is no backup"):
                opened(flipped(path, offset))


def test_no_flipped_byte_changes_what_is_restored(made: tuple[Path, Manifest]) -> None:
    """Anywhere in the file: it is refused, or it lay where nothing is."""
    path, manifest = made
    dice = random.Random(3)
    size = path.stat().st_size
    offsets = [*range(16, 108, 4), *(dice.randrange(size) for _ in range(150))]
    shown = 0
    for offset in offsets:
        try:
            assert opened(flipped(path, offset, dice.randrange(8))) == manifest
        except Refused:
            shown += 1
    assert shown > 10


@pytest.mark.parametrize("keep", [0, 10, 100, 5_000, 0.5, 0.99])
def test_a_file_cut_short_shows(made: tuple[Path, Manifest], keep: float) -> None:
    path, _ = made
    stored = path.read_bytes()
    path.write_bytes(stored[: int(keep * len(stored) if keep < 1 else keep)])
    with pytest.raises(Refused, match=r"damaged|is no backup"):
        opened(path)


def test_what_is_no_backup(tmp_path: Path, databases: Databases) -> None:
    with pytest.raises(Unusable, match="cannot be read: No such file"):
        opened(tmp_path / "nothing")
    plain = Path(fresh(databases, "sqlite").removeprefix("sqlite:///"))
    files.fold_in(plain)
    sqlite.connect(plain, journal="MEMORY").close()
    with pytest.raises(Refused, match="is no backup of Parley's"):
        opened(plain)
    (tmp_path / "text").write_text("no database at all, but long enough " * 100)
    with pytest.raises(Refused, match="passphrase is wrong, or"):
        opened(tmp_path / "text", PASSPHRASE)


def test_a_backup_of_a_newer_release_names_it(made: tuple[Path, Manifest]) -> None:
    path, manifest = made
    for change in ({"format": 2}, {"schema": "9999"}):
        told = {**codec.decode(codec.encode(manifest), dict), "release": "7.1", **change}
        doc = codec.encode(told)
        connection = sqlite.connect(path, journal="MEMORY")
        sql = "UPDATE manifest SET doc = ?, sha256 = ?"
        connection.execute(sql, (doc.decode(), backup.hashlib.sha256(doc).digest()))
        connection.close()
        with pytest.raises(Unusable, match=r"made by a newer Parley \(7.1, schema"):
            opened(path)


def test_a_table_too_few_shows(made: tuple[Path, Manifest]) -> None:
    connection = sqlite.connect(made[0], journal="MEMORY")
    connection.execute("DROP TABLE messages")
    connection.close()
    with pytest.raises(Refused, match="damaged"):
        opened(made[0])


# -- what is there already


def test_a_backup_that_is_there_is_not_replaced_unasked(
    made: tuple[Path, Manifest], database_url: str, clock: ManualClock
) -> None:
    path, manifest = made
    with office_at(database_url, clock) as office:
        with pytest.raises(Refused, match="is there already: choose another name, or --force"):
            backup.make(office.database, path, clock)
        assert opened(path) == manifest
        newer = backup.make(office.database, path, clock, force=True)
    assert opened(path) == newer != manifest


def test_a_backup_that_comes_to_be_there_meanwhile_stays(database_url: str, tmp_path: Path) -> None:
    path = tmp_path / "parley.backup"

    class Meanwhile(ManualClock):
        """Asked for the time when the manifest is written."""

        def now(self):
            path.write_text("another's")
            return super().now()

    with (
        office_at(database_url, ManualClock()) as office,
        pytest.raises(Refused, match="is there already"),
    ):
        backup.make(office.database, path, Meanwhile())
    assert path.read_text() == "another's"
    assert list(tmp_path.glob("*.partial")) == []


@pytest.mark.parametrize("where", ["nowhere/parley.backup", "."])
def test_a_place_that_can_be_none(database_url: str, tmp_path: Path, where: str) -> None:
    database = open_database(database_url)
    with pytest.raises(Refused, match="is no place for a file: name one in a folder"):
        backup.make(database, tmp_path / where, ManualClock(), force=True)
    database.close()


def test_nothing_to_back_up(empty_database_url: str, tmp_path: Path) -> None:
    database = open_database(empty_database_url)
    with pytest.raises(Unusable, match="holds nothing of Parley yet"):
        backup.make(database, tmp_path / "x", ManualClock())
    database.close()
    assert list(tmp_path.iterdir()) == []
