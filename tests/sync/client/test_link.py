"""The link as tables: an event at a time goes in, actions come out, no socket and no waiting."""

import random
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import pytest
from msgspec import Raw, structs

from console.kernel.ids import new_id
from console.sync.client.link import (
    BACKOFF_FIRST_S,
    BACKOFF_MOST_S,
    BEHIND_S,
    Absorb,
    Action,
    Connect,
    Fetch,
    Greeted,
    Hang,
    Link,
    Post,
    Report,
    Rescope,
    Stop,
    Tell,
    Wake,
)
from console.sync.client.standing import Boot, Standing
from console.sync.records import (
    BYE_RESTART,
    BYE_SIGNED_OUT,
    BYE_SLOW,
    BYE_VERSION,
    MAX_COMMANDS,
    MAX_COMMANDS_BYTES,
    Accepted,
    Batch,
    Bye,
    Command,
    Epoch,
    Expected,
    Outcome,
    Ping,
    Rejected,
    Result,
    ResultFrame,
    Resync,
    Retry,
    ScopeFrame,
    Welcome,
)

LIFE = Epoch(5, 6)
LANE, OTHER = new_id(), new_id()


class Wire:
    """A link with the replica that its actions change, and a clock moved by hand."""

    def __init__(self, standing: Standing, seed: int = 0) -> None:
        self.link = Link(random.Random(seed))
        self.standing = standing
        self.now = 100.0

    def do(self, actions: Iterable[Action]) -> list[Action]:
        """Carry actions out as the session would, and give them back."""
        done = []
        for action in actions:
            done.append(action)
            match action:
                case Greeted(epoch, scopes, _):
                    self._rescope(scopes, epoch=epoch)
                case Rescope(scopes):
                    self._rescope(scopes)
                case Absorb(batch):
                    self._move(cursor=batch.to_seq)
        return done

    def _rescope(self, scopes: frozenset[int], **more: Any) -> None:
        held = set(self.standing.scopes)
        wanted = (scopes - held) | (scopes & set(self.standing.wanted))
        self._move(scopes=tuple(sorted(scopes)), wanted=tuple(sorted(wanted)), **more)

    def _move(self, **news: Any) -> None:
        self.standing = structs.replace(self.standing, **news)
        self.link.moved(self.standing)

    def start(self) -> list[Action]:
        return self.do(self.link.start(self.standing))

    def frame(self, frame: Any) -> list[Action]:
        return self.do(self.link.frame(frame, self.now))

    def live(self) -> "Wire":
        """Brought to a live session at cursor 10."""
        self.start()
        self.frame(welcome())
        assert self.link.status.mode == "live"
        return self

    def queue(self, *commands: Command, lane: UUID = LANE) -> list[Action]:
        return self.do(self.link.queued([(lane, command) for command in commands], self.now))

    def posted(self, *outcomes: tuple[Command, Outcome]) -> list[Action]:
        results = [Result(command.cmd_id, outcome) for command, outcome in outcomes]
        return self.do(self.link.posted(results, self.now))


def fetched_before(**more: Any) -> Standing:
    return Standing(**{"cursor": 10, "hwm": 10, "epoch": LIFE, "scopes": (2, 4), **more})


def welcome(**more: Any) -> Welcome:
    from datetime import UTC, datetime

    fields = {
        "session": new_id(), "proto": 1, "epoch": LIFE, "head": 10, "scopes": (2, 4),
        "server_time": datetime(2026, 3, 2, tzinfo=UTC), "mode": "live", "last_n": 0,
    }  # fmt: skip
    return Welcome(**{**fields, **more})


def wish(size: int = 0) -> Command:
    return Command(new_id(), "AddNote", new_id(), args=Raw(b'"' + b"x" * size + b'"'))


def modes(actions: Iterable[Action]) -> list[str]:
    return [action.status.mode for action in actions if isinstance(action, Tell)]


def of(actions: Iterable[Action], kind: type[Any]) -> list[Any]:
    return [action for action in actions if isinstance(action, kind)]


def sent(actions: Iterable[Action]) -> list[tuple[UUID, int]]:
    return [(c.cmd_id, c.n) for post in of(actions, Post) for c in post.commands]


# -- setting out


def test_an_empty_cache_is_fetched_first() -> None:
    wire = Wire(Standing())
    assert wire.start() == [Tell(wire.link.status), Fetch(None)]
    assert wire.link.status.mode == "loading"


def test_a_fetch_that_was_begun_goes_on() -> None:
    boot = Boot(start=9, epoch=LIFE, totals={"ticket": 10}, got=4, token="t")
    actions = Wire(Standing(boot=boot)).start()
    assert of(actions, Fetch) == [Fetch(boot)]
    assert (actions[0].status.done, actions[0].status.total) == (4, 10)  # type: ignore[union-attr]


def test_pages_show_progress_and_the_end_connects() -> None:
    wire = Wire(Standing())
    wire.start()
    boot = Boot(start=9, epoch=LIFE, totals={"ticket": 10}, got=6)
    (told,) = wire.do(wire.link.page(boot))
    assert isinstance(told, Tell)
    assert (told.status.mode, told.status.done, told.status.total) == ("loading", 6, 10)
    assert of(wire.do(wire.link.fetched(wire.now)), Connect) == [Connect()]


def test_a_cache_that_was_fetched_connects_at_once() -> None:
    assert Wire(fetched_before()).start()[-1] == Connect()


def test_a_welcome_to_a_current_desk_is_live() -> None:
    wire = Wire(fetched_before())
    wire.start()
    actions = wire.frame(welcome())
    assert actions == [Greeted(LIFE, frozenset({2, 4}), 10), Tell(wire.link.status)]
    assert wire.link.status.mode == "live"


def test_catching_up_ends_at_the_head_of_the_welcome() -> None:
    wire = Wire(fetched_before())
    wire.start()
    assert modes(wire.frame(welcome(head=30, mode="catchup"))) == ["catchup"]
    assert modes(wire.frame(Batch(10, 20, (), more=True))) == ["catchup"]
    assert (wire.link.status.done, wire.link.status.total) == (10, 20)
    assert modes(wire.frame(Batch(20, 30, ()))) == ["live"]


# -- losing the connection


@pytest.mark.parametrize("seed", range(20))
def test_waits_grow_with_full_jitter_up_to_a_bound(seed: int) -> None:
    wire = Wire(fetched_before(), seed)
    wire.start()
    waits = []
    for attempt in range(12):
        (wake,) = of(wire.do(wire.link.closed(wire.now)), Wake)
        wait = wake.at - wire.now
        most = min(BACKOFF_MOST_S, BACKOFF_FIRST_S * 2**attempt)
        assert BACKOFF_FIRST_S / 2 <= wait <= BACKOFF_FIRST_S / 2 + most
        waits.append(wait)
        assert wire.do(wire.link.tick(wake.at - 0.01)) == []
        wire.now = wake.at
        assert Connect() in wire.do(wire.link.tick(wire.now))
    assert len(set(waits)) == len(waits)


def test_two_desks_do_not_come_back_together() -> None:
    waits = set()
    for seed in range(50):
        wire = Wire(fetched_before(), seed).live()
        waits.add(of(wire.do(wire.link.closed(wire.now)), Wake)[0].at)
    assert len(waits) == 50


def test_a_welcome_forgets_earlier_failures() -> None:
    wire = Wire(fetched_before())
    wire.start()
    for _ in range(8):
        wire.do(wire.link.closed(wire.now))
        wire.do(wire.link.hurry(wire.now))
    wire.frame(welcome())
    (wake,) = of(wire.do(wire.link.closed(wire.now)), Wake)
    assert wake.at - wire.now <= BACKOFF_FIRST_S * 1.5


def test_hurry_connects_now() -> None:
    wire = Wire(fetched_before()).live()
    wire.do(wire.link.closed(wire.now))
    assert Connect() in wire.do(wire.link.hurry(wire.now))


@pytest.mark.parametrize("code", [BYE_SLOW, BYE_RESTART])
def test_a_bye_is_obeyed_for_as_long_as_it_says(code: int) -> None:
    wire = Wire(fetched_before()).live()
    actions = wire.frame(Bye(code, retry_after_s=60.0))
    assert actions[0] == Hang()
    assert modes(actions) == ["offline"]
    assert of(actions, Wake)[0].at >= wire.now + 60


@pytest.mark.parametrize(
    ("code", "reason"), [(BYE_SIGNED_OUT, "signed_out"), (BYE_VERSION, "outdated")]
)
def test_a_bye_for_good(code: int, reason: str) -> None:
    wire = Wire(fetched_before()).live()
    actions = wire.frame(Bye(code))
    assert actions[-1] == Stop(reason)  # type: ignore[arg-type]
    assert modes(actions) == [reason]
    assert wire.do(wire.link.tick(wire.now + 1_000)) == []
    assert wire.do(wire.link.closed(wire.now)) == []


def test_a_gap_between_batches_hangs_up_and_nothing_of_it_is_applied() -> None:
    wire = Wire(fetched_before()).live()
    actions = wire.frame(Batch(12, 15, ()))
    assert actions[0] == Hang()
    assert of(actions, Absorb) == []
    assert modes(actions) == ["offline"]


def test_a_batch_that_is_announced_and_does_not_come_hangs_up() -> None:
    wire = Wire(fetched_before()).live()
    assert wire.frame(Ping(12)) == [Wake(wire.now + BEHIND_S)]
    assert wire.do(wire.link.tick(wire.now + BEHIND_S - 0.1)) == []
    assert wire.do(wire.link.tick(wire.now + BEHIND_S))[0] == Hang()


def test_a_batch_in_time_keeps_the_socket() -> None:
    wire = Wire(fetched_before()).live()
    wire.frame(Ping(12))
    wire.frame(Batch(10, 12, ()))
    assert wire.do(wire.link.tick(wire.now + BEHIND_S)) == []
    assert wire.frame(Ping(12)) == [Tell(wire.link.status)]


# -- resync


@pytest.mark.parametrize("reason", ["fork", "horizon"])
def test_a_resync_fetches_everything_in_place_of_what_is_held(reason: Any) -> None:
    wire = Wire(fetched_before())
    wire.start()
    before = wire.standing
    assert of(wire.frame(welcome(mode="resync", epoch=Epoch(9, 9))), Greeted) == []
    actions = wire.frame(Resync(reason))
    assert actions[0] == Hang()
    assert of(actions, Fetch) == [Fetch(None, sweep=True)]
    assert wire.standing == before


def test_a_fetch_that_breaks_off_is_taken_up_again_later() -> None:
    wire = Wire(Standing())
    wire.start()
    actions = wire.do(wire.link.fetch_failed(wire.now))
    assert modes(actions) == ["offline"]
    wire.now = of(actions, Wake)[0].at
    assert of(wire.do(wire.link.tick(wire.now)), Fetch) == [Fetch(None)]


def test_a_fetch_whose_token_is_no_good_begins_anew() -> None:
    wire = Wire(Standing())
    wire.start()
    assert wire.do(wire.link.fetch_failed(wire.now, restart=True)) == [Fetch(None, sweep=True)]


# -- scopes


def test_new_scopes_in_the_welcome_are_fetched_beside() -> None:
    wire = Wire(fetched_before())
    wire.start()
    actions = wire.frame(welcome(scopes=(2, 4, 16, 17)))
    assert of(actions, Fetch) == [Fetch(None, (16, 17))]


def test_scopes_gained_and_lost_while_live() -> None:
    wire = Wire(fetched_before()).live()
    actions = wire.frame(ScopeFrame(12, add=(16, 17), remove=(4,)))
    assert actions == [Rescope(frozenset({2, 16, 17})), Fetch(None, (16, 17))]
    assert wire.frame(ScopeFrame(13, add=(18,))) == [Rescope(frozenset({2, 16, 17, 18}))]


def test_one_fetch_beside_at_a_time() -> None:
    wire = Wire(fetched_before()).live()
    wire.frame(ScopeFrame(12, add=(16,)))
    wire.frame(ScopeFrame(13, add=(18,)))
    wire._move(wanted=(18,))
    assert wire.do(wire.link.fetched(wire.now)) == [Fetch(None, (18,))]


def test_what_could_not_be_fetched_is_fetched_after_the_next_welcome() -> None:
    wire = Wire(fetched_before()).live()
    wire.frame(ScopeFrame(12, add=(16,)))
    assert wire.do(wire.link.fetch_failed(wire.now))[0] == Hang()
    wire.do(wire.link.hurry(wire.now))
    assert of(wire.frame(welcome(scopes=(2, 4, 16))), Fetch) == [Fetch(None, (16,))]


def test_what_a_crash_left_wanted_is_fetched_after_the_restart() -> None:
    wire = Wire(fetched_before(scopes=(2, 4, 16), wanted=(16,)))
    wire.start()
    assert of(wire.frame(welcome(scopes=(2, 4, 16))), Fetch) == [Fetch(None, (16,))]


def test_a_fetch_beside_that_was_begun_goes_on_after_the_restart() -> None:
    boot = Boot(start=9, epoch=LIFE, token="t", scopes=(16,))
    wire = Wire(fetched_before(scopes=(2, 4, 16), wanted=(16,), boot=boot))
    wire.start()
    assert of(wire.frame(welcome(scopes=(2, 4, 16))), Fetch) == [Fetch(boot, (16,))]


# -- commands


def test_commands_wait_until_the_welcome_and_go_on_from_its_number() -> None:
    wire = Wire(fetched_before())
    wire.start()
    one, two = wish(), wish()
    assert wire.queue(one, two) == []
    actions = wire.frame(welcome(last_n=7))
    assert sent(actions) == [(one.cmd_id, 8), (two.cmd_id, 9)]


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
