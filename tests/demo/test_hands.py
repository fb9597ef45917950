"""Hands and eyes: keys arrive as from a keyboard, waiting has an end, pictures are taken."""

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from console.demo.hands import Hands, Missed, ensure

pytestmark = pytest.mark.anyio


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    box = QVBoxLayout(made)
    for widget in (QLineEdit(), QPlainTextEdit(), QPushButton("Go")):
        box.addWidget(widget)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
        made.activateWindow()
    return made


async def test_types_every_script(window: QWidget, tmp_path: Path) -> None:
    hands, text = Hands(window, tmp_path), window.findChildren(QPlainTextEdit)[0]
    text.setFocus()
    await hands.type("Grüße, 佐藤 — مرحبا\n🙏 #1")
    assert text.toPlainText() == "Grüße, 佐藤 — مرحبا\n🙏 #1"
    await hands.press("Ctrl+A", "Del")
    assert text.toPlainText() == ""


async def test_clicks_and_sees(window: QWidget, tmp_path: Path) -> None:
    hands, button = Hands(window, tmp_path), window.findChildren(QPushButton)[0]
    button.setCheckable(True)
    await hands.click(button)
    assert button.isChecked()
    file = hands.look("after")
    assert file.name == "01-after.png"
    assert QImage(str(file)).size() == window.grab().size()


async def test_waiting_ends_in_a_sentence(window: QWidget, tmp_path: Path) -> None:
    hands = Hands(window, tmp_path)
    assert await hands.until(lambda: 7, "Seven") == 7
    with pytest.raises(Missed, match=r"^Rain did not come within 0.05 s\.$"):
        await hands.until(lambda: False, "Rain", limit_s=0.05)


def test_ensures() -> None:
    ensure("something", "never said")
    with pytest.raises(Missed, match="It is not so"):
        ensure(None, "It is not so.")


async def test_a_picture_that_cannot_be_written_is_said(window: QWidget, tmp_path: Path) -> None:
    with pytest.raises(Missed, match="could not be written"):
        Hands(window, tmp_path / "nowhere").look("x")
