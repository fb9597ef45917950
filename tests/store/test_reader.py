"""Plain reads: the same over both kinds of connection."""

from pathlib import Path
from uuid import UUID

from console.kernel.ids import new_id
from console.store import sqlite
from console.store.engine import open_database
from console.store.reader import SqliteReader, listed


def test_no_values_match_nothing(database_url: str) -> None:
    names, params = listed("i", [])
    database = open_database(database_url)
    with database.reading() as reader:
        assert reader.rows(f"SELECT id FROM tickets WHERE id IN {names}", **params) == []
    database.close()


def test_ids_are_listed_as_bytes() -> None:
    one, two = new_id(), new_id()
    names, params = listed("i", [one, two.bytes])
    assert names == "(:i0,:i1)"
    assert [UUID(bytes=value) for value in params.values() if isinstance(value, bytes)] == [
        one,
        two,
    ]


def test_a_raw_connection_reads_by_names(tmp_path: Path) -> None:
    connection = sqlite.connect(tmp_path / "x.db")
    connection.execute("CREATE TABLE t (v)")
    connection.execute("INSERT INTO t VALUES (1), (2)")
    reader = SqliteReader(connection)
    assert reader.rows("SELECT v FROM t WHERE v >= :low ORDER BY v", low=1) == [(1,), (2,)]
    assert reader.row("SELECT v FROM t WHERE v > :low", low=5) is None
    connection.close()
