"""Counters on either engine: read, written, and never set back behind what was told."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from console.store.engine import open_database
from console.sync.server import counters
from tests.parts.acts import begin_case
from tests.parts.office import Office

NEW = [("horizon", 0), ("number_ticket", 0), ("seq", 0)]


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    database = open_database(database_url)
    with database.writing() as opened:
        yield opened
    database.close()


def test_both_engines_tell_the_same_of_a_new_database(connection: Connection) -> None:
    assert counters.read(connection) == NEW


@pytest.mark.parametrize("last", [0, 1, 7, 1 << 60])
def test_what_is_written_is_read_and_gone_on_from(connection: Connection, last: int) -> None:
    rows = [("horizon", 3), ("number_ticket", last), ("seq", last)]
    counters.write(connection, rows)
    assert counters.read(connection) == rows
    if connection.dialect.name == "postgresql":
        assert connection.execute(text("SELECT nextval('number_ticket')")).scalar() == last + 1


def test_they_stand_where_the_office_is(office: Office) -> None:
    for _ in range(3):
        begin_case(office)
    with office.database.readers.connect() as opened:
        told = dict(counters.read(opened))
    assert (told["number_ticket"], told["seq"]) == (3, office.head())


def test_series_of_numbers_never_go_back_and_the_log_may() -> None:
    restored = [("horizon", 1), ("number_ticket", 5), ("seq", 10)]
    before = [("horizon", 9), ("number_ticket", 8), ("number_other", 2), ("seq", 99)]
    assert counters.never_below(restored, before) == [
        ("horizon", 1), ("number_ticket", 8), ("seq", 10),
    ]  # fmt: skip
    assert counters.never_below(restored, []) == restored


def test_dropping_leaves_no_sequence(connection: Connection) -> None:
    counters.drop(connection)
    if connection.dialect.name == "postgresql":
        assert connection.execute(text("SELECT count(*) FROM pg_sequences")).scalar() == 0
    counters.drop(connection)
