"""The job queue: one taker at a time, a lease that runs out, rests between tries, a grave."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from console.kernel.clock import SystemClock, to_ms
from console.sync.server import jobs
from console.sync.server.jobs import AGAIN_S, LEASE, MAX_ERROR_CHARS, MAX_TRIES, Job
from tests.fakes.clock import ManualClock
from tests.parts.office import Office

KINDS = ("mail", "night")


@pytest.fixture
def queue(database_url: str) -> Iterator[Office]:
    """Over PostgreSQL the time is the database's own, so the clock starts at the machine's."""
    opened = Office(database_url, ManualClock(SystemClock().now()))
    yield opened
    opened.close()


def put(office: Office, kind: str = "mail", args: str = "{}", in_s: float = -1) -> None:
    due_at = office.clock.now() + timedelta(seconds=in_s)
    office.write(lambda tx: jobs.put(tx, kind, args, due_at))


def take(office: Office) -> Job | None:
    return office.write(lambda tx: jobs.take(tx, KINDS))


def taken(office: Office) -> Job:
    job = take(office)
    assert job is not None
    return job


def claimed_until(office: Office) -> int:
    return int(office.rows("SELECT claimed_until FROM job")[0][0])


def run_out(office: Office, column: str = "claimed_until") -> None:
    """As if the time had come."""
    with office.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE job SET {column} = 1 WHERE {column} <> 0")


def test_what_is_due_longest_is_taken_first_and_once(queue: Office) -> None:
    put(queue, args='"b"', in_s=-5)
    put(queue, args='"a"', in_s=-10)
    put(queue, args='"later"', in_s=60)
    first, second = taken(queue), taken(queue)
    assert [(job.kind, job.args, job.tries) for job in (first, second)] == [
        ("mail", '"a"', 1),
        ("mail", '"b"', 1),
    ]
    assert take(queue) is None
    assert queue.write(lambda tx: jobs.done(tx, first, nightly=False))
    assert [row[0] for row in queue.rows("SELECT args FROM job ORDER BY due_at")] == [
        '"b"',
        '"later"',
    ]


def test_kinds_that_this_node_does_not_know_are_left_to_others(queue: Office) -> None:
    put(queue, "hologram")
    assert take(queue) is None
    assert queue.read(lambda reader: jobs.next_at(reader, KINDS)) is None


def test_a_claim_that_ran_out_is_anybodys_and_its_holder_has_lost_it(queue: Office) -> None:
    put(queue)
    first = taken(queue)
    assert claimed_until(queue) > to_ms(queue.clock.now() + LEASE / 2)
    run_out(queue)
    second = taken(queue)
    assert (second.id, second.tries) == (first.id, 2)
    assert not queue.write(lambda tx: jobs.renew(tx, first))
    assert not queue.write(lambda tx: jobs.done(tx, first, nightly=False))
    assert not queue.write(lambda tx: jobs.failed(tx, first, "late", nightly=False))
    queue.write(lambda tx: jobs.give_back(tx, first))
    assert take(queue) is None, "the second still holds it"


def test_a_claim_is_renewed(queue: Office) -> None:
    put(queue)
    job = taken(queue)
    run_out(queue)
    assert queue.write(lambda tx: jobs.renew(tx, job))
    assert claimed_until(queue) > 1
    assert take(queue) is None
    assert queue.write(lambda tx: jobs.done(tx, job, nightly=False))


def test_what_is_given_back_was_not_tried(queue: Office) -> None:
    put(queue)
    job = taken(queue)
    queue.write(lambda tx: jobs.give_back(tx, job))
    assert taken(queue).tries == 1


def test_a_failure_rests_and_the_last_one_is_the_end(queue: Office) -> None:
    put(queue)
    for tries in range(1, MAX_TRIES + 1):
        run_out(queue, "due_at")
        job = taken(queue)
        assert job.tries == tries
        dead = queue.write(lambda tx, job=job: jobs.failed(tx, job, "x" * 1_000, nightly=False))
        assert dead == (tries == MAX_TRIES)
        if not dead:
            rest_ms = queue.rows("SELECT due_at FROM job")[0][0] - to_ms(queue.clock.now())
            assert rest_ms == pytest.approx(1_000 * AGAIN_S[tries - 1], abs=60_000)
            assert take(queue) is None
    run_out(queue, "due_at")
    assert take(queue) is None
    ((error, dead_at),) = queue.rows("SELECT error, dead_at FROM job")
    assert (len(error), dead_at is not None) == (MAX_ERROR_CHARS, True)
    queue.write(lambda tx: jobs.bury_old(tx, tx.at - timedelta(days=1)))
    assert len(queue.rows("SELECT id FROM job")) == 1
    queue.write(lambda tx: jobs.bury_old(tx, tx.at + timedelta(days=1)))
    assert queue.rows("SELECT id FROM job") == []


def test_a_nightly_job_waits_once_and_comes_back_whatever_became_of_it(queue: Office) -> None:
    for _ in range(2):
        queue.write(lambda tx: jobs.put_nightly(tx, "night"))
    ((due_at,),) = queue.rows("SELECT due_at FROM job")
    night = queue.read(lambda reader: jobs.next_at(reader, KINDS))
    assert night is not None
    assert (to_ms(night), night.hour, night.minute) == (due_at, 2, 0)
    assert timedelta(0) < night - queue.clock.now() <= timedelta(days=1)

    run_out(queue, "due_at")
    job = taken(queue)
    queue.write(lambda tx: jobs.done(tx, job, nightly=True))
    assert queue.rows("SELECT due_at, tries FROM job") == [(due_at, 0)]

    with queue.database.writing() as connection:
        # As if it were that of an earlier night.
        change = text("UPDATE job SET due_at = 1, tries = :tries, id = :id")
        connection.execute(change, {"tries": MAX_TRIES - 1, "id": b"x" * 16})
    last = taken(queue)
    assert queue.write(lambda tx: jobs.failed(tx, last, "disk", nightly=True))
    found = queue.rows("SELECT due_at, dead_at IS NULL, error FROM job ORDER BY dead_at IS NULL")
    assert [row[1:] for row in found] == [(0, "disk"), (1, "")]
    assert found[1][0] == due_at


def test_two_nodes_never_hold_one_job(postgres_url: str) -> None:
    """SKIP LOCKED: both take at the same time, for as long as there is something."""
    clock = ManualClock(SystemClock().now())
    nodes = [Office(postgres_url, clock), Office(postgres_url, clock, joins=True)]
    for number in range(60):
        put(nodes[0], args=str(number))

    both = threading.Barrier(2, timeout=30)

    def work(office: Office) -> list[str]:
        found = [taken(office).args]
        both.wait()  # one alone might take everything before the other is begun
        while (job := take(office)) is not None:
            found.append(job.args)
        return found

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(work, nodes)
    assert sorted(first + second, key=int) == [str(number) for number in range(60)]
    for node in nodes:
        node.close()


def test_a_night_that_a_wrong_clock_put_off_for_years_does_not_keep_others_away(
    queue: Office,
) -> None:
    years_s = 3_650 * 86_400
    put(queue, "night", in_s=years_s)
    for _ in range(2):
        queue.write(lambda tx: jobs.put_nightly(tx, "night"))
    (soon, far) = queue.rows("SELECT due_at FROM job ORDER BY due_at")
    assert far[0] == to_ms(queue.clock.now() + timedelta(seconds=years_s))
    assert soon[0] <= to_ms(queue.clock.now() + timedelta(days=1))


def test_a_claim_of_a_node_whose_clock_is_ahead_is_left_alone(queue: Office) -> None:
    put(queue)
    queue.clock.advance(600)
    taken(queue)
    queue.clock.advance(-600)
    assert take(queue) is None


def test_a_claim_that_a_wrong_clock_made_holds_nobody_up(queue: Office) -> None:
    put(queue)
    first = taken(queue)
    years = to_ms(queue.clock.now() + timedelta(days=3_650))
    with queue.database.writing() as connection:
        connection.execute(text("UPDATE job SET claimed_until = :years"), {"years": years})
    second = taken(queue)
    assert (second.id, second.tries) == (first.id, 2)
