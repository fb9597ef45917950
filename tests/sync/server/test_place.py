"""Where a database is: another PostgreSQL behind it begins an epoch, the same one does not."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from console.kernel.clock import SystemClock
from console.server.core import open_core
from console.store.engine import Database, open_database
from console.sync.server import place
from console.sync.server.place import Place

pytestmark = pytest.mark.anyio


@pytest.fixture
def database(postgres_url: str) -> Database:
    return open_database(postgres_url)


def test_postgres_tells_where_it_is(database: Database) -> None:
    found = place.found(database)
    assert found is not None
    assert found.timeline == 1
    assert found.system != 0
    assert found.database != 0
    database.close()


def test_elsewhere_is_noticed_once(database: Database) -> None:
    here = Place(-1, 1, 5)
    with database.writing() as connection:
        assert place.moved(connection, here)
        assert not place.moved(connection, here)
        for other in (
            replace(here, system=2), replace(here, timeline=2), replace(here, database=6)
        ):  # fmt: skip
            assert place.moved(connection, other)
            assert not place.moved(connection, other)
    database.close()


async def epochs(url: str) -> int:
    """How many there have been, once a server has started."""
    core = await open_core(open_database(url), SystemClock(), serving=True)
    try:
        rows = await core.read(lambda reader: reader.rows("SELECT no FROM epoch"))
    finally:
        await core.leave()
        core.close()
    return len(rows)


async def test_a_promoted_standby_or_a_restore_begins_an_epoch(postgres_url: str) -> None:
    assert [await epochs(postgres_url), await epochs(postgres_url)] == [1, 1]
    database = open_database(postgres_url)
    for column in ("system", "timeline", "database"):
        with database.writing() as connection:
            change = "UPDATE sync_state SET v = v - 1 WHERE k = :k"
            connection.execute(text(change), {"k": f"postgres_{column}"})
        before = len(database_epochs(database))
        assert await epochs(postgres_url) == before + 1
    *closed, last = database_epochs(database)
    assert (all(row[1] for row in closed), last[1]) == (True, None)
    database.close()


def database_epochs(database: Database) -> list[tuple[int, int | None]]:
    with database.reading() as reader:
        return [
            (row[0], row[1]) for row in reader.rows("SELECT no, last_seq FROM epoch ORDER BY no")
        ]


async def test_where_postgres_does_not_tell_we_go_on(
    postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    database = open_database(postgres_url)
    with database.writing() as connection:
        connection.execute(text("CREATE ROLE nosy LOGIN NOSUPERUSER"))
        connection.execute(text("GRANT ALL ON ALL TABLES IN SCHEMA public TO nosy"))
        connection.execute(text("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO nosy"))
        connection.execute(text("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC"))
    try:
        asked = open_database(postgres_url.replace("postgres:@", "nosy:@"))
        assert place.found(asked) is None
        asked.close()
    finally:
        with database.writing() as connection:
            connection.execute(text("GRANT EXECUTE ON FUNCTION pg_control_system() TO PUBLIC"))
            connection.execute(text("DROP OWNED BY nosy"))
            connection.execute(text("DROP ROLE nosy"))
        database.close()
    assert "place_not_told" in caplog.messages


def test_connections_that_lead_elsewhere_are_refused(database: Database) -> None:
    here, moved = place.found(database), []
    assert here is not None
    place.guard(database, here, lambda: moved.append("no"))
    database.writer.dispose()
    with database.writing() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1
    assert moved == []
    place.guard(database, replace(here, timeline=here.timeline - 1), lambda: moved.append("yes"))
    database.writer.dispose()  # what a failover does to every connection
    with pytest.raises(OperationalError), database.writing():
        pass
    with pytest.raises(OperationalError), database.reading() as reader:
        reader.rows("SELECT 1")
    assert moved == ["yes", "yes"]
    database.close()


def test_sqlite_is_nowhere(databases: object) -> None:
    database = open_database(databases.fresh("sqlite", migrated=True))
    assert place.found(database) is None
    database.close()


def test_an_installation_keeps_its_number(database_url: str) -> None:
    database = open_database(database_url)
    with database.writing() as connection:
        first = place.installation(connection)
    with database.writing() as connection:
        assert place.installation(connection) == first
    database.close()
