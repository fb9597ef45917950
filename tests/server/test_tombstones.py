"""What was erased is noted beside the database: flushed, torn by crashes, caught up with."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from console.kernel.ids import new_id
from console.people.model import Party
from console.people.records import PARTY
from console.server.core import open_core
from console.server.tombstones import Stones, Tombstone, add, noted, unheard_of
from console.store.engine import open_database
from tests.fakes.clock import ManualClock

ONE, TWO, THREE = (Tombstone("ticket", UUID(int=n), n) for n in (1, 2, 3))


@pytest.fixture
def stones(tmp_path: Path) -> Stones:
    return Stones(tmp_path / "tombstones.jsonl")


def test_what_is_kept_is_read(stones: Stones, tmp_path: Path) -> None:
    assert stones.read() == set()
    stones.keep([])
    assert list(tmp_path.iterdir()) == [], "nothing to keep makes no file"
    stones.keep([ONE])
    stones.keep([TWO, THREE])
    assert stones.read() == {ONE, TWO, THREE}
    assert (tmp_path / "tombstones.jsonl").stat().st_mode & 0o077 == 0


def test_a_line_torn_by_a_crash_spoils_no_other(stones: Stones, tmp_path: Path) -> None:
    path = tmp_path / "tombstones.jsonl"
    stones.keep([ONE, TWO])
    whole = path.read_bytes()
    for cut in range(1, len(whole) // 2):
        path.write_bytes(whole[:-cut])
        stones.keep([THREE])
        assert stones.read() >= {ONE, THREE}
        assert stones.read() <= {ONE, TWO, THREE}


@pytest.mark.anyio
async def test_a_core_notes_what_it_erases_and_catches_up(
    database_url: str, clock: ManualClock, stones: Stones, tmp_path: Path
) -> None:
    path = tmp_path / "tombstones.jsonl"
    gone, lost = (Party(id=new_id(), side="buyer", name="x") for _ in range(2))
    core = await open_core(open_database(database_url), clock, serving=True, stones=path)
    for party in (gone, lost):
        await core.write(lambda tx, p=party: tx.record(PARTY, p, frozenset({20})))
    await core.write(lambda tx: tx.erase(PARTY, gone.id))
    assert [stone.id for stone in stones.read()] == [gone.id], "before the answer is given"
    await core.write(lambda tx: tx.erase(PARTY, lost.id))
    await core.leave()
    core.close()
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])  # killed in between
    core = await open_core(open_database(database_url), clock, serving=True, stones=path)
    await core.leave()
    core.close()
    assert {stone.id for stone in stones.read()} == {gone.id, lost.id}
    assert len(path.read_bytes().splitlines()) == 2


@pytest.mark.anyio
async def test_consoles_hear_of_an_erasure_that_cannot_be_noted(
    database_url: str, clock: ManualClock, stones: Stones, tmp_path: Path, expected_errors: Any
) -> None:
    expected_errors.expect("tombstones_not_kept")
    path = tmp_path / "tombstones.jsonl"
    party = Party(id=new_id(), side="buyer", name="x")
    core = await open_core(open_database(database_url), clock, serving=True, stones=path)
    await core.write(lambda tx: tx.record(PARTY, party, frozenset({20})))
    path.mkdir()  # as good as a full disk
    await core.write(lambda tx: tx.erase(PARTY, party.id))
    await core.leave()
    head = await core.read(core.feed.head)
    assert core.hub.tail == head
    core.close()
    path.rmdir()
    core = await open_core(open_database(database_url), clock, serving=True, stones=path)
    await core.leave()
    core.close()
    assert [stone.id for stone in stones.read()] == [party.id]


def test_a_database_of_before_there_were_any_has_none(empty_database_url: str) -> None:
    database = open_database(empty_database_url)
    with database.readers.connect() as connection:
        assert noted(connection) == set()
    database.close()


def test_the_newest_of_a_record_stays(database_url: str) -> None:
    database = open_database(database_url)
    with database.writing() as connection:
        for at in (5, 9, 7):
            add(connection, [Tombstone("ticket", ONE.id, at), TWO])
        assert noted(connection) == {Tombstone("ticket", ONE.id, 9), TWO}
    database.close()


def test_only_what_a_backup_does_not_know_of_is_erased_again() -> None:
    later = Tombstone("ticket", ONE.id, 10)
    assert unheard_of([ONE, TWO], []) == {ONE, TWO}
    assert unheard_of([ONE, TWO], [ONE]) == {TWO}
    assert unheard_of([ONE, later], []) == {later}
    assert unheard_of([ONE, later], [ONE]) == {later}
    assert unheard_of([ONE], [later]) == set()
    assert unheard_of([], [ONE]) == set()
    assert unheard_of([Tombstone("message", ONE.id, 1)], [ONE]) == {Tombstone("message", ONE.id, 1)}
