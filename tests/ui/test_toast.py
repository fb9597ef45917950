"""The toast: says what was done, offers the way back once, and goes by itself."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from console.ui.theme import Theme
from console.ui.toast import SHOWN_MS, Toast


class Toasted:
    """A toast over a window, and what was undone."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QWidget()
        self.window.resize(800, 600)
        qtbot.addWidget(self.window)
        self.window.show()
        self.toast = Toast(self.window)
        self.undone: list[str] = []

    def did(self, text: str) -> None:
        self.toast.say(text, lambda: self.undone.append(text))

    @property
    def text(self) -> str:
        return self.toast.findChildren(QLabel)[0].text()

    @property
    def button(self) -> QPushButton:
        return self.toast.findChildren(QPushButton)[0]


@pytest.fixture
def toasted(qtbot: QtBot, theme: Theme) -> Toasted:
    assert theme.tokens.name == "light"
    return Toasted(qtbot)


def test_it_is_not_there_until_it_says_something(toasted: Toasted) -> None:
    assert not toasted.toast.isVisible()
    toasted.toast.say("#5 is <b>yours</b>")
    assert (toasted.toast.isVisible(), toasted.text) == (True, "#5 is <b>yours</b>")
    assert toasted.button.isHidden(), "there is nothing to take back"


def test_the_button_takes_back_once(toasted: Toasted) -> None:
    toasted.did("solved")
    QTest.mouseClick(toasted.button, Qt.MouseButton.LeftButton)
    assert (toasted.undone, toasted.toast.isVisible()) == (["solved"], False)
    toasted.toast.undo()
    assert toasted.undone == ["solved"]


def test_the_newest_is_taken_back_and_a_mere_word_takes_that_away(toasted: Toasted) -> None:
    toasted.did("one")
    toasted.did("two")
    toasted.toast.undo()
    assert toasted.undone == ["two"]
    toasted.did("three")
    toasted.toast.say("Back online")
    toasted.toast.undo()
    assert toasted.undone == ["two"]


def test_undoing_may_say_something_itself(toasted: Toasted) -> None:
    toasted.toast.say("solved", lambda: toasted.did("open again"))
    toasted.toast.undo()
    assert (toasted.text, toasted.toast.isVisible()) == ("open again", True)
    toasted.toast.undo()
    assert toasted.undone == ["open again"]


def test_it_goes_by_itself_and_each_word_has_its_time(toasted: Toasted) -> None:
    toasted.did("one")
    assert toasted.toast._timer.isActive()
    assert toasted.toast._timer.interval() == SHOWN_MS
    toasted.toast._timer.timeout.emit()
    assert not toasted.toast.isVisible()


def test_it_stays_at_its_corner_when_the_window_grows(toasted: Toasted) -> None:
    toasted.did("one")
    before = toasted.window.height() - toasted.toast.geometry().bottom()
    toasted.window.resize(1000, 900)
    assert toasted.window.height() - toasted.toast.geometry().bottom() == before
    assert toasted.window.rect().contains(toasted.toast.geometry())


def test_it_stands_above_a_bar_as_long_as_that_is_there(toasted: Toasted) -> None:
    bar = QWidget(toasted.window)
    bar.setGeometry(0, 400, 800, 200)
    toasted.toast.keep_clear_of(bar)
    toasted.did("one")
    bar.show()
    assert toasted.toast.geometry().bottom() < 400
    bar.setGeometry(0, 300, 800, 300)
    assert toasted.toast.geometry().bottom() < 300
    bar.hide()
    assert toasted.toast.geometry().bottom() > 400


def test_long_words_stay_inside_the_window(toasted: Toasted) -> None:
    toasted.did("A subject that somebody wrote without ever coming to an end, " * 8)
    assert toasted.toast.geometry().right() < toasted.window.width()
    assert toasted.window.rect().contains(toasted.toast.geometry())


def test_short_words_after_long_ones_take_little_room(toasted: Toasted) -> None:
    toasted.did("short")
    size = toasted.toast.size()
    toasted.did("A subject that somebody wrote without ever coming to an end, " * 3)
    assert toasted.toast.height() > size.height()
    toasted.did("short")
    assert toasted.toast.size() == size
