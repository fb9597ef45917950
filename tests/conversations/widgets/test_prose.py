"""Formatted messages on screen: folded, unfolded, plain; links are asked about, nothing is fetched."""

import http.server
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, QUrl, Slot
from PySide6.QtGui import QColor, QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from console.conversations.viewmodel.items import MessageItem
from console.conversations.viewmodel.rich import Block, Prose
from console.conversations.widgets import prose
from console.conversations.widgets.bubbles import AVATAR
from console.conversations.widgets.lines import spoken
from console.conversations.widgets.links import ask_to_open
from console.ui import mirror
from console.ui.picker import Picker
from console.ui.question import Question
from console.ui.rows import row_at
from console.ui.theme import Theme
from tests.conversations.hostile.corpus import HEAVY, NAMES, PAYLOADS
from tests.conversations.widgets.test_timeline import Shown
from tests.parts.acts import AT
from tests.parts.console import Console

pytestmark = pytest.mark.anyio
HTML = (
    "<p>Hello <b>Ana</b>, <a href='https://evil.test/login?x=1'>your shop</a></p>"
    "<img src=http://evil.test/p.png><blockquote>Before<br>that</blockquote>"
)


@pytest.fixture
async def shown(console: Console, theme: Theme, qtbot: QtBot) -> Shown:
    return Shown(console, theme, qtbot)


def opened(shown: Shown, body: str = "Hello", html: str = "") -> MessageItem:
    case = shown.console.case(body=body, html=html, at=AT)
    shown.console.pull()
    shown.open(case)
    return item(shown)


def item(shown: Shown) -> MessageItem:
    found = row_at(shown.index(-1))
    assert isinstance(found, MessageItem)
    return found


def said(shown: Shown) -> str:
    return spoken(item(shown), AT.date())


def click(shown: Shown, place: QPoint) -> None:
    QTest.mouseClick(shown.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    shown.turn()


def places(shown: Shown) -> tuple[QPoint, QPoint]:
    """Where the link stands that the last message has, and its fold."""
    bubble = shown.list._painter.bubble(item(shown), shown.list.viewport().width())
    corner = shown.list.visualRect(shown.index(-1)).topLeft() + bubble.words_at.toPoint()
    first = bubble.words.paragraphs[0]
    line = first.layout.lineAt(0)
    letter = line.cursorToX(first.block.text.index("your") + 2)
    x = letter[0] if isinstance(letter, tuple) else letter
    link = first.at.toPoint() + QPoint(int(x), int(line.height() / 2))
    fold = bubble.words.notes[0].box.center().toPoint()
    return corner + link, corner + fold


async def test_a_formatted_message_says_what_it_keeps_back(shown: Shown) -> None:
    opened(shown, html=HTML)
    assert said(shown).endswith("Hello Ana, your shop Show 1 quoted line. 1 picture not loaded.")


async def test_quotes_unfold_by_mouse_and_by_key(shown: Shown) -> None:
    opened(shown, html=HTML)
    tall = shown.list.visualRect(shown.index(-1)).height()
    click(shown, places(shown)[1])
    assert item(shown).unfolded
    assert "Before\nthat" in said(shown)
    assert shown.list.visualRect(shown.index(-1)).height() > tall
    shown.list.activateWindow()
    shown.list.setFocus()
    shown.list.setCurrentIndex(shown.index(-1))
    QTest.keyClick(shown.list, Qt.Key.Key_Space)
    assert not item(shown).unfolded
    assert shown.turn().list.visualRect(shown.index(-1)).height() == tall
    QTest.keyClick(shown.list, Qt.Key.Key_Return)
    assert item(shown).unfolded


async def test_the_words_without_markup_and_back(shown: Shown) -> None:
    opened(shown, "Hello in plain words", HTML)
    shown.list.setCurrentIndex(shown.index(-1))
    shown.list.toggle_plain()
    assert said(shown).endswith("Hello in plain words")
    shown.list.toggle_plain()
    assert "your shop" in said(shown)


async def test_a_link_is_wanted_by_mouse_and_by_key(shown: Shown) -> None:
    opened(shown, html=HTML + "<p><a href='mailto:help@shop.test'>us</a></p>")
    wanted: list[str] = []
    shown.list.link_wanted.connect(wanted.append)
    link = places(shown)[0]
    QTest.mouseMove(shown.list.viewport(), link)
    shown.turn()
    assert shown.list.viewport().cursor().shape() == Qt.CursorShape.PointingHandCursor
    click(shown, link)
    click(shown, link - QPoint(0, 25))
    assert wanted == ["https://evil.test/login?x=1"]
    shown.list.choose_link()
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, Picker)
    QTest.keyClicks(popup.focusWidget(), "help@")
    QTest.keyClick(popup.focusWidget(), Qt.Key.Key_Return)
    assert wanted[1:] == ["mailto:help@shop.test"]


def is_blue(color: QColor) -> bool:
    """Whether it is the colour of links, about."""
    return color.blue() - color.red() > 90


@pytest.fixture
def leftwards(qapp: QApplication) -> Iterator[None]:
    """Everything is laid out from right to left."""
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@pytest.mark.parametrize("body", ["Hello, your shop", "مرحبا، متجرك"])
async def test_a_link_is_where_it_is_seen_from_right_to_left(
    leftwards: None, shown: Shown, body: str
) -> None:
    before, _, name = body.partition(" ")
    opened(shown, html=f"<p>{before} <a href='https://evil.test/login'>{name}</a></p>")
    wanted: list[str] = []
    shown.list.link_wanted.connect(wanted.append)
    picture = shown.list.viewport().grab().toImage()
    row = shown.list.visualRect(shown.index(-1)).adjusted(0, 0, -AVATAR - 20, 0)
    blue = [
        [QPoint(x, y) for x in range(row.width()) if is_blue(picture.pixelColor(x, y))]
        for y in range(row.top(), row.bottom())
    ]
    underline = max(blue, key=len)
    click(shown, underline[0] + QPoint(1, -4))
    click(shown, underline[-1] - QPoint(1, 4))
    assert wanted == ["https://evil.test/login"] * 2
    click(shown, underline[0] - QPoint(4, 4))
    click(shown, underline[-1] + QPoint(4, -4))
    assert len(wanted) == 2, "beside the link is none"


async def test_hostile_messages_are_shown_and_fetch_nothing(
    shown: Shown, beacon: "Beacon", console: Console
) -> None:
    case = console.case(body="x", at=AT, subject="<b>x</b>", name=NAMES[1])
    payloads = [p.replace("evil.test", beacon.host) for p in (*PAYLOADS[::5], *HEAVY.values())]
    for payload in payloads:
        case.hear("words", html=payload, at=AT, name=NAMES[len(payload) % len(NAMES)])
    for name in NAMES:
        case.hear(name, at=AT)
    console.pull()
    shown.open(case)
    shown.list.resize(600, 9_000)
    for _ in range(8):
        assert not shown.turn().list.grab().isNull()
        shown.list.verticalScrollBar().setValue(0)
    assert beacon.asked == []


class Beacon:
    """A web server on loopback that remembers who asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"


@pytest.fixture
def beacon() -> Iterator[Beacon]:
    made = Beacon()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.05,))
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


# -- before a link is opened


class Browser(QObject):
    """Stands in for the system's browser: Qt hands every address to it."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        for scheme in ("https", "http", "mailto", "file"):
            QDesktopServices.setUrlHandler(scheme, self, "open_it")

    @Slot(QUrl)
    def open_it(self, url: QUrl) -> None:
        self.opened.append(url.toString())

    def close(self) -> None:
        for scheme in ("https", "http", "mailto", "file"):
            QDesktopServices.unsetUrlHandler(scheme)


@pytest.fixture
def browser(qapp: QApplication) -> Iterator[Browser]:
    made = Browser()
    yield made
    made.close()


@pytest.fixture
def question(qtbot: QtBot) -> Question:
    made = Question()
    qtbot.addWidget(made)
    return made


def button(question: Question, text: str) -> QPushButton:
    return next(b for b in question.findChildren(QPushButton) if b.text() == text)


def test_it_names_the_host_and_opens_only_after_a_yes(question: Question, browser: Browser) -> None:
    ask_to_open(question, "https://shop.test@evil.test/a?b=1")
    assert question.isVisible()
    assert question.asked.text() == "Open evil.test?"
    assert question.detail.text() == "https://shop.test@evil.test/a?b=1"
    assert browser.opened == []
    button(question, "Open in the browser").click()
    assert browser.opened == ["https://shop.test@evil.test/a?b=1"]
    assert not question.isVisible()


def test_no_is_what_the_keyboard_is_on(question: Question, browser: Browser) -> None:
    ask_to_open(question, "https://evil.test/")
    question.activateWindow()
    QApplication.processEvents()
    assert question.focusWidget() is button(question, "Do not open")
    QTest.keyClick(question.focusWidget(), Qt.Key.Key_Space)
    assert (question.isVisible(), browser.opened) == (False, [])
    ask_to_open(question, "https://evil.test/")
    QTest.keyClick(question, Qt.Key.Key_Escape)
    assert (question.isVisible(), browser.opened) == (False, [])


def test_the_address_can_be_taken_along(question: Question, browser: Browser) -> None:
    ask_to_open(question, "https://evil.test/x")
    button(question, "Copy the address").click()
    assert (QGuiApplication.clipboard().text(), browser.opened) == ("https://evil.test/x", [])


def test_mail_is_called_mail(question: Question) -> None:
    ask_to_open(question, "mailto:lena@mail.test")
    assert question.asked.text() == "Write to lena@mail.test?"
    assert button(question, "Open the mail program")


@pytest.mark.parametrize("href", ["file:///etc/passwd", "javascript:alert(1)", "", "https:///"])
def test_what_leads_to_nobody_is_not_even_asked_about(question: Question, href: str) -> None:
    ask_to_open(question, href)
    assert not question.isVisible()


def test_what_cannot_be_seen_is_spelt_out(question: Question) -> None:
    ask_to_open(question, "https://evil.test/a\u202egnp.exe")
    assert question.detail.text() == "https://evil.test/a%202Egnp.exe"


ARABIC = (
    "\u0645\u0631\u062d\u0628\u0627 \u0633\u064a\u062f\u062a\u064a",
    "\u0634\u0643\u0631\u0627",
)
ENGLISH = ("Hello support team, thank you.", "Best regards")


def edges(texts: tuple[str, ...]) -> list[tuple[float, float]]:
    """From where to where the words of each paragraph reach, as they are painted."""
    told = Prose(tuple(Block(text, ()) for text in texts))
    found = []
    for each in prose.lay_out(told, 400, whole=False).paragraphs:
        left = 400 - each.at.x() - each.wide if mirror.leftwards() else each.at.x()
        line = each.layout.lineAt(0).naturalTextRect()
        found.append((left + line.left(), left + line.right()))
    return found


@pytest.mark.parametrize("ways", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
@pytest.mark.usefixtures("theme")
def test_paragraphs_begin_one_below_another(qapp: QApplication, ways: Qt.LayoutDirection) -> None:
    qapp.setLayoutDirection(ways)
    try:
        (_, first), (_, second) = edges(ARABIC)
        assert first == pytest.approx(second, abs=1)
        (first, _), (second, _) = edges(ENGLISH)
        assert first == pytest.approx(second, abs=1)
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
