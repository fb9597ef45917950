"""Numbering and writing: the log is commit-ordered however many write at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from console.kernel.ids import new_id
from console.people.model import Party
from console.people.records import PARTY
from console.sync.server.ledger import scopes_text
from tests.parts.office import Office

QUEUE = frozenset({20})
LOOK_S = 0.001
"""Whoever looks without any pause keeps the writers from the interpreter when the machine is busy."""


def test_scopes_are_stored_ascending() -> None:
    assert scopes_text(frozenset({40, 4, 17})) == "[4,17,40]"
    assert scopes_text(frozenset()) == "[]"


def test_a_reader_that_follows_the_log_misses_nothing(office: Office) -> None:
    """Invariant G: a snapshot with change k has every change before k that will ever commit."""
    start, stop = office.head(), threading.Event()
    seen: list[int] = []

    def follow() -> None:
        cursor, last = start, False
        while not last:
            last = stop.wait(LOOK_S)
            found = office.rows("SELECT seq FROM change_log WHERE seq > :c ORDER BY seq", c=cursor)
            seen.extend(row[0] for row in found)
            cursor = seen[-1] if seen else cursor

    def write(fail: bool) -> None:
        def work(tx: object) -> None:
            for _ in range(3):
                tx.record(PARTY, Party(id=new_id(), side="buyer", name="x"), QUEUE)
            if fail:
                raise ValueError("mine")

        if fail:
            with pytest.raises(ValueError, match="mine"):
                office.write(work)
        else:
            office.write(work)

    with ThreadPoolExecutor(9) as pool:
        following = pool.submit(follow)
        writing = [pool.submit(write, n % 7 == 0) for n in range(120)]
        for job in writing:
            job.result(60)
        stop.set()
        following.result(60)
    there = [
        row[0]
        for row in office.rows("SELECT seq FROM change_log WHERE seq > :c ORDER BY seq", c=start)
    ]
    assert seen == there
    assert len(there) == sum(3 for n in range(120) if n % 7)
