"""Icons: every name that the code uses is a glyph, and each is drawn, sharp on dense screens too."""

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

import console
from console.conversations.widgets.files import FILE_ICONS, STATE_ICONS
from console.conversations.widgets.lines import _EVENT_ICONS
from console.desktop.commands import COMMANDS
from console.tickets.widgets.row import CHANNEL_ICONS
from console.tickets.widgets.signs import PRIORITY_ICONS, STATUS_ICONS
from console.ui import icons

HOUSE = Path(console.__file__).parent


def used() -> set[str]:
    """Names in tables, and those that calls of the kit name outright."""
    found = {command.icon for command in COMMANDS if command.icon}
    found |= {name for name, _ in (*STATUS_ICONS.values(), *PRIORITY_ICONS.values())}
    found |= {*CHANNEL_ICONS.values(), *_EVENT_ICONS.values(), *FILE_ICONS, *STATE_ICONS}
    places = {"draw": 1, "icon": 0, "pixmap": 0, "Empty": 1, "Choice": 2}
    for path in HOUSE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                arg = node.args[places[name]] if len(node.args) > places.get(name, 99) else None
                if isinstance(arg, ast.Constant) and isinstance(arg.value, str) and arg.value:
                    found.add(arg.value)
    return found


def inked(image: QImage) -> int:
    """How many of an image's points are drawn on."""
    points = [(x, y) for x in range(image.width()) for y in range(image.height())]
    return sum(image.pixelColor(x, y).alpha() > 60 for x, y in points)


def test_every_name_in_use_is_drawn_and_no_two_are_alike(qapp: QApplication) -> None:
    drawn = {name: icons.pixmap(name, "#000000", 16).toImage() for name in used()}
    assert len(drawn) > 30
    assert [name for name, image in drawn.items() if inked(image) < 8] == []
    looks: dict[bytes, str] = {}
    for name, image in drawn.items():
        assert looks.setdefault(bytes(image.constBits()), name) == name


def test_an_unknown_name_is_our_mistake(qapp: QApplication) -> None:
    with pytest.raises(KeyError):
        icons.icon("no-such-icon", QColor("#000000"))


def test_the_colour_is_the_one_asked_for(qapp: QApplication) -> None:
    image = icons.pixmap("circle-fill", "#c92a2a", 16).toImage()
    assert image.pixelColor(8, 8).name() == "#c92a2a"
    assert image.pixelColor(0, 0).alpha() == 0


def test_twice_as_dense_is_twice_as_sharp(qapp: QApplication) -> None:
    once, twice = (icons.pixmap("package", "#000000", 16, scale) for scale in (1.0, 2.0))
    assert (once.width(), twice.width(), twice.devicePixelRatio()) == (16, 32, 2.0)
    assert inked(twice.toImage()) > 2 * inked(once.toImage())


def test_drawing_leaves_the_painter_as_it_was(qapp: QApplication) -> None:
    image = QImage(40, 40, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    pen, font = painter.pen(), painter.font()
    icons.draw(painter, "check-bold", QRectF(4, 4, 32, 32), QColor("#00ff00"))
    assert (painter.pen(), painter.font()) == (pen, font)
    painter.end()
    assert inked(image) > 20
