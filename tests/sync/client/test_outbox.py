"""The outbox: what is done here waits, durable, until the answer and its effect are here too."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from console.kernel.ids import new_id
from console.store.sqlite import Connection
from console.sync.client import outbox as outbox_module
from console.sync.client.outbox import JOURNAL_KEPT, Outbox
from console.sync.client.work import open_work
from console.sync.frames import Lost
from console.sync.records import (
    Accepted,
    Command,
    Expected,
    Merged,
    Rejected,
    Result,
    Retry,
)
from tests.parts.acts import AT

KEY = bytes(range(32))
LANE = new_id()


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Connection]:
    opened = open_work(tmp_path / "work.db", KEY)
    yield opened
    opened.close()


@pytest.fixture
def outbox(work: Connection) -> Outbox:
    return Outbox(work)


def put(outbox: Outbox, kind: str = "AddNote") -> Command:
    command = Command(new_id(), kind, new_id(), base_rev=7)
    outbox.put(command, LANE, "a note", AT)
    return command


def states(outbox: Outbox) -> list[str]:
    return [entry.state for entry in outbox.entries()]


def journal(work: Connection) -> list[bytes]:
    return [row[0] for row in work.execute("SELECT cmd_id FROM journal")]


def test_what_is_put_is_queued_in_order_and_survives_the_process(
    outbox: Outbox, tmp_path: Path
) -> None:
    commands = [put(outbox) for _ in range(3)]
    other = open_work(tmp_path / "work.db", KEY)
    found = Outbox(other).entries()
    assert [entry.command for entry in found] == commands
    assert [(e.lane, e.state, e.about, e.made_at) for e in found] == [
        (LANE, "queued", "a note", AT)
    ] * 3
    assert Outbox(other).queued() == [(LANE, command) for command in commands]
    other.close()


def test_the_same_command_twice_is_refused_by_the_file(outbox: Outbox) -> None:
    command = put(outbox)
    with pytest.raises(Exception, match="UNIQUE"):
        outbox.put(command, LANE, "again", AT)


def test_an_accepted_command_stays_until_the_cache_has_it(outbox: Outbox, work: Connection) -> None:
    command = put(outbox)
    outbox.answer([Result(command.cmd_id, Accepted(20))])
    assert states(outbox) == ["accepted"]
    assert outbox.queued() == []
    assert outbox.settle(19) == []
    assert states(outbox) == ["accepted"]
    assert outbox.settle(20) == [LANE]
    assert states(outbox) == []
    assert journal(work) == [command.cmd_id.bytes]


def test_a_merged_command_keeps_what_was_told(outbox: Outbox) -> None:
    command = put(outbox)
    outbox.answer([Result(command.cmd_id, Merged(20, {"priority": "high"}))])
    (entry,) = outbox.entries()
    assert (entry.state, entry.outcome, entry.seq) == (
        "accepted",
        Merged(20, {"priority": "high"}),
        20,
    )


def test_a_rejected_command_stays_until_somebody_decides(outbox: Outbox, work: Connection) -> None:
    command = put(outbox)
    outbox.answer([Result(command.cmd_id, Rejected("taken_by", {"assignee": "x"}))])
    outbox.settle(10**9)
    (entry,) = outbox.entries()
    assert (entry.state, entry.outcome) == ("rejected", Rejected("taken_by", {"assignee": "x"}))
    outbox.discard(command.cmd_id)
    assert (states(outbox), journal(work)) == ([], [])


def test_answers_that_are_not_final_leave_it_queued(outbox: Outbox) -> None:
    one, two = put(outbox), put(outbox)
    outbox.answer([Result(one.cmd_id, Retry(5.0)), Result(two.cmd_id, Expected(1))])
    assert states(outbox) == ["queued", "queued"]


def test_an_answer_to_nothing_of_ours_is_ignored(outbox: Outbox) -> None:
    put(outbox)
    outbox.answer([Result(new_id(), Accepted(3))])
    assert states(outbox) == ["queued"]


def test_a_retry_takes_the_place_of_the_rejected_one(outbox: Outbox) -> None:
    first, rejected, last = put(outbox), put(outbox), put(outbox)
    outbox.answer([Result(rejected.cmd_id, Rejected("newer_reply"))])
    again = Command(new_id(), "SendReply", rejected.target)
    outbox.replace(rejected.cmd_id, again, AT)
    assert [entry.command.cmd_id for entry in outbox.entries()] == [
        first.cmd_id,
        again.cmd_id,
        last.cmd_id,
    ]
    assert states(outbox) == ["queued"] * 3
    assert outbox.entries()[1].outcome is None


def test_only_what_is_queued_can_be_withdrawn_and_only_what_was_refused_discarded(
    outbox: Outbox,
) -> None:
    queued, accepted, rejected = put(outbox), put(outbox), put(outbox)
    outbox.answer([Result(accepted.cmd_id, Accepted(20)), Result(rejected.cmd_id, Rejected("x"))])
    for command in (accepted, rejected):
        outbox.withdraw(command.cmd_id)
    for command in (queued, accepted):
        outbox.discard(command.cmd_id)
    assert states(outbox) == ["queued", "accepted", "rejected"]
    outbox.withdraw(queued.cmd_id)
    outbox.discard(rejected.cmd_id)
    assert states(outbox) == ["accepted"]


def test_what_is_held_is_not_sent_until_it_is_released(outbox: Outbox, work: Connection) -> None:
    held, rejected = put(outbox), put(outbox)
    outbox.answer([Result(held.cmd_id, Accepted(20)), Result(rejected.cmd_id, Rejected("x"))])
    work.execute("UPDATE outbox SET state = 'held' WHERE cmd_id = ?", (held.cmd_id.bytes,))
    outbox.settle(10**9)
    assert states(outbox) == ["held", "rejected"]
    assert outbox.queued() == []
    assert [entry.parked for entry in outbox.entries()] == [True, True]
    for command in (held, rejected):
        outbox.release(command.cmd_id)
    assert states(outbox) == ["queued", "rejected"]
    (entry, _) = outbox.entries()
    assert (entry.outcome, entry.seq, entry.parked) == (None, None, False)
    assert [command for _, command in outbox.queued()] == [held]


def test_what_is_held_can_be_discarded_and_had_back(outbox: Outbox, work: Connection) -> None:
    held, other = put(outbox), put(outbox)
    outbox.answer([Result(held.cmd_id, Accepted(20))])
    work.execute("UPDATE outbox SET state = 'held' WHERE cmd_id = ?", (held.cmd_id.bytes,))
    (entry, _) = outbox.entries()
    outbox.discard(held.cmd_id)
    assert states(outbox) == ["queued"]
    outbox.restore(entry)
    assert outbox.entries()[1] == entry
    assert [known.command for known in outbox.entries()] == [other, held]


def test_the_journal_forgets_after_its_time_but_for_the_newest(
    outbox: Outbox, work: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "JOURNAL_LEAST", 1)
    older, newer = put(outbox), put(outbox)
    outbox.answer([Result(older.cmd_id, Accepted(20)), Result(newer.cmd_id, Accepted(21))])
    outbox.settle(21)
    outbox.prune(AT + JOURNAL_KEPT)
    assert set(journal(work)) == {older.cmd_id.bytes, newer.cmd_id.bytes}
    outbox.prune(AT + JOURNAL_KEPT + timedelta(milliseconds=1))
    assert journal(work) == [newer.cmd_id.bytes]


def test_what_a_restored_server_has_lost_is_queued_again_in_the_order_it_was_done(
    outbox: Outbox, work: Connection
) -> None:
    safe, note, reply, accepted = put(outbox), put(outbox), put(outbox, "SendReply"), put(outbox)
    answers = zip((safe, note, reply, accepted), (20, 31, 32, 33), strict=True)
    outbox.answer([Result(command.cmd_id, Accepted(seq)) for command, seq in answers])
    outbox.settle(32)
    work.execute("UPDATE journal SET made_at = made_at - seq")  # a clock that went backwards
    late = put(outbox)
    assert outbox.revive([Lost(30, 40)], frozenset({"SendReply"})) == 3
    entries = outbox.entries()
    assert [entry.command for entry in entries] == [note, reply, accepted, late]
    assert states(outbox) == ["queued", "held", "queued", "queued"]
    assert [(entry.outcome, entry.seq) for entry in entries] == [(None, None)] * 4
    assert journal(work) == [safe.cmd_id.bytes]
    assert outbox.revive([Lost(30, 40)], frozenset({"SendReply"})) == 0
    outbox.release(reply.cmd_id)
    assert states(outbox) == ["queued"] * 4


def test_what_several_restores_lost_goes_before_what_was_done_since(outbox: Outbox) -> None:
    commands = []
    for seq in (30, 50, 70):
        commands.insert(0, put(outbox))
        outbox.answer([Result(commands[0].cmd_id, Accepted(seq))])
        outbox.settle(seq)
        assert outbox.revive([Lost(seq - 1, seq)], frozenset()) == 1
    assert [command for _, command in outbox.queued()] == commands
