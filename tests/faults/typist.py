"""The real console in a process of its own: it types a script, tells how it stands, and dies at a key of it.

`python -m tests.faults.typist PLAN` opens a profile as `parley` does, with a keyring that holds the
plan's secret. After each key it waits until all that has come of it is on the disk, and tells the
state in a line of JSON. At the key it is to die at it waits for nothing but so many turns of the loop.
"""

import asyncio
import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractAnimation, QVariantAnimation
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit

from console.demo.hands import between_tasks
from console.desktop import keystore
from console.desktop.app import DesktopOptions, run
from console.desktop.desk import Desk
from console.tickets.records import MarkRead
from console.tickets.widgets.filter_dialog import FilterDialog
from tests.parts.seat import press, type_text
from tests.parts.until import until

WRITTEN_INTO = (QLineEdit, QPlainTextEdit, QTextEdit)
LETTERS = "type "
"""A key that begins so is letters, typed at once: words that lead somewhere, not a text."""


class Keyring:
    """A keyring that holds one secret."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def get_password(self, _service: str, _entry: str) -> str:
        return self._secret

    def set_password(self, _service: str, _entry: str, secret: str) -> None:
        self._secret = secret


def main() -> int:
    """Open the profile and type; the desktop's exit code, should it live."""
    plan = json.loads(sys.argv[1])
    keystore.backend = lambda: Keyring(plan["secret"])

    async def work(desk: Desk) -> None:
        try:
            await _type(desk, plan["keys"], plan["dies_at"], plan["turns"])
        except Exception:  # noqa: BLE001 - the edge: whoever started us is told
            traceback.print_exc()
        desk.end()  # it has not died: it does not live on either

    return run(DesktopOptions(server=None, profile=Path(plan["profile"])), work)


async def _type(desk: Desk, keys: list[str], dies_at: int, turns: int) -> None:
    await _settled(desk)
    desk.window.activateWindow()
    _tell(desk)
    for n, key in enumerate(keys):
        await until(lambda: _has_keyboard(desk), "the keyboard")
        await between_tasks(lambda key=key, dies=n == dies_at and not turns: _hit(key, dies))
        if n == dies_at:
            for _ in range(turns):
                await asyncio.sleep(0)
            _die()
        await _settled(desk)
        _tell(desk)
    _die()


def _has_keyboard(desk: Desk) -> bool:
    """Whether a window has it; off screen nobody gives it back after a dialog."""
    if QApplication.focusWindow() is None:
        desk.window.activateWindow()
    return QApplication.focusWindow() is not None


def _hit(key: str, dies: bool) -> None:
    if key.startswith(LETTERS):
        type_text(key.removeprefix(LETTERS))
    elif len(key) == 1 and isinstance(QApplication.focusWidget(), WRITTEN_INTO):
        type_text(key)
    else:
        press(key)
    if dies:
        _die()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def _settled(desk: Desk) -> None:
    """Until nothing is left to be written, and nothing is being looked for."""
    await until(lambda: not _busy(desk), "rest", seen=lambda: _busy(desk))


def _busy(desk: Desk) -> list[str]:
    local, space = desk.local, desk.workspace
    if local is None or space is None:
        return ["it has not begun"]
    names = [*local._tasks.names, *desk.slots._tasks.names]
    names += [name for place in desk.windows for name in place.slots._tasks.names]
    names += ["layout" for each in desk.workspaces if each.arrangement._changed]
    names += ["line" for each in desk.workspaces if each.whereabouts._line.isActive()]
    if local.standing is None or local.standing.mode != "offline":
        names.append("to be known offline")  # there is a line above the list then
    tops = QApplication.topLevelWidgets()
    running = QAbstractAnimation.State.Running
    names += [
        "motion" for t in tops for a in t.findChildren(QVariantAnimation) if a.state() == running
    ]
    return names + ["search"] * space.search.busy


def _tell(desk: Desk) -> None:
    sys.stdout.write(json.dumps(_state(desk)) + "\n")
    sys.stdout.flush()


def _state(desk: Desk) -> dict[str, Any]:
    """All that is to be there again: text, selection, layout, and what waits to be sent."""
    space, local = desk.workspace, desk.local
    assert space is not None, "there is a workspace"
    assert local is not None, "it has its files"
    editor = space.page.composer.editor
    return {
        "page": space.shown_page,
        "view": str(space.queue.view.name),
        "order": str(space.queue.sort),
        "table": space.looks.tabled.on,
        "ticket": str(space.opened.ticket_id),
        "current": (space.list.current_key or b"").hex(),
        "top": space.list.place,
        "selected": space.many.selection.told,
        "lane shown": space.opened.timeline.filter,
        "text": editor.toPlainText(),
        "caret": editor.textCursor().position() if editor.toPlainText() else 0,
        "to": space.opened.composer.state.to.lane if editor.toPlainText() else "",
        "writes": editor.hasFocus() and bool(editor.toPlainText()),
        "line": space.search_page.line.text() if space.shown_page == "search" else "",
        "drafts": {str(i): kept.draft.body for i, kept in sorted(local.drafts.items())},
        "waiting": [
            entry.about
            for entry in local.entries.values()
            if entry.about and entry.command.type != MarkRead.__name__  # that is done by time
        ],
        "dialogs": [
            [str(condition.field) for condition in top._filter.view.conditions]
            for top in QApplication.topLevelWidgets()
            if isinstance(top, FilterDialog) and top.isVisible()
        ],
        "panes": space.split.sizes() if space.split.isVisible() else [],
        "windows": sorted(str(place.ticket) for place in desk.windows),
    }


if __name__ == "__main__":
    sys.exit(main())
