"""Migrations: from nothing, to nothing, never behind the tables the rooms declare."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from console.kernel.errors import Unusable
from console.server import rooms
from console.store import migrate
from console.store.engine import Database, open_database


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    opened = open_database(empty_database_url)
    yield opened
    opened.close()


def tables(database: Database) -> set[str]:
    with database.readers.connect() as connection:
        return set(inspect(connection).get_table_names())


def downgrade(database: Database, to: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate._FOLDER))
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, to)


def test_from_nothing_to_exactly_what_the_rooms_declare(database: Database) -> None:
    assert migrate.version_of(database) is None
    migrate.upgrade(database)
    assert migrate.version_of(database) == migrate.versions()[-1]
    with database.readers.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": migrate.declared}
        )
        assert compare_metadata(context, list(rooms.metadata())) == []


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    migrate.upgrade(database)
    before = tables(database)
    migrate.upgrade(database)
    assert tables(database) == before


def test_each_step_goes_back_and_forth(database: Database) -> None:
    migrate.upgrade(database)
    whole = tables(database)
    for version in reversed(migrate.versions()[:-1]):
        downgrade(database, version)
        assert migrate.version_of(database) == version
    downgrade(database, "base")
    assert tables(database) == {"alembic_version"}
    migrate.upgrade(database)
    assert tables(database) == whole


def test_an_upgrade_that_dies_leaves_nothing_behind(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("CREATE TABLE parties (wrong INTEGER)"))
    with pytest.raises(Exception, match="parties"):
        migrate.upgrade(database)
    assert tables(database) - {"alembic_version"} == {"parties"}


def test_a_newer_schema_is_refused_in_one_sentence(database: Database) -> None:
    migrate.upgrade(database)
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Unusable) as refusal:
        migrate.upgrade(database)
    assert refusal.value.code == "newer_schema"
    assert "9999" in refusal.value.message
    assert "\n" not in refusal.value.message


def test_versions_are_numbered_without_gaps() -> None:
    assert migrate.versions() == [f"{n:04d}" for n in range(1, len(migrate.versions()) + 1)]
    files = sorted((Path(migrate._FOLDER) / "versions").glob("[0-9]*.py"))
    assert len(files) == len(migrate.versions())
