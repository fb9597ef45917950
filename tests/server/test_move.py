"""Moving the database: whole, equal and proven so, or the target is as empty as it was."""

from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from console.kernel.errors import Unusable
from console.server import exclusive, lock
from console.server.move import move
from console.server.rooms import metadata
from console.store import migrate
from console.store.engine import open_database
from console.sync.server import epoch
from tests.fakes.clock import ManualClock
from tests.parts.acts import begin_case
from tests.parts.databases import Databases
from tests.parts.filled import OF_THE_LOG, fill, fresh, holdings, office_at, tables_in

BOTH = ["sqlite", "postgresql"]


def filled(databases: Databases, dialect: str, clock: ManualClock) -> str:
    url = fresh(databases, dialect)
    with office_at(url, clock) as office:
        fill(office)
    return url


def empty(databases: Databases, dialect: str, folder: Path) -> str:
    if dialect == "postgresql":
        return fresh(databases, dialect, migrated=False)
    return f"sqlite:///{folder / 'site' / 'parley.db'}"


@pytest.mark.parametrize("there", BOTH)
@pytest.mark.parametrize("here", BOTH)
def test_there_and_back_again(
    databases: Databases, clock: ManualClock, tmp_path: Path, here: str, there: str
) -> None:
    one, two = filled(databases, here, clock), empty(databases, there, tmp_path)
    moved = move(one, two, clock)
    assert moved == holdings(one), "the source is as it was"
    assert set(moved) == {name for tables in metadata() for name in tables.tables}
    assert holdings(two, without=OF_THE_LOG) == holdings(one, without=OF_THE_LOG)
    clock.advance(60)
    three = empty(databases, here, tmp_path / "back")
    assert move(two, three, clock) == holdings(two)
    assert holdings(three, without=OF_THE_LOG) == holdings(one, without=OF_THE_LOG)


@pytest.mark.parametrize("there", BOTH)
def test_the_log_goes_on_in_a_new_epoch(
    databases: Databases, clock: ManualClock, tmp_path: Path, there: str
) -> None:
    one, two = filled(databases, "sqlite", clock), empty(databases, there, tmp_path)
    database = open_database(one)
    with database.reading() as reader:
        before, head = epoch.current(reader), reader.row("SELECT max(seq) FROM change_log")
    database.close()
    assert head is not None
    move(one, two, clock)
    database = open_database(two)
    with database.reading() as reader:
        assert epoch.current(reader).no > before.no
        assert not epoch.is_fork(reader, head[0]), "who has everything has everything here too"
        assert epoch.is_fork(reader, head[0] + 1)
    database.close()
    with office_at(two, clock) as office:
        assert begin_case(office).ticket.number == 4


def test_an_older_schema_arrives_at_this_releases(
    databases: Databases, clock: ManualClock, tmp_path: Path
) -> None:
    one, two = fresh(databases, "sqlite", migrated=False), empty(databases, "postgresql", tmp_path)
    database = open_database(one)
    with database.writing() as connection:
        migrate.bring_to(connection, migrate.versions()[-2])
        epoch.begin(connection, clock.now())
    database.close()
    move(one, two, clock)
    database = open_database(two)
    assert migrate.version_of(database) == migrate.versions()[-1]
    database.close()


@pytest.mark.parametrize("there", BOTH)
def test_a_target_with_anything_in_it_is_refused(
    databases: Databases, clock: ManualClock, there: str
) -> None:
    one, two = filled(databases, "sqlite", clock), filled(databases, there, clock)
    before = holdings(two)
    with pytest.raises(Unusable, match="is not empty"):
        move(one, two, clock)
    assert holdings(two) == before


@pytest.mark.parametrize("there", BOTH)
def test_a_copy_that_differs_leaves_the_target_empty(
    databases: Databases, clock: ManualClock, tmp_path: Path, there: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    one, two = filled(databases, "sqlite", clock), empty(databases, there, tmp_path)
    bring_to = migrate.bring_to

    def meddling(connection, version="head"):
        """Somebody's trigger changes what is written."""
        bring_to(connection, version)
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(
                "CREATE TRIGGER t AFTER INSERT ON tickets BEGIN"
                " UPDATE tickets SET rank = rank + 1 WHERE id = new.id; END"
            )
        else:
            connection.exec_driver_sql(
                "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS"
                " 'BEGIN new.rank := new.rank + 1; RETURN new; END'"
            )
            connection.exec_driver_sql(
                "CREATE TRIGGER t BEFORE INSERT ON tickets FOR EACH ROW EXECUTE FUNCTION f()"
            )

    with monkeypatch.context() as patch:
        patch.setattr(migrate, "bring_to", meddling)
        with pytest.raises(Unusable, match="differs from its source in tickets"):
            move(one, two, clock)
    if there == "sqlite":
        assert [entry.name for entry in (tmp_path / "site").iterdir()] == ["lock"]
    assert tables_in(two) == []
    assert move(one, two, clock) == holdings(one), "and it can be tried again"


def test_what_cannot_be_moved_from(
    databases: Databases, clock: ManualClock, tmp_path: Path
) -> None:
    target = empty(databases, "sqlite", tmp_path)
    with pytest.raises(Unusable, match="There is no database"):
        move(f"sqlite:///{tmp_path}/none.db", target, clock)
    with pytest.raises(Unusable, match="holds nothing of Parley yet"):
        move(fresh(databases, "postgresql", migrated=False), target, clock)
    newer = filled(databases, "sqlite", clock)
    database = open_database(newer)
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(Unusable, match="written by a newer Parley"):
        move(newer, target, clock)
    with pytest.raises(Unusable, match=r"Parley runs on sqlite:///FILE or postgresql://"):
        move("mysql://x/y", target, clock)
    assert not (tmp_path / "site" / "parley.db").exists()


def test_a_file_in_use_is_refused(databases: Databases, clock: ManualClock, tmp_path: Path) -> None:
    one, two = filled(databases, "sqlite", clock), empty(databases, "sqlite", tmp_path)
    with (
        office_at(one, clock),
        pytest.raises(Unusable, match=r"Another program has .* open: end it first"),
    ):
        move(one, two, clock)
    file = exclusive.file_of(one)
    assert file is not None
    with lock.holding(file.parent), pytest.raises(Unusable, match="A Parley server already runs"):
        move(one, two, clock)


@pytest.mark.parametrize("which", ["source", "target"])
def test_a_postgresql_database_in_use_is_refused(
    databases: Databases, clock: ManualClock, tmp_path: Path, which: str
) -> None:
    used = fresh(databases, "postgresql", migrated=which == "source")
    server = open_database(used)
    exclusive.share(server)
    pair = {
        "source": (used, empty(databases, "sqlite", tmp_path)),
        "target": (filled(databases, "sqlite", clock), used),
    }[which]
    with pytest.raises(Unusable, match="A Parley server or command uses postgresql"):
        move(*pair, clock)
    with server.readers.connect() as connection:
        assert (inspect(connection).get_table_names() == []) is (which == "target")
    server.close()


def test_what_is_told_is_what_both_sides_hold(
    databases: Databases, clock: ManualClock, tmp_path: Path
) -> None:
    from console.server.upkeep import table

    moved = move(filled(databases, "sqlite", clock), empty(databases, "sqlite", tmp_path), clock)
    lines = table(moved).splitlines()
    assert len(lines) == len(moved)
    assert len({len(line) for line in lines}) == 1, "they line up"
    words = next(line.split() for line in lines if line.startswith("tickets"))
    assert words == ["tickets", "3", moved["tickets"].hash, "equal"]
