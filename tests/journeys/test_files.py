"""Files between desk and server through cuts, kills and lies: whole or not at all, sent once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from msgspec import structs

from console.conversations.records import MESSAGE, AddNote, ReceiveMessage, SendReply
from console.kernel import codec
from console.kernel.clock import SystemClock
from console.kernel.ids import new_id
from console.people.records import USER
from console.people.server.scopes import regrant
from console.people.tables import rows as people_rows
from console.store import sqlite
from console.sync.blobs import PART_BYTES
from console.sync.client import carrier, pipe, sending
from console.sync.client.scratch import Draft, Scratch
from console.sync.client.uploads import KeptFile, WorkFiles
from console.sync.records import Accepted, Command, Rejected, command
from console.sync.server import blob_schema, blobs
from tests.parts.acts import act, received
from tests.parts.blobs import Sample, noise, put
from tests.parts.cable import Cable
from tests.parts.compare import assert_shows, projection
from tests.parts.desk import Desk, ProcessDesk
from tests.parts.server import LiveServer

pytestmark = pytest.mark.anyio
OVERHEAD = 64 * 1024
"""What a few requests, their answers and a live socket take beside the bytes of files."""
LARGE = 6 * PART_BYTES + 77


@pytest.fixture
async def cable(server: LiveServer) -> AsyncIterator[Cable]:
    made = await Cable(server).open()
    yield made
    await made.close()


class Work:
    """Ana at a desk behind a cable, with one conversation."""

    def __init__(self, server: LiveServer, cable: Cable, desk: Desk, case: UUID) -> None:
        self.server, self.cable, self.desk, self.case = server, cable, desk, case

    def check(self) -> None:
        """The desk shows what the server would show it."""
        assert_shows(self.desk, *projection(self.desk, self.server))

    async def attach(self, file: Sample) -> Sample:
        """Put a file into the draft, as the composer does."""
        sha = file.sha256
        kept = KeptFile(file.id, self.case, file.name, file.type, len(file.data), sha)
        now = SystemClock().now()
        with sqlite.transaction(self.desk.work):
            Scratch(self.desk.work).keep(self.case, Draft(to="buyer", body=""), now)
            WorkFiles(self.desk.work).add(kept, file.data, now)
        await self.desk.tell(pipe.Poke())
        return file

    async def send(self, *files: Sample) -> Command:
        """Queue the reply that carries them."""
        told = tuple(file.attachment for file in files)
        args = SendReply(message_id=new_id(), lane="buyer", body="Look.", attachments=told)
        ids = tuple(file.id for file in files)
        sent = command(self.case, args, cmd_id=new_id(), requires=ids)
        await self.desk.do(sent, self.case)
        return sent

    async def outcome(self, sent: Command) -> Any:
        await self.desk.until(lambda: self.desk.outcome(sent.cmd_id) is not None, "an answer")
        return self.desk.outcome(sent.cmd_id)

    def told(self, file: Sample, way: str) -> list[pipe.Transfer]:
        """What the engine said of a file."""
        found = [f for f in self.desk.said if isinstance(f, pipe.Transfer) and f.way == way]
        return [frame for frame in found if frame.blob == file.id]

    async def through(self, file: Sample, way: str) -> None:
        await self.desk.until(
            lambda: any(t.done == len(file.data) for t in self.told(file, way)), f"{way} through"
        )

    async def problem(self, file: Sample, way: str) -> str:
        await self.desk.until(lambda: any(t.problem for t in self.told(file, way)), "a problem")
        return next(t.problem for t in self.told(file, way) if t.problem)

    async def hear(self, file: Sample, **more: Any) -> UUID:
        """A message from outside that carries the file; its id, once the desk has it."""
        put(self.server, self.server.operator(), file)
        heard = received(self.case, attachments=(file.attachment,), **more)
        (result,) = self.server.execute(self.server.operator(), heard)
        assert isinstance(result.outcome, Accepted)
        message = codec.decode(bytes(heard.args), ReceiveMessage).message_id
        await self.desk.until(lambda: message.bytes in self.desk.rows("messages"), "the message")
        return message

    async def fetch(self, file: Sample, message: UUID) -> None:
        await self.desk.tell(pipe.FetchFile(file.id, MESSAGE.name, message))

    def here(self, file: Sample) -> bytes:
        """What the cache has of a file."""
        sql = "SELECT data FROM blob_part WHERE blob = :b ORDER BY n"
        return b"".join(bytes(row[0]) for row in self.desk.reader.rows(sql, b=file.id.bytes))

    def on_server(self, file: Sample) -> bytes:
        def look(reader: Any) -> bytes:
            known = blobs.find(reader, file.id)
            assert known is not None
            count = -(-known.received // PART_BYTES)
            return b"".join(blobs.part(reader, known, n) for n in range(count))

        return self.server.call(self.server.core.read(look))


@pytest.fixture
async def work(server: LiveServer, cable: Cable, tmp_path: Path) -> AsyncIterator[Work]:
    ana = server.add_user("Ana Kovac", teams=("Europe",))
    (tmp_path / "desk").mkdir()
    desk = await Desk(tmp_path / "desk", cable, ana).open()
    made = await at_work(server, cable, desk)
    yield made
    await desk.close()


async def at_work(server: LiveServer, cable: Cable, desk: Desk) -> Work:
    teams = {t.name: t.id for t in server.call(server.core.read(people_rows.teams))}
    first = received(team_id=teams["Europe"])
    server.execute(server.operator(), first)
    await desk.live()
    await desk.until(lambda: len(desk.rows("messages")) == 1, "the conversation")
    return Work(server, cable, desk, first.target)


# -- up


async def test_an_upload_that_is_cut_goes_on_and_sends_little_twice(work: Work) -> None:
    file = Sample(noise(LARGE))
    work.cable.reset()
    work.cable.cut_up = PART_BYTES + PART_BYTES // 2
    await work.attach(file)
    sent = await work.send(file)
    assert isinstance(await work.outcome(sent), Accepted)
    assert work.on_server(file) == file.data
    assert work.cable.cuts >= 3
    assert work.cable.up <= len(file.data) + work.cable.cuts * PART_BYTES + OVERHEAD
    work.cable.cut_up = None
    await work.desk.settled()
    await work.desk.live()
    work.check()


async def test_the_reply_waits_for_its_file_and_other_tickets_do_not(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    may = asyncio.Event()
    send = sending.send

    async def held(*args: Any) -> None:
        await may.wait()
        await send(*args)

    monkeypatch.setattr(carrier.sending, "send", held)
    file = await work.attach(Sample(noise(900)))
    reply = await work.send(file)
    behind = act(work.case, AddNote(message_id=new_id(), body="after it"))
    await work.desk.do(behind, work.case)
    elsewhere = act(work.case, AddNote(message_id=new_id(), body="another ticket's"))
    await work.desk.do(elsewhere, new_id())
    assert isinstance(await work.outcome(elsewhere), Accepted)
    assert work.desk.outcome(reply.cmd_id) is None
    assert work.desk.outcome(behind.cmd_id) is None
    may.set()
    first, second = await work.outcome(reply), await work.outcome(behind)
    assert first.seq < second.seq


async def test_a_file_damaged_here_is_refused_and_its_reply_told(work: Work) -> None:
    file = Sample(noise(PART_BYTES + 9))
    await work.desk.offline()
    await work.attach(file)
    work.desk.work.execute("UPDATE blob_part SET data = zeroblob(9) WHERE n = 1")
    sent = await work.send(file)
    await work.desk.offline(False)
    assert await work.outcome(sent) == Rejected("hash_mismatch")
    assert await work.problem(file, "up") == "hash_mismatch"
    (count,) = work.server.call(work.server.core.read(lambda r: r.rows("SELECT 1 FROM blob"))) or [
        ()
    ]
    assert count == (), "the server has kept nothing of it"


async def test_a_file_that_the_server_lost_is_sent_again(work: Work) -> None:
    """A server restored from an older backup knows nothing of an upload."""
    file = await work.attach(Sample(noise(PART_BYTES + 9)))
    await work.through(file, "up")
    await work.desk.offline()
    work.server.write(lambda tx: _forget(tx, file.id))
    sent = await work.send(file)
    await work.desk.offline(False)
    assert isinstance(await work.outcome(sent), Accepted)
    assert work.on_server(file) == file.data


def _forget(tx: Any, blob: UUID) -> None:
    tx.delete(blob_schema.blob, id=blob.bytes)


# -- the engine dies


async def test_the_engine_is_killed_between_upload_and_reply(
    server: LiveServer, cable: Cable, tmp_path: Path, expected_errors: Any
) -> None:
    expected_errors.expect("engine_died")
    ana = server.add_user("Ana Kovac", teams=("Europe",))
    (tmp_path / "desk").mkdir()
    desk = await ProcessDesk(tmp_path / "desk", cable, ana).open()
    work = await at_work(server, cable, desk)
    file = Sample(noise(LARGE))
    await work.attach(file)
    await desk.until(lambda: any(t.done for t in work.told(file, "up")), "some of it sent")
    await killed(desk)
    await work.through(file, "up")
    assert cable.up <= len(file.data) + PART_BYTES + OVERHEAD
    await killed(desk)
    cable.reset()
    sent = await work.send(file)
    assert isinstance(await work.outcome(sent), Accepted)
    assert cable.up <= OVERHEAD, "what is up is not sent again"
    assert work.on_server(file) == file.data
    await desk.live()
    await desk.settled()
    work.check()
    await desk.close()


async def killed(desk: ProcessDesk) -> None:
    """Kill the engine and wait for the next."""
    starts = sum(isinstance(frame, pipe.Opened) for frame in desk.said)
    desk.kill_engine()
    await desk.until(
        lambda: sum(isinstance(frame, pipe.Opened) for frame in desk.said) > starts, "another"
    )


# -- down


async def test_a_download_that_is_cut_goes_on_and_fetches_little_twice(work: Work) -> None:
    file = Sample(noise(LARGE))
    message = await work.hear(file)
    work.cable.reset()
    work.cable.cut_down = PART_BYTES + PART_BYTES // 2
    await work.fetch(file, message)
    await work.through(file, "down")
    assert work.here(file) == file.data
    assert work.cable.cuts >= 3
    assert work.cable.down <= len(file.data) + work.cable.cuts * PART_BYTES + OVERHEAD


async def test_a_file_asked_for_offline_comes_when_there_is_a_way(work: Work) -> None:
    file = Sample(noise(900))
    message = await work.hear(file)
    await work.desk.offline()
    await work.fetch(file, message)
    assert work.here(file) == b""
    await work.desk.offline(False)
    await work.through(file, "down")
    assert work.here(file) == file.data
    work.desk.said.clear()
    work.cable.reset()
    await work.fetch(file, message)
    await work.through(file, "down")
    assert work.cable.down < OVERHEAD // 16, "what is here is not fetched again"


async def test_a_file_that_comes_damaged_is_not_kept(work: Work) -> None:
    file = Sample(noise(2 * PART_BYTES))
    message = await work.hear(file)

    def tamper(tx: Any) -> None:
        known = blobs.find(tx, file.id)
        assert known is not None
        data = bytes(PART_BYTES)
        tx.insert(blob_schema.blob_part, blob=known.parts.bytes, n=1, data=data)

    work.server.write(tamper)
    await work.fetch(file, message)
    assert await work.problem(file, "down") == "hash_mismatch"
    assert work.here(file) == b""
    assert work.desk.reader.rows("SELECT 1 FROM blob") == []


async def test_a_full_disk_is_told_and_the_file_comes_when_there_is_room(work: Work) -> None:
    file = Sample(noise(LARGE))
    message = await work.hear(file)
    await room(work.desk, 0)
    await work.fetch(file, message)
    assert await work.problem(file, "down") == "disk_full"
    assert work.desk.mode == "live", "everything else goes on"
    await room(work.desk, 100_000)
    work.desk.said.clear()
    await work.fetch(file, message)
    await work.through(file, "down")
    assert work.here(file) == file.data


async def room(desk: Desk, pages: int) -> None:
    """Let the disk take so many more pages of the cache."""
    replica = desk.engine._replica
    assert replica is not None

    def limit() -> None:
        with replica._database.writing() as connection:
            (used,) = connection.exec_driver_sql("PRAGMA page_count").one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {used + pages}")

    await desk.engine._worker.run(limit)


async def test_what_the_server_does_not_show_is_told(work: Work) -> None:
    file = Sample(noise(900))
    message = await work.hear(file)
    work.server.write(lambda tx: _forget(tx, file.id))
    await work.fetch(file, message)
    assert await work.problem(file, "down") == "no_file"
    await work.fetch(Sample(b"x"), message)
    await work.fetch(Sample(b"x"), new_id())
    other = Sample(b"of no message")
    await work.fetch(other, message)
    assert await work.problem(other, "down") == "file_gone"


async def test_who_loses_the_team_loses_the_file(work: Work) -> None:
    file = Sample(noise(LARGE))
    message = await work.hear(file)
    await work.fetch(file, message)
    await work.through(file, "down")
    half = Sample(noise(LARGE, 2))
    other = await work.hear(half)
    work.cable.cut_down = 2 * PART_BYTES
    await work.fetch(half, other)
    await work.desk.until(lambda: bool(work.here(half)), "some of it")

    def leave(tx: Any) -> None:
        user = structs.replace(tx.get(USER, work.desk.user.id).record, teams=frozenset())
        tx.record(USER, user)
        regrant(tx, user)

    work.server.write(leave)
    work.cable.cut_down = None
    await work.desk.until(lambda: not work.desk.rows("messages"), "the rows to go")
    await work.problem(half, "down")
    assert work.desk.reader.rows("SELECT 1 FROM blob") == []
    assert work.desk.reader.rows("SELECT 1 FROM blob_part") == []
    await work.fetch(file, message)
    assert await work.problem(file, "down") == "file_gone"
