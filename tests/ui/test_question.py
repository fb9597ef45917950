"""A question in its place: nothing happens before an answer, and the keyboard is on the harmless one."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from console.ui.question import Question, seen


@pytest.fixture
def question(qtbot: QtBot) -> Question:
    made = Question()
    qtbot.addWidget(made)
    return made


def buttons(question: Question) -> list[QPushButton]:
    QApplication.processEvents()
    return [b for b in question.findChildren(QPushButton) if not b.isHidden()]


def test_an_answer_is_done_once_and_the_question_goes(question: Question) -> None:
    done: list[str] = []
    left: list[bool] = []
    question.left.connect(lambda: left.append(True))
    question.ask("Save it?", "It can run.", "No", (("Yes", lambda: done.append("yes")),))
    no, yes = buttons(question)
    assert (no.text(), yes.text(), question.accessibleName()) == ("No", "Yes", "Save it?")
    yes.click()
    assert (done, left, question.isVisible()) == (["yes"], [True], False)


def test_another_question_takes_the_place_of_the_first(question: Question) -> None:
    done: list[str] = []
    question.ask("a?", "", "No", (("Yes", lambda: done.append("a")),))
    question.ask("b?", "", "No", (("Yes", lambda: done.append("b")),))
    assert len(buttons(question)) == 2
    buttons(question)[1].click()
    assert done == ["b"]


def test_escape_and_no_do_nothing(question: Question) -> None:
    done: list[str] = []
    question.ask("a?", "", "No", (("Yes", lambda: done.append("a")),))
    QTest.keyClick(question, Qt.Key.Key_Escape)
    assert (question.isVisible(), done) == (False, [])
    question.ask("a?", "", "No", (("Yes", lambda: done.append("a")),))
    buttons(question)[0].click()
    assert (question.isVisible(), done) == (False, [])
    left: list[bool] = []
    question.left.connect(lambda: left.append(True))
    question.withdraw()
    assert left == [], "nothing was asked"


def test_what_cannot_be_seen_is_spelt_out() -> None:
    assert seen("a\u202eb\tc ü") == "a%202Eb%09c ü"
