"""A table's rows: drawn in every theme, and from the other side where people read that way."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from console.people.viewmodel import Directory
from console.tickets.model import Priority, Sort, View, ViewName
from console.tickets.records import TICKET, ChangeTags, SetPriority
from console.tickets.viewmodel.queue import Queue
from console.tickets.viewmodel.row import Marks
from console.tickets.widgets.queue import QueueList
from console.tickets.widgets.signs import order_sign
from console.tickets.widgets.table import COLUMNS, TableDelegate, TableHeader
from console.ui.theme import THEMES, Theme, ThemeName, sizes
from tests.parts.console import Console

pytestmark = pytest.mark.anyio
WIDTH = 1100


class Tabled:
    """A list of three tickets as a table, in a window."""

    def __init__(self, console: Console, theme: Theme, qtbot: QtBot) -> None:
        self.queue = Queue(console.local, Directory(console.local))
        self.window = QWidget()
        self.header = TableHeader(self.window)
        self.list = QueueList(self.queue, theme, console.clock, self.window)
        self.list.setItemDelegate(TableDelegate(self.header, theme, console.clock, self.list))
        box = QVBoxLayout(self.window)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addWidget(self.list)
        qtbot.addWidget(self.window)
        self.window.resize(WIDTH, 300)
        self.window.show()
        self.header.show_columns(tuple(COLUMNS), {})
        self.queue.show(View(name=ViewName.ACTIVE))
        self.list.choose(0)

    def picture(self) -> QImage:
        """The rows as they are drawn."""
        return self.list.grab().toImage()


@pytest.fixture
async def tabled(console: Console, theme: Theme, qtbot: QtBot) -> Tabled:
    one, two, _ = console.cases("one", "two", "three")
    high = SetPriority(priority=Priority.HIGH, seen=Priority.NORMAL)
    await console.local.do(TICKET, one.id, high, lane=one.id, about="")
    await console.local.do(TICKET, two.id, ChangeTags(add=("vip",)), lane=two.id, about="")
    return Tabled(console, theme, qtbot)


def inks(image: QImage, left: int, right: int) -> set[int]:
    """The colours in a stretch of the second row."""
    row = sizes("comfortable")["table"]
    ys = range(row + 4, 2 * row - 4)
    return {image.pixel(x, y) for x in range(left, right) for y in ys}


@pytest.mark.parametrize("name", THEMES)
async def test_every_cell_is_drawn_in_every_theme(
    tabled: Tabled, theme: Theme, name: ThemeName
) -> None:
    theme.use(name)
    picture = tabled.picture()
    for column, start, width in tabled.header.cells():
        filled = len(inks(picture, start + 2, start + width - 2)) > 1
        assert filled is (column != "assignee"), column


@pytest.fixture
def mirrored(tabled: Tabled, qapp: QApplication) -> Iterator[Tabled]:
    """The same where people read from right to left."""
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield tabled
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


async def test_cells_stand_under_their_headings_from_the_other_side(mirrored: Tabled) -> None:
    picture, header = mirrored.picture(), mirrored.header
    for column, start, width in header.cells():
        at = header.names.index(column)
        left = header.sectionViewportPosition(at)
        assert left == WIDTH - start - width, "the header is mirrored"
        filled = len(inks(picture, left + 2, left + width - 2)) > 1
        assert filled is (column != "assignee"), column


async def test_a_row_is_read_aloud_as_in_the_list(tabled: Tabled) -> None:
    told = tabled.list.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "three" in told
    assert "unassigned" in told


async def test_the_heading_of_the_order_is_marked(tabled: Tabled) -> None:
    for sort in Sort:
        tabled.header.show_sort(order_sign(sort, ()))
        (column,) = [name for name, column in COLUMNS.items() if column.sort == sort]
        assert tabled.header.isSortIndicatorShown()
        assert tabled.header.names[tabled.header.sortIndicatorSection()] == column


async def test_others_and_mentions_are_marked_in_a_table_too(
    tabled: Tabled, console: Console
) -> None:
    """At the end of the subject, where the others have nothing."""
    (start, width) = next((s, w) for name, s, w in tabled.header.cells() if name == "subject")
    end = (start + width - 26, start + width - 6)
    assert len(inks(tabled.picture(), *end)) == 1
    second = UUID(bytes=tabled.list.model().index(1, 0).model().key(1))
    console.meet(console.ben, second)
    assert len(inks(tabled.picture(), *end)) > 1
    console.meet(console.ben, second, "left")
    assert len(inks(tabled.picture(), *end)) == 1
    row = tabled.queue.row(second.bytes)
    assert row is not None
    tabled.queue._rows[second.bytes] = replace(row, marks=Marks(mentions=True))
    tabled.list.viewport().update()
    assert len(inks(tabled.picture(), *end)) > 1
