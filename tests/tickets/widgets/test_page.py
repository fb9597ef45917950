"""The open ticket on screen: its header, what was refused, the composer, and what is around it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from console.kernel.codec import NIL
from console.kernel.ids import new_id
from console.people.viewmodel import Directory
from console.tickets.model import Priority, Status
from console.tickets.records import Assign, SetStatus
from console.tickets.viewmodel.attention import Attention
from console.tickets.viewmodel.opened import Opened
from console.tickets.viewmodel.triage import Triage
from console.tickets.widgets.context import Context
from console.tickets.widgets.header import Field
from console.tickets.widgets.page import TicketPage
from console.tickets.widgets.row import STATUS_WORDS
from console.tickets.widgets.signs import PRIORITY_ICONS, STATUS_ICONS
from console.ui.slots import Slots
from console.ui.theme import THEMES, Theme, ThemeName
from tests.parts.acts import Case, act, reply
from tests.parts.console import Console
from tests.parts.until import until

pytestmark = pytest.mark.anyio
Key, Mod, Left = Qt.Key, Qt.KeyboardModifier, Qt.MouseButton.LeftButton


class Paged:
    """A page with its context beside it, on one buyer's case about an order."""

    def __init__(self, console: Console, theme: Theme, qtbot: QtBot) -> None:
        self.console = console
        console.order("A-1")
        self.case: Case = console.case("Cup & <b>saucer</b>", order_number="A-1")
        console.pull()
        directory = Directory(console.local)
        self.opened = Opened(console.local, directory)
        self.triage = Triage(console.local, directory)
        self.attention = Attention(console.local, directory, self.opened.composer)
        self.slots = Slots()
        self.page = TicketPage(
            self.opened, self.triage, self.attention, self.slots, theme, console.clock
        )
        self.context = Context(theme, console.clock)
        self.opened.changed.connect(self._changed)
        for widget in (self.page, self.context):
            qtbot.addWidget(widget)
            widget.resize(760, 800)
            widget.show()
        self.page.activateWindow()

    def _changed(self, _: None) -> None:
        opened = self.opened
        self.context.show_state(opened.state, opened.changes(), opened.notes())

    def open(self) -> "Paged":
        self.opened.open(self.case.ticket.id)
        QApplication.processEvents()
        return self

    @property
    def empty(self) -> str:
        """What the page says while nothing is open."""
        shown = self.page.currentWidget()
        return shown.accessibleName() if shown is not None else ""

    async def turn(self) -> None:
        """Let everything that was started end, and Qt do what it put off."""
        await self.console.settled(self.slots)
        QApplication.processEvents()

    def type(self, text: str) -> None:
        QTest.keyClicks(self.page.composer.editor, text)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Mod.NoModifier) -> None:
        QTest.keyClick(self.page.composer.editor, key, modifier)

    def click(self, text: str, within: QWidget | None = None) -> None:
        QApplication.processEvents()
        (button,) = [b for b in buttons(within or self.page) if b.text() == text]
        QTest.mouseClick(button, Left)


def buttons(within: QWidget) -> list[QPushButton]:
    found = within.findChildren(QPushButton)
    return [button for button in found if button.isVisibleTo(within)]


def texts(within: QWidget) -> list[str]:
    QApplication.processEvents()
    return [w.text() for w in within.findChildren(QLabel) if w.isVisibleTo(within)]


@pytest.fixture
async def paged(console: Console, theme: Theme, qtbot: QtBot) -> Paged:
    return Paged(console, theme, qtbot)


# -- which page


async def test_nothing_open_says_what_to_do(paged: Paged) -> None:
    assert paged.page.currentIndex() == 0
    assert "J and K move" in paged.empty
    paged.page.write("internal")
    assert paged.page.currentIndex() == 0, "there is nobody to write to"


async def test_a_ticket_that_went_says_where(paged: Paged) -> None:
    paged.open()
    assert paged.page.currentIndex() == 1
    paged.opened.open(new_id())
    assert "not here any more" in paged.empty
    paged.opened.open(NIL)
    assert "J and K move" in paged.empty


# -- header


async def test_the_header_tells_and_its_fields_ask(paged: Paged) -> None:
    header = paged.open().page.header
    asked: list[str] = []
    for name in ("status", "priority", "team", "assignee", "tags"):
        getattr(header, f"{name}_wanted").connect(lambda n=name: asked.append(n))
    for field in (header.status, header.priority, header.team, header.assignee, header.tags):
        QTest.mouseClick(field, Left)
    assert asked == ["status", "priority", "team", "assignee", "tags"]
    names = [field.accessibleName() for field in header.findChildren(Field)]
    assert names == [
        "Status: New", "Priority: Normal", "Team: Europe", "Assignee: Nobody", "Tags: Add tag",
    ]  # fmt: skip
    for field in header.findChildren(Field):
        told = QAccessible.queryAccessibleInterface(field)
        assert told.role() == QAccessible.Role.Button
        assert told.text(QAccessible.Text.Name) == field.accessibleName()
    assert "Cup & <b>saucer</b>" in texts(header)


async def test_the_header_follows_what_is_done(paged: Paged) -> None:
    header = paged.open().page.header
    ticket = paged.case.ticket.id
    await paged.triage.assign(ticket, paged.console.ben.id)
    await paged.triage.set_priority(ticket, Priority.URGENT)
    await paged.triage.tag(ticket, ("a", "b", "c", "d"))
    names = [field.accessibleName() for field in header.findChildren(Field)]
    assert names[0:2] == ["Status: Open", "Priority: Urgent"]
    assert names[3] == "Assignee: Ben Ode"
    assert names[4].startswith("Tags: a · b · c")
    assert header.tags.toolTip() == "a, b, c, d"


async def test_every_status_and_priority_has_words_and_an_icon() -> None:
    assert set(STATUS_WORDS) == set(STATUS_ICONS) == set(Status)
    assert set(PRIORITY_ICONS) == set(Priority)


async def test_a_lane_is_a_filter(paged: Paged) -> None:
    paged.open()
    header = paged.page.header
    tabs = [b.text() for b in buttons(header) if not isinstance(b, Field)]
    assert tabs == ["All", "Buyer 1", "Order events 3"]
    paged.click("Order events 3", header)
    assert paged.opened.timeline.filter == "orders"
    checked = [b.text() for b in buttons(header) if b.isCheckable() and b.isChecked()]
    assert checked == ["Order events 3"]
    paged.click("Order events 3", header)
    checked = [b.text() for b in buttons(header) if b.isCheckable() and b.isChecked()]
    assert checked == ["Order events 3"], "a second click takes nothing off"


# -- writing


async def test_control_enter_sends(paged: Paged) -> None:
    paged.open().page.write()
    paged.type("On its way")
    paged.press(Key.Key_Return, Mod.ControlModifier)
    await paged.turn()
    assert paged.page.composer.editor.toPlainText() == ""
    await paged.console.push()
    assert paged.case.ticket.snippet == "On its way"
    assert paged.case.ticket.status == Status.OPEN


async def test_send_and_solve_solves_only_what_was_sent(paged: Paged) -> None:
    paged.open().page.write()
    paged.press(Key.Key_Return, Mod.ControlModifier | Mod.ShiftModifier)
    await paged.turn()
    assert paged.console.local.entries == {}, "nothing typed, nothing solved"
    assert "Write something first." in texts(paged.page)
    paged.type("Done")
    paged.press(Key.Key_Return, Mod.ControlModifier | Mod.ShiftModifier)
    await paged.turn()
    first, second = paged.console.local.waiting(paged.case.ticket.id)
    assert second.command.after == first.command.cmd_id
    await paged.console.push()
    assert paged.case.ticket.status == Status.SOLVED


async def test_two_quick_presses_send_once(paged: Paged) -> None:
    paged.open().page.write()
    paged.type("Once")
    paged.press(Key.Key_Return, Mod.ControlModifier)
    paged.press(Key.Key_Return, Mod.ControlModifier)
    await paged.turn()
    assert len(paged.console.local.entries) == 1


async def test_writing_is_addressed_and_focused(paged: Paged) -> None:
    paged.open().page.write("internal")
    to = [paged.opened.composer.state.to.lane]
    assert paged.page.composer.editor.hasFocus()
    paged.page.write()
    to.append(paged.opened.composer.state.to.lane)
    assert to == ["internal", "buyer"], "a reply goes to somebody outside"


async def test_escape_leaves_the_text_where_it_is(paged: Paged, qtbot: QtBot) -> None:
    paged.open().page.write()
    paged.type("half")
    with qtbot.waitSignal(paged.page.left, timeout=1000):
        paged.press(Key.Key_Escape)
    assert paged.page.composer.editor.toPlainText() == "half"
    await paged.turn()


# -- refused


async def refused_reply(paged: Paged) -> None:
    console = paged.console
    paged.open().page.write()
    paged.type("My answer")
    paged.press(Key.Key_Return, Mod.ControlModifier)
    await paged.turn()
    console.office.run(
        console.actor(console.ben), reply(paged.case.conversation_id, "Ben's answer")
    )
    await console.push()
    await paged.turn()


async def test_a_refused_reply_says_why_and_its_words_can_be_copied(paged: Paged) -> None:
    await refused_reply(paged)
    found = texts(paged.page.attention)
    assert found == [
        "Reply to Lena Braun was not sent: a colleague answered meanwhile.",
        "MEANWHILE",
        "Ben Ode: “Ben's answer”",
        "YOURS, NOT SENT",
        "You: “My answer”",
    ]
    paged.click("Copy text", paged.page.attention)
    assert QGuiApplication.clipboard().text() == "My answer"


async def test_sending_it_anyway(paged: Paged) -> None:
    await refused_reply(paged)
    paged.click("Send anyway", paged.page.attention)
    await paged.turn()
    assert paged.page.attention.isHidden()
    await paged.console.push()
    assert (paged.case.ticket.snippet, paged.console.local.entries) == ("My answer", {})


async def test_letting_it_go(paged: Paged) -> None:
    await refused_reply(paged)
    paged.click("Discard", paged.page.attention)
    await paged.turn()
    assert paged.page.attention.isHidden()
    assert paged.console.local.entries == {}
    assert paged.case.ticket.snippet == "Ben's answer"


async def test_an_action_without_words_offers_none_to_copy(paged: Paged) -> None:
    paged.open()
    console, ticket = paged.console, paged.case.ticket.id
    await paged.triage.take(ticket)
    console.office.run(console.actor(console.ben), act(ticket, Assign(assignee_id=console.ben.id)))
    await console.push()
    await paged.turn()
    assert [b.text() for b in buttons(paged.page.attention)] == ["Do it anyway", "Discard"]
    paged.click("Do it anyway", paged.page.attention)
    await paged.turn()
    await console.push()
    assert paged.case.ticket.assignee_id == console.ana.id


async def test_editing_puts_it_back_where_it_was_written(paged: Paged) -> None:
    await refused_reply(paged)
    paged.type("And thank you")
    paged.click("Edit", paged.page.attention)
    await paged.turn()
    assert paged.page.composer.editor.toPlainText() == "And thank you\n\nMy answer"
    assert paged.page.attention.isHidden()
    paged.press(Key.Key_Return, Mod.ControlModifier)
    await paged.turn()
    await paged.console.push()
    assert paged.case.ticket.snippet == "And thank you My answer"


async def test_its_lines_stay_while_nothing_about_them_changes(paged: Paged) -> None:
    """Else the keyboard would fall out of them with every message that comes in."""
    await refused_reply(paged)
    (button,) = [b for b in buttons(paged.page.attention) if b.text() == "Discard"]
    assert button.accessibleName() == "Discard: Reply to Lena Braun"
    button.setFocus()
    paged.case.hear("Hello?")
    paged.console.pull()
    QApplication.processEvents()
    assert QApplication.focusWidget() is button
    assert "Lena Braun: “Hello?”" in texts(paged.page.attention), "what came in since is shown"
    assert button.isVisible()


# -- around it


async def test_customer_order_and_other_tickets(paged: Paged) -> None:
    console = paged.console
    other = console.case("Cup & <i>spoon</i> " + "very " * 30)
    console.office.run(
        console.actor(), act(other.ticket.id, SetStatus(status=Status.HOLD, seen=Status.NEW))
    )
    console.pull()
    paged.open()
    found = texts(paged.context)
    assert "CUSTOMER" in found
    assert "ORDER A-1" in found
    assert "On hold" in found
    links = [b for b in buttons(paged.context) if b.accessibleName().startswith("#")]
    assert [b.accessibleName() for b in links] == [f"#{other.ticket.number} {other.ticket.subject}"]
    wanted: list[object] = []
    paged.context.ticket_wanted.connect(wanted.append)
    QTest.mouseClick(links[0], Left)
    assert wanted == [other.ticket.id]


async def test_without_a_ticket_there_is_nothing_around_it(paged: Paged) -> None:
    paged.open()
    paged.opened.open(NIL)
    assert [text for text in texts(paged.context) if text] == []
    bar = paged.context.verticalScrollBar()
    paged.context.resize(paged.context.width(), 200)
    paged.open()
    await paged.turn()
    assert bar.maximum() > 0
    paged.opened.open(NIL)

    def still() -> bool:
        QApplication.processEvents()
        return bar.maximum() == 0

    await until(still, "nothing left to scroll")


@pytest.mark.parametrize("name", THEMES)
async def test_everything_is_drawn_in_every_theme(
    paged: Paged, theme: Theme, name: ThemeName
) -> None:
    await refused_reply(paged)
    theme.use(name)
    for widget in (paged.page, paged.context):
        for width in (1000, 420):
            widget.resize(width, 700)
            QApplication.processEvents()
            picture = widget.grab().toImage()
            inks = {picture.pixel(x, y) for x in range(0, 400, 2) for y in range(0, 700, 2)}
            assert len(inks) > 20
