"""Restoring: whole or not at all, a new epoch, and nothing that was erased comes back."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from console.conversations.records import CONVERSATION
from console.kernel.errors import Refused, Unusable
from console.orders.records import ORDER
from console.orders.server import order_id_of
from console.server import backup, lock
from console.server.config import ServerConfig
from console.server.restore import Restored, restore
from console.server.tombstones import Stones
from console.store import migrate
from console.store.engine import open_database
from console.sync.server import epoch
from console.tickets.records import TICKET
from console.tickets.server.erasure import erase_ticket
from tests.fakes.clock import ManualClock
from tests.parts.acts import Case, begin_case
from tests.parts.databases import Databases
from tests.parts.filled import OF_THE_LOG, fill, fresh, holdings, office_at, tables_in
from tests.parts.office import Office
from tests.parts.process import ROOT

BOTH = ["sqlite", "postgresql"]


def nobody() -> str:
    raise AssertionError("nobody may be asked for a passphrase here")


class Site:
    """A server's data folder with its database, SQLite in it or PostgreSQL beside it."""

    def __init__(
        self, databases: Databases, folder: Path, dialect: str, clock: ManualClock
    ) -> None:
        url = fresh(databases, "postgresql") if dialect == "postgresql" else None
        self.config = ServerConfig(folder, database_url=url)
        folder.mkdir()
        self.clock = clock
        if url is None:
            Path(fresh(databases, "sqlite").removeprefix("sqlite:///")).rename(folder / "parley.db")

    @property
    def url(self) -> str:
        return self.config.url

    def back_up(self, office: Office, name: str = "parley.backup") -> Path:
        path = self.config.data.parent / name
        backup.make(office.database, path, self.clock)
        return path

    def restore(self, path: Path) -> Restored:
        self.clock.advance(3600)
        return restore(path, self.config, self.clock, nobody)


@pytest.fixture(params=BOTH)
def site(
    request: pytest.FixtureRequest, databases: Databases, tmp_path: Path, clock: ManualClock
) -> Site:
    return Site(databases, tmp_path / "site", str(request.param), clock)


def erase(office: Office, case: Case, stones: Path | None = None) -> None:
    """Erase a case; `stones` notes it beside the database, as a server does."""
    gone = case.ticket

    def work(tx):
        erase_ticket(tx, gone)
        return tx

    tx = office.write(work)
    if stones is not None:
        Stones(stones).keep_erased(tx)


def is_there(office: Office, case: Case) -> bool:
    found = office.rows(
        "SELECT count(*) FROM tickets WHERE conversation_id = :c", c=case.conversation_id.bytes
    )
    return bool(found[0][0]) and office.get(CONVERSATION, case.conversation_id) is not None


# -- everything comes back


@pytest.mark.parametrize("source", BOTH)
def test_what_a_backup_holds_is_there_again(
    site: Site, databases: Databases, tmp_path: Path, clock: ManualClock, source: str
) -> None:
    other = Site(databases, tmp_path / "other", source, clock)
    with office_at(other.url, clock) as office:
        fill(office)
        path = other.back_up(office)
    with office_at(site.url, clock) as office:
        fill(office, seed=2)
    done = site.restore(path)
    assert (done.erased_again, done.manifest.tables) == (0, holdings(other.url))
    apart = (*OF_THE_LOG, "tombstone")  # what was erased here is still known
    assert holdings(site.url, without=apart) == holdings(other.url, without=apart)
    with office_at(site.url, clock) as office:
        assert begin_case(office).ticket.number == 4


def test_the_log_begins_a_new_epoch_that_forks_who_is_ahead(site: Site, clock: ManualClock) -> None:
    with office_at(site.url, clock) as office:
        fill(office)
        known, path = office.head(), site.back_up(office)
        begin_case(office)
        ahead = office.head()
    clock.advance(-10 * 3600)  # a clock that goes back reissues nothing
    with office_at(site.url, clock) as office:
        last = office.epoch
    site.restore(path)
    database = open_database(site.url)
    with database.reading() as reader:
        assert epoch.current(reader).no > last.no
        assert not epoch.is_fork(reader, known)
        assert epoch.is_fork(reader, ahead)
        assert epoch.is_fork(reader, epoch.first_seq(last.no))
    database.close()


def test_numbers_told_since_are_not_told_again(site: Site, clock: ManualClock) -> None:
    with office_at(site.url, clock) as office:
        fill(office)
        path = site.back_up(office)
        told = [begin_case(office).ticket.number for _ in range(5)]
    site.restore(path)
    with office_at(site.url, clock) as office:
        assert begin_case(office).ticket.number == max(told) + 1


def test_an_older_schema_is_brought_forward(site: Site, clock: ManualClock) -> None:
    """As when an upgrade went wrong: the backup made before it suits the release after it."""
    older = migrate.versions()[-2]
    with office_at(site.url, clock) as office:
        fill(office)
        config = Config()
        config.set_main_option("script_location", str(migrate._FOLDER))
        with office.database.writing() as connection:
            config.attributes["connection"] = connection
            command.downgrade(config, older)
        path = site.back_up(office)
    with backup.opened(path, nobody) as (_, manifest):
        assert manifest.schema == older
    database = open_database(site.url)
    migrate.upgrade(database)
    database.close()
    whole = holdings(site.url, without=OF_THE_LOG)
    site.restore(path)
    assert holdings(site.url, without=OF_THE_LOG) == whole


def test_a_new_folder_is_made(databases: Databases, tmp_path: Path, clock: ManualClock) -> None:
    site = Site(databases, tmp_path / "site", "sqlite", clock)
    with office_at(site.url, clock) as office:
        fill(office)
        path = site.back_up(office)
    done = restore(path, ServerConfig(tmp_path / "new"), clock, nobody)
    assert done.kept is None
    left = {entry.name for entry in (tmp_path / "new").iterdir()}
    assert left == {"lock", "parley.db"}


# -- what was there before


def test_the_old_file_is_kept(databases: Databases, tmp_path: Path, clock: ManualClock) -> None:
    site = Site(databases, tmp_path / "site", "sqlite", clock)
    with office_at(site.url, clock) as office:
        path = site.back_up(office)
        fill(office)
    old = holdings(site.url)
    done = site.restore(path)
    assert done.kept is not None
    assert done.kept.name.startswith("parley.db.before-restore-20260302-")
    assert holdings(f"sqlite:///{done.kept}") == old
    assert holdings(site.url) != old


@pytest.mark.parametrize("damage", [b"", b"no database at all, but long enough " * 500])
def test_over_a_file_that_says_nothing(
    databases: Databases, tmp_path: Path, clock: ManualClock, damage: bytes
) -> None:
    """What one restores for. Erasures are known from the file beside it."""
    site = Site(databases, tmp_path / "site", "sqlite", clock)
    with office_at(site.url, clock) as office:
        cases = fill(office)
        path = site.back_up(office)
        erase(office, cases[0], site.config.stones)
    (site.config.data / "parley.db").write_bytes(damage)
    done = site.restore(path)
    assert done.kept is not None
    assert damage in done.kept.read_bytes()
    assert done.erased_again == 6
    with office_at(site.url, clock) as office:
        assert [is_there(office, case) for case in cases] == [False, True, True]


def test_who_has_the_file_open_is_not_robbed(
    databases: Databases, tmp_path: Path, clock: ManualClock
) -> None:
    site = Site(databases, tmp_path / "site", "sqlite", clock)
    with office_at(site.url, clock) as office:
        cases = fill(office)
        path = site.back_up(office)
        with pytest.raises(Unusable, match=r"Another program has .* open: end it first"):
            site.restore(path)
        assert is_there(office, cases[0])


def test_a_folder_in_use_is_refused(site: Site, clock: ManualClock) -> None:
    with office_at(site.url, clock) as office:
        path = site.back_up(office)
    with (
        lock.holding(site.config.data),
        pytest.raises(Unusable, match="A Parley server already runs on"),
    ):
        site.restore(path)


def test_a_damaged_backup_touches_nothing(site: Site, clock: ManualClock) -> None:
    with office_at(site.url, clock) as office:
        fill(office)
        path = site.back_up(office)
    before = holdings(site.url)
    stored = bytearray(path.read_bytes())
    stored[stored.index(b"Where is my parcel")] ^= 1
    path.write_bytes(stored)
    with pytest.raises(Refused, match="is damaged: restore another one"):
        site.restore(path)
    assert holdings(site.url) == before
    left = {entry.name for entry in site.config.data.iterdir()}
    assert left <= {"lock", "parley.db"}


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", r"newer Parley \(schema 9999\)"),
        ("DROP TABLE alembic_version", "holds tables that are not Parley's"),
    ],
)
def test_a_postgresql_database_of_others_is_left_alone(
    databases: Databases, tmp_path: Path, clock: ManualClock, prepare: str, said: str
) -> None:
    site = Site(databases, tmp_path / "site", "postgresql", clock)
    with office_at(site.url, clock) as office:
        path = site.back_up(office)
        with office.database.writing() as connection:
            connection.execute(text(prepare))
    tables = tables_in(site.url)
    with pytest.raises(Unusable, match=said):
        site.restore(path)
    assert tables_in(site.url) == tables


def test_tables_of_others_beside_ours_stay(
    databases: Databases, tmp_path: Path, clock: ManualClock
) -> None:
    site = Site(databases, tmp_path / "site", "postgresql", clock)
    with office_at(site.url, clock) as office:
        path = site.back_up(office)
        with office.database.writing() as connection:
            connection.execute(text("CREATE TABLE theirs AS SELECT 1 AS n"))
            connection.execute(text("CREATE SEQUENCE their_seq"))
    site.restore(path)
    assert "theirs" in tables_in(site.url)


# -- killed in the middle

KILLED = """
import os, sys
from pathlib import Path
from console.kernel.clock import SystemClock
from console.server import restore, transfer
from console.server.config import ServerConfig
from console.store import files, migrate
from console.sync.server import epoch

module, name = {"make": (migrate, "bring_to"), "copy": (transfer, "copy"),
                "epoch": (epoch, "begin"), "flush": (files, "_flush"),
                "keep": (files, "kept_beside"), "put": (files, "put")}[sys.argv[4]]
setattr(module, name, lambda *_, **__: os._exit(9))
restore.restore(Path(sys.argv[1]), ServerConfig(Path(sys.argv[2]), database_url=sys.argv[3] or None),
                SystemClock(), str)
"""


@pytest.mark.parametrize("point", ["make", "copy", "epoch", "flush", "keep", "put"])
def test_a_restore_that_is_killed_leaves_the_old_data(
    site: Site, clock: ManualClock, point: str
) -> None:
    if site.config.database_url and point in ("flush", "keep", "put"):
        pytest.skip("PostgreSQL has no file of ours")
    with office_at(site.url, clock) as office:
        cases = fill(office)
        path = site.back_up(office)
        cases[0].hear("written after the backup")
    before = holdings(site.url)
    words = [str(path), str(site.config.data), site.config.database_url or "", point]
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, *words], cwd=ROOT, env=dict(os.environ), check=False,
        timeout=60,
    )  # fmt: skip
    assert ended.returncode == 9
    assert holdings(site.url) == before
    site.restore(path)
    assert holdings(site.url, without=OF_THE_LOG) != before
    with office_at(site.url, clock) as office:
        assert office.rows("SELECT id FROM messages WHERE doc LIKE '%after the backup%'") == []


# -- what was erased stays erased


@pytest.mark.parametrize("known_by", ["database", "file", "both"])
def test_what_was_erased_since_is_erased_again(
    site: Site, clock: ManualClock, known_by: str
) -> None:
    with office_at(site.url, clock) as office:
        cases = fill(office)
        path = site.back_up(office)
        clock.advance(60)
        erase(office, cases[0], site.config.stones if known_by != "database" else None)
        if known_by == "file":
            with office.database.writing() as connection:
                connection.execute(text("DELETE FROM tombstone"))
    done = site.restore(path)
    assert done.erased_again == 6, "ticket, conversation, two messages, order, party"
    with office_at(site.url, clock) as office:
        assert [is_there(office, case) for case in cases] == [False, True, True]
        assert office.get(ORDER, order_id_of("A-Lena")) is None
        assert office.rows("SELECT id FROM parties WHERE name = 'Lena'") == []
        gone = {(k, bytes(i)) for k, i in office.rows("SELECT kind, id FROM tombstone")}
        assert ("conversation", cases[0].conversation_id.bytes) in gone
        merged = office.rows("SELECT result FROM applied_command WHERE status = 'merged'")
        assert ["high" in row[0] for row in merged] == [False], "answers quote nothing of it"
    # And the next restore of the same backup knows it from the restored database alone.
    site.config.stones.unlink(missing_ok=True)
    assert site.restore(path).erased_again == 6


def test_a_console_hears_of_what_is_erased_again(site: Site, clock: ManualClock) -> None:
    with office_at(site.url, clock) as office:
        cases = fill(office)
        ticket, known, path = cases[0].ticket, office.head(), site.back_up(office)
        erase(office, cases[0])
    site.restore(path)
    database = open_database(site.url)
    with database.reading() as reader:
        row = reader.row(
            "SELECT op, seq FROM change_log WHERE entity_id = :id ORDER BY seq DESC LIMIT 1",
            id=ticket.id.bytes,
        )
        assert row is not None
        assert row[0] == "D"
        assert epoch.epoch_of(row[1]) == epoch.current(reader).no > epoch.epoch_of(known)
    database.close()


def test_what_was_made_anew_before_the_backup_stays(site: Site, clock: ManualClock) -> None:
    """An order's id follows from its number: the shop told of it again after it was erased."""
    with office_at(site.url, clock) as office:
        cases = fill(office)
        erase(office, cases[0], site.config.stones)
        clock.advance(60)
        begin_case(office, order_number="A-Lena")
        path = site.back_up(office)
    assert site.restore(path).erased_again == 0
    with office_at(site.url, clock) as office:
        assert office.get(ORDER, order_id_of("A-Lena")) is not None


def test_many_erasures_are_done_in_portions(
    site: Site, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.server.restore.ERASED_AT_ONCE", 2)
    with office_at(site.url, clock) as office:
        cases = fill(office)
        path = site.back_up(office)
        for case in cases:
            erase(office, case, site.config.stones)
    assert site.restore(path).erased_again == 16
    with office_at(site.url, clock) as office:
        assert office.rows("SELECT id FROM tickets") == []
        assert office.get(TICKET, cases[0].conversation_id) is None
