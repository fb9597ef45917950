"""The link's commands as tables: numbered, in lanes, retried, taken apart, never lost."""

from console.sync.client.lanes import SAID_MOST_BYTES
from console.sync.client.link import Post, Report, Say, Stop, Wake
from console.sync.frames import Lost, ResultFrame
from console.sync.records import (
    MAX_COMMANDS,
    MAX_COMMANDS_BYTES,
    Accepted,
    Epoch,
    Expected,
    Rejected,
    Result,
    Retry,
)
from tests.parts.linked import LANE, LIFE, OTHER, Wire, fetched_before, of, sent, welcome, wish


def test_commands_wait_until_the_welcome_and_go_on_from_its_number() -> None:
    wire = Wire(fetched_before())
    wire.start()
    one, two = wish(), wish()
    assert wire.queue(one, two) == []
    actions = wire.frame(welcome(last_n=7))
    assert sent(actions) == [(one.cmd_id, 8), (two.cmd_id, 9)]


def test_commands_say_in_which_epoch_they_were_numbered() -> None:
    wire = Wire(fetched_before()).live()
    one, two = wish(), wish()
    (first,) = of(wire.queue(one, two), Post)
    wire.do(wire.link.closed(wire.now))
    assert first.epoch == LIFE.no
    (again,) = of(wire.frame(welcome(epoch=Epoch(8, 9))), Post)
    assert (again.commands, again.epoch) == (first.commands, 8)


def test_one_that_is_alone_goes_over_the_socket_and_more_are_posted_at_once() -> None:
    wire = Wire(fetched_before()).live()
    one, two, three = wish(), wish(), wish()
    assert [say.command.cmd_id for say in of(wire.queue(one), Say)] == [one.cmd_id]
    assert wire.queue(one, two, three) == []
    after = wire.frame(ResultFrame(Result(one.cmd_id, Accepted(11))))
    assert [len(post.commands) for post in of(after, Post)] == [2]
    assert of(after, Say) == []


def test_what_got_no_answer_on_the_socket_is_posted_which_says_why() -> None:
    wire = Wire(fetched_before()).live()
    one = wish()
    assert len(of(wire.queue(one), Say)) == 1
    wire.do(wire.link.closed(wire.now))
    again = wire.frame(welcome())
    assert [post.commands[0].cmd_id for post in of(again, Post)] == [one.cmd_id]
    assert of(again, Say) == []


def test_what_is_to_be_tried_again_later_may_be_said_again() -> None:
    wire = Wire(fetched_before()).live()
    one = wish()
    wire.queue(one)
    wire.frame(ResultFrame(Result(one.cmd_id, Retry(5.0))))
    wire.now += 5
    assert len(of(wire.do(wire.link.tick(wire.now)), Say)) == 1


def test_a_long_command_is_posted() -> None:
    wire = Wire(fetched_before()).live()
    long, short = wish(SAID_MOST_BYTES), wish(SAID_MOST_BYTES - 2)
    (first,) = wire.queue(long)
    assert isinstance(first, Post)
    wire.posted((long, Accepted(11)))
    (then,) = wire.queue(short)
    assert isinstance(then, Say)


def test_one_batch_in_flight_and_the_rest_after_the_answer() -> None:
    wire = Wire(fetched_before()).live()
    one, two = wish(), wish()
    assert sent(wire.queue(one)) == [(one.cmd_id, 1)]
    assert wire.queue(one, two) == []
    actions = wire.posted((one, Accepted(11)))
    assert of(actions, Report)[0].results == (Result(one.cmd_id, Accepted(11)),)
    assert sent(actions) == [(two.cmd_id, 2)]


def test_what_was_answered_is_not_sent_again_although_it_is_still_listed() -> None:
    wire = Wire(fetched_before()).live()
    one = wish()
    wire.queue(one)
    wire.posted((one, Rejected("denied")))
    assert wire.queue(one) == []


def test_a_missing_number_is_made_good() -> None:
    wire = Wire(fetched_before()).live()
    one, two = wish(), wish()
    wire.queue(one, two)
    actions = wire.posted((one, Expected(5)), (two, Expected(5)))
    assert of(actions, Report) == []
    assert sent(actions) == [(one.cmd_id, 5), (two.cmd_id, 6)]


def test_a_retry_holds_its_lane_and_no_other() -> None:
    wire = Wire(fetched_before()).live()
    held, behind, free = wish(), wish(), wish()
    entries = [(LANE, held), (LANE, behind), (OTHER, free)]
    wire.do(wire.link.queued(entries, wire.now))
    actions = wire.posted((held, Retry(30.0)), (behind, Expected(1)), (free, Expected(1)))
    assert of(actions, Wake) == [Wake(wire.now + 30)]
    assert sent(actions) == [(free.cmd_id, 1)]
    wire.posted((free, Accepted(11)))
    wire.now += 30
    assert sent(wire.do(wire.link.tick(wire.now))) == [(held.cmd_id, 2), (behind.cmd_id, 3)]


def test_an_answer_to_what_was_taken_back_is_harmless() -> None:
    wire = Wire(fetched_before()).live()
    one, two = wish(), wish()
    wire.queue(one)
    wire.queue(two)
    assert sent(wire.posted((one, Retry(5.0)))) == [(two.cmd_id, 1)]


def test_no_answer_sends_the_same_again_after_a_while() -> None:
    wire = Wire(fetched_before()).live()
    one = wish()
    wire.queue(one)
    (wake,) = of(wire.do(wire.link.post_failed(wire.now, 7.0)), Wake)
    assert wake.at == wire.now + 7.0
    assert wire.do(wire.link.tick(wire.now + 1)) == []
    assert sent(wire.do(wire.link.tick(wake.at))) == [(one.cmd_id, 1)]


def test_a_refused_post_is_taken_apart_until_the_one_at_fault_is_found() -> None:
    wire = Wire(fetched_before()).live()
    good, bad, last = wish(), wish(), wish()
    wire.queue(good, bad, last)
    assert sent(wire.do(wire.link.post_refused("bad_request", wire.now))) == [(good.cmd_id, 1)]
    assert sent(wire.posted((good, Accepted(11)))) == [(bad.cmd_id, 2)]
    actions = wire.do(wire.link.post_refused("bad_request", wire.now))
    assert of(actions, Report)[0].results == (Result(bad.cmd_id, Rejected("bad_request")),)
    assert [cmd_id for cmd_id, _ in sent(actions)] == [last.cmd_id]


def test_after_the_one_at_fault_commands_go_together_again() -> None:
    wire = Wire(fetched_before()).live()
    one, two = wish(), wish()
    wire.queue(one, two)
    wire.do(wire.link.post_refused("bad_request", wire.now))
    wire.posted((one, Accepted(11)))
    wire.posted((two, Accepted(12)))
    three, four = wish(), wish()
    wire.queue()
    assert len(sent(wire.queue(three, four))) == 2


def test_a_post_is_bounded_in_count_and_size() -> None:
    wire = Wire(fetched_before()).live()
    assert len(sent(wire.queue(*[wish() for _ in range(MAX_COMMANDS + 9)]))) == MAX_COMMANDS
    wire = Wire(fetched_before()).live()
    large = [wish(MAX_COMMANDS_BYTES // 3) for _ in range(5)]
    assert len(sent(wire.queue(*large))) == 2
    wire = Wire(fetched_before()).live()
    assert len(sent(wire.queue(wish(MAX_COMMANDS_BYTES * 2), wish()))) == 1


def test_a_held_lane_takes_no_room_in_a_post() -> None:
    wire = Wire(fetched_before()).live()
    large = [wish(MAX_COMMANDS_BYTES // 2) for _ in range(2)]
    small = [wish() for _ in range(3)]
    wire.do(wire.link.queued([(LANE, large[0])], wire.now))
    wire.posted((large[0], Retry(60.0)))
    entries = [(OTHER, small[0]), *[(LANE, c) for c in large], *[(OTHER, c) for c in small[1:]]]
    assert len(sent(wire.do(wire.link.queued(entries, wire.now)))) == 3


def test_a_result_over_the_socket_counts_as_well() -> None:
    wire = Wire(fetched_before()).live()
    one = wish()
    wire.queue(one)
    actions = wire.frame(ResultFrame(Result(one.cmd_id, Accepted(11))))
    assert of(actions, Report)[0].results == (Result(one.cmd_id, Accepted(11)),)


def test_a_lost_session_sends_what_was_in_flight_again() -> None:
    wire = Wire(fetched_before()).live()
    one = wish()
    wire.queue(one)
    wire.do(wire.link.closed(wire.now))
    wire.do(wire.link.hurry(wire.now))
    assert sent(wire.frame(welcome(last_n=1))) == [(one.cmd_id, 2)]


def test_signed_out_stops_everything() -> None:
    wire = Wire(fetched_before()).live()
    assert wire.do(wire.link.signed_out())[-1] == Stop("signed_out")
    assert wire.queue(wish()) == []


def test_what_a_restore_lost_is_sent_again_although_it_was_answered() -> None:
    wire = Wire(fetched_before()).live()
    one = wish()
    wire.queue(one)
    wire.posted((one, Accepted(11)))
    wire.frame(welcome(lost=(Lost(5, 20),)))
    assert sent(wire.queue(one)) == [(one.cmd_id, 1)]


def test_nothing_is_sent_before_what_a_restore_lost_is_queued_again() -> None:
    """What was done since would come first otherwise."""
    wire = Wire(fetched_before()).live()
    one, two = wish(), wish()
    wire.frame(welcome(lost=(Lost(5, 20),)))
    again = wire.link.queued([(LANE, two)], wire.now, [11])
    assert sent(wire.do(again)) == []
    back = wire.link.queued([(LANE, one), (LANE, two)], wire.now, [4])
    assert sent(wire.do(back)) == [(one.cmd_id, 1), (two.cmd_id, 2)]
