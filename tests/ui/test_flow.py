"""Widgets in a flow: side by side while there is room, then in the next line."""

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.ui.flow import Flow


def box(count: int, qtbot: QtBot) -> tuple[QWidget, Flow, list[QWidget]]:
    owner = QWidget()
    flow = Flow(owner, gap=10)
    parts = [QWidget() for _ in range(count)]
    for part in parts:
        part.setFixedSize(100, 30)
        flow.addWidget(part)
    qtbot.addWidget(owner)
    return owner, flow, parts


def places(parts: list[QWidget]) -> list[tuple[int, int]]:
    return [(part.x(), part.y()) for part in parts]


def test_it_breaks_where_there_is_no_room(qtbot: QtBot) -> None:
    owner, flow, parts = box(3, qtbot)
    owner.resize(320, 100)
    owner.show()
    assert places(parts) == [(0, 0), (110, 0), (220, 0)]
    owner.resize(319, 100)
    assert places(parts) == [(0, 0), (110, 0), (0, 40)]
    assert [flow.heightForWidth(width) for width in (320, 319, 100, 20)] == [30, 70, 110, 110]


def test_what_is_taken_leaves_no_gap(qtbot: QtBot) -> None:
    owner, flow, parts = box(3, qtbot)
    owner.resize(400, 100)
    owner.show()
    flow.removeWidget(parts[0])
    parts[0].hide()
    flow.activate()
    assert places(parts[1:]) == [(0, 0), (110, 0)]
    assert flow.count() == 2
    assert flow.itemAt(2) is None
    assert flow.takeAt(5) is None


def test_an_empty_flow_needs_nothing(qtbot: QtBot) -> None:
    _, flow, _ = box(0, qtbot)
    assert flow.heightForWidth(100) == 0
    assert flow.minimumSize().isEmpty()
