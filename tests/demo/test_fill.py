"""The filled folder: whole, private, restartable, and what an agent finds on the first morning."""

import stat
from collections import Counter
from pathlib import Path

import pytest

from console.demo.content import Library
from console.demo.desks import MERGED
from console.demo.fill import fill
from console.demo.history import History
from console.demo.marker import DATABASE, MARKER, is_filled
from console.kernel.codec import NIL
from console.kernel.errors import Unusable
from console.orders.server import order_id_of
from console.server import lock
from console.store.engine import open_sqlite
from console.sync.server import blobs
from console.tickets.model import ACTIVE, Status
from tests.demo.conftest import NOW, Sandbox, Shelf, Silent
from tests.parts import web
from tests.parts.server import live_server

LENA = "303-9182736-4567890"


def test_a_killed_filling_leaves_nothing_that_the_next_stumbles_over(sandbox: Sandbox) -> None:
    assert "filling" in sandbox.left_by_kill
    assert not {DATABASE, MARKER} & sandbox.left_by_kill
    assert is_filled(sandbox.folder)
    assert not (sandbox.folder / "filling").exists()


def test_everything_told_has_been_recorded(shelf: Shelf, history: History) -> None:
    kinds = Counter(type(step.args).__name__ for step in history.steps)
    written = kinds["ReceiveMessage"] + kinds["SendReply"] + kinds["AddNote"]
    assert len(shelf.messages) == written + MERGED
    assert len(shelf.orders) == kinds["RecordOrder"]
    assert len(shelf.parties) == len(history.parties)
    assert len(shelf.tickets) >= len(shelf.conversations) > 850


def test_tickets_stand_in_every_status(shelf: Shelf) -> None:
    statuses = Counter(ticket.status for ticket in shelf.tickets.values())
    active = sum(statuses[status] for status in ACTIVE)
    assert 25 <= active <= 40
    assert statuses[Status.PENDING] >= 5
    assert statuses[Status.HOLD] >= 2
    assert statuses[Status.SOLVED] + statuses[Status.CLOSED] > 500


def test_tickets_know_their_orders_people_and_last_word(shelf: Shelf) -> None:
    linked = [ticket for ticket in shelf.tickets.values() if ticket.order_ids]
    assert len(linked) > 500
    for ticket in shelf.tickets.values():
        conversation = shelf.conversations[ticket.conversation_id]
        assert ticket.requester_id in shelf.parties
        assert ticket.requester_id in {lane.party_id for lane in conversation.lanes}
        assert ticket.snippet
        assert ticket.created_at <= ticket.updated_at <= NOW
        for order_id in ticket.order_ids:
            assert shelf.orders[order_id].total is not None
            if ticket.side == "buyer":
                assert shelf.orders[order_id].buyer_id == ticket.requester_id


def test_lena_waits_near_the_top_of_unassigned(shelf: Shelf) -> None:
    free = [
        ticket
        for ticket in shelf.tickets.values()
        if ticket.status in ACTIVE and ticket.assignee_id == NIL
    ]
    free.sort(key=lambda ticket: ticket.updated_at, reverse=True)
    place, ticket = next((n, t) for n, t in enumerate(free) if order_id_of(LENA) in t.order_ids)
    assert place < 3
    order = shelf.orders[ticket.order_ids[0]]
    assert order.number == LENA
    assert shelf.parties[ticket.requester_id].name == "Lena Hoffmann"
    assert shelf.parties[order.seller_id].name == "Marta Kowalska"
    said = [m for m in shelf.messages.values() if m.conversation_id == ticket.conversation_id]
    assert {message.lane for message in said} == {"buyer", "seller", "internal"}


def test_the_folder_is_its_owners_alone(sandbox: Sandbox) -> None:
    assert stat.S_IMODE((sandbox.folder / MARKER).stat().st_mode) == 0o600
    assert stat.S_IMODE(sandbox.folder.stat().st_mode) == 0o700


def test_a_second_filling_changes_nothing(copy: Path, sandbox: Sandbox) -> None:
    before = (copy / DATABASE).stat().st_mtime_ns
    assert fill(copy, Silent()) == sandbox.marker
    assert (copy / DATABASE).stat().st_mtime_ns == before


def test_other_data_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / DATABASE).write_bytes(b"somebody's")
    with pytest.raises(Unusable, match="not a sandbox: choose another"):
        fill(tmp_path, Silent())
    assert (tmp_path / DATABASE).read_bytes() == b"somebody's"


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    with lock.holding(tmp_path), pytest.raises(Unusable, match="already runs"):
        fill(tmp_path, Silent())


def test_ana_signs_in_with_the_password_of_the_marker(
    copy: Path, sandbox: Sandbox, library: Library
) -> None:

    ana = {"email": library.staff("ana").email, "password": sandbox.marker.passwords["ana"]}
    assert ana["email"] == "ana@parley.example"
    with live_server(copy) as server:
        answer = web.post(f"{server.url}/auth/sign-in", json=ana)
    assert answer.status_code == 200
    assert answer.json()["role"] == "agent"


def test_every_file_of_a_message_can_be_fetched(shelf: Shelf, sandbox: Sandbox) -> None:
    database = open_sqlite(sandbox.folder / DATABASE)
    files = [file for message in shelf.messages.values() for file in message.attachments]
    assert len(files) > 100
    try:
        with database.reading() as reader:
            for file in files:
                known = blobs.find(reader, file.id)
                assert known is not None
                assert known.complete
                assert blobs.is_whole(reader, known, b"")
            stored = reader.rows("SELECT sum(length(data)) FROM blob_part")[0][0]
    finally:
        database.close()
    assert stored < 4_000_000, "a new user's first filling stays light"
