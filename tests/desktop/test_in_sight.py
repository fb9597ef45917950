"""The ticket one is at stays in sight: when the bar of many slides in beneath it, and after a crash meanwhile."""

from PySide6.QtCore import QPoint

from console.desktop.workspace import Workspace
from console.tickets.model import View, ViewName
from tests.desktop.at import At, once_more
from tests.parts.seat import press
from tests.screens.stage import Scene


def at_the_bottom(shown: Workspace) -> None:
    """Be at the last ticket that is in sight as a whole."""
    shown.show_view(View(name=ViewName.ACTIVE))
    tickets = shown.list
    tickets.choose(0)
    row = tickets.indexAt(QPoint(0, tickets.viewport().height() - 1)).row()
    assert 0 < row < len(shown.queue) - 1, "there is more than there is room for"
    tickets.choose(row - 1)


def below(shown: Workspace) -> int:
    """How many pixels of the current row are out of sight."""
    tickets = shown.list
    return tickets.visualRect(tickets.currentIndex()).bottom() + 1 - tickets.viewport().height()


def test_the_bar_of_many_does_not_cover_what_is_selected(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        at_the_bottom(shown)
        await scene.settle()
        assert below(shown) <= 0
        press("X")
        await scene.settle()
        assert shown.many.bar.isVisible()
        assert below(shown) <= 0

    at.work(work)


def test_the_place_is_the_same_when_parley_ends_while_the_bar_slides_in(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        at_the_bottom(shown)
        await scene.settle()
        press("X")
        slide = shown.many.bar._slide._run
        slide.pause()
        slide.setCurrentTime(slide.duration() // 2)
        press("Shift+J")
        await scene.settle()
        async with once_more(scene) as again:
            slide.resume()
            await scene.settle()
            assert again.many.selection.told == shown.many.selection.told != ""
            assert again.list.place == shown.list.place
            assert below(again) <= 0

    at.work(work)


def test_a_place_away_from_the_current_ticket_is_left_alone(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        at_the_bottom(shown)
        shown.list.choose(0)
        bar = shown.list.verticalScrollBar()
        bar.setValue(bar.maximum())
        await scene.settle()
        press("X")
        await scene.settle()
        place = shown.list.place
        async with once_more(scene) as again:
            assert again.list.place == place

    at.work(work)
