"""A disk that is full: the console says so, loses nothing, and goes on when there is room."""

import pytest

from console.conversations.records import CONVERSATION, AddNote
from console.kernel.errors import Unavailable
from console.kernel.ids import new_id
from console.store import sqlite
from console.sync.client import engine
from tests.conftest import Errors
from tests.parts.acts import chance_text, received
from tests.parts.compare import assert_replica_equals_server
from tests.parts.console import Console
from tests.parts.desk import Desk, Desks
from tests.parts.server import LiveServer

pytestmark = pytest.mark.anyio
BIG = chance_text(96_000)


def fill_up(connection: sqlite.Connection) -> None:
    """Let SQLite answer as it does on a full disk: no page more."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")


async def test_a_full_disk_is_told_and_the_desk_catches_up_when_there_is_room(
    server: LiveServer, desks: Desks, monkeypatch: pytest.MonkeyPatch, expected_errors: Errors
) -> None:
    monkeypatch.setattr(engine, "STUCK_RETRY_S", 0.05)
    expected_errors.expect("files_refused")
    desk = await desks.open(server.add_user("Ana Kovac"))
    await desk.live()
    await _fill_cache(desk)
    for _ in range(3):
        server.execute(server.operator(), received(body=BIG))
    await desk.until(lambda: desk.mode == "stuck", "the full disk to be told")
    desk.said.clear()
    await desk.until(lambda: len(desk.rows("messages")) == 3, "all messages")
    await desk.live()
    assert_replica_equals_server(desk)
    await desks.close()


async def _fill_cache(desk: Desk) -> None:
    replica = desk.engine._replica
    assert replica is not None, "the desk is live"

    def fill() -> None:
        with replica._database.writing() as connection:
            fill_up(connection.connection.dbapi_connection)

    await desk.engine._worker.run(fill)


async def test_what_cannot_be_kept_is_refused_in_words_and_not_shown_as_done(
    console: Console, expected_errors: Errors
) -> None:
    expected_errors.expect("work_file_refused")
    case = console.case()
    console.pull()
    local = console.local
    fill_up(local._work)
    note = AddNote(message_id=new_id(), body=BIG)
    with pytest.raises(Unavailable, match="disk is full"):
        await local.do(CONVERSATION, case.conversation_id, note, lane=case.ticket.id, about="Note")
    assert local.entries == {}
    assert local.waiting(case.ticket.id) == []
