"""Files in the work file: theirs who hold them, forgotten with them, the newest sent ones kept."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from console.kernel.ids import new_id
from console.store import sqlite
from console.sync.blobs import PART_BYTES
from console.sync.client import outbox as outbox_module
from console.sync.client import uploads
from console.sync.client.outbox import JOURNAL_KEPT, Outbox
from console.sync.client.scratch import Draft, Scratch
from console.sync.client.uploads import KeptFile, WorkFiles
from console.sync.client.work import open_work
from console.sync.records import Accepted, Command, Rejected, Result
from tests.parts.acts import AT
from tests.parts.blobs import Sample, noise

KEY = bytes(range(32))


class Bag:
    """A work file, and short ways to fill it."""

    def __init__(self, work: sqlite.Connection) -> None:
        self.work, self.files = work, WorkFiles(work)
        self.outbox, self.scratch = Outbox(work), Scratch(work)

    def attach(self, lane: UUID, size: int = 10, seed: int = 1) -> UUID:
        """A file in a ticket's draft."""
        sample = Sample(noise(size, seed))
        told = sample.name, sample.type, size, sample.sha256
        self.scratch.keep(lane, Draft(to="buyer", body=""), AT)
        self.files.add(KeptFile(sample.id, lane, *told), sample.data, AT)
        return sample.id

    def send(self, lane: UUID, *files: UUID) -> Command:
        """The lane's reply; its draft is empty after."""
        sent = Command(new_id(), "SendReply", lane, requires=files)
        self.outbox.put(sent, lane, "Reply", AT)
        self.scratch.drop(lane)
        return sent

    def settle(self, sent: Command) -> None:
        """It is accepted and in the cache."""
        self.outbox.answer([Result(sent.cmd_id, Accepted(5))])
        self.outbox.settle(5)

    @property
    def there(self) -> set[UUID]:
        found = {file.id for file in self.files.all()}
        parts = self.work.execute("SELECT DISTINCT blob FROM blob_part").fetchall()
        assert {UUID(bytes=row[0]) for row in parts} == found
        return found

    def waiting(self) -> list[UUID]:
        return [file.id for file in self.files.to_send()]


@pytest.fixture
def bag(tmp_path: Path) -> Iterator[Bag]:
    work = open_work(tmp_path / "work.db", KEY)
    yield Bag(work)
    work.close()


def test_a_file_is_kept_in_parts(bag: Bag) -> None:
    data = noise(2 * PART_BYTES + 3, 4)
    file = bag.attach(new_id(), len(data), 4)
    assert b"".join(bag.files.part(file, n) for n in range(3)) == data
    assert bag.files.part(file, 3) == b""
    assert [len(bag.files.part(file, n)) for n in range(3)] == [PART_BYTES, PART_BYTES, 3]


def test_files_of_commands_go_before_those_of_drafts(bag: Bag) -> None:
    one, two = new_id(), new_id()
    early, late = bag.attach(one), bag.attach(two)
    assert bag.waiting() == [early, late]
    sent = bag.send(two, late)
    assert bag.waiting() == [late, early]
    assert {file.id: file.held_by for file in bag.files.all()} == {early: one, late: sent.cmd_id}


def test_what_was_answered_is_sent_no_more_and_stays_for_a_replay(
    bag: Bag, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "JOURNAL_LEAST", 0)
    lane = new_id()
    file = bag.attach(lane)
    sent = bag.send(lane, file)
    bag.outbox.answer([Result(sent.cmd_id, Accepted(5))])
    assert bag.waiting() == []
    bag.settle(sent)
    bag.files.prune()
    assert bag.there == {file}
    bag.outbox.prune(AT + JOURNAL_KEPT + timedelta(seconds=1))
    bag.files.prune()
    assert bag.there == set()


def test_what_was_refused_waits_for_its_author(bag: Bag) -> None:
    lane = new_id()
    file = bag.attach(lane)
    sent = bag.send(lane, file)
    bag.outbox.answer([Result(sent.cmd_id, Rejected("newer_reply"))])
    bag.files.prune()
    assert (bag.there, bag.waiting()) == ({file}, [])
    again = Command(new_id(), "SendReply", lane, requires=(file,))
    bag.outbox.put(again, lane, "Reply", AT)
    bag.outbox.discard(sent.cmd_id)
    assert (bag.there, bag.waiting()) == ({file}, [file])
    bag.outbox.answer([Result(again.cmd_id, Rejected("newer_reply"))])
    bag.outbox.discard(again.cmd_id)
    assert bag.there == {file}, "until the console starts anew it may be had back"
    bag.files.prune()
    assert bag.there == set()


def test_what_nobody_holds_is_forgotten(bag: Bag) -> None:
    kept, lost = new_id(), new_id()
    file = bag.attach(kept)
    bag.attach(lost)
    bag.scratch.drop(lost)
    bag.files.prune()
    assert bag.there == {file}


def test_of_what_was_sent_the_newest_stays(bag: Bag, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "SENT_KEPT_BYTES", 250)
    files = []
    for n in range(4):
        lane = new_id()
        files.append(bag.attach(lane, 100, n))
        bag.settle(bag.send(lane, files[-1]))
    waiting = bag.attach(new_id(), 300)
    bag.files.prune()
    assert bag.there == {*files[2:], waiting}


def test_the_limit_is_a_few_of_the_largest() -> None:
    assert uploads.SENT_KEPT_BYTES == 256 * 1024 * 1024
