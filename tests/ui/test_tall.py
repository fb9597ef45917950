"""The tall list: it measures what is in sight and no more, and nothing in sight ever jumps."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from pytestqt.qtbot import QtBot

from console.kernel.edits import Change, Insert, Remove, Reset
from console.ui.rows import Index, Rows, key_at
from console.ui.tall import TallList

GUESSED = 50
Hint = QAbstractItemView.ScrollHint


def height(key: int) -> int:
    """Rows are 20 to 119 pixels tall, and none is what was guessed for long."""
    return 20 + key * 37 % 100


class Delegate(QStyledItemDelegate):
    """Remembers what was measured and what was painted."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.measured: list[int] = []
        self.painted: list[int] = []
        self.more = 0

    def sizeHint(self, _: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's
        self.measured.append(key_at(index))
        return QSize(10, height(key_at(index)) + self.more)

    def paint(self, _: QPainter, __: QStyleOptionViewItem, index: Index) -> None:
        self.painted.append(key_at(index))


class Many(TallList):
    """A tall list of numbers."""

    def __init__(self, count: int) -> None:
        super().__init__(None)
        self.rows = Rows(lambda key: key, str, self)
        self.setModel(self.rows)
        self.by = Delegate(self)
        self.setItemDelegate(self.by)
        self.tester = QAbstractItemModelTester(self.rows)
        self.resize(300, 400)
        self.rows.apply([Reset(list(range(count)))])

    def guess(self, _: int) -> int:
        return GUESSED

    def turn(self) -> "Many":
        QApplication.processEvents()
        return self

    def top(self) -> tuple[int, int]:
        """The row at the top and how far down it stands."""
        index = self.indexAt(QPoint(5, 0))
        return key_at(index), self.visualRect(index).top()

    def index(self, row: int) -> QModelIndex:
        return self.rows.index(row)

    def seen(self) -> list[int]:
        """The rows that are painted, each where the one above ends."""
        self.by.painted.clear()
        self.viewport().repaint()
        found = list(self.by.painted)
        for above, below in pairwise(found):
            ends = self.visualRect(self.index(self.rows.place(above) or 0)).bottom() + 1
            assert self.visualRect(self.index(self.rows.place(below) or 0)).top() == ends
        return found


@pytest.fixture
def many(qtbot: QtBot) -> Many:
    made = Many(10_000)
    qtbot.addWidget(made)
    made.show()
    return made.turn()


def test_it_opens_at_its_end_and_measures_only_what_is_in_sight(many: Many) -> None:
    assert many.is_at_end
    assert many.visualRect(many.index(9_999)).bottom() == many.viewport().height() - 1
    assert many.seen()[-1] == 9_999
    assert len(set(many.by.measured)) < 30


def test_scrolling_shows_every_row_once_and_in_order(qtbot: QtBot) -> None:
    many = Many(60)
    qtbot.addWidget(many)
    many.show()
    many.turn()
    bar = many.verticalScrollBar()
    shown = set(many.seen())
    for _ in range(200):
        before = {key: many.visualRect(many.index(key)).top() for key in many.seen()}
        value = bar.value()
        bar.setValue(bar.value() - 40)
        if value == 0:
            break
        moved = {many.visualRect(many.index(key)).top() - top for key, top in before.items()}
        assert len(moved) == 1, "all that is in sight moves together"
        shown |= set(many.seen())
    assert (bar.value(), many.top(), shown) == (0, (0, 0), set(range(60)))
    assert bar.maximum() == sum(map(height, range(60))) - many.viewport().height()


def test_what_comes_on_top_or_goes_there_moves_nothing(many: Many) -> None:
    many.scrollTo(many.index(5_000), Hint.PositionAtTop)
    many.turn()
    before = many.top()
    assert before == (5_000, 0)
    many.rows.apply([Insert(0, list(range(20_000, 20_100)))])
    assert many.turn().top() == before
    many.rows.apply([Remove(10, 40)])
    assert many.turn().top() == before
    many.rows.apply([Insert(many.rows.rowCount(), [30_000])])
    assert (many.turn().top(), many.is_at_end) == (before, False)
    assert many.seen()[0] == 5_000


def test_at_the_end_it_stays_there_while_it_grows(many: Many) -> None:
    many.rows.apply([Insert(10_000, [10_001, 10_002])])
    assert many.turn().seen()[-1] == 10_002
    many.by.more = 200
    many.rows.apply([Change(10_001)])
    assert many.turn().visualRect(many.index(10_001)).height() == height(10_002) + 200
    assert many.visualRect(many.index(10_001)).bottom() == many.viewport().height() - 1
    many.rows.apply([Remove(10_000, 2)])
    assert many.turn().seen()[-1] == 9_999


def test_another_width_measures_anew_and_keeps_the_place(many: Many) -> None:
    many.scrollTo(many.index(7_000), Hint.PositionAtTop)
    many.turn()
    many.by.more = 30
    many.resize(200, 400)
    assert many.turn().top() == (7_000, 0)
    assert many.visualRect(many.index(7_000)).height() == height(7_000) + 30
    many.to_end()
    many.resize(220, 500)
    assert many.turn().seen()[-1] == 9_999


@pytest.mark.parametrize(
    ("hint", "place"),
    [(Hint.PositionAtTop, 0), (Hint.PositionAtCenter, 0.5), (Hint.PositionAtBottom, 1)],
)
def test_it_goes_to_a_row_far_away(
    many: Many, hint: QAbstractItemView.ScrollHint, place: float
) -> None:
    many.scrollTo(many.index(3_000), hint)
    box = many.turn().visualRect(many.index(3_000))
    room = many.viewport().height() - height(3_000)
    assert abs(box.top() - room * place) <= 1
    assert box.height() == height(3_000)
    many.scrollTo(many.index(3_000))
    assert many.visualRect(many.index(3_000)) == box, "it is in sight already"


def test_the_keys_move_by_row_and_page_and_to_both_ends(many: Many) -> None:
    many.activateWindow()
    many.setFocus()
    many.setCurrentIndex(many.index(9_999))
    at = []
    keys = Qt.Key
    for key in (keys.Key_Up, keys.Key_PageUp, keys.Key_Home, keys.Key_Down, keys.Key_End):
        QTest.keyClick(many, key)
        current = many.turn().currentIndex().row()
        at.append(current)
        box = many.visualRect(many.currentIndex())
        assert many.viewport().rect().contains(box), "the current row is in sight"
    assert at[0] == 9_998
    assert 9_980 < at[1] < 9_998
    assert at[2:] == [0, 1, 9_999]


def test_without_rows_it_is_empty(qtbot: QtBot) -> None:
    many = Many(0)
    qtbot.addWidget(many)
    many.show()
    assert many.turn().seen() == []
    assert not many.indexAt(QPoint(5, 5)).isValid()
    QTest.keyClick(many, Qt.Key.Key_Down)
    assert not many.currentIndex().isValid()
    many.rows.apply([Insert(0, [7])])
    assert many.turn().seen() == [7]


def test_a_short_list_stands_at_the_bottom(qtbot: QtBot) -> None:
    many = Many(3)
    qtbot.addWidget(many)
    many.show()
    many.turn()
    room = many.viewport().height()
    assert many.visualRect(many.index(2)).bottom() == room - 1
    assert not many.indexAt(QPoint(5, 5)).isValid()
    assert many.indexAt(QPoint(5, room - 5)).row() == 2
    many.rows.apply([Insert(0, list(range(100, 140)))])
    assert many.turn().visualRect(many.index(many.rows.rowCount() - 1)).bottom() == room - 1
