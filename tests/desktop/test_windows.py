"""Several windows on one desk: each on its own, the same work in all, there again after a restart."""

from uuid import UUID

import pytest
from PySide6.QtCore import QRect, QTimer

from console.desktop.popped import Popped
from console.desktop.settings import Settings
from console.desktop.window import fitted
from console.desktop.windows import MOST_WINDOWS, Place
from console.tickets.model import View, ViewName
from tests.desktop.conftest import Shop, to_work
from tests.parts.seat import PASSPHRASE, Seat, said, sit_down

pytestmark = pytest.mark.usefixtures("qapp")

SCREEN, SECOND = QRect(0, 0, 1920, 1080), QRect(1920, 0, 1280, 1024)


@pytest.mark.parametrize(
    ("wanted", "screens", "made"),
    [
        (QRect(100, 100, 800, 600), [SCREEN], QRect(100, 100, 800, 600)),
        (QRect(2000, 50, 900, 700), [SCREEN, SECOND], QRect(2000, 50, 900, 700)),
        (QRect(2000, 50, 900, 700), [SCREEN], QRect(510, 190, 900, 700)),
        (QRect(100, 100, 4000, 3000), [SCREEN], QRect(0, 0, 1920, 1080)),
        (QRect(1500, 900, 800, 600), [SCREEN], QRect(1120, 480, 800, 600)),
        (QRect(-300, 20, 800, 600), [SCREEN], QRect(0, 20, 800, 600)),
        (QRect(1, 2, 3, 4), [], QRect(1, 2, 3, 4)),
    ],
)
def test_a_window_is_put_where_there_is_a_screen(
    wanted: QRect, screens: list[QRect], made: QRect
) -> None:
    assert fitted(wanted, screens) == made


async def _second(seat: Seat) -> Place:
    """The second window, opened by key and become the one that is worked in."""
    await seat.press("Ctrl+Shift+N")
    await seat.until(lambda: len(seat.desk.windows) == 1, "the second window")
    (place,) = seat.desk.windows
    await seat.until(place.window.isActiveWindow, "it to be active")
    return place


async def _up(seat: Seat, window: object) -> None:
    window.come_up()
    await seat.until(window.isActiveWindow, "the other window")


def test_each_window_has_its_own_view_and_the_same_work(shop: Shop) -> None:
    async def work(seat: Seat) -> None:
        await to_work(seat, shop)
        main = seat.workspace
        place = await _second(seat)
        other = place.workspace
        other.show_view(View(name=ViewName.ACTIVE))
        await seat.press("J")
        assert other.opened.ticket_id != main.opened.ticket_id
        assert (main.queue.view.name, other.queue.view.name) == ("unassigned", "active")
        first = main.opened.ticket_id
        await _up(seat, seat.desk.window)
        await seat.press("M")
        await seat.until(lambda: other.triage.ticket(first).assignee_id == shop.ana.id)
        await seat.settled()

    sit_down(shop.options, work)


def test_what_is_typed_in_one_window_is_in_the_other(shop: Shop) -> None:
    async def work(seat: Seat) -> None:
        await to_work(seat, shop)
        ticket = seat.workspace.opened.ticket_id
        place = await _second(seat)
        place.workspace.show_ticket(ticket)
        await _up(seat, seat.desk.window)
        await seat.press("R")
        await seat.type("From the first")
        await _up(seat, place.window)
        editor = place.workspace.page.composer.editor
        assert editor.toPlainText() == "From the first"
        await seat.press("R")
        await seat.type(" and the second")
        await _up(seat, seat.desk.window)
        assert "and the second" in seat.workspace.page.composer.editor.toPlainText()
        assert "From the first" in seat.workspace.page.composer.editor.toPlainText()

    sit_down(shop.options, work)


def test_the_last_window_that_closes_ends_parley(shop: Shop) -> None:
    async def work(seat: Seat) -> None:
        await to_work(seat, shop)
        await seat.settled()
        place = await _second(seat)
        seat.desk.window.close()
        assert not seat.desk.finished.is_set()
        assert place.window.isVisible()
        place.window.close()
        assert seat.desk.finished.is_set()
        assert Settings(shop.profile).choice("windows.open", "") == ""

    sit_down(shop.options, work)


def test_another_window_closes_alone(shop: Shop) -> None:
    async def work(seat: Seat) -> None:
        await to_work(seat, shop)
        await seat.settled()
        place = await _second(seat)
        place.window.close()
        assert not seat.desk.finished.is_set()
        assert seat.desk.window.isVisible()
        shop.hear("One more", "It comes to the window that stays")
        queue = seat.workspace.queue
        await seat.until(lambda: len(queue) == 4, "the new ticket, and nothing of the closed one")

    sit_down(shop.options, work)


def test_no_more_windows_than_a_desk_can_hold(shop: Shop) -> None:
    async def work(seat: Seat) -> None:
        await to_work(seat, shop)
        for _ in range(MOST_WINDOWS + 1):
            seat.desk.open_window()
        assert len(seat.desk.windows) == MOST_WINDOWS
        assert f"{MOST_WINDOWS} windows are open: close one first" in said()

    sit_down(shop.options, work)


def test_windows_are_there_again_where_they_were(shop: Shop) -> None:
    kept: dict[str, object] = {}

    async def first(seat: Seat) -> None:
        await to_work(seat, shop, PASSPHRASE)
        await seat.settled()
        place = await _second(seat)
        place.window.setGeometry(20, 40, 760, 560)
        place.workspace.show_view(View(name=ViewName.ACTIVE))
        await seat.press("J")
        kept["ticket"] = place.workspace.opened.ticket_id
        # Written while it is open: what is killed now has it too.
        await seat.until(
            lambda: (
                Settings(shop.profile).of_window("2").text("ticket") == str(kept["ticket"])
                and Settings(shop.profile).choice("windows.open", "") == "2"
            ),
            "the layout on the disk",
        )

    async def second(seat: Seat) -> None:
        await seat.give_passphrase(PASSPHRASE)
        await seat.at_work()
        (place,) = seat.desk.windows
        assert place.window.geometry() == QRect(20, 40, 760, 560)
        assert place.workspace.queue.view.name == ViewName.ACTIVE
        assert place.workspace.opened.ticket_id == kept["ticket"]

    sit_down(shop.options, first)
    sit_down(shop.options, second)


def test_a_view_of_the_same_tickets_is_written_down_too(shop: Shop) -> None:
    """Neither the ticket nor what is listed changes: only the view itself tells of it."""

    def on_disk(name: str) -> str:
        return Settings(shop.profile).text(name)

    async def work(seat: Seat) -> None:
        await to_work(seat, shop)
        await seat.press("J")
        shown = seat.workspace
        opened, listed = str(shown.opened.ticket_id), shown.queue.ids()
        await seat.until(lambda: on_disk("ticket") == opened, "the ticket on the disk")
        waiting = shown.arrangement.findChildren(QTimer)
        await seat.until(lambda: not any(t.isActive() for t in waiting), "nothing more to write")
        shown.show_view(View(name=ViewName.ACTIVE))
        assert shown.queue.ids() == listed
        assert any(t.isActive() for t in waiting), "it does not wait for something else to change"
        await seat.until(lambda: "active" in on_disk("view"), "the view on the disk")

    sit_down(shop.options, work)


def test_a_ticket_stands_in_a_window_of_its_own(shop: Shop) -> None:
    async def work(seat: Seat) -> None:
        await to_work(seat, shop)
        main, ticket = seat.workspace, seat.workspace.opened.ticket_id
        await seat.press("Ctrl+Shift+O")
        await seat.until(lambda: len(seat.desk.windows) == 1, "its window")
        (place,) = seat.desk.windows
        alone = place.workspace
        assert isinstance(alone, Popped)
        await seat.until(place.window.isActiveWindow, "its window before the others")
        assert alone.opened.ticket_id == ticket
        assert not alone.list.isVisible()
        assert alone.page.isVisible()
        await seat.press("J")
        assert alone.opened.ticket_id == ticket, "there is no next one"
        await seat.press("E")
        await seat.until(lambda: main.triage.ticket(ticket).status == "solved")
        await seat.press("Ctrl+Shift+O")
        assert len(seat.desk.windows) == 1, "one window for one ticket"
        other = _other(seat, ticket)
        alone.show_ticket(other)
        await seat.until(lambda: main.opened.ticket_id == other, "the other where the list is")
        await seat.settled()

    sit_down(shop.options, work)


def _other(seat: Seat, ticket: UUID) -> UUID:
    queue = seat.workspace.queue
    found = [UUID(bytes=place[1]) for place in queue._places]
    return next(one for one in found if one != ticket)


def test_damaged_settings_of_windows_open_none(shop: Shop) -> None:
    told = "x 2:no-uuid 99999 " + " ".join(str(n) for n in range(2, 40))

    async def work(seat: Seat) -> None:
        seat.desk.settings.keep_choice("windows.open", told)
        await to_work(seat, shop)
        assert 0 < len(seat.desk.windows) <= MOST_WINDOWS

    sit_down(shop.options, work)
