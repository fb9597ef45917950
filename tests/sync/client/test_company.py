"""Company: who else is here, over by itself; the engine hears of us when there is news."""

from uuid import UUID

import pytest

from console.kernel.ids import new_id
from console.sync.client import pipe
from console.sync.client.company import AGAIN_S, MOST, Company
from console.sync.presence import MOST_GLANCED, TTL_S
from tests.fakes.clock import ManualClock
from tests.fakes.timers import Timers

A, B, BEN, CARA = (new_id() for _ in range(4))


class Desk:
    """A console's company, what it told and was told."""

    def __init__(self, clock: ManualClock) -> None:
        self.timers = Timers(clock)
        self.company = Company(clock, self.timers)
        self.news: list[UUID] = []
        self.company.changed.connect(self.news.append)
        self.told: list[pipe.ToEngine] = []
        self.company.tell = self.told.append

    def hear(self, ticket: UUID, who: UUID, what: str) -> None:
        self.company.hear(pipe.Present(ticket, who, what))


@pytest.fixture
def desk(clock: ManualClock) -> Desk:
    return Desk(clock)


def test_others_are_kept_by_ticket_in_the_order_they_came(desk: Desk) -> None:
    desk.hear(A, BEN, "viewing")
    desk.hear(A, CARA, "viewing")
    desk.hear(B, CARA, "noting")
    desk.hear(A, BEN, "typing")
    assert list(desk.company.of(A).items()) == [(BEN, "typing"), (CARA, "viewing")]
    assert desk.company.of(B) == {CARA: "noting"}
    assert desk.company.of(new_id()) == {}
    assert desk.news == [A, A, B, A]
    desk.hear(A, BEN, "left")
    desk.hear(A, BEN, "left")
    assert desk.company.of(A) == {CARA: "viewing"}
    assert desk.news == [A, A, B, A, A]


def test_what_is_told_again_is_no_news(desk: Desk) -> None:
    for _ in range(3):
        desk.hear(A, BEN, "viewing")
        desk.timers.advance(TTL_S / 2)
    assert desk.news == [A]


def test_what_is_not_told_again_is_over_by_itself(desk: Desk) -> None:
    desk.hear(A, BEN, "typing")
    desk.timers.advance(TTL_S / 2)
    desk.hear(B, CARA, "viewing")
    desk.timers.advance(TTL_S / 2)
    assert (desk.company.of(A), desk.company.of(B)) == ({}, {CARA: "viewing"})
    assert desk.news == [A, B, A]
    desk.timers.advance(TTL_S)
    assert desk.news == [A, B, A, B]
    assert desk.timers.due == {}, "nothing is waited for any more"


def test_without_a_link_nobody_is_there(desk: Desk) -> None:
    desk.hear(A, BEN, "typing")
    desk.hear(A, CARA, "typing")
    desk.company.clear()
    desk.company.clear()
    assert (desk.company.of(A), desk.news) == ({}, [A, A, A])


def test_it_ends_with_its_owner(desk: Desk) -> None:
    desk.hear(A, BEN, "typing")
    desk.company.close()
    assert (desk.company.of(A), desk.timers.due) == ({}, {})


def test_there_is_an_end_to_it(desk: Desk) -> None:
    for _ in range(MOST + 10):
        desk.hear(A, new_id(), "viewing")
    assert len(desk.company.of(A)) == MOST


def test_the_engine_hears_what_is_new_and_that_somebody_still_writes(
    desk: Desk, clock: ManualClock
) -> None:
    for _ in range(3):
        desk.company.attend(A)
    for _ in range(25):
        desk.company.attend(A, "noting")
        clock.advance(AGAIN_S / 10)
    desk.company.attend(None)
    noting = pipe.Attend(A, "noting")
    first, *middle, last = desk.told
    assert (first, last) == (pipe.Attend(A, "viewing"), pipe.Attend(None, "viewing"))
    assert middle == [noting] * 3
    assert desk.company.attending == last


def test_whoever_rests_is_at_no_ticket_until_they_are_there_again(clock: ManualClock) -> None:
    desk = Desk(clock)
    desk.company.attend(A)
    desk.company.rest(True)
    assert desk.told[-1] == pipe.Attend(None, "viewing")
    desk.company.attend(B)  # the list moved on by itself
    assert desk.told[-1] == pipe.Attend(None, "viewing")
    desk.company.rest(False)
    assert desk.told[-1] == pipe.Attend(B, "viewing")
    desk.company.rest(True)
    desk.company.attend(B, "typing:buyer")
    assert desk.told[-1] == pipe.Attend(B, "typing:buyer")


def test_the_engine_hears_what_all_lists_show_together(desk: Desk) -> None:
    one, other = object(), object()
    desk.company.glance(one, [A, B])
    desk.company.glance(other, [B])
    desk.company.glance(one, [B, A][::-1])
    assert desk.told == [pipe.Glance((A, B))]
    desk.company.glance(one, [])
    assert desk.told[1:] == [pipe.Glance((B,))]
    desk.company.glance(other, [])
    assert desk.told[2:] == [pipe.Glance(())]
    assert desk.company._sights == {}, "a list that is gone is not kept"


def test_the_engine_hears_of_so_many_rows_and_no_more(desk: Desk) -> None:
    desk.company.glance(desk, [new_id() for _ in range(MOST_GLANCED + 9)])
    (told,) = desk.told
    assert isinstance(told, pipe.Glance)
    assert len(told.tickets) == MOST_GLANCED
