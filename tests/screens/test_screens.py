"""Every state can be shown: nothing cut, nothing astray, nothing blank, everything named and reached."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from console.desktop.workspace import Workspace
from console.ui.theme import THEMES, Theme
from tests.screens import looks, reach
from tests.screens.sheets import contact_sheets
from tests.screens.shop import Made
from tests.screens.spoken import STATES
from tests.screens.stage import Scene, State
from tests.screens.states import LENA

_LEAST_COLORS = 12
_MOST_TABS = 80


@pytest.fixture
def steady(qapp: QApplication) -> Iterator[None]:
    """Carets that do not blink."""
    before = qapp.cursorFlashTime()
    qapp.setCursorFlashTime(0)
    yield
    qapp.setCursorFlashTime(before)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_a_state_looks_and_speaks_as_it_should(state: State, made: Made, theme: Theme) -> None:
    async def show() -> None:
        async with Scene(made, theme, state.size, state.language) as scene:
            await state.show(scene)
            assert (scene.window.width(), scene.window.height()) == state.size, "it does not fit"
            for top in (scene.window, *scene.over()):
                assert list(looks.cut(top, elides=state.elides)) == []
                assert list(looks.stray(top)) == []
                assert list(looks.unnamed(top)) == []
                assert list(reach.silent(top)) == []
                assert list(reach.mute_rows(top)) == []
                assert looks.colors(top.grab().toImage()) >= _LEAST_COLORS, f"{top!r} is blank"

    asyncio.run(show())


def test_names_of_states_are_their_own() -> None:
    names = [state.name for state in STATES]
    assert len(names) == len(set(names))


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize("name", ["workspace", "outbox"])
def test_pictures_are_stable_and_differ_between_themes(
    name: str, made: Made, theme: Theme, tmp_path: Path
) -> None:
    (state,) = (state for state in STATES if state.name == name)

    async def picture(file: Path) -> None:
        async with Scene(made, theme, state.size) as scene:
            await state.show(scene)
            assert scene.picture().save(str(file))

    files = []
    for number, chosen in enumerate((*THEMES, THEMES[0])):
        theme.use(chosen)
        files.append(tmp_path / f"{number}.png")
        asyncio.run(picture(files[-1]))
    told = [file.read_bytes() for file in files]
    assert told[0] == told[-1]
    assert len(set(told)) == len(THEMES)
    (sheet,) = contact_sheets(files, tmp_path / "sheet")
    assert sheet.stat().st_size > 0


@pytest.mark.parametrize("size", [(1440, 900), (1024, 640), (960, 540)])
def test_tab_reaches_every_pane_and_leaves_it(
    size: tuple[int, int], made: Made, theme: Theme
) -> None:
    async def walk() -> None:
        async with Scene(made, theme, size) as scene:
            workspace = await scene.work(LENA)
            found = _walk(workspace.list)
            assert found[0] is found[-1], "the keyboard is caught somewhere"
            assert [name for name, pane in _panes(workspace) if not _reached(pane, found)] == []

    asyncio.run(walk())


def _walk(start: QWidget) -> list[QWidget]:
    """What has the keyboard after each Tab, until it is back at the start."""
    found = [start]
    while len(found) < _MOST_TABS:
        QTest.keyClick(found[-1], Qt.Key.Key_Tab)
        here = QApplication.focusWidget()
        assert here is not None, f"the keyboard is nowhere after {found[-1]!r}"
        found.append(here)
        if here is start:
            break
    return found


def _panes(workspace: Workspace) -> list[tuple[str, QWidget]]:
    page = workspace.page
    panes = {
        "rail": workspace.rail,
        "views": workspace.views_list,
        "list": workspace.list_panel,
        "header": page.header,
        "timeline": page.timeline,
        "composer": page.composer,
        "context": workspace.context,
        "status": workspace.status,
    }
    return [(name, pane) for name, pane in panes.items() if pane.isVisible()]


def _reached(pane: QWidget, found: list[QWidget]) -> bool:
    return any(widget is pane or pane.isAncestorOf(widget) for widget in found)
