"""Rows that look as before are drawn from their pictures, and look just as if they were painted."""

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QImage, QPainter

from console.ui import paint
from console.ui.kept import MOST_ROWS, Kept
from console.ui.theme import BASE, font

pytestmark = pytest.mark.usefixtures("theme")
PAPER, INK = QColor("white"), QColor("black")
ROW = QRect(0, 30, 120, 24)


class Page:
    """A page on which rows are drawn; `painted` are the words that had to be."""

    def __init__(self, ratio: float = 1.0) -> None:
        self.kept = Kept()
        self.painted: list[str] = []
        self.image = QImage(QSize(120, 90) * ratio, QImage.Format.Format_RGB32)
        self.image.setDevicePixelRatio(ratio)

    def draw(self, key: int, words: str, rect: QRect = ROW, ground: QColor = PAPER) -> QImage:
        """Draw a row on an empty page; the page."""

        def row(painter: QPainter) -> None:
            self.painted.append(words)
            painter.fillRect(rect.left(), rect.top(), 3, rect.height(), INK)
            paint.line(painter, rect.adjusted(10, 0, 0, 0), words, font(BASE), INK)

        self.image.fill(ground)
        painter = QPainter(self.image)
        self.kept.draw(painter, rect, ground, key, words, row)
        painter.end()
        return self.image.copy()


def bare(words: str, rect: QRect = ROW, ratio: float = 1.0) -> QImage:
    """The page with the row painted once, and never kept."""
    return Page(ratio).draw(1, words, rect)


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_row_is_painted_once_and_drawn_alike_wherever_it_stands(ratio: float) -> None:
    page = Page(ratio)
    first = page.draw(1, "Parcel", ROW)
    assert page.draw(1, "Parcel", ROW) == first
    assert page.draw(1, "Parcel", ROW.translated(0, -20)) == bare(
        "Parcel", ROW.translated(0, -20), ratio
    )
    assert page.painted == ["Parcel"]


def test_a_row_that_looks_different_is_painted_anew() -> None:
    page = Page()
    before = page.draw(1, "Parcel")
    assert page.draw(1, "Refund") == bare("Refund") != before
    page.draw(1, "Refund", QRect(0, 30, 110, 24))
    page.draw(1, "Refund", QRect(0, 30, 110, 24), QColor("red"))
    page.kept.clear()
    page.draw(1, "Refund", QRect(0, 30, 110, 24), QColor("red"))
    assert page.painted == ["Parcel"] + 4 * ["Refund"]


def test_of_many_rows_those_painted_last_are_kept() -> None:
    page = Page()
    for key in range(MOST_ROWS + 1):
        page.draw(key, str(key))
    page.painted.clear()
    page.draw(MOST_ROWS, str(MOST_ROWS))
    page.draw(0, "0")
    assert page.painted == ["0"]


def test_between_two_pixels_rows_are_painted_as_letters() -> None:
    page = Page(1.25)
    assert page.draw(1, "Parcel") == page.draw(1, "Parcel")
    assert page.painted == ["Parcel", "Parcel"]
