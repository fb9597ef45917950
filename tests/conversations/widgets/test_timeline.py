"""The timeline on screen: it opens at its end, keeps its place, is drawn, copied and read aloud."""

import gc
from datetime import UTC, timedelta
from uuid import UUID

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.conversations.model import Attachment
from console.conversations.records import CONVERSATION, SendReply
from console.conversations.tables.rows import PAGE, messages
from console.conversations.viewmodel.items import FoldItem, MessageItem
from console.conversations.viewmodel.timeline import Timeline
from console.conversations.widgets.files import hint, told
from console.conversations.widgets.lines import spoken
from console.conversations.widgets.timeline import TimelineList
from console.kernel.ids import new_id
from console.orders.model import EventName, OrderEvent
from console.orders.viewmodel import Orders
from console.people.viewmodel import Directory
from console.sync.client import pipe
from console.sync.client.freight import Download
from console.sync.records import Accepted
from console.ui.picker import Picker
from console.ui.rows import key_at, row_at
from console.ui.theme import THEMES, Theme
from tests.parts.acts import AT, Case, note
from tests.parts.blobs import Sample, noise, put
from tests.parts.console import Console

pytestmark = pytest.mark.anyio


class Shown:
    """A timeline in a list of 600 × 400, checked by Qt's model tester all along."""

    def __init__(self, console: Console, theme: Theme, qtbot: QtBot) -> None:
        directory = Directory(console.local)
        self.console = console
        self.timeline = Timeline(console.local, directory, Orders(console.local), UTC)
        parent = QApplication.activeWindow()
        self.list = TimelineList(self.timeline, theme, console.clock, parent)
        self.list.older_wanted.connect(self.timeline.older)
        self.tester = QAbstractItemModelTester(self.list.model())
        qtbot.addWidget(self.list)
        self.list.resize(600, 400)
        self.list.show()

    def open(self, case: Case, unread: int = 0) -> "Shown":
        ticket = case.ticket
        self.timeline.open(case.conversation_id, ticket.id, ticket.order_ids, unread)
        return self.turn()

    def turn(self) -> "Shown":
        """Let Qt do what it put off."""
        QApplication.processEvents()
        return self

    def index(self, position: int) -> QModelIndex:
        count = self.list.model().rowCount()
        return self.list.model().index(position % count, 0)

    def body(self, position: int) -> str:
        item = row_at(self.index(position))
        assert isinstance(item, MessageItem)
        return item.message.body

    @property
    def at_end(self) -> bool:
        return self.list.viewport().rect().contains(self.list.visualRect(self.index(-1)).center())

    @property
    def top(self) -> tuple[object, int]:
        """What stands at the top, and how far down."""
        index = self.list.indexAt(QPoint(20, 1))
        return key_at(index), self.list.visualRect(index).top()

    def scroll(self, value: int) -> None:
        self.list.verticalScrollBar().setValue(value)
        self.turn()


def carried(console: Console, *names: str) -> list[Sample]:
    """Files of these names that the shop has brought to the server."""
    kinds = {"png": "image/png", "pdf": "application/pdf", "mp3": "audio/mpeg"}
    made = [Sample(noise(900 + n, n), name, kinds[name[-3:]]) for n, name in enumerate(names)]
    return [put(console.office, console.shop, sample) for sample in made]


@pytest.fixture
async def shown(console: Console, theme: Theme, qtbot: QtBot) -> Shown:
    return Shown(console, theme, qtbot)


def long_case(console: Console, count: int) -> Case:
    """So many messages, a second apart."""
    case = console.case(body="0", at=AT)
    console.talk(case, *[f"{n} " + "word " * (n % 40) for n in range(1, count)])
    console.pull()
    return case


async def test_it_opens_at_its_end_and_stays_there(shown: Shown) -> None:
    case = long_case(shown.console, 30)
    shown.open(case)
    assert shown.at_end
    case.hear("the newest", at=shown.console.clock.now())
    shown.console.pull()
    shown.turn()
    assert (shown.body(-1), shown.at_end) == ("the newest", True)


async def test_whoever_reads_further_up_is_not_moved_by_news(shown: Shown) -> None:
    case = long_case(shown.console, 40)
    shown.open(case).scroll(600)
    before = shown.top
    case.hear("the newest", at=shown.console.clock.now())
    shown.console.pull()
    assert (shown.turn().top, shown.at_end) == (before, False)


async def test_older_messages_come_on_top_and_the_place_is_kept(shown: Shown) -> None:
    case = long_case(shown.console, PAGE + 60)
    shown.open(case)
    assert shown.list.model().rowCount() == PAGE + 1
    shown.list.verticalScrollBar().setValue(350)
    key = shown.list.indexAt(QPoint(20, 1))
    assert key.isValid()
    shown.turn()
    assert shown.list.model().rowCount() == PAGE + 61
    assert not shown.timeline.more
    assert shown.list.verticalScrollBar().value() > 350, "the view moved down with its messages"


async def test_another_width_lays_out_anew_and_stays_at_the_end(shown: Shown) -> None:
    shown.open(long_case(shown.console, 40))
    tall = shown.list.visualRect(shown.index(-1)).height()
    shown.list.resize(360, 400)
    shown.turn().turn()
    assert shown.list.visualRect(shown.index(-1)).height() > tall
    assert shown.at_end


async def test_the_keys_move_and_copy_the_words(shown: Shown) -> None:
    case = long_case(shown.console, 5)
    shown.open(case)
    shown.list.activateWindow()
    shown.list.setFocus()
    shown.list.setCurrentIndex(shown.index(-1))
    QTest.keyClick(shown.list, Qt.Key.Key_Up)
    assert shown.list.currentIndex().row() == shown.list.model().rowCount() - 2
    shown.list.copy_message()
    assert QGuiApplication.clipboard().text() == shown.body(-2)
    shown.list.setCurrentIndex(shown.index(0))
    shown.list.copy_message()
    assert QGuiApplication.clipboard().text() == shown.body(-2), "a day has no words"


@pytest.mark.parametrize("name", THEMES)
async def test_everything_is_drawn_in_every_theme(
    shown: Shown, theme: Theme, name: str, console: Console
) -> None:
    console.order("A-1")
    files = tuple(f.attachment for f in carried(console, "<b>x</b>.png", "c.pdf", "d.mp3"))
    case = console.case(order_number="A-1", attachments=files, body="مرحبا 日本語 🙂 " * 30)
    case.hear("W" * 3000, side="seller", name="Nordlicht", email="n@nord.test")
    assert isinstance(case.hear("", attachments=files), Accepted)
    console.office.run(console.actor(console.ben), note(case.conversation_id))
    console.pull()
    args = SendReply(message_id=new_id(), lane="buyer", body="waits")
    await console.local.do(
        CONVERSATION, case.conversation_id, args, lane=case.ticket.id, about="Reply"
    )
    theme.use(name)
    shown.open(case, unread=2)
    shown.list.setFocus()
    shown.list.setCurrentIndex(shown.index(-1))
    shown.list.resize(600, 4000)
    picture = shown.turn().list.grab().toImage()
    ground = picture.pixelColor(picture.width() - 8, picture.height() - 8)
    inks = {
        picture.pixelColor(x, y).rgb()
        for x in range(0, picture.width(), 3)
        for y in range(0, picture.height(), 3)
    }
    assert len(inks) > 20, ground.name()


async def test_what_is_read_aloud(shown: Shown, console: Console) -> None:
    console.order("A-1")
    case = console.case(order_number="A-1", body="Where?", at=AT)
    console.office.run(console.actor(console.ben), note(case.conversation_id, "Ask."))
    console.pull()
    shown.open(case, unread=1)
    today = AT.date() + timedelta(days=1)
    said = [spoken(item, today) for item in shown.timeline.items.values()]
    assert said[0] == "Yesterday"
    assert any(text.startswith("Lena Braun, buyer · e-mail · ") for text in said)
    assert any(text.endswith(": Where?") for text in said)
    assert any(text.startswith("Ben Ode, internal note · ") for text in said)
    assert any(text.startswith("Placed · ") for text in said)
    assert "1 new message" in said
    told = QAccessible.queryAccessibleInterface(shown.list)
    assert (told.text(QAccessible.Text.Name), told.role()) == ("Messages", QAccessible.Role.List)
    names = [told.child(n).text(QAccessible.Text.Name) for n in range(told.childCount())]
    assert names == ["Today", *said[1:]]


async def test_a_list_that_is_gone_hears_nothing_more(
    console: Console, theme: Theme, qtbot: QtBot
) -> None:
    shown = Shown(console, theme, qtbot)
    case = long_case(console, 3)
    shown.open(case)
    timeline = shown.timeline
    shown.list.close()
    shown.list.deleteLater()
    del shown.list, shown.tester
    QApplication.sendPostedEvents(None, 52)  # DeferredDelete
    gc.collect()
    case.hear("later", at=console.clock.now())
    console.pull()
    assert len(timeline.items) == 5


# -- files


class Carrying:
    """A message with two files in the list, and what was wanted of them."""

    def __init__(self, shown: Shown, console: Console) -> None:
        self.shown, self.console = shown, console
        self.files = carried(console, "photo\u202egpj.png", "receipt.pdf")
        case = console.case(attachments=tuple(file.attachment for file in self.files))
        console.pull()
        shown.open(case)
        self.wanted: list[str] = []
        shown.list.file_wanted.connect(lambda _, file: self.wanted.append(file.name))
        self.position = next(
            n for n in range(shown.list.model().rowCount())
            if isinstance(row_at(shown.index(n)), MessageItem)
        )  # fmt: skip

    def chip(self, number: int) -> QPoint:
        """The middle of a file's chip in the list's viewport."""
        item = row_at(self.shown.index(self.position))
        assert isinstance(item, MessageItem)
        bubble = self.shown.list._painter.bubble(item, self.shown.list.viewport().width())
        corner = self.shown.list.visualRect(self.shown.index(self.position)).topLeft()
        return bubble.files[number].center().toPoint() + corner

    def hear(self, number: int, done: int, problem: str = "") -> None:
        file = self.files[number]
        frame = pipe.Transfer(file.id, "down", done, len(file.data), problem)
        self.console.local.hear(frame)

    def says(self, number: int) -> tuple[str, str]:
        item = row_at(self.shown.index(self.position))
        assert isinstance(item, MessageItem)
        known = self.shown.timeline.file(item.message.attachments[number])
        return told(known), hint(known)


@pytest.fixture
async def carrying(shown: Shown, console: Console) -> Carrying:
    return Carrying(shown, console)


async def test_a_click_on_a_chip_wants_the_file_and_beside_it_nothing(carrying: Carrying) -> None:
    viewport = carrying.shown.list.viewport()
    left = Qt.MouseButton.LeftButton
    QTest.mouseClick(viewport, left, pos=carrying.chip(1))
    QTest.mouseClick(viewport, left, pos=carrying.chip(0))
    QTest.mouseClick(viewport, left, pos=carrying.chip(0) - QPoint(0, 40))
    QTest.mouseClick(viewport, Qt.MouseButton.RightButton, pos=carrying.chip(0))
    assert carrying.wanted == ["receipt.pdf", "photogpj.png"]


async def test_the_hand_shows_what_can_be_clicked(carrying: Carrying) -> None:
    viewport = carrying.shown.list.viewport()
    QTest.mouseMove(viewport, carrying.chip(0))
    carrying.shown.turn()
    assert viewport.cursor().shape() == Qt.CursorShape.PointingHandCursor
    QTest.mouseMove(viewport, carrying.chip(0) - QPoint(0, 45))
    carrying.shown.turn()
    assert viewport.cursor().shape() == Qt.CursorShape.ArrowCursor


async def test_the_keyboard_reaches_every_file(carrying: Carrying) -> None:
    carrying.shown.list.setFocus()
    carrying.shown.list.setCurrentIndex(carrying.shown.index(carrying.position))
    QTest.keyClick(carrying.shown.list, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, Picker)
    QTest.keyClicks(popup.focusWidget(), "rece")
    QTest.keyClick(popup.focusWidget(), Qt.Key.Key_Return)
    assert carrying.wanted == ["receipt.pdf"]


async def test_a_file_says_how_far_it_is(carrying: Carrying) -> None:
    console, file = carrying.console, carrying.files[1]
    console.stand("live")
    assert carrying.says(1) == ("901 B", "receipt.pdf. Click to download.")
    item = row_at(carrying.shown.index(carrying.position))
    assert isinstance(item, MessageItem)
    carrying.shown.timeline.fetch(item.message, item.message.attachments[1])
    carrying.hear(1, 300)
    assert carrying.says(1) == ("300 B of 901 B", "receipt.pdf. On its way.")
    console.stand("offline")
    assert carrying.says(1) == (
        "901 B · downloads when online",
        "receipt.pdf. Downloads when you are online again.",
    )
    carrying.hear(1, 0, "no_file")
    assert carrying.says(1)[1].endswith("does not have it any more. Click to try again.")
    carrying.shown.timeline.fetch(item.message, item.message.attachments[1])
    console.stand("live")
    assert carrying.says(1)[0] == "0 B of 901 B", "it was asked for anew"
    keep(console, item.message.id, file)
    carrying.hear(1, 901)
    assert carrying.says(1) == ("901 B", "receipt.pdf. Click to look at it or save it.")


def keep(console: Console, message: UUID, file: Sample) -> None:
    """Have a file in the cache, as the engine brings it."""
    files = console.replica.files
    files.begin(Download(file.id, "message", message))
    files.add(file.id, file.data)
    files.finish(file.id)


async def test_names_are_made_safe_on_screen_too(carrying: Carrying) -> None:
    evil = Attachment(new_id(), "../../x\u202ecod.exe", "text/html", 9, "00")
    assert carrying.shown.timeline.file(evil).name == "xcod.exe"


# -- going to one message


async def test_it_goes_to_a_message_pages_away(shown: Shown) -> None:
    case = long_case(shown.console, 3 * PAGE + 10)
    shown.open(case)
    reader = shown.console.local.reader
    assert reader is not None
    wanted = messages(reader, case.conversation_id, 6)[-1]
    shown.timeline.show_message(wanted.id)
    for _ in range(12):
        shown.turn()
    assert shown.list.currentIndex().isValid()
    item = row_at(shown.list.currentIndex())
    assert isinstance(item, MessageItem)
    assert item.message.id == wanted.id
    box = shown.list.visualRect(shown.list.currentIndex())
    assert shown.list.viewport().rect().contains(box)


async def test_a_message_that_is_nowhere_is_not_sought_for_ever(shown: Shown) -> None:
    shown.open(long_case(shown.console, 10))
    shown.timeline.show_message(new_id())
    assert shown.turn().list._sought is None
    assert not shown.list.currentIndex().isValid()


async def test_a_click_unfolds_order_events(shown: Shown, console: Console) -> None:
    events = tuple(
        OrderEvent(AT + timedelta(minutes=n), EventName.IN_TRANSIT, f"place {n}") for n in range(7)
    )
    console.order("A-1", events=events)
    case = console.case(order_number="A-1", at=AT + timedelta(hours=1))
    console.pull()
    shown.open(case)
    before = shown.list.model().rowCount()
    fold = next(n for n in range(before) if isinstance(row_at(shown.index(n)), FoldItem))
    assert spoken(row_at(shown.index(fold)), AT.date()) == "6 earlier order events"
    place = shown.list.visualRect(shown.index(fold)).center()
    QTest.mouseClick(shown.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert shown.turn().list.model().rowCount() == before + 6
