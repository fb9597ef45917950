"""Every page and dialog for whoever cannot see or has no mouse: reached by the keyboard, never caught."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from console.ui.theme import Theme
from tests.screens import reach
from tests.screens.shop import Made
from tests.screens.stage import Scene, State
from tests.screens.states import STATES

WALKED = (
    "sign-in", "passphrase-new", "keyring-shut", "workspace", "outbox", "settings",
    "settings-appearance", "settings-keys", "settings-key-taken", "settings-notifications",
    "settings-device", "settings-search", "popped", "keys", "about", "sign-in-again", "offline",
    "macros", "macros-none", "search", "search-remembered", "filter-new", "filter-many",
    "filter-edit", "rename-view", "table", "table-opened", "selecting", "bulk-asked", "bulk-working",
    "snooze-date", "draft-elsewhere", "question", "refused", "outbox-taken", "outbox-empty",
    "empty-view", "no-ticket", "files", "picture",
)  # fmt: skip
"""A state of each page and dialog; the others are the same pages with other content."""
FOCUSED = (
    "sign-in",
    "workspace",
    "outbox",
    "settings-appearance",
    "settings-notifications",
    "macros",
    "search",
    "filter-many",
    "selecting",
)


def _state(name: str) -> State:
    (found,) = (state for state in STATES if state.name == name)
    return found


def at(
    name: str, made: Made, theme: Theme, look: Callable[[Scene, QWidget], Awaitable[None]]
) -> None:
    """Look at the topmost window of a state."""

    async def show() -> None:
        async with Scene(made, theme) as scene:
            await _state(name).show(scene)
            await look(scene, ([*scene.over(), scene.window])[0])

    asyncio.run(show())


@pytest.mark.parametrize("name", WALKED)
def test_tab_comes_to_everything_and_is_caught_by_nothing(
    name: str, made: Made, theme: Theme
) -> None:
    async def look(_: Scene, top: QWidget) -> None:
        start = QApplication.focusWidget()
        if start is None or start.window() is not top:
            usable = [w for w in reach.controls(top) if w.isEnabled()]
            start = usable[0]
            start.setFocus()
        found = reach.walk(start)
        assert len(found) < reach.MOST_TABS
        assert list(reach.unreached(top, found)) == []

    at(name, made, theme, look)


@pytest.mark.parametrize("name", FOCUSED)
def test_the_keyboard_is_always_to_be_seen(name: str, made: Made, theme: Theme) -> None:
    async def look(_: Scene, top: QWidget) -> None:
        assert list(reach.faint(top)) == []

    at(name, made, theme, look)
