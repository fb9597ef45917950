"""Servers share a database; whoever moves or replaces it is alone with it or does not begin."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from console.kernel.errors import Unusable
from console.server import exclusive, lock
from console.store.engine import Database, open_database
from tests.parts.databases import Databases, PostgresMissing


@pytest.fixture
def url(databases: Databases) -> str:
    try:
        return databases.fresh("postgresql", migrated=False)
    except PostgresMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture
def opened(url: str) -> Iterator[list[Database]]:
    found = [open_database(url) for _ in range(3)]
    yield found
    for database in found:
        database.close()


def begin_alone(database: Database) -> None:
    with exclusive.alone(database):
        pass


def test_many_share_and_nobody_is_alone_meanwhile(opened: list[Database]) -> None:
    one, two, tool = opened
    exclusive.share(one)
    exclusive.share(two)
    with pytest.raises(Unusable, match="A Parley server or command uses postgresql"):
        begin_alone(tool)
    one.close()
    with pytest.raises(Unusable, match="stop it first"):
        begin_alone(tool)
    two.close()
    begin_alone(tool)


def test_a_share_is_given_up_before_its_connection_ends(opened: list[Database]) -> None:
    server, _, tool = opened
    exclusive.share(server)
    began = []

    @event.listens_for(server.writer, "close")
    def while_it_is_open(*_: object) -> None:
        begin_alone(tool)
        began.append(tool)

    server.close()
    assert began == [tool]


def test_nobody_shares_while_one_is_alone(opened: list[Database]) -> None:
    one, two, tool = opened
    with exclusive.alone(tool):
        with pytest.raises(Unusable, match="is being moved or restored"):
            exclusive.share(one)
        with pytest.raises(Unusable, match="stop it first"):
            begin_alone(two)
    exclusive.share(two)


def test_who_lost_its_connections_says_so_again(opened: list[Database]) -> None:
    server, _, tool = opened
    exclusive.share(server)
    kill = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    with tool.writing() as connection:
        connection.execute(text(f"{kill} AND datname = current_database()"))
    with exclusive.alone(tool), pytest.raises(OperationalError, match="being replaced"):
        server.writer.connect()
    server.writer.connect().close()
    with pytest.raises(Unusable):
        begin_alone(tool)


def test_folders_are_held_each_once(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
    with exclusive.held(one, two, one):
        assert lock.is_held(one)
        assert lock.is_held(two)
        with pytest.raises(Unusable, match="already runs"), exclusive.held(two):
            pass
    assert not lock.is_held(one)


def test_the_file_of_a_url(tmp_path: Path) -> None:
    assert exclusive.file_of(f"sqlite:///{tmp_path}/x.db") == tmp_path / "x.db"
    assert exclusive.file_of("postgresql://u@h/x") is None
