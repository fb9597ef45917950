"""The hub: a ring of the newest changes, and who must look again at what they may see."""

from uuid import UUID, uuid4

import pytest
from msgspec import structs

from console.kernel.errors import Bug
from console.sync import wire
from console.sync.frames import Batch
from console.sync.server.fanout import KEPT_MOST
from console.sync.server.hub import RING, RING_BATCH, Hub, Listener
from console.sync.server.ledger import LogEntry

QUEUE = frozenset({20})


def entry(
    seq: int, before: frozenset[int] | None = QUEUE, after: frozenset[int] = QUEUE, **more: object
) -> LogEntry:
    fields: dict[str, object] = {
        "kind": "ticket", "id": UUID(int=seq), "record": None, "parent_id": None,
        "internal": False, "actor": None, "cmd_id": None, "doc": b"{}",
    }  # fmt: skip
    return LogEntry(before=before, after=after, seq=seq, **{**fields, **more})


def ops(batch: Batch | None) -> list[tuple[int, str]]:
    assert batch is not None
    return [(change.rev, change.op) for change in batch.changes]


def test_everybody_is_woken_and_hears_their_scopes() -> None:
    hub = Hub(10)
    listener = Listener(uuid4(), uuid4(), QUEUE)
    hub.listeners.add(listener)
    hub.publish([entry(11), entry(12, frozenset({22}), frozenset({22}))])
    assert listener.wake.is_set()
    batch = hub.batch(10, QUEUE)
    assert ops(batch) == [(11, "U")]
    assert batch is not None
    assert (batch.from_seq, batch.to_seq, batch.more) == (10, 12, False)


def test_leaving_is_told_and_entering_needs_the_log() -> None:
    hub = Hub(10)
    hub.publish([entry(11, QUEUE, frozenset({22}))])
    assert ops(hub.batch(10, QUEUE)) == [(11, "X")]
    assert hub.batch(10, frozenset({22})) is None
    assert ops(hub.batch(10, frozenset({20, 22}))) == [(11, "U")]


def test_the_internal_side_is_told_to_those_who_may_see_it() -> None:
    hub = Hub(10)
    hub.publish([entry(11, kind="message", parent_id=UUID(int=1), internal=True)])
    assert ops(hub.batch(10, frozenset({20}))) == []
    assert ops(hub.batch(10, frozenset({20, 21}))) == [(11, "U")]


def test_a_deletion_is_told_where_it_was() -> None:
    hub = Hub(10)
    hub.publish([entry(11, after=frozenset(), op="D")])
    assert ops(hub.batch(10, QUEUE)) == [(11, "D")]
    assert ops(hub.batch(10, frozenset({22}))) == []


def test_grants_are_no_changes_but_wake_their_user() -> None:
    hub, user = Hub(10), uuid4()
    mine, other = Listener(user, uuid4(), QUEUE), Listener(uuid4(), uuid4(), QUEUE)
    hub.listeners |= {mine, other}
    hub.publish([entry(11, None, QUEUE, kind="scope", id=user, op="R", heard_in=QUEUE)])
    assert ops(hub.batch(10, QUEUE)) == []
    assert (mine.regrant, other.regrant) == (11, None)


def test_whoever_is_behind_the_ring_reads_the_log() -> None:
    hub = Hub(10)
    hub.publish([entry(11)])
    assert hub.batch(9, QUEUE) is None
    assert ops(hub.batch(10, QUEUE)) == [(11, "U")]
    assert ops(hub.batch(11, QUEUE)) == []


def test_the_ring_keeps_the_newest_and_says_where_it_begins() -> None:
    hub = Hub(0)
    last = 2 * RING + 1
    hub.publish([entry(seq) for seq in range(1, last + 1)])
    first = last - RING
    assert hub.batch(first - 1, QUEUE) is None
    batch = hub.batch(first, QUEUE)
    assert batch is not None
    assert (batch.changes[0].rev, len(batch.changes), batch.more) == (first + 1, RING_BATCH, True)
    assert len(hub._ring) == RING


def test_what_came_after_a_place_is_counted() -> None:
    life = 7 << 32
    hub = Hub(life + 10)
    hub.publish([entry(life + 12), entry(life + 15)])
    assert [hub.ahead(life + n) for n in (10, 12, 14, 15)] == [2, 1, 1, 0]
    # Before the ring numbers stand for lines, before this epoch its own are all one knows of.
    assert hub.ahead(life + 4) == 11
    assert hub.ahead((6 << 32) + 900) == 15


def test_out_of_order_is_our_mistake() -> None:
    hub = Hub(10)
    with pytest.raises(Bug):
        hub.publish([entry(10)])


def test_a_place_without_a_change_moves_the_tail_and_wakes() -> None:
    hub = Hub(10)
    listener = Listener(uuid4(), uuid4(), QUEUE)
    hub.listeners.add(listener)
    hub.publish([entry(11)])
    listener.wake.clear()
    hub.reach(11)
    assert (hub.tail, listener.wake.is_set()) == (11, False)
    hub.reach(20)
    assert (hub.tail, listener.wake.is_set()) == (20, True)
    batch = hub.batch(10, QUEUE)
    assert batch is not None
    assert (batch.to_seq, batch.more) == (20, False)


def test_a_record_read_later_is_told_with_its_own_revision() -> None:
    hub = Hub(10)
    hub.publish([entry(11, rev=14), entry(12, after=frozenset({22}), heard_in=QUEUE, rev=14)])
    assert ops(hub.batch(10, QUEUE)) == [(14, "U"), (12, "X")]


def test_whoever_leaves_wakes_everybody() -> None:
    hub = Hub(10)
    listener = Listener(uuid4(), uuid4(), QUEUE)
    hub.listeners.add(listener)
    hub.leave()
    assert (hub.leaving, listener.wake.is_set()) == (True, True)


def test_who_sees_the_same_is_sent_the_same_frame_packed_once() -> None:
    hub = Hub(10)
    hub.publish([entry(11)])
    one, two, other = (hub.batch(10, scopes) for scopes in (QUEUE, QUEUE, frozenset({22})))
    assert one is not None
    assert two is not None
    assert other is not None
    frames = hub.fanout.frames(one)
    assert hub.fanout.frames(two) is frames
    assert [wire.unpack_server(frame.data) for frame in frames] == [one]
    assert [wire.unpack_server(frame.data) for frame in hub.fanout.frames(other)] == [other]
    later = structs.replace(one, from_seq=9)
    assert [wire.unpack_server(frame.data) for frame in hub.fanout.frames(later)] == [later]


def test_what_is_new_is_in_the_next_batch_whoever_asked_before() -> None:
    hub = Hub(10)
    hub.publish([entry(11)])
    assert ops(hub.batch(10, QUEUE)) == [(11, "U")]
    hub.publish([entry(12)])
    assert ops(hub.batch(10, QUEUE)) == [(11, "U"), (12, "U")]
    hub.reach(20)
    batch = hub.batch(10, QUEUE)
    assert batch is not None
    assert batch.to_seq == 20


def test_consoles_far_apart_do_not_make_it_keep_more() -> None:
    hub = Hub(10)
    hub.publish([entry(seq) for seq in range(11, 40)])
    for cursor in range(10, 39):
        batch = hub.batch(cursor, QUEUE)
        assert batch is not None
        assert [len(frame.data) > 0 for frame in hub.fanout.frames(batch)] == [True]
    assert len(hub.fanout._kept) <= KEPT_MOST
    assert len(hub._batches) <= KEPT_MOST
