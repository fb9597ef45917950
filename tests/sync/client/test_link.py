"""The link as tables: an event at a time goes in, actions come out, no socket and no waiting."""

from typing import Any

import pytest

from console.sync.client import backoff
from console.sync.client.link import (
    BEHIND_S,
    Absorb,
    Connect,
    Fetch,
    Greeted,
    Hang,
    Rescope,
    Stop,
    Tell,
    Wake,
)
from console.sync.client.standing import Boot, Standing
from console.sync.frames import (
    BYE_RESTART,
    BYE_SIGNED_OUT,
    BYE_SLOW,
    BYE_VERSION,
    Batch,
    Bye,
    Ping,
    Resync,
    ScopeFrame,
)
from console.sync.records import Epoch
from tests.parts.linked import LIFE, Wire, fetched_before, modes, of, welcome

# -- setting out


def test_an_empty_cache_is_fetched_first() -> None:
    wire = Wire(Standing())
    assert wire.start() == [Tell(wire.link.status), Fetch(None)]
    assert wire.link.status.mode == "loading"


def test_a_fetch_that_was_begun_goes_on() -> None:
    boot = Boot(start=9, epoch=LIFE, totals={"ticket": 10}, got=4, token="t")
    actions = Wire(Standing(boot=boot)).start()
    assert of(actions, Fetch) == [Fetch(boot)]
    assert (actions[0].status.done, actions[0].status.total) == (4, 10)


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
    assert actions[:2] == [Greeted(LIFE, frozenset({2, 4}), 10, 0), Tell(wire.link.status)]
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
        most = min(backoff.MOST_S, backoff.FIRST_S * 2**attempt)
        assert backoff.FIRST_S / 2 <= wait <= backoff.FIRST_S / 2 + most
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
    assert wake.at - wire.now <= backoff.FIRST_S * 1.5


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
    assert actions[-1] == Stop(reason)
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
def test_a_resync_fetches_what_is_newer_and_compares(reason: Any) -> None:
    wire = Wire(fetched_before())
    wire.start()
    before = wire.standing
    assert of(wire.frame(welcome(mode="resync", epoch=Epoch(9, 9))), Greeted) == []
    actions = wire.frame(Resync(reason, 7))
    assert actions[0] == Hang()
    assert of(actions, Fetch) == [Fetch(None, since=7, compare=True, force=reason == "fork")]
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
    assert wire.do(wire.link.fetch_failed(wire.now, restart=True)) == [Fetch(None, compare=True)]


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
