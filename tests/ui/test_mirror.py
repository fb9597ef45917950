"""Right to left: what is painted is mirrored, letters stay upright and begin at the other edge."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QStyleOptionViewItem, QWidget

from console.ui import icons, mirror, paint
from console.ui.flow import Flow
from console.ui.theme import BASE, Theme, font

pytestmark = pytest.mark.usefixtures("theme")
WHOLE = QRect(0, 0, 100, 24)
INK, PAPER = QColor("black"), QColor("white")


@pytest.fixture
def leftwards(qapp: QApplication) -> Iterator[None]:
    """Everything runs from right to left."""
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


class Marked:
    """A delegate with a mark at the beginning and a word behind it."""

    @mirror.mirrors
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, _index: object) -> None:
        rect = QRect(option.rect)
        painter.fillRect(rect.left(), 0, 3, 24, INK)
        paint.line(painter, rect.adjusted(10, 0, 0, 0), "FF", font(BASE), INK)


def painted() -> QImage:
    """What the delegate paints."""
    image = QImage(QSize(100, 24), QImage.Format.Format_RGB32)
    image.fill(PAPER)
    painter, option = QPainter(image), QStyleOptionViewItem()
    option.rect = WHOLE
    Marked().paint(painter, option, None)
    painter.end()
    return image


def word(image: QImage, at: int) -> QImage:
    """The part of a picture in which the word stands."""
    return image.copy(at, 0, 20, 24)


def inked(image: QImage) -> tuple[int, int]:
    """The first and the last column that is not empty."""
    columns = [
        x
        for x in range(image.width())
        if any(image.pixelColor(x, y) != PAPER for y in range(image.height()))
    ]
    return columns[0], columns[-1]


def test_a_row_is_mirrored_and_its_words_are_not(qapp: QApplication) -> None:
    plain = painted()
    assert inked(plain)[0] == 0
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    turned = painted()
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    assert inked(turned)[1] == 99, "the mark is at the other edge"
    start, end = inked(plain.copy(4, 0, 96, 24))
    wide = end - start + 1
    first, last = inked(turned.copy(0, 0, 96, 24))
    assert last - first + 1 == pytest.approx(wide, abs=1)
    # An F has its stem at its left, whichever way the row runs.
    upright = plain.copy(4 + start, 0, wide, 24)
    again = turned.copy(first, 0, wide, 24)
    assert _stem(upright) == _stem(again)


def _stem(image: QImage) -> bool:
    """Whether there is more ink at the left than at the right."""
    half = image.width() // 4

    def ink(start: int) -> int:
        return sum(
            255 - image.pixelColor(x, y).lightness()
            for x in range(start, start + half)
            for y in range(image.height())
        )

    return ink(0) > ink(image.width() - half)


def _icon(name: str) -> QImage:
    image = QImage(QSize(24, 24), QImage.Format.Format_RGB32)
    image.fill(PAPER)
    painter = QPainter(image)
    mirror.turn(painter, QRect(0, 0, 24, 24))
    icons.draw(painter, name, QRectF(0, 0, 24, 24), INK)
    painter.end()
    return image


def test_icons_that_point_are_mirrored_and_others_are_not(qapp: QApplication) -> None:
    names = ("arrow-bend-up-left", "magnifying-glass")
    plain = [_icon(name) for name in names]
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    turned = [_icon(name) for name in names]
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    assert turned[0] != plain[0]
    assert turned[1] == plain[1]


def test_every_icon_that_points_is_there() -> None:
    assert sorted(icons.POINTING - set(icons._glyphs()[1])) == []


@pytest.mark.usefixtures("leftwards")
def test_widgets_side_by_side_begin_at_the_right() -> None:
    whole = QWidget()
    flow = Flow(whole, 6)
    first, second = QPushButton("One"), QPushButton("Two")
    for button in (first, second):
        flow.addWidget(button)
    whole.resize(400, 100)
    whole.show()
    assert first.geometry().right() == 399
    assert second.geometry().right() < first.geometry().left()
    whole.close()


def test_painting_is_not_touched_where_lines_run_to_the_right(theme: Theme) -> None:
    assert not mirror.leftwards()
    image = QImage(QSize(10, 10), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    mirror.turn(painter, WHOLE)
    with mirror.upright(painter, WHOLE) as turned:
        assert turned is False
    assert painter.worldTransform().isIdentity()
    painter.end()
    assert mirror.leading(Qt.AlignmentFlag.AlignLeft, turned=False) == Qt.AlignmentFlag.AlignLeft
    assert theme.tokens.name == "light"


@pytest.mark.usefixtures("leftwards")
def test_room_before_and_behind_changes_sides() -> None:
    whole = QWidget()
    row = QHBoxLayout(whole)
    mirror.margins(row, 12, 1, 4, 2)
    at = row.contentsMargins()
    assert (at.left(), at.top(), at.right(), at.bottom()) == (4, 1, 12, 2)
