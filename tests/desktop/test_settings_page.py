"""Each setting does something, at once and after a restart; the line finds any of them."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from console.desktop import preferences as p
from console.desktop.commands import by_id
from console.desktop.preferences import Deed, Fact, Preference
from console.desktop.sections import SECTIONS
from console.desktop.settings import Settings
from console.desktop.settings_page import SettingsPage
from console.ui.controls import HourEdit, Line, Segments, Switch
from console.ui.theme import Theme
from tests.screens.shop import Made
from tests.screens.stage import Scene
from tests.screens.states import LENA


def at_settings(
    made: Made,
    theme: Theme,
    work: Callable[[Scene, SettingsPage], Awaitable[None]],
    language: str = "en",
) -> None:
    async def all_of_it() -> None:
        async with Scene(made, theme, language=language) as scene:
            shown = await scene.work(LENA)
            shown.program.show_settings()
            await scene.settle()
            await work(scene, shown.settings_page)

    asyncio.run(all_of_it())


def lines(page: SettingsPage) -> list[Line]:
    """Every line that is on screen."""
    return [line for line in page.findChildren(Line) if line.isVisible()]


def line(page: SettingsPage, title: str) -> Line:
    (found,) = [one for one in page.findChildren(Line) if one._title.text() == title]
    return found


def test_every_line_has_what_it_needs_and_a_name_of_its_own() -> None:
    wishes = [wish for section in SECTIONS for wish in section.lines]
    titles = [wish.title for wish in wishes]
    assert len(titles) == len(set(titles))
    for wish in wishes:
        if isinstance(wish, Deed):
            assert by_id(wish.command).id == wish.command
    names = [wish.name for wish in wishes if not isinstance(wish, Deed | Fact)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "wish",
    [w for s in SECTIONS for w in s.lines if not isinstance(w, Deed | Fact)],
    ids=lambda wish: wish.name,
)
def test_a_setting_is_kept(wish: Preference, tmp_path: Path) -> None:
    match wish:
        case p.Toggle():
            wish.keep(Settings(tmp_path), not wish.default)
            assert wish.of(Settings(tmp_path)) is not wish.default
        case p.Pick():
            for value, _ in wish.options:
                wish.keep(Settings(tmp_path), value)
                assert wish.of(Settings(tmp_path)) == value
            wish.keep(Settings(tmp_path), "no such thing")
            assert wish.of(Settings(tmp_path)) == wish.default
        case p.Hour():
            wish.keep(Settings(tmp_path), time(3, 25))
            assert wish.of(Settings(tmp_path)) == time(3, 25)
            Settings(tmp_path).keep_choice(wish.name, "25:99")
            assert wish.of(Settings(tmp_path)) == wish.default


def test_a_section_shows_its_lines_and_the_line_finds_any(made: Made, theme: Theme) -> None:
    async def work(scene: Scene, page: SettingsPage) -> None:
        for section in SECTIONS:
            page.show_section(section.name)
            assert len(lines(page)) == len(section.lines), section.name
        page.search.setFocus()
        QTest.keyClicks(page.search, "compact rows")
        assert [one._title.text() for one in lines(page)] == ["Rows", ""]
        page.search.clear()
        QTest.keyClicks(page.search, "zzqq")
        assert lines(page) == []
        assert page._none.isVisible()

    at_settings(made, theme, work)


def test_a_command_that_is_searched_for_is_shown_among_the_keys(made: Made, theme: Theme) -> None:
    async def work(scene: Scene, page: SettingsPage) -> None:
        page.search.setText("attach files")
        (hit,) = lines(page)
        assert hit.more.text() == "1 command is called so"
        assert isinstance(hit.control, QPushButton)
        hit.control.click()
        assert page.keys.isVisible()
        assert page.keys._shown == ["attach"]
        assert page.keys.list.hasFocus()

    at_settings(made, theme, work)


def test_theme_rows_and_motion_are_there_at_once(made: Made, theme: Theme) -> None:
    async def work(scene: Scene, page: SettingsPage) -> None:
        tall = scene.workspace.list.sizeHintForRow(0)
        for title, value in (("Theme", "dark"), ("Rows", "compact"), ("Motion", "still")):
            control = line(page, title).control
            assert isinstance(control, Segments)
            control._buttons[value].click()
        assert theme.tokens.name == "dark"
        assert scene.workspace.list.sizeHintForRow(0) < tall
        scene.workspace.show_inbox()
        await scene.settle()
        index = scene.workspace.list.model().index(0, 0)
        assert scene.workspace.list.visualRect(index).height() == theme.size("row") < tall
        assert theme.still
        assert QApplication.cursorFlashTime() == 0

    at_settings(made, theme, work)


def test_a_switch_and_an_hour_are_kept_as_they_are_set(made: Made, theme: Theme) -> None:
    async def work(scene: Scene, page: SettingsPage) -> None:
        switch = line(page, "A ticket is given to me").control
        assert isinstance(switch, Switch)
        switch.click()
        assert not p.ASSIGNED.of(scene.settings)
        edit = line(page, "Until").control
        assert isinstance(edit, HourEdit)
        for typed, at in (("6:30", time(6, 30)), ("25:10", time(6, 30)), ("9", time(9))):
            edit.setFocus()
            edit.selectAll()
            QTest.keyClicks(edit, typed)
            QTest.keyClick(edit, Qt.Key.Key_Return)
            assert p.QUIET_TO.of(scene.settings) == at
            assert edit.text() == at.isoformat("minutes")

    at_settings(made, theme, work)


def test_how_long_undo_is_offered_and_when_a_ticket_is_read(made: Made, theme: Theme) -> None:
    async def work(scene: Scene, page: SettingsPage) -> None:
        p.UNDO_SHOWN.keep(scene.settings, "30000")
        p.READ_AFTER.keep(scene.settings, "5000")
        workspace = scene.workspace
        workspace.toast.say("Something")
        assert workspace.toast._timer.remainingTime() > 20_000
        workspace.show_inbox()
        workspace.step(1)
        assert workspace.current.read_timer.interval() == 5_000
        assert workspace.current.read_timer.isActive()
        workspace.current.read_timer.stop()
        p.READ_AFTER.keep(scene.settings, "-1")
        workspace.step(1)
        assert not workspace.current.read_timer.isActive()

    at_settings(made, theme, work)


def test_the_page_tells_where_and_how_much_and_what_protects_it(made: Made, theme: Theme) -> None:
    async def work(scene: Scene, page: SettingsPage) -> None:
        page.show_section("device")
        assert line(page, "Where it is kept").more.text() == str(scene.folder)
        assert " of tickets and messages, " in line(page, "How much it is").more.text()
        lock = line(page, "Lock").control
        assert isinstance(lock, QPushButton)
        assert not lock.isEnabled()
        scene.workspace.program.kept = "passphrase"
        scene.link("offline")
        assert lock.isEnabled()
        everywhere = line(page, "Sign out everywhere").control
        assert isinstance(everywhere, QPushButton)
        assert not everywhere.isEnabled(), "it needs the server"
        scene.link("live")
        assert everywhere.isEnabled()

    at_settings(made, theme, work)


def test_enter_leads_from_the_search_to_what_it_found(made: Made, theme: Theme) -> None:
    async def work(scene: Scene, page: SettingsPage) -> None:
        page.search.setText("theme")
        assert not any(button.isChecked() for button in page._nav.values()), "of all sections"
        page.search.setFocus()
        QTest.keyClick(page.search, Qt.Key.Key_Return)
        control = line(page, "Theme").control
        assert isinstance(control, Segments)
        assert control.isAncestorOf(QApplication.focusWidget())

    at_settings(made, theme, work)


def test_languages_have_the_names_that_they_have_for_themselves(made: Made, theme: Theme) -> None:
    async def work(scene: Scene, page: SettingsPage) -> None:
        control = line(page, "Sprache").control
        assert isinstance(control, Segments)
        words = [button.text() for button in control._buttons.values()]
        assert words == ["Wie das System", "English", "Deutsch", "العربية"]

    at_settings(made, theme, work, "de")
