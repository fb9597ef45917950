"""Keys on pages in front of the tickets: they move there, and leave what is behind alone."""

from PySide6.QtWidgets import QApplication

from console.desktop.pages import FIELDS, MACROS, SETTINGS
from console.desktop.workspace import Workspace
from tests.desktop.at import At
from tests.parts.seat import press
from tests.screens.stage import Scene


def test_keys_on_a_page_leave_the_tickets_behind_it_alone(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        opened, waiting = shown.opened.ticket_id, dict(scene.local.entries)
        for name in (MACROS, FIELDS, SETTINGS):
            shown.show_page(name)
            await scene.settle()
            if name == SETTINGS:
                shown.settings_page._nav["general"].setFocus()
            for key in ("J", "X", "Return", "L, C"):
                press(key)
                await scene.settle()
                focus = QApplication.focusWidget()
                assert focus is not None, (name, key)
                assert focus.isVisible(), (name, key)
                assert not shown.split.isVisible(), (name, key)
            press("Esc")
            await scene.settle()
            shown.show_inbox()
            assert shown.opened.ticket_id == opened
            assert not len(shown.many.selection)
            assert scene.local.entries == waiting, "nothing was read, nothing done"

    at.work(work)


def test_enter_goes_into_the_form_and_j_to_the_next(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        shown.show_page(MACROS)
        await scene.settle()
        before = shown.macros.list.currentIndex().row()
        press("J")
        assert shown.macros.list.currentIndex().row() == before + 1
        press("Return")
        assert shown.macros.form.name.hasFocus()

    at.work(work)
