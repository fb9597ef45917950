"""Files in the cache: there with their record, gone with it to the last byte, never too many."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from msgspec import Raw

from console.catalog import catalog
from console.kernel.codec import encode
from console.kernel.errors import Refused, Unavailable
from console.kernel.ids import new_id
from console.store import sqlite
from console.store.engine import open_sqlite
from console.sync.blobs import PART_BYTES
from console.sync.client import downloads
from console.sync.client.freight import Download
from console.sync.client.replica import Replica
from console.sync.client.standing import Boot
from console.sync.frames import Batch
from console.sync.records import Change, Epoch
from tests.parts.acts import AT
from tests.parts.blobs import Sample, noise

CANARY = b"canary-in-a-file"
QUEUE = (20,)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "plain.db"


@pytest.fixture
def replica(path: Path) -> Iterator[Replica]:
    """A cache without a key, so that its bytes can be looked at."""
    made = Replica(open_sqlite(path, durable=False), catalog())
    made.greet("http://127.0.0.1:1", UUID(int=1))
    made.begin_boot(Boot(start=10, epoch=Epoch(5, 6), granted=(20, 21, 22, 23)))
    made.end_boot()
    yield made
    made.close()


def canaries(count: int = 1) -> Sample:
    """A file that is nothing but canaries, of so many parts."""
    return Sample((CANARY * (count * PART_BYTES // len(CANARY) + 1))[: count * PART_BYTES])


class Talk:
    """A conversation in the queue with one message that carries files."""

    def __init__(self, replica: Replica, *files: Sample, lane: str = "buyer") -> None:
        self.replica, self.id, self.message = replica, new_id(), new_id()
        self.rev = 11
        doc = {"subject": "x", "created_at": AT, "last_at": AT}
        self.conversation = Change("conversation", self.id, 11, sc=QUEUE, doc=Raw(encode(doc)))
        self.take(self.conversation, self.carrying(*files, lane=lane))

    def carrying(self, *files: Sample, lane: str = "buyer") -> Change:
        doc = {
            "conversation_id": self.id, "pos": 1, "lane": lane, "author": "staff", "body": "x",
            "at": AT, "attachments": [file.attachment for file in files],
        }  # fmt: skip
        self.rev += 1
        return Change("message", self.message, self.rev, doc=Raw(encode(doc)))

    def take(self, *changes: Change) -> None:
        cursor = self.replica.standing.cursor or 0
        self.replica.absorb(Batch(cursor, cursor + 1, changes))

    def wish(self, file: Sample) -> Download:
        return Download(file.id, "message", self.message)

    def fetched(self, file: Sample, most: int | None = None) -> None:
        """Fetch a file, or only its first parts."""
        self.replica.files.begin(self.wish(file))
        end = len(file.data) if most is None else most
        for start in range(0, end, PART_BYTES):
            self.replica.files.add(file.id, file.data[start : start + PART_BYTES])
        if most is None:
            self.replica.files.finish(file.id)


def here(replica: Replica) -> dict[UUID, int]:
    """How many bytes of which file are here."""
    with replica._database.reading() as reader:
        rows = reader.rows("SELECT blob, sum(length(data)) FROM blob_part GROUP BY blob")
        files = reader.rows("SELECT id, received FROM blob")
    found = {UUID(bytes=raw): size for raw, size in rows}
    assert {UUID(bytes=raw): size for raw, size in files if size} == found
    return found


def on_disk(path: Path) -> int:
    """How often the canary is on the disk, in file and journal."""
    with closing(sqlite.connect(path)) as connection:
        assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    return sum(file.read_bytes().count(CANARY) for file in path.parent.iterdir())


# -- gone with the record


def test_the_canary_can_be_found_at_all(replica: Replica, path: Path) -> None:
    file = canaries(2)
    Talk(replica, file).fetched(file)
    assert on_disk(path) > PART_BYTES // len(CANARY)


@pytest.mark.parametrize("most", [None, PART_BYTES], ids=["whole", "half"])
def test_who_loses_the_scope_loses_the_bytes(
    replica: Replica, path: Path, most: int | None
) -> None:
    file = canaries(2)
    Talk(replica, file).fetched(file, most)
    replica.rescope(frozenset({22, 23}))
    assert here(replica) == {}
    assert on_disk(path) == 0


def test_who_loses_sight_of_notes_loses_their_files_alone(replica: Replica, path: Path) -> None:
    note, public = canaries(), Sample(noise(40))
    Talk(replica, note, lane="internal").fetched(note)
    Talk(replica, public).fetched(public)
    replica.rescope(frozenset({20, 22, 23}))
    assert here(replica) == {public.id: 40}
    assert on_disk(path) == 0


@pytest.mark.parametrize("op", ["D", "X"])
def test_a_conversation_takes_its_files_along(replica: Replica, path: Path, op: Any) -> None:
    file = canaries()
    talk = Talk(replica, file)
    talk.fetched(file)
    talk.take(Change("conversation", talk.id, 50, op))
    assert here(replica) == {}
    assert on_disk(path) == 0


def test_a_message_that_is_erased_takes_its_files_along(replica: Replica, path: Path) -> None:
    file = canaries()
    talk = Talk(replica, file)
    talk.fetched(file)
    talk.take(Change("message", talk.message, 50, "D"))
    assert on_disk(path) == 0


def test_what_a_message_carries_no_more_goes_and_the_rest_stays(
    replica: Replica, path: Path
) -> None:
    lost, kept = canaries(), Sample(noise(40))
    talk = Talk(replica, lost, kept)
    talk.fetched(lost)
    talk.fetched(kept)
    talk.take(talk.carrying(kept))
    assert here(replica) == {kept.id: 40}
    assert on_disk(path) == 0
    talk.take(talk.carrying(kept))
    assert here(replica) == {kept.id: 40}


def test_a_fetch_of_less_and_another_user_leave_nothing(replica: Replica) -> None:
    file = Sample(noise(40))
    talk = Talk(replica, file)
    talk.fetched(file)
    replica.begin_boot(Boot(start=60, epoch=Epoch(5, 7), granted=(22,)))
    replica.end_boot()
    assert here(replica) == {}
    again = Talk(replica, file)
    again.fetched(file)
    replica.greet("http://127.0.0.1:1", UUID(int=2))
    assert here(replica) == {}


def test_a_part_that_comes_after_the_loss_is_not_kept(replica: Replica) -> None:
    file = canaries(3)
    talk = Talk(replica, file)
    talk.fetched(file, PART_BYTES)
    replica.rescope(frozenset({22}))
    with pytest.raises(Refused) as gone:
        replica.files.add(file.id, file.data[:PART_BYTES])
    assert gone.value.code == "file_gone"
    with pytest.raises(Refused):
        replica.files.finish(file.id)
    assert here(replica) == {}


# -- what is let in


def test_only_what_a_message_here_carries_is_begun(replica: Replica) -> None:
    file = Sample(noise(40))
    talk = Talk(replica, file)
    for wrong in (
        Download(new_id(), "message", talk.message),
        Download(file.id, "message", new_id()),
        Download(file.id, "conversation", talk.id),
        Download(file.id, "no kind", talk.message),
    ):
        with pytest.raises(Refused) as gone:
            replica.files.begin(wrong)
        assert gone.value.code == "file_gone"


def test_it_goes_on_where_it_was(replica: Replica) -> None:
    file = Sample(noise(2 * PART_BYTES + 5))
    talk = Talk(replica, file)
    talk.fetched(file, PART_BYTES)
    known = replica.files.begin(talk.wish(file))
    assert (known.received, known.complete) == (PART_BYTES, False)
    replica.files.add(file.id, file.data[PART_BYTES : 2 * PART_BYTES])
    replica.files.add(file.id, file.data[2 * PART_BYTES :])
    replica.files.finish(file.id)
    assert replica.files.begin(talk.wish(file)).complete


@pytest.mark.parametrize("size", [1, PART_BYTES - 1, PART_BYTES + 1])
def test_parts_of_another_length_are_not_kept(replica: Replica, size: int) -> None:
    file = Sample(noise(2 * PART_BYTES))
    talk = Talk(replica, file)
    replica.files.begin(talk.wish(file))
    with pytest.raises(Unavailable):
        replica.files.add(file.id, noise(size))
    assert here(replica) == {}


def test_wrong_bytes_are_dropped(replica: Replica, path: Path) -> None:
    file = Sample(noise(PART_BYTES))
    talk = Talk(replica, file)
    replica.files.begin(talk.wish(file))
    replica.files.add(file.id, canaries().data)
    with pytest.raises(Refused) as damaged:
        replica.files.finish(file.id)
    assert damaged.value.code == "hash_mismatch"
    assert here(replica) == {}
    assert on_disk(path) == 0


# -- how much


def test_what_was_looked_at_longest_ago_makes_room(
    replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [Sample(noise(100, n)) for n in range(4)]
    talk = Talk(replica, *files)
    monkeypatch.setattr(downloads, "CACHED_BYTES", 300)
    for file in files[:3]:
        talk.fetched(file)
    replica.files.begin(talk.wish(files[0]))
    talk.fetched(files[3])
    assert set(here(replica)) == {files[0].id, files[2].id, files[3].id}


def test_so_many_files_stay(replica: Replica, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [Sample(noise(9, n)) for n in range(5)]
    talk = Talk(replica, *files)
    monkeypatch.setattr(downloads, "CACHED_FILES", 3)
    for file in files:
        talk.fetched(file)
    assert set(here(replica)) == {file.id for file in files[2:]}


def test_the_limits_hold_a_few_of_the_largest() -> None:
    assert downloads.CACHED_BYTES == 512 * 1024 * 1024
    assert downloads.CACHED_FILES == 500
