"""Tables in blocks: bounded by rows and by bytes, the same out of either engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, Table, Text

from console.server import rooms
from console.store import blocks, bulk
from console.store.engine import open_database, open_sqlite
from console.store.rowhash import RowHash
from console.store.schema import Bytes

metadata = MetaData()
# `at` and `order` are words of SQL, as a column's name may be.
thing = Table(
    "thing",
    metadata,
    Column("id", Bytes, primary_key=True),
    Column("order", Integer),
    Column("at", BigInteger),
    Column("doc", Text, nullable=False),
)
ODD = [
    {"id": b"", "order": None, "at": -(1 << 63), "doc": ""},
    {
        "id": bytes(range(256)),
        "order": 0,
        "at": (1 << 63) - 1,
        "doc": "日本 \U0001f9e6 %s :x 'q' \\",
    },
]


@pytest.fixture
def connection(empty_database_url: str) -> Iterator[Connection]:
    database = open_database(empty_database_url)
    with database.writing() as opened:
        metadata.create_all(opened)
        yield opened
    database.close()


def row(number: int, size: int) -> dict[str, object]:
    return {"id": number.to_bytes(4, "big"), "order": number, "at": None, "doc": "x" * size}


def sizes(connection: Connection) -> list[int]:
    columns = blocks.columns_of(connection, "thing")
    return [len(b) for b in blocks.read(connection, "thing", columns, RowHash(columns))]


def test_blocks_end_at_so_many_rows(connection: Connection) -> None:
    assert sizes(connection) == []
    bulk.insert(connection, thing, [row(n, 1) for n in range(2 * blocks.BLOCK_ROWS + 3)])
    assert sizes(connection) == [blocks.BLOCK_ROWS, blocks.BLOCK_ROWS, 3]


def test_blocks_end_at_so_many_bytes(connection: Connection) -> None:
    large = blocks.BLOCK_BYTES // 150
    bulk.insert(connection, thing, [row(n, large) for n in range(401)])
    assert sizes(connection) == [2 * blocks.FETCH_ROWS, 2 * blocks.FETCH_ROWS, 1]


def test_a_copy_has_what_its_source_has(connection: Connection, tmp_path: Path) -> None:
    bulk.insert(connection, thing, [*ODD, row(7, 3)])
    copied = open_sqlite(tmp_path / "copy.db")
    with copied.writing() as target:
        metadata.create_all(target)
        read = blocks.copy(connection, target, "thing")
        assert read.rows == 3
        assert (
            read == blocks.fingerprint(target, "thing") == blocks.fingerprint(connection, "thing")
        )
        bulk.upsert(target, thing, [{**ODD[0], "order": 0}])
        assert read != blocks.fingerprint(target, "thing")
    copied.close()


def test_the_table_of_the_version_is_none_of_them(connection: Connection) -> None:
    connection.exec_driver_sql("CREATE TABLE alembic_version (version_num TEXT)")
    assert blocks.table_names(connection) == ["thing"]


def test_the_servers_tables_hold_only_what_both_engines_hold_alike() -> None:
    columns = [c for m in rooms.metadata() for t in m.tables.values() for c in t.columns]
    assert {type(column.type) for column in columns} <= {BigInteger, Integer, Text, Bytes}
