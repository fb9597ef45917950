"""What a server counts of its work."""

import threading
from typing import Any

import pytest

from console.kernel.ids import new_id
from console.server.counts import OTHER
from console.sync.records import Command, Expected
from tests.parts.acts import note, received
from tests.parts.server import LiveServer


def test_commands_are_counted_by_type_and_outcome(server: LiveServer) -> None:
    first = received()
    server.execute(server.operator(), first, note(first.target), note(new_id()), first)
    counts = server.core.counts
    assert counts.commands == {
        ("ReceiveMessage", "accepted"): 1,
        ("AddNote", "accepted"): 1,
        ("AddNote", "rejected"): 1,
        ("ReceiveMessage", "repeated"): 1,
    }
    assert sum(counts.decided.read().counts) == 4


def test_types_that_nobody_knows_are_one(server: LiveServer) -> None:
    made_up = [Command(new_id(), f"Teleport{n}", new_id()) for n in range(50)]
    server.execute(server.operator(), *made_up)
    assert server.core.counts.commands == {(OTHER, "rejected"): 50}


def test_a_gap_is_counted_as_what_it_is(server: LiveServer) -> None:
    ana, device = server.add_user("Ana Kovac", teams=("Europe",)), new_id()
    token = server.token(ana, device)
    actor = server.call(server.core.actor(token))
    (told,) = server.execute(actor, Command(new_id(), "Take", new_id(), n=7))
    assert isinstance(told.outcome, Expected)
    assert server.core.counts.commands == {("Take", "expected"): 1}


def test_a_handler_of_ours_that_fails_is_told_apart(
    server: LiveServer, monkeypatch: pytest.MonkeyPatch, expected_errors: Any
) -> None:
    expected_errors.expect("command_failed")
    from console.conversations import server as conversations

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    first = received()
    with monkeypatch.context() as patch:
        patch.setattr(conversations, "add_message", broken)
        server.execute(server.operator(), first)
    assert server.core.counts.commands == {("ReceiveMessage", "failed"): 1}


def test_waits_transactions_and_reads_are_timed(server: LiveServer) -> None:
    server.call(server.core._tasks.close())  # no job of the night may come between
    writer, database = server.core.writer, server.core.database
    writer.put(lambda _: None).result(30)  # what they had put before has been taken up
    waits, transactions = sum(writer.waits.read().counts), sum(writer.transactions.read().counts)
    reads = sum(database.reads.read().counts)
    held, taken = threading.Event(), threading.Event()

    def hold(_: object) -> None:
        taken.set()
        held.wait(30)

    first = writer.put(hold)
    assert taken.wait(30)
    others = [writer.put(lambda _: None) for _ in range(3)]
    assert writer.waiting == 3
    held.set()
    for job in (first, *others):
        job.result(30)
    server.call(server.core.read(server.core.feed.head))
    assert sum(writer.waits.read().counts) - waits == 4
    # Those that waited shared one transaction; a job is done before its transaction is counted,
    # and so may be the one before.
    assert sum(writer.transactions.read().counts) - transactions in (1, 2, 3)
    assert sum(database.reads.read().counts) - reads == 1
