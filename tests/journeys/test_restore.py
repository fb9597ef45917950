"""A server comes back from an old backup: nobody's cache is wiped, and no accepted work is lost."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from console.conversations.records import CONVERSATION, AddNote, SendReply
from console.kernel.ids import new_id
from console.store import sqlite
from console.sync.client import pipe
from console.sync.records import Accepted, command
from console.tickets.records import TICKET, ChangeTags
from tests.parts.compare import assert_replica_equals_server
from tests.parts.desk import Desk, Desks
from tests.parts.server import LiveServer, live_server

pytestmark = pytest.mark.anyio


def backup(data: Path, to: Path) -> None:
    """The database as it is now."""
    source, target = sqlite.connect(data / "parley.db"), sqlite.connect(to)
    source.backup(target)
    for connection in (source, target):
        connection.close()


def restore(data: Path, copy: Path) -> None:
    sqlite.remove(data / "parley.db")
    shutil.copy(copy, data / "parley.db")


def notes(server: LiveServer) -> list[str]:
    rows = server.call(server.core.read(lambda r: r.rows("SELECT doc FROM messages ORDER BY pos")))
    return [row[0] for row in rows]


def one(desk: Desk, table: str, kind: Any) -> Any:
    ((raw_id, (_, doc)),) = desk.rows(table).items()
    from uuid import UUID

    return kind.read(UUID(bytes=raw_id), doc)


async def test_what_was_accepted_after_the_backup_is_done_again_or_asked(tmp_path: Path) -> None:
    from tests.journeys.test_standing import hear

    data = tmp_path / "server"
    with live_server(data) as first:
        ana = first.add_user("Ana Kovac")
        hear(first)
        desks = Desks(first, tmp_path)
        desk = await desks.open(ana)
        await desk.live()
        before = desk.rows("users")
        conversation, ticket = (
            one(desk, "conversations", CONVERSATION),
            one(desk, "tickets", TICKET),
        )
        backup(data, tmp_path / "hourly.db")
        note = command(
            conversation.id, AddNote(message_id=new_id(), body="kept note"), cmd_id=new_id()
        )
        reply = command(
            conversation.id, SendReply(message_id=new_id(), lane="buyer", body="On its way."),
            cmd_id=new_id(),
        )  # fmt: skip
        tag = command(ticket.id, ChangeTags(add=("vip",)), cmd_id=new_id())
        for wish in (note, reply, tag):
            await desk.do(wish, lane=ticket.id)
        await desk.until(
            lambda: all(isinstance(desk.outcome(w.cmd_id), Accepted) for w in (note, reply, tag))
        )
        hear(first, email="late@mail.test")
        await desk.until(lambda: len(desk.rows("tickets")) == 2, "the late ticket")
        port = first.port
    await desk.until(lambda: desk.mode == "offline", "offline")
    restore(data, tmp_path / "hourly.db")
    desk.said.clear()
    with live_server(data, port=port) as second:
        desk.server = second
        await desk.tell(pipe.Hurry())
        await desk.live()
        assert desk.rows("users") == before, "nothing was wiped"
        await desk.until(lambda: len(desk.rows("tickets")) == 1, "the late ticket is gone")
        await desk.until(
            lambda: all(isinstance(desk.outcome(w.cmd_id), Accepted) for w in (note, tag)),
            "note and tag are done again",
        )
        held = [entry for entry in desk.outbox.entries() if entry.state == "held"]
        assert [entry.command.cmd_id for entry in held] == [reply.cmd_id]
        assert sum("kept note" in doc for doc in notes(second)) == 1
        assert not any("On its way." in doc for doc in notes(second))
        desk.outbox.release(reply.cmd_id)
        await desk.tell(pipe.Poke())
        await desk.until(lambda: isinstance(desk.outcome(reply.cmd_id), Accepted), "sent")
        assert sum("On its way." in doc for doc in notes(second)) == 1
        head = second.call(second.core.read(second.core.feed.head))
        await desk.until(lambda: desk._cursor == head, "the head")
        assert_replica_equals_server(desk)
        await desks.close()


async def test_who_was_offline_through_backup_and_restore_loses_nothing(tmp_path: Path) -> None:
    from tests.journeys.test_standing import hear

    data = tmp_path / "server"
    with live_server(data) as first:
        ana = first.add_user("Ana Kovac")
        hear(first)
        backup(data, tmp_path / "hourly.db")
        desks = Desks(first, tmp_path)
        desk = await desks.open(ana)
        await desk.live()
        ticket = one(desk, "tickets", TICKET)
        await desk.offline()
        tag = command(ticket.id, ChangeTags(add=("vip",)), cmd_id=new_id())
        await desk.do(tag)
        hear(first, email="late@mail.test")
        port = first.port
    restore(data, tmp_path / "hourly.db")
    with live_server(data, port=port) as second:
        # The session was begun after the backup: the restored server does not know it.
        desk.server = second
        await desk.offline(False)
        await desk.until(lambda: desk.mode == "signed_out", "the password is asked")
        assert [entry.state for entry in desk.outbox.entries()] == ["queued"]
        desk.token = second.token(ana, desk.device)
        await desk.tell(desk.begin)
        await desk.live()
        await desk.until(lambda: isinstance(desk.outcome(tag.cmd_id), Accepted), "the tag")
        head = second.call(second.core.read(second.core.feed.head))
        await desk.until(lambda: desk._cursor == head, "the head")
        assert_replica_equals_server(desk)
        await desks.close()
