"""Plain parts: no markup is read, nothing is lost when it is cut, layouts are emptied whole."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from console.people.model import initials
from console.ui import words
from console.ui.theme import Theme
from console.ui.widgets import Avatar, Card, Elided, Link, Pair, Tab, Text, clear, hline, plain_tip

MARKUP = "<b>bold</b> & <img src=x>"


def test_markup_is_shown_as_it_is(qtbot: QtBot) -> None:
    text = Text(MARKUP)
    qtbot.addWidget(text)
    assert (text.text(), text.textFormat()) == (MARKUP, Qt.TextFormat.PlainText)


@pytest.mark.parametrize(
    ("text", "tip"),
    [
        ("plain", "plain"),
        ("", ""),
        ("a < b", "<span>a &lt; b</span>"),
        ("a\nb", "a\nb"),
        ("a\n< b", "<span>a<br>&lt; b</span>"),
        (MARKUP, "<span>&lt;b&gt;bold&lt;/b&gt; &amp; &lt;img src=x&gt;</span>"),
    ],
)
def test_tooltips_never_read_markup(text: str, tip: str) -> None:
    assert plain_tip(text) == tip


def test_a_line_that_is_cut_is_whole_in_its_tooltip_and_its_name(qtbot: QtBot) -> None:
    line = Elided()
    qtbot.addWidget(line)
    line.setText("<i>A long line</i> that will not fit")
    line.resize(60, 20)
    line.show()
    (label,) = line.findChildren(QLabel)
    assert label.text().endswith("…")
    assert (line.text(), line.accessibleName()) == (line.text(), line.text())
    assert "&lt;i&gt;A long line" in line.toolTip()
    line.resize(600, 20)
    assert (label.text(), line.toolTip()) == (line.text(), "")
    assert line.minimumSizeHint().width() < line.sizeHint().width()


def test_a_link_is_cut_where_room_is_short_and_whole_in_its_name(qtbot: QtBot) -> None:
    link = Link("#48188 Salt & pepper mill never arrived")
    qtbot.addWidget(link)
    link.resize(120, 20)
    link.show()
    assert link.text().endswith("…")
    assert link.accessibleName() == link.whole
    link.resize(400, 20)
    assert link.text() == "#48188 Salt && pepper mill never arrived", "the sign is no shortcut"
    assert link.minimumSizeHint().width() < link.sizeHint().width()


def test_an_avatar_is_the_same_for_the_same_name(theme: Theme, qtbot: QtBot) -> None:
    pictures = []
    for name in ("Ana Kovac", "Ana Kovac", "Ben Ode", ""):
        avatar = Avatar(theme, 32)
        qtbot.addWidget(avatar)
        avatar.show_name(name, initials(name))
        assert avatar.accessibleName() == name
        pictures.append(avatar.grab().toImage())
    assert pictures[0] == pictures[1]
    assert pictures[0] != pictures[2] != pictures[3]


def test_a_layout_is_emptied_with_all_that_is_inside(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    box, row = QVBoxLayout(window), QHBoxLayout()
    for widget in (QPushButton("one"), hline()):
        box.addWidget(widget)
    row.addWidget(QLabel("inside"))
    row.addStretch(1)
    box.addLayout(row)
    window.show()
    clear(box)
    QApplication.sendPostedEvents(None, 52)  # DeferredDelete
    assert (box.count(), window.findChildren(QWidget)) == (0, [])


def test_a_card_and_its_pairs(qtbot: QtBot) -> None:
    card = Card("Order")
    qtbot.addWidget(card)
    card.body.addWidget(Pair("Total", "€5.00", strong=True))
    assert card.heading.text() == "ORDER"
    texts = {label.text() for label in card.findChildren(QLabel)}
    assert {"ORDER", "Total"} <= texts
    assert "Total" in [line.text() for line in card.findChildren(Elided)]


@pytest.mark.parametrize(
    "text", ["Newest first", "\u062d\u0633\u0628 \u0627\u0644\u0646\u0638\u0627\u0645"]
)
def test_what_is_chosen_has_room_for_its_bold_words(qtbot: QtBot, text: str) -> None:
    tab = Tab(text)
    qtbot.addWidget(tab)
    tab.show()
    around = tab.width() - tab.fontMetrics().horizontalAdvance(text)
    tab.setChecked(True)
    tab.ensurePolished()
    bold = tab.fontMetrics().horizontalAdvance(text)
    assert tab.width() >= bold + min(around, 2 * 10), "and for what stands around them"


def test_of_a_line_with_hardly_any_room_nothing_is_shown(qtbot: QtBot) -> None:
    line = Elided(least=6)
    qtbot.addWidget(line)
    line.setText("To Lena Hoffmann by e-mail")
    line.resize(30, 20)
    line.show()
    (label,) = line.findChildren(QLabel)
    assert (label.text(), line.toolTip()) == ("", line.text())
    line.resize(80, 20)
    assert label.text().endswith("…")


def test_a_word_too_long_for_its_place_goes_on_below(qtbot: QtBot) -> None:
    name = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
    label = Text(words.breaking(name))
    qtbot.addWidget(label)
    label.setWordWrap(True)
    label.resize(120, 20)
    line = label.fontMetrics().height()
    assert label.heightForWidth(120) > 2 * line
    assert label.minimumSizeHint().width() <= 120
