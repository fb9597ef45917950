"""The lease on the cache: it runs out by time that passes, whatever the clock is set to."""

from datetime import timedelta

from console.sync.client.lease import LEASE, WHOLE_MS, Lease, renewed
from tests.parts.acts import AT

DAY = timedelta(days=1)
YEARS = timedelta(days=3_652)


def test_it_lasts_seven_days_and_then_ends() -> None:
    lease = renewed(AT)
    assert lease.left == WHOLE_MS
    assert not lease.ended(AT + LEASE - timedelta(seconds=1))
    assert lease.ended(AT + LEASE)


def test_whoever_never_had_one_is_not_locked_out() -> None:
    assert not Lease().ended(AT + YEARS)
    assert Lease().spent(AT) == Lease()


def test_a_clock_that_goes_back_gives_nothing() -> None:
    lease = renewed(AT).spent(AT + 5 * DAY)
    back = lease.spent(AT - YEARS)
    assert back == lease, "nothing is had back"
    assert back.spent(AT + 6 * DAY).left == DAY // timedelta(milliseconds=1)
    assert back.ended(AT + 7 * DAY)


def test_a_clock_that_jumps_ahead_ends_it_until_the_server_is_met() -> None:
    lease = renewed(AT).spent(AT + YEARS)
    assert lease.ended(AT + YEARS)
    assert lease.ended(AT), "going back does not open it"
    assert not renewed(AT).ended(AT)
