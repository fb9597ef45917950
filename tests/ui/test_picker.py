"""The picker: type to narrow, arrows and Enter or the mouse to pick, Escape to leave."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAccessible, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QListView, QWidget
from pytestqt.qtbot import QtBot

from console.ui.picker import MOST_VISIBLE, Choice, Picker, containing
from console.ui.rows import row_at
from console.ui.theme import THEMES, Theme, ThemeName

Key = Qt.Key
PEOPLE = (
    Choice(1, "Ana Kovac", "user", "me"),
    Choice(2, "Ben Ode", "user", checked=True),
    Choice(3, "Cara Lind", "user"),
    Choice(4, "Жанна Ода", "user"),
    Choice(5, "Europe", "users", "team"),
)


class Picking:
    """An open picker over a window, and what it picked."""

    def __init__(
        self, theme: Theme, qtbot: QtBot, search: Callable[[str], Any] | None = None
    ) -> None:
        self.window = QWidget()
        self.window.resize(800, 600)
        qtbot.addWidget(self.window)
        self.window.show()
        self.picked: list[object] = []
        self.picker = Picker(
            theme, "Assign to", search or containing(PEOPLE), self.picked.append, self.window
        )
        self.gone: list[bool] = []
        self.picker.destroyed.connect(lambda: self.gone.append(True))
        (self.line,) = self.picker.findChildren(QLineEdit)
        (self.list,) = self.picker.findChildren(QListView)
        self.picker.open_at(QPoint(100, 100))

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.line, key)

    def texts(self) -> list[str]:
        model = self.list.model()
        return [row_at(model.index(n, 0)).text for n in range(model.rowCount())]

    @property
    def current(self) -> str:
        found = row_at(self.list.currentIndex())
        return found.text if found else ""


@pytest.fixture
def picking(theme: Theme, qtbot: QtBot) -> Picking:
    return Picking(theme, qtbot)


def test_it_opens_on_the_choice_that_holds(picking: Picking) -> None:
    assert (picking.current, picking.line.hasFocus()) == ("Ben Ode", True)
    assert len(picking.texts()) == 5


def test_typing_narrows_and_enter_picks_the_first(picking: Picking) -> None:
    QTest.keyClicks(picking.line, "od")
    assert (picking.texts(), picking.current) == (["Ben Ode"], "Ben Ode")
    picking.press(Key.Key_Backspace)
    picking.press(Key.Key_Backspace)
    QTest.keyClicks(picking.line, "A KO")
    assert picking.texts() == ["Ana Kovac"]
    picking.press(Key.Key_Return)
    assert picking.picked == [1]


def test_it_is_no_taller_than_what_is_found(picking: Picking) -> None:
    def below() -> int:
        return picking.picker.height() - picking.list.geometry().bottom()

    tall, edge = picking.picker.height(), below()
    QTest.keyClicks(picking.line, "cara")
    QApplication.processEvents()
    assert picking.picker.height() < tall
    assert below() == edge


def test_words_of_what_stands_beside_count_too(picking: Picking) -> None:
    QTest.keyClicks(picking.line, "team eur")
    assert picking.texts() == ["Europe"]


def test_other_alphabets(picking: Picking) -> None:
    for letter in "жанна":
        key = ord(letter.upper())  # so Qt numbers a Cyrillic key: no name of `Qt.Key` is its
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, letter)
        QApplication.sendEvent(picking.line, event)
    assert picking.texts() == ["Жанна Ода"]


def test_arrows_go_round(picking: Picking) -> None:
    for key, text in (
        (Key.Key_Down, "Cara Lind"),
        (Key.Key_Down, "Жанна Ода"),
        (Key.Key_Down, "Europe"),
        (Key.Key_Down, "Ana Kovac"),
        (Key.Key_Up, "Europe"),
    ):
        picking.press(key)
        assert picking.current == text
    picking.press(Key.Key_Enter)
    assert picking.picked == [5]


def test_nothing_found_picks_nothing(picking: Picking) -> None:
    QTest.keyClicks(picking.line, "nobody of this name")
    for key in (Key.Key_Down, Key.Key_Up, Key.Key_Return):
        picking.press(key)
    assert (picking.texts(), picking.picked, picking.picker.isVisible()) == ([], [], True)


def test_escape_leaves_and_picks_nothing(picking: Picking) -> None:
    picking.press(Key.Key_Escape)
    QApplication.sendPostedEvents(None, 52)  # DeferredDelete: it cleans up after itself
    assert (picking.picked, picking.gone) == ([], [True])


def test_a_click_picks(picking: Picking) -> None:
    place = picking.list.visualRect(picking.list.model().index(2, 0)).center()
    QTest.mouseClick(picking.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert picking.picked == [3]


def test_it_is_closed_before_what_was_picked_is_done(theme: Theme, qtbot: QtBot) -> None:
    """What is picked may open another picker."""
    seen: list[bool] = []
    picking = Picking(theme, qtbot)
    picker = picking.picker
    picker._picked = lambda _: seen.append(picker.isVisible())
    picking.press(Key.Key_Return)
    assert seen == [False]


def test_a_fresh_search_offers_what_was_typed(theme: Theme, qtbot: QtBot) -> None:
    picking = Picking(
        theme, qtbot, lambda typed: [Choice(typed, f"Add “{typed}”")] if typed else []
    )
    assert picking.texts() == []
    QTest.keyClicks(picking.line, "vip")
    picking.press(Key.Key_Return)
    assert picking.picked == ["vip"]


@pytest.mark.parametrize("place", [QPoint(-500, -500), QPoint(5000, 5000), QPoint(300, 300)])
def test_it_stays_inside_its_window(theme: Theme, qtbot: QtBot, place: QPoint) -> None:
    picking = Picking(theme, qtbot)
    picking.picker.open_at(picking.window.mapToGlobal(place))
    assert picking.window.frameGeometry().contains(picking.picker.geometry())


def test_a_long_list_is_cut_at_so_many_rows(theme: Theme, qtbot: QtBot) -> None:
    many = [Choice(n, f"Person {n}") for n in range(500)]
    picking = Picking(theme, qtbot, containing(many))
    shown = [
        n for n in range(500)
        if picking.list.viewport().rect().intersects(
            picking.list.visualRect(picking.list.model().index(n, 0))
        )
    ]  # fmt: skip
    assert MOST_VISIBLE <= len(shown) <= MOST_VISIBLE + 1
    picking.press(Key.Key_Up)
    assert picking.current == "Person 499"


def test_the_mouse_chooses_when_it_moves_and_not_when_rows_move_under_it(
    theme: Theme, qtbot: QtBot
) -> None:
    many = [Choice(n, f"Person {n}") for n in range(500)]
    picking = Picking(theme, qtbot, containing(many))
    viewport, third = picking.list.viewport(), picking.list.model().index(2, 0)
    QTest.mouseMove(viewport, picking.list.visualRect(third).center())
    assert picking.current == "Person 2"
    for _ in range(3):
        picking.press(Key.Key_Up)
    QApplication.processEvents()
    assert picking.current == "Person 499"


def test_it_is_named_for_whoever_listens(picking: Picking) -> None:
    for widget in (picking.picker, picking.line, picking.list):
        told = QAccessible.queryAccessibleInterface(widget)
        assert told.text(QAccessible.Text.Name) == "Assign to"
    told = QAccessible.queryAccessibleInterface(picking.list)
    assert told.child(0).text(QAccessible.Text.Name).startswith("Ana Kovac")


@pytest.mark.parametrize("name", THEMES)
def test_it_is_drawn_in_every_theme(theme: Theme, qtbot: QtBot, name: ThemeName) -> None:
    theme.use(name)
    picture = Picking(theme, qtbot).picker.grab().toImage()
    inks = {
        picture.pixel(x, y)
        for x in range(0, picture.width(), 2)
        for y in range(0, picture.height(), 2)
    }
    assert len(inks) > 10
