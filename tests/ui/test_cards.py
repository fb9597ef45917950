"""Cards fold and change places, by mouse and by key, and come back as they were put."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.ui.cards import CardColumn
from console.ui.widgets import Card, Text

Key, Alt = Qt.Key, Qt.KeyboardModifier.AltModifier


class Column(CardColumn):
    """Three groups of cards, the second of two."""

    def __init__(self, arrangement: str = "") -> None:
        self.cards = {name: Card(name) for name in ("a", "b1", "b2", "c")}
        for name, card in self.cards.items():
            card.body.addWidget(Text(f"inside {name}"))
        made = self.cards
        super().__init__(
            {"a": [made["a"]], "b": [made["b1"], made["b2"]], "c": [made["c"]]}, arrangement
        )
        self.told: list[str] = []
        self.arranged.connect(self.told.append)
        self.resize(260, 500)

    @property
    def seen(self) -> list[str]:
        """The cards from top to bottom."""
        QApplication.processEvents()
        shown = [name for name, card in self.cards.items() if card.isVisible()]
        return sorted(shown, key=lambda name: self.cards[name].y())

    @property
    def folded(self) -> list[str]:
        return [name for name, card in self.cards.items() if card._inside.isHidden()]


@pytest.fixture
def column(qtbot: QtBot) -> Column:
    made = Column()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    QApplication.processEvents()
    return made


def test_a_heading_folds_its_group_by_click_and_by_key(column: Column) -> None:
    heading = column.cards["b1"].heading
    QTest.mouseClick(heading, Qt.MouseButton.LeftButton)
    assert (column.folded, column.told) == (["b1", "b2"], ["a,-b,c"])
    assert heading.accessibleName() == "B1, folded"
    heading.setFocus()
    QTest.keyClick(heading, Key.Key_Space)
    assert (column.folded, column.told[-1]) == ([], "a,b,c")
    assert heading.accessibleName() == "B1"
    QTest.keyClick(heading, Key.Key_Return)
    assert column.folded == ["b1", "b2"]


def test_the_keys_move_a_group_and_stay_on_it(column: Column) -> None:
    heading = column.cards["a"].heading
    heading.setFocus()
    QTest.keyClick(heading, Key.Key_Down, Alt)
    assert (column.seen, column.told) == (["b1", "b2", "a", "c"], ["b,a,c"])
    assert heading.hasFocus()
    QTest.keyClick(heading, Key.Key_Down, Alt)
    QTest.keyClick(heading, Key.Key_Down, Alt)
    assert (column.seen, len(column.told)) == (["b1", "b2", "c", "a"], 2)
    QTest.keyClick(heading, Key.Key_Up, Alt)
    assert column.told[-1] == "b,a,c"


def test_what_is_not_seen_is_passed_over(column: Column) -> None:
    column.cards["b1"].hide()
    column.cards["b2"].hide()
    column.move_card("a", 1)
    assert (column.seen, column.arrangement) == (["c", "a"], "b,c,a")


def test_the_mouse_drags_a_group_past_its_neighbours(column: Column) -> None:
    heading = column.cards["a"].heading
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(heading, left, pos=QPoint(10, 5))
    QTest.mouseMove(heading, QPoint(10, 6))
    assert column.told == []
    for _ in range(40):
        if column.seen[-1] == "a":
            break
        QTest.mouseMove(heading, heading.mapFromGlobal(column.mapToGlobal(QPoint(20, 480))))
        QApplication.processEvents()
    QTest.mouseRelease(heading, left, pos=QPoint(10, 5))
    assert (column.seen[-1], column.folded) == ("a", []), "a drag is no click"


@pytest.mark.parametrize(
    ("kept", "order", "folded"),
    [
        ("", "a,b,c", []),
        ("c,-a,b", "c,-a,b", ["a"]),
        ("c", "c,a,b", []),
        ("gone,-b,b,,--", "-b,a,c", ["b1", "b2"]),
    ],
)
def test_it_stands_as_it_was_kept(qtbot: QtBot, kept: str, order: str, folded: list[str]) -> None:
    column = Column(kept)
    qtbot.addWidget(column)
    column.show()
    assert (column.arrangement, column.folded) == (order, folded)


def test_the_first_heading_is_the_one_at_the_top(column: Column) -> None:
    column.cards["a"].hide()
    assert column.first_heading() is column.cards["b1"].heading
