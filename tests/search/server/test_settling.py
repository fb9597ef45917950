"""Changed words: found by the new ones a moment later, and no byte of the old or the erased stays."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pytest

from console.people.model import Actor
from console.search.server import settling
from console.search.server.settling import LATE, Settling, settle
from console.store.reader import Reader
from console.sync.server.tx import Tx
from console.tickets.model import Priority
from console.tickets.records import ChangeTags, SetPriority
from console.tickets.server.erasure import erase_ticket
from tests.parts.acts import Case, act, begin_case
from tests.parts.office import Office
from tests.simulation.loop import VirtualLoop, run_virtually

T = TypeVar("T")
OLD, NEW = "kanarienvogel", "nachtigall"
# PostgreSQL keeps its index by itself.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LATER = "SELECT count(*) FROM search_words_late"


def tag(case: Case, ana: Actor, *add: str, remove: tuple[str, ...] = ()) -> None:
    case.office.run(ana, act(case.ticket.id, ChangeTags(add=add, remove=remove)))


class Bench:
    """The office as a worker's bench."""

    def __init__(self, office: Office) -> None:
        self.office, self.clock = office, office.clock

    async def write(self, work: Callable[[Tx], T]) -> T:
        return self.office.write(work)

    async def read(self, work: Callable[[Reader], T]) -> T:
        return self.office.read(work)


def found(office: Office, word: str) -> int:
    sql = "SELECT count(*) FROM search_words WHERE search_words MATCH :word"
    return int(office.rows(sql, word=word)[0][0])


def in_bytes(office: Office, word: str) -> bool:
    blocks = office.rows("SELECT block FROM search_words_data")
    return any(word.encode() in bytes(row[0]) for row in blocks)


def sound(office: Office) -> None:
    with office.database.writing() as connection:
        check = "INSERT INTO search_words (search_words, rank) VALUES ('integrity-check', 1)"
        connection.exec_driver_sql(check)


def test_changed_words_follow_in_one_go_however_often_they_changed(
    office: Office, ana: Actor
) -> None:
    case = begin_case(office, subject="Paket")
    tag(case, ana, OLD)
    office.write(settle)
    tag(case, ana, "x1", remove=(OLD,))
    tag(case, ana, NEW)
    assert (found(office, OLD), found(office, NEW), office.rows(LATER)) == (1, 0, [(1,)])
    assert not office.write(settle)
    assert (found(office, OLD), found(office, NEW), office.rows(LATER)) == (0, 1, [(0,)])
    assert found(office, "paket") == 1
    assert not in_bytes(office, OLD)
    sound(office)


def test_what_is_erased_before_its_words_followed_leaves_no_byte(
    office: Office, ana: Actor
) -> None:
    case = begin_case(office, subject=OLD)
    tag(case, ana, NEW)
    office.write(lambda tx: erase_ticket(tx, case.ticket))
    assert office.rows(LATER) == [(0,)]
    office.write(settle)
    assert not in_bytes(office, OLD)
    assert not in_bytes(office, NEW)
    sound(office)


def test_more_than_a_block_is_told(
    office: Office, ana: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "BLOCK", 2)
    for n in range(3):
        tag(begin_case(office, email=f"{n}@mail.test"), ana, NEW)
    assert office.write(settle)
    assert not office.write(settle)
    assert found(office, NEW) == 3


def test_a_change_of_nothing_that_is_searched_writes_no_words(office: Office, ana: Actor) -> None:
    case = begin_case(office)
    seen: list[Any] = []

    def work(tx: Tx) -> None:
        wish = act(case.ticket.id, SetPriority(priority=Priority.URGENT, seen=Priority.NORMAL))
        office.dispatch.execute(tx, ana, wish)
        tx.when_numbered(lambda entries: seen.append(tx))

    office.write(work)
    assert seen[0].noted(LATE) is None
    assert office.rows(LATER) == [(0,)]


def late_after(office: Office, ana: Actor, pauses: Sequence[float], wait: float) -> tuple[int, int]:
    """Rows that are late after changes with these pauses (s) between, and `wait` later.

    The first two change words.
    """
    loop, late = VirtualLoop(), list[int]()

    async def main() -> None:
        keeper = Settling(Bench(office))
        work = asyncio.create_task(keeper.work())
        case = begin_case(office)
        for n, pause in enumerate(pauses):
            if n < 2:
                tag(case, ana, f"x{n}")
            keeper.committed(late=n < 2)
            await asyncio.sleep(pause)
        late.append(office.rows(LATER)[0][0])
        await asyncio.sleep(wait)
        late.append(office.rows(LATER)[0][0])
        work.cancel()
        await asyncio.wait([work])

    run_virtually(loop, main())
    return late[0], late[1]


def test_words_follow_by_themselves_once_it_is_quiet(office: Office, ana: Actor) -> None:
    assert late_after(office, ana, [0.2] * 250, wait=0.5) == (1, 0)
    assert found(office, "x1") == 1


def test_words_of_a_server_that_is_never_quiet_follow_after_a_minute(
    office: Office, ana: Actor
) -> None:
    assert late_after(office, ana, [0.2] * 310, wait=0.0)[0] == 0
