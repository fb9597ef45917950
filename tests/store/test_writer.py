"""The writer: many jobs share a transaction, each succeeds or fails by itself."""

import secrets
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError, OperationalError

from console.kernel.errors import Refused, Unavailable
from console.store.engine import Database, open_database
from console.store.writer import BATCH, TRIES, Writer


class Unit:
    """Rows to insert; those of a dropped job are forgotten."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.kept: list[int] = []
        self._job: list[int] = []

    def begin(self) -> None:
        self._job = []

    def keep(self) -> None:
        self.kept += self._job

    def drop(self) -> None:
        self._job = []

    def finish(self) -> None:
        for value in self.kept:
            if value < 0:
                raise OperationalError("INSERT", {}, Exception("disk is full"))
            self.connection.execute(text("INSERT INTO t VALUES (:v)"), {"v": value})

    def add(self, value: int) -> int:
        self._job.append(value)
        return value


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    opened = open_database(empty_database_url)
    with opened.writing() as connection:
        connection.execute(text("CREATE TABLE t (v INTEGER PRIMARY KEY)"))
    yield opened
    opened.close()


def values(database: Database) -> list[int]:
    with database.reading() as reader:
        return [row[0] for row in reader.rows("SELECT v FROM t ORDER BY v")]


class Batches:
    """A writer whose first job waits, so that the next ones share a transaction."""

    def __init__(self, database: Database) -> None:
        self.units: list[list[int]] = []
        self.opened = 0
        self._go, self._taken = threading.Event(), threading.Event()
        self.writer: Writer[Unit] = Writer(database, self._open, self._committed)

    def _open(self, connection: Connection) -> Unit:
        self.opened += 1
        return Unit(connection)

    def _committed(self, unit: Unit) -> None:
        self.units.append(unit.kept)

    def together(self, *works: Callable[[Unit], Any]) -> list[Future[Any]]:
        def gate(_: Unit) -> None:
            self._taken.set()
            self._go.wait(10)

        self.writer.put(gate)
        self._taken.wait(10)
        found = [self.writer.put(work) for work in works]
        self._go.set()
        return found


@pytest.fixture
def batches(database: Database) -> Iterator[Batches]:
    made = Batches(database)
    yield made
    made.writer.close()


def refuse(unit: Unit) -> None:
    unit.add(99)
    raise Refused("no", "Not this one.")


def test_jobs_that_wait_share_one_transaction(database: Database, batches: Batches) -> None:
    found = batches.together(*[lambda unit, n=n: unit.add(n) for n in range(10)])
    assert [future.result(10) for future in found] == list(range(10))
    assert batches.units[1] == list(range(10))
    assert values(database) == list(range(10))


def test_a_transaction_takes_at_most_a_batch(batches: Batches) -> None:
    found = batches.together(*[lambda unit, n=n: unit.add(n) for n in range(BATCH + 5)])
    assert [future.result(10) for future in found] == list(range(BATCH + 5))
    assert [len(unit) for unit in batches.units[1:]] == [BATCH, 5]


def test_a_failing_job_undoes_only_itself(database: Database, batches: Batches) -> None:
    first, second, third = batches.together(
        lambda unit: unit.add(1), refuse, lambda unit: unit.add(2)
    )
    assert (first.result(10), third.result(10)) == (1, 2)
    with pytest.raises(Refused):
        second.result(10)
    assert values(database) == [1, 2]
    assert batches.opened == 2


def test_when_the_commit_fails_each_job_is_tried_alone(
    database: Database, batches: Batches, expected_errors: Any
) -> None:
    expected_errors.expect("database_write_failed")
    first, bad, last = batches.together(
        lambda unit: unit.add(1), lambda unit: unit.add(-1), lambda unit: unit.add(3)
    )
    assert (first.result(10), last.result(10)) == (1, 3)
    with pytest.raises(Unavailable) as away:
        bad.result(10)
    assert away.value.retry_after_s is not None
    assert values(database) == [1, 3]
    assert expected_errors.events == ["database_write_failed"]


def test_a_statement_that_fails_in_a_job_spares_the_others(
    database: Database, batches: Batches, expected_errors: Any
) -> None:
    expected_errors.expect("database_write_failed")

    def broken(unit: Unit) -> None:
        unit.connection.execute(text("SELECT nothing FROM nowhere"))

    first, bad, last = batches.together(lambda u: u.add(1), broken, lambda u: u.add(2))
    assert (first.result(10), last.result(10)) == (1, 2)
    assert bad.exception(10) is not None
    assert values(database) == [1, 2]


def test_what_is_committed_is_not_run_again_when_the_telling_fails(
    database: Database, expected_errors: Any
) -> None:
    expected_errors.expect("committed_not_told")
    ran: list[int] = []

    def fail(_: Unit) -> None:
        raise RuntimeError("the loop is closed")

    def work(unit: Unit) -> int:
        ran.append(1)
        return unit.add(len(ran))

    writer: Writer[Unit] = Writer(database, Unit, fail)
    assert writer.put(work).result(10) == 1
    writer.close()
    assert values(database) == [1]
    assert ran == [1]


def test_committed_is_told_before_the_result_is_known(database: Database) -> None:
    order: list[str] = []
    writer: Writer[Unit] = Writer(database, Unit, lambda _: order.append("told"))
    done = writer.put(lambda unit: unit.add(1))
    done.add_done_callback(lambda _: order.append("known"))
    done.result(10)
    writer.close()
    assert order == ["told", "known"]


def test_close_finishes_what_waits(database: Database) -> None:
    writer: Writer[Unit] = Writer(database, Unit)
    found = [writer.put(lambda unit, n=n: unit.add(n)) for n in range(200)]
    writer.close()
    assert all(future.done() for future in found)
    assert len(values(database)) == 200
    assert writer.waiting == 0


def test_a_job_nobody_waits_for_any_more_is_left_out(database: Database, batches: Batches) -> None:
    def cancelled(unit: Unit) -> int:
        return unit.add(5)

    started = threading.Event()
    go = threading.Event()

    def gate(_: Unit) -> None:
        started.set()
        go.wait(10)

    batches.writer.put(gate)
    started.wait(10)
    dropped = batches.writer.put(cancelled)
    assert dropped.cancel()
    kept = batches.writer.put(lambda unit: unit.add(6))
    go.set()
    assert kept.result(10) == 6
    assert values(database) == [6]


# -- other nodes' writers


@pytest.fixture
def shared(postgres_url: str) -> Iterator[Database]:
    """A database that other processes write too."""
    opened = open_database(postgres_url)
    with opened.writing() as connection:
        connection.execute(text("CREATE TABLE t (v INTEGER PRIMARY KEY)"))
    yield opened
    opened.close()


def test_what_postgresql_never_takes_is_no_outage(shared: Database) -> None:
    """Told to try again, whoever asked for it would do so for ever, and hold up all behind it."""
    with shared.writing() as connection:
        connection.execute(text("CREATE TABLE named (name TEXT PRIMARY KEY)"))

    def name(letters: str) -> Callable[[Unit], None]:
        sql = text("INSERT INTO named VALUES (:name)")
        return lambda unit: void(unit.connection.execute(sql, {"name": letters}))

    batches = Batches(shared)
    short, endless, other = batches.together(name("a"), name(secrets.token_hex(20_000)), name("b"))
    with pytest.raises(OperationalError):
        endless.result(10)
    assert (short.result(10), other.result(10)) == (None, None)
    batches.writer.close()


def void(_: object) -> None:
    """Nothing of it."""


@pytest.mark.parametrize("others", [0, 3])
def test_whoever_made_the_key_first_is_seen_the_second_time(shared: Database, others: int) -> None:
    tries: list[int] = []

    def find_or_make(unit: Unit) -> str:
        tries.append(1)
        if len(tries) == 1:
            with shared.writing() as elsewhere:
                elsewhere.execute(text("INSERT INTO t VALUES (5)"))
        elif 5 in values(shared):
            return "found"
        unit.add(5)
        return "made"

    batches = Batches(shared)
    works = [lambda unit, n=n: unit.add(n) for n in range(others)]
    *rest, found = batches.together(*works, find_or_make)
    assert found.result(10) == "found"
    assert [job.result(10) for job in rest] == list(range(others))
    assert values(shared) == [*range(others), 5]
    batches.writer.close()


def test_two_that_wait_for_each_other_both_end_well(shared: Database) -> None:
    """A deadlock: PostgreSQL ends one of the two, and the writer runs it again."""
    with shared.writing() as connection:
        connection.execute(text("INSERT INTO t VALUES (1), (2)"))
    both = threading.Barrier(2, timeout=20)

    def lock(first: int, second: int) -> Callable[[Unit], int]:
        tries: list[int] = []

        def work(unit: Unit) -> int:
            tries.append(1)
            sql = text("SELECT v FROM t WHERE v = :v FOR UPDATE")
            unit.connection.execute(sql, {"v": first})
            if len(tries) == 1:
                both.wait()
            unit.connection.execute(sql, {"v": second})
            return len(tries)

        return work

    writers = [Writer(shared, Unit), Writer(shared, Unit)]
    jobs = [
        writer.put(lock(*order)) for writer, order in zip(writers, ((1, 2), (2, 1)), strict=True)
    ]
    first, second = sorted(job.result(30) for job in jobs)
    assert first == 1
    assert 2 <= second <= 1 + TRIES, "it may have to be tried until the other has ended"
    for writer in writers:
        writer.close()


def test_who_is_always_too_late_is_told_in_the_end(shared: Database) -> None:
    tries: list[int] = []

    def late(unit: Unit) -> None:
        tries.append(1)
        with shared.writing() as elsewhere:
            elsewhere.execute(text("INSERT INTO t VALUES (:v)"), {"v": len(tries)})
        unit.add(len(tries))

    writer: Writer[Unit] = Writer(shared, Unit)
    with pytest.raises(IntegrityError):
        writer.put(late).result(20)
    assert len(tries) == 1 + TRIES
    writer.close()


def test_an_executor_takes_the_threads_place_and_ends_with_the_writer(database: Database) -> None:
    threads: set[str] = set()

    def work(unit: Unit) -> int:
        threads.add(threading.current_thread().name)
        return unit.add(1)

    executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="given")
    writer: Writer[Unit] = Writer(database, Unit, executor=executor)
    assert writer.put(work).result(10) == 1
    writer.close()
    assert threads == {"given_0"}
    with pytest.raises(RuntimeError):
        executor.submit(lambda: None)


def test_a_batch_does_not_wait_long_for_another_node(shared: Database) -> None:
    """Its jobs then go alone, each when it can; PostgreSQL would call it a deadlock after 1 s."""
    with shared.writing() as connection:
        connection.execute(text("INSERT INTO t VALUES (1)"))
    runs: list[int] = []
    alone = threading.Event()

    def wait_for_it(unit: Unit) -> int:
        runs.append(1)
        if len(runs) == 2:
            alone.set()
        unit.connection.execute(text("SELECT v FROM t WHERE v = 1 FOR UPDATE"))
        return unit.add(2)

    batches = Batches(shared)
    with shared.writing() as elsewhere:
        elsewhere.execute(text("SELECT v FROM t WHERE v = 1 FOR UPDATE"))
        first, second = batches.together(wait_for_it, lambda unit: unit.add(3))
        assert alone.wait(20)
        assert not first.done()
    assert (first.result(20), second.result(20)) == (2, 3)
    assert len(runs) == 2
    assert values(shared) == [1, 2, 3]
    batches.writer.close()
