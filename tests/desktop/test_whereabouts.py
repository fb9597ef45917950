"""Where one was is where one is again: page, pane, place in the list, what is selected, what is half typed."""

from collections.abc import Awaitable, Callable

import pytest

from console.tickets.widgets.filter_dialog import FilterDialog
from tests.desktop.conftest import Shop, to_work
from tests.parts.keyboard import Keyboard, here, sees
from tests.parts.seat import PASSPHRASE, Seat, sit_down

pytestmark = pytest.mark.usefixtures("qapp")
MANY = 30
Work = Callable[[Seat], Awaitable[None]]


def leave_and_return(shop: Shop, leave: Work, back: Work) -> None:
    """Do something at a desk, close Parley, start it again, look."""

    async def first(seat: Seat) -> None:
        await to_work(seat, shop, PASSPHRASE)
        await leave(seat)

    async def second(seat: Seat) -> None:
        await seat.give_passphrase(PASSPHRASE)
        await seat.at_work()
        await back(seat)

    sit_down(shop.options, first)
    sit_down(shop.options, second)


def test_place_in_the_list_selection_and_panes(shop: Shop) -> None:
    for n in range(MANY):
        shop.hear(f"Lid{n} is missing", "Where is it?")
    left: list[object] = []

    def stands(seat: Seat) -> list[object]:
        space = seat.workspace
        return [
            space.list.place, space.many.selection.told, space.views_list.isVisible(),
            space.opened.timeline.filter, space.opened.ticket_id,
        ]  # fmt: skip

    async def leave(seat: Seat) -> None:
        seat.desk.window.resize(
            seat.desk.window.width(), 700
        )  # no taller than the screen: it is as tall again
        for keys in (*["J"] * (MANY - 8), *["K"] * 3, "X", "Shift+J", "F9", "L, B"):
            await seat.press(keys)
        bar = seat.workspace.many.bar
        await seat.until(lambda: bar.height() == bar.sizeHint().height(), "the bar at rest")
        left.extend(stands(seat))
        assert left[1], "two are selected"
        assert left[2:4] == [False, "buyer"]

    async def back(seat: Seat) -> None:
        assert stands(seat) == left
        assert here() == "Tickets"
        await seat.press("*")
        await seat.press("X")
        left[:] = stands(seat)

    leave_and_return(shop, leave, back)

    async def once_more(seat: Seat) -> None:
        await seat.give_passphrase(PASSPHRASE)
        await seat.at_work()
        assert stands(seat) == left
        assert len(seat.workspace.many.selection) == MANY + 2, "all but one"

    sit_down(shop.options, once_more)


def test_a_table_leaves_the_other_panes_as_wide_as_they_were(shop: Shop) -> None:
    sizes: list[list[int]] = []

    async def leave(seat: Seat) -> None:
        await seat.press("J")

    async def back(seat: Seat) -> None:
        """The window is as wide as the screen lets it be from now on."""
        sizes.append(seat.workspace.split.sizes())
        await seat.press("Ctrl+T")
        sizes.append(seat.workspace.split.sizes())
        assert sizes[1][2:] == [0, 0]

    leave_and_return(shop, leave, back)

    async def once_more(seat: Seat) -> None:
        await seat.give_passphrase(PASSPHRASE)
        await seat.at_work()
        split = seat.workspace.split
        await seat.until(lambda: split.sizes() == sizes[1], "the table to have its room")
        await seat.press("Ctrl+T")
        await seat.until(lambda: split.sizes() == sizes[0], "the panes as they were")

    sit_down(shop.options, once_more)


def test_who_was_writing_goes_on_writing(shop: Shop) -> None:
    async def leave(seat: Seat) -> None:
        await seat.press("R")
        await seat.type("Dear Leena")
        await seat.press("Left")
        await seat.press("Left")

    async def back(seat: Seat) -> None:
        assert here() == "Message"
        await seat.press("Backspace")
        editor = seat.workspace.page.composer.editor
        assert editor.toPlainText() == "Dear Lena"

    leave_and_return(shop, leave, back)


def test_a_line_half_typed_is_searched_again(shop: Shop) -> None:
    async def leave(seat: Seat) -> None:
        await seat.press("/")
        await seat.type("parc")

    async def back(seat: Seat) -> None:
        assert here() == "Search"
        assert seat.workspace.search_page.line.text() == "parc"
        await seat.until(lambda: sees("Parcel never arrived"), "what is found")
        await seat.press("Esc")
        assert here() == "Tickets"

    leave_and_return(shop, leave, back)


def test_a_macro_half_written_is_there(shop: Shop) -> None:
    async def leave(seat: Seat) -> None:
        keys = Keyboard(seat)
        await keys.press("G, M")
        await keys.tab_to("New macro")
        await keys.press("Space")
        await keys.tab_to("Name")
        await keys.type("Half a macro")

    async def back(seat: Seat) -> None:
        assert seat.workspace.shown_page == "macros"
        assert sees("Half a macro")
        await Keyboard(seat).tab_to("Revert")
        await seat.press("Space")
        assert not sees("Half a macro")
        assert not seat.workspace._local.remembered, "and nothing of it is kept"

    leave_and_return(shop, leave, back)


def test_a_view_half_put_together_is_there(shop: Shop) -> None:
    async def leave(seat: Seat) -> None:
        keys = Keyboard(seat)
        await keys.press("Ctrl+Shift+F")
        await keys.tab_to("Name of the view")
        await keys.type("Half a view")

    async def back(seat: Seat) -> None:
        assert sees("Half a view")
        await seat.press("Esc")
        assert not sees("Half a view")
        assert not seat.workspace._local.remembered, "and nothing of it is kept"

    leave_and_return(shop, leave, back)


def test_a_view_just_begun_is_there(shop: Shop) -> None:
    async def leave(seat: Seat) -> None:
        await seat.press("Ctrl+Shift+F")
        await seat.until(lambda: seat.workspace.findChildren(FilterDialog), "the dialog")

    async def back(seat: Seat) -> None:
        await seat.until(lambda: seat.workspace.findChildren(FilterDialog), "it to be there again")
        await seat.press("Esc")
        assert not seat.workspace._local.remembered, "and nothing of it is kept"

    leave_and_return(shop, leave, back)
