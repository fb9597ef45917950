"""Databases by URL: snapshots, rollbacks, and one sentence for what cannot be opened."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from console.kernel.errors import Unusable
from console.store.engine import Database, open_database, open_sqlite, parsed_url

PREPARED_AFTER = 5
"""So often psycopg sends a statement before it has the server prepare it."""


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    opened = open_database(empty_database_url)
    with opened.writing() as connection:
        connection.execute(text("CREATE TABLE t (v INTEGER)"))
    yield opened
    opened.close()


def put(database: Database, value: int) -> None:
    with database.writing() as connection:
        connection.execute(text("INSERT INTO t VALUES (:v)"), {"v": value})


def test_an_exception_undoes_the_transaction(database: Database) -> None:
    def fail() -> None:
        with database.writing() as connection:
            connection.execute(text("INSERT INTO t VALUES (1)"))
            raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        fail()
    with database.reading() as reader:
        assert reader.rows("SELECT v FROM t") == []


def test_savepoints_stay_inside_the_transaction(database: Database) -> None:
    with pytest.raises(ValueError, match="mine"), database.writing() as connection:  # noqa: PT012
        with connection.begin_nested():
            connection.execute(text("INSERT INTO t VALUES (1)"))
        raise ValueError("mine")
    with database.reading() as reader:
        assert reader.row("SELECT count(*) FROM t") == (0,)


def test_a_reader_sees_one_snapshot(database: Database) -> None:
    put(database, 1)
    with database.reading() as reader:
        before = reader.row("SELECT count(*) FROM t")
        put(database, 2)
        assert reader.row("SELECT count(*) FROM t") == before
    with database.reading() as reader:
        assert reader.row("SELECT count(*) FROM t") == (2,)


def test_readers_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"read-?only"), database.reading() as reader:
        reader.rows("INSERT INTO t VALUES (1) RETURNING v")
    with database.reading() as reader:
        assert reader.rows("SELECT v FROM t") == []


@pytest.mark.parametrize("empty_database_url", ["postgresql"], indirect=True)
def test_what_was_prepared_for_one_read_serves_those_after_it(database: Database) -> None:
    for _ in range(2 * PREPARED_AFTER):
        with database.reading() as reader:
            reader.rows("SELECT v FROM t")
    with database.reading() as reader:
        known = reader.rows("SELECT statement FROM pg_prepared_statements")
    assert ("SELECT v FROM t",) in known


@pytest.mark.anyio
async def test_reads_run_on_pooled_threads(database: Database) -> None:
    put(database, 4)
    assert await database.read(lambda reader: reader.row("SELECT v FROM t")) == (4,)


@pytest.mark.anyio
async def test_an_executor_takes_the_pools_place(tmp_path: Path) -> None:
    executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="given")
    database = open_sqlite(tmp_path / "x.db", executor=executor)
    assert await database.read(lambda _: threading.current_thread().name) == "given_0"
    database.close()
    with pytest.raises(RuntimeError):
        executor.submit(lambda: None)


@pytest.mark.parametrize(
    "url", ["nonsense", "mysql://localhost/x", "sqlite://", "sqlite:///", "oracle://x/y"]
)
def test_other_urls_are_one_sentence(url: str) -> None:
    with pytest.raises(Unusable) as refusal:
        open_database(url)
    assert refusal.value.code == "database_url"


def test_nobody_answers_and_the_password_stays_out_of_the_sentence() -> None:
    with pytest.raises(Unusable) as refusal:
        open_database("postgresql://me:sesame@127.0.0.1:1/parley")
    assert refusal.value.code == "database_away"
    assert "sesame" not in refusal.value.message


def test_what_postgresql_says_is_told(postgres_url: str) -> None:
    elsewhere = parsed_url(postgres_url).set(database="nowhere")
    with pytest.raises(Unusable, match='FATAL:  database "nowhere" does not exist') as refusal:
        open_database(elsewhere.render_as_string(hide_password=False))
    assert "\n" not in refusal.value.message


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    database = open_sqlite(tmp_path / "x.db")
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE t (v TEXT)")
        modes = {path.name: path.stat().st_mode & 0o077 for path in tmp_path.iterdir()}
    database.close()
    assert modes == {"x.db": 0, "x.db-wal": 0, "x.db-shm": 0}
