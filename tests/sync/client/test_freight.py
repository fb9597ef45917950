"""Files and commands in order: a reply waits for its files, its ticket for it, nobody else."""

from typing import Any
from uuid import UUID

from msgspec import structs

from console.kernel.ids import new_id
from console.sync.client import backoff
from console.sync.client.freight import Download, Upload
from console.sync.client.link import Report, Wake
from console.sync.records import Accepted, Command, Rejected, Result
from tests.parts.linked import LANE, OTHER, Wire, fetched_before, of, sent, welcome, wish


def live() -> Wire:
    return Wire(fetched_before()).live()


def needing(*blobs: UUID) -> Command:
    return structs.replace(wish(), requires=blobs)


def kept(wire: Wire, *blobs: UUID) -> list[Any]:
    return wire.do(wire.link.carried(blobs, wire.now))


def queue(wire: Wire, *entries: tuple[UUID, Command]) -> list[Any]:
    return wire.do(wire.link.queued(entries, wire.now))


def arrived(wire: Wire, action: Any) -> list[Any]:
    return wire.do(wire.link.arrived(action, wire.now))


def ids(actions: list[Any]) -> list[UUID]:
    return [cmd_id for cmd_id, _ in sent(actions)]


def flying(actions: list[Any]) -> list[Any]:
    return of(actions, Upload) + of(actions, Download)


def test_a_reply_goes_once_all_its_files_are_through() -> None:
    wire, one, two = live(), new_id(), new_id()
    reply = needing(one, two)
    assert flying(kept(wire, one, two)) == [Upload(one)]
    assert ids(queue(wire, (LANE, reply))) == []
    after = arrived(wire, Upload(one))
    assert flying(after) == [Upload(two)]
    assert ids(after) == []
    assert ids(arrived(wire, Upload(two))) == [reply.cmd_id]


def test_only_its_own_ticket_waits_with_it() -> None:
    wire, blob = live(), new_id()
    before, reply, behind, other = wish(), needing(blob), wish(), wish()
    kept(wire, blob)
    entries = [(LANE, before), (LANE, reply), (LANE, behind), (OTHER, other)]
    assert ids(queue(wire, *entries)) == [before.cmd_id, other.cmd_id]
    wire.posted((before, Accepted(11)), (other, Accepted(12)))
    assert ids(arrived(wire, Upload(blob))) == [reply.cmd_id, behind.cmd_id]


def test_files_that_are_not_here_are_the_servers_to_judge() -> None:
    wire, reply = live(), needing(new_id())
    kept(wire)
    assert ids(queue(wire, (LANE, reply))) == [reply.cmd_id]


def test_nothing_travels_while_nobody_answers() -> None:
    wire, blob = Wire(fetched_before()), new_id()
    wire.start()
    assert flying(kept(wire, blob)) == []
    assert flying(wire.do(wire.link.wanted(Download(new_id(), "message", new_id()), 1.0))) == []
    assert len(flying(wire.frame(welcome()))) == 2, "one each way"


def test_a_file_that_broke_off_goes_on_after_a_while() -> None:
    wire, blob = live(), new_id()
    kept(wire, blob)
    actions = wire.do(wire.link.broke_off(Upload(blob), wire.now))
    assert flying(actions) == []
    (wake,) = of(actions, Wake)
    assert wake.at >= wire.now + backoff.FIRST_S / 2
    wire.now = wake.at
    assert flying(wire.do(wire.link.tick(wire.now))) == [Upload(blob)]


def test_the_server_s_own_time_is_kept() -> None:
    wire, blob = live(), new_id()
    kept(wire, blob)
    actions = wire.do(wire.link.broke_off(Upload(blob), wire.now, 60.0))
    assert of(actions, Wake)[0].at == wire.now + 60.0
    assert flying(wire.do(wire.link.tick(wire.now + 59.0))) == []


def test_a_file_that_is_not_to_be_had_yet_keeps_no_other_from_coming() -> None:
    wire = live()
    checked, other = (Download(new_id(), "message", new_id()) for _ in range(2))
    assert flying(wire.do(wire.link.wanted(checked, wire.now))) == [checked]
    assert flying(wire.do(wire.link.wanted(other, wire.now))) == []
    wire.do(wire.link.broke_off(checked, wire.now, 5.0))
    wire.now += 5.0
    assert flying(wire.do(wire.link.tick(wire.now))) == [other]
    assert flying(arrived(wire, other)) == [checked]


def test_a_new_session_asks_about_every_file_again() -> None:
    wire, blob = live(), new_id()
    reply = needing(blob)
    kept(wire, blob)
    arrived(wire, Upload(blob))
    wire.do(wire.link.closed(wire.now))
    wire.now += 100
    wire.do(wire.link.tick(wire.now))
    assert flying(wire.frame(welcome())) == [Upload(blob)]
    assert ids(queue(wire, (LANE, reply))) == []
    assert ids(arrived(wire, Upload(blob))) == [reply.cmd_id]


def test_a_file_under_way_is_not_sent_twice_at_once() -> None:
    wire, blob = live(), new_id()
    kept(wire, blob)
    wire.do(wire.link.closed(wire.now))
    wire.now += 100
    wire.do(wire.link.tick(wire.now))
    assert flying(wire.frame(welcome())) == []
    assert flying(wire.do(wire.link.broke_off(Upload(blob), wire.now, 1.0))) == []


def test_a_file_that_will_never_go_rejects_what_needs_it() -> None:
    wire, blob = live(), new_id()
    reply, behind = needing(blob), wish()
    kept(wire, blob)
    queue(wire, (LANE, reply), (LANE, behind))
    actions = wire.do(wire.link.file_refused(Upload(blob), "hash_mismatch", wire.now))
    assert of(actions, Report) == [Report((Result(reply.cmd_id, Rejected("hash_mismatch")),))]
    assert ids(actions) == [behind.cmd_id], "its number is the server's next one"
    assert sent(actions)[0][1] == 1
    assert flying(actions) == [], "it is not tried again by itself"


def test_a_file_that_was_refused_is_tried_again_for_a_new_try() -> None:
    wire, blob = live(), new_id()
    first, second = needing(blob), needing(blob)
    kept(wire, blob)
    queue(wire, (LANE, first))
    wire.do(wire.link.file_refused(Upload(blob), "hash_mismatch", wire.now))
    assert flying(queue(wire, (LANE, first))) == [], "the outbox has not heard of it yet"
    actions = queue(wire, (LANE, second))
    assert (flying(actions), ids(actions)) == ([Upload(blob)], [])
    assert ids(arrived(wire, Upload(blob))) == [second.cmd_id]


def test_what_is_taken_away_is_waited_for_no_more() -> None:
    wire, blob = live(), new_id()
    kept(wire, new_id(), blob)
    reply = needing(blob)
    queue(wire, (LANE, reply))
    assert ids(kept(wire)) == [reply.cmd_id]


def test_downloads_come_one_by_one_and_may_be_asked_for_again() -> None:
    wire = live()
    first, second = (Download(new_id(), "message", new_id()) for _ in range(2))
    assert flying(wire.do(wire.link.wanted(first, wire.now))) == [first]
    assert flying(wire.do(wire.link.wanted(second, wire.now))) == []
    assert flying(wire.do(wire.link.file_refused(first, "no_file", wire.now))) == [second]
    assert flying(arrived(wire, second)) == []
    assert flying(wire.do(wire.link.wanted(first, wire.now))) == [first]
