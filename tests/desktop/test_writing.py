"""Writing at the real workspace: macros, completion, taking back, sending later; keys pressed for real."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from console.desktop.current import NEVER
from console.desktop.preferences import READ_AFTER
from console.desktop.settings import UNDO_CHOICES_S, UNDO_S, Settings
from console.desktop.workspace import Workspace
from console.kernel.ids import new_id
from console.macros.model import Content
from console.macros.records import MACRO, CreateMacro
from console.sync.records import Accepted
from console.tickets.model import Deeds, Priority, Status, Ticket
from console.tickets.viewmodel.attention import TAKEN_BACK
from console.tickets.viewmodel.deeds import written
from console.ui.slots import Slots
from console.ui.theme import Theme
from tests.parts.acts import Case
from tests.parts.console import Console

pytestmark = pytest.mark.anyio
Key, Mod = Qt.Key, Qt.KeyboardModifier
LATE = Content(
    name="Parcel is late", shortcut="late", text="Hello {recipient.first}, order {order.number}.",
    deeds=Deeds(status=Status.PENDING, add_tags=("late",)),
)  # fmt: skip


class Desk:
    """Ana's workspace on Lena's case about order A-1, with the caret in a reply to her."""

    def __init__(self, console: Console, theme: Theme, qtbot: QtBot, folder: Path) -> None:
        self.console, self.slots = console, Slots()
        console.order("A-1")
        self.case: Case = console.case("Cup", order_number="A-1")
        self.bare: Case = console.case("Bowl", email="omar@mail.test", name="Omar Haddad")
        console.pull()
        self.settings = Settings(folder)
        READ_AFTER.keep(self.settings, NEVER)
        self.workspace = Workspace(console.local, self.settings, theme, console.clock, self.slots)
        qtbot.addWidget(self.workspace)
        self.workspace.resize(1280, 800)
        self.workspace.show()
        self.workspace.activateWindow()
        self.open(self.case)

    def open(self, case: Case) -> None:
        self.workspace.show_ticket(case.ticket.id)
        self.workspace.page.write("buyer")
        QApplication.processEvents()

    async def turn(self) -> None:
        await self.console.settled(self.slots)
        QApplication.processEvents()

    async def macro(self, content: Content = LATE) -> UUID:
        target = new_id()
        wish = CreateMacro(content=content)
        await self.console.local.do(MACRO, target, wish, lane=self.console.local.me, about="Macro")
        await self.console.push()
        return target

    async def macro_with_file(self, folder: Path) -> UUID:
        """A macro with the file `terms.txt`, which has nine bytes, saved in its form."""
        (folder / "terms.txt").write_text("Our terms")
        editing = self.workspace.macros._editing
        editing.new()
        editing.change(Content(name="Terms", text="See the file."))
        await editing.attach([folder / "terms.txt"])
        await editing.save()
        return editing.chosen

    @property
    def editor(self):
        return self.workspace.page.composer.editor

    @property
    def text(self) -> str:
        return str(self.editor.toPlainText())

    def type(self, text: str) -> None:
        QTest.keyClicks(self.editor, text)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Mod.NoModifier) -> None:
        QTest.keyClick(self.editor, key, modifier)

    async def send(self, *, solve: bool = False) -> None:
        both = Mod.ControlModifier | Mod.ShiftModifier
        self.press(Key.Key_Return, both if solve else Mod.ControlModifier)
        await self.turn()

    def click(self, text: str) -> None:
        found = self.workspace.page.findChildren(QPushButton)
        (button,) = [b for b in found if b.text() == text and b.isVisibleTo(self.workspace)]
        button.click()

    @property
    def offered(self) -> list[str]:
        return [choice.text for choice in self.editor.completion.choices]

    def states(self) -> list[tuple[str, str]]:
        entries = self.console.local.entries.values()
        return [(entry.command.type, entry.state) for entry in entries]

    def ticket(self) -> Ticket:
        found = self.workspace.triage.ticket(self.case.ticket.id)
        assert found is not None
        return found


@pytest.fixture
async def desk(console: Console, theme: Theme, qtbot: QtBot, tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(console, theme, qtbot, tmp_path)
    yield desk
    await desk.workspace.end()


# -- macros


async def test_a_macro_by_its_shortcut_is_filled_in_and_acts_when_the_message_is_sent(
    desk: Desk,
) -> None:
    await desk.macro()
    desk.type("/la")
    assert desk.offered == ["Parcel is late"]
    desk.press(Key.Key_Return)
    assert desk.text == "Hello Lena, order A-1."
    assert desk.workspace.opened.composer.state.then == "+late · set it to pending"
    assert desk.ticket().tags == ()
    desk.workspace.opened.composer.undo_s = 0
    await desk.send()
    assert [name for name, _ in desk.states()] == ["SendReply", "ChangeTags", "SetStatus"]
    assert [type(o) for o in await desk.console.push()] == [Accepted] * 3
    assert (desk.ticket().status, desk.ticket().tags) == (Status.PENDING, ("late",))
    assert desk.workspace.opened.composer.state.then == ""


async def test_one_undo_takes_text_and_deeds_away_again(desk: Desk) -> None:
    macro = await desk.macro()
    desk.type("Dear you. ")
    desk.workspace.writing.use(macro)
    assert desk.text == "Dear you. Hello Lena, order A-1."
    desk.press(Key.Key_Z, Mod.ControlModifier)
    await desk.turn()
    assert desk.text == "Dear you. "
    assert desk.workspace.opened.composer.state.then == ""
    assert desk.console.local.entries == {}


async def test_a_macros_files_go_along_and_go_again_with_it(desk: Desk, tmp_path: Path) -> None:
    desk.workspace.writing.use(await desk.macro_with_file(tmp_path))
    await desk.turn()
    composer = desk.workspace.opened.composer
    (file,) = composer.state.files
    assert (file.name, file.size, desk.text) == ("terms.txt", 9, "See the file.")
    desk.press(Key.Key_Z, Mod.ControlModifier)
    await desk.turn()
    assert (tuple(composer.state.files), desk.text) == ((), "")


async def test_what_was_written_around_a_macro_stays_when_it_is_taken_back(desk: Desk) -> None:
    macro = await desk.macro()
    desk.workspace.writing.use(macro)
    desk.type(" And more.")
    desk.workspace.undo()
    assert desk.text == " And more."


async def test_a_macro_that_acts_at_once_does_and_undo_does_it_back(desk: Desk) -> None:
    deeds = Deeds(priority=Priority.URGENT, to_me=True, add_tags=("vip",))
    macro = await desk.macro(Content(name="Mine", deeds=deeds, at_once=True))
    desk.workspace.writing.use(macro)
    await desk.turn()
    assert [type(o) for o in await desk.console.push()] == [Accepted] * 3
    ticket = desk.ticket()
    assert (ticket.priority, ticket.assignee_id) == (Priority.URGENT, desk.console.ana.id)
    desk.workspace.undo()
    await desk.turn()
    assert [type(o) for o in await desk.console.push()] == [Accepted] * 3
    ticket = desk.ticket()
    assert (ticket.priority, ticket.assignee_id.int, ticket.tags) == (Priority.NORMAL, 0, ())


async def test_what_is_done_afterwards_can_be_left_out_and_survives_a_crash(desk: Desk) -> None:
    macro = await desk.macro()
    desk.workspace.writing.use(macro)
    await desk.turn()
    kept = desk.console.local.drafts[desk.case.ticket.id].draft.then
    assert kept == written(LATE.deeds)
    desk.open(desk.bare)
    desk.open(desk.case)
    assert desk.workspace.opened.composer.state.then == "+late · set it to pending"
    desk.click("When sent: +late · set it to pending")
    assert desk.workspace.opened.composer.then == {}


async def test_a_gap_nobody_filled_is_chosen_and_asked_about_once(desk: Desk) -> None:
    macro = await desk.macro()
    desk.open(desk.bare)
    desk.workspace.writing.use(macro)
    assert desk.text == "Hello Omar, order {order.number}."
    assert desk.editor.textCursor().selectedText() == "{order.number}"
    assert len(desk.editor.extraSelections()) == 2, "what was filled in, and the gap"
    await desk.send()
    problem = desk.workspace.opened.composer.state.problem
    assert problem == (
        "{order.number} is not filled in. Fill it in, or send again to send it as it stands."
    )
    assert desk.console.local.entries == {}
    desk.type("A-7")
    assert desk.workspace.opened.composer.state.problem == ""
    await desk.send()
    assert desk.states()[0] == ("SendReply", "waiting")


# -- completion


async def test_arrow_keys_are_the_choices_while_it_is_open_and_the_texts_when_closed(
    desk: Desk,
) -> None:
    await desk.macro()
    await desk.macro(Content(name="Refund", shortcut="refund", text="Money"))
    desk.type("one")
    desk.press(Key.Key_Return)
    desk.type("/")
    assert desk.offered == ["Parcel is late", "Refund"]
    desk.press(Key.Key_Down)
    desk.press(Key.Key_Tab)
    assert desk.text == "one\nMoney"
    assert desk.offered == []
    desk.press(Key.Key_Up)
    assert desk.editor.textCursor().blockNumber() == 0


async def test_escape_declines_and_the_word_is_left_alone(desk: Desk) -> None:
    await desk.macro()
    desk.type("/l")
    assert desk.offered
    desk.press(Key.Key_Escape)
    assert desk.offered == []
    assert desk.editor.hasFocus()
    desk.type("a")
    assert desk.offered == [], "it was declined for this word"
    desk.type(" /l")
    assert desk.offered == ["Parcel is late"]
    desk.workspace.list.setFocus()
    QApplication.processEvents()
    assert desk.offered == []


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("Mail 9:30", []), ("a/la", []), ("Note: ", []), ("https://la", []), (":t", []), ("@B", [])],
)
async def test_signs_within_words_offer_nothing(desk: Desk, typed: str, offered: list[str]) -> None:
    await desk.macro()
    desk.type(typed)
    assert desk.offered == offered


async def test_pictograms_colleagues_tickets_and_orders(desk: Desk) -> None:
    desk.type("Fine :thumbs_u")
    desk.press(Key.Key_Return)
    assert desk.text == "Fine 👍"
    desk.workspace.page.write("internal")
    desk.type(" @be")
    assert desk.offered == ["Ben Ode"]
    desk.press(Key.Key_Return)
    assert desk.text == "Fine 👍 @Ben Ode "
    desk.type("#A")
    assert desk.offered == ["A-1"]
    desk.press(Key.Key_Return)
    desk.type(f"#{desk.bare.ticket.number}")
    assert desk.offered == ["Bowl"]
    desk.press(Key.Key_Return)
    assert desk.text == f"Fine 👍 @Ben Ode A-1 #{desk.bare.ticket.number} "


# -- taking back, and later


async def test_a_message_waits_and_can_be_taken_back_with_ctrl_z(desk: Desk) -> None:
    assert desk.workspace.opened.composer.undo_s == UNDO_S
    desk.type("Dear Lena")
    await desk.send(solve=True)
    assert desk.states() == [("SendReply", "waiting"), ("SetStatus", "waiting")]
    assert desk.text == ""
    assert desk.ticket().status == Status.SOLVED, "it is shown as it will be"
    assert await desk.console.push() == [], "the engine does not see it"
    desk.press(Key.Key_Z, Mod.ControlModifier)
    await desk.turn()
    assert desk.text == "Dear Lena"
    assert desk.console.local.entries == {}
    assert desk.ticket().status != Status.SOLVED
    assert desk.workspace.opened.composer.state.then == "solve it"


async def test_a_message_goes_at_its_time_also_when_the_console_died_meanwhile(desk: Desk) -> None:
    desk.type("Dear Lena")
    await desk.send()
    console = desk.console
    console.clock.advance(UNDO_S - 1)
    await console.local.releases.due()
    assert await console.push() == []
    await console.reopen()
    assert [e.state for e in console.local.entries.values()] == ["waiting"]
    console.clock.advance(1)
    assert await console.local.releases.due() > 1
    assert [type(o) for o in await console.push()] == [Accepted]
    assert console.local.entries == {}


async def test_what_is_on_its_way_cannot_be_taken_back(desk: Desk) -> None:
    desk.type("Dear Lena")
    await desk.send()
    desk.console.clock.advance(UNDO_S)
    await desk.console.local.releases.due()
    desk.workspace.undo()
    await desk.turn()
    assert desk.text == ""
    assert desk.states() == [("SendReply", "queued")]


async def test_taken_back_over_another_draft_it_is_held_and_not_sent(desk: Desk) -> None:
    desk.type("Dear Lena")
    await desk.send()
    desk.workspace.page.write("internal")
    desk.type("She lies")
    desk.workspace.undo()
    await desk.turn()
    assert desk.text == "She lies"
    assert desk.states() == [("SendReply", "held")]
    (entry,) = desk.console.local.entries.values()
    matter = desk.workspace.attention.matter(entry)
    assert matter.why == TAKEN_BACK
    assert [words for _, words in matter.ways][:2] == ["Send", "Edit"]
    desk.console.clock.advance(60)
    await desk.console.local.releases.due()
    assert await desk.console.push() == []
    await desk.workspace.attention.release(entry)
    assert [type(o) for o in await desk.console.push()] == [Accepted]


async def test_sent_later_it_is_said_nowhere_yet_and_goes_at_its_time(desk: Desk) -> None:
    desk.type("Good morning")
    at = desk.console.clock.now() + timedelta(hours=15)
    desk.workspace.page.send_later(at)
    await desk.turn()
    assert desk.states() == [("SendReply", "scheduled")]
    assert desk.ticket().waiting_since is not None, "the customer still waits"
    await desk.console.reopen()
    console = desk.console
    (entry,) = console.local.entries.values()
    assert (entry.state, entry.due_at) == ("scheduled", at)
    console.clock.advance(15 * 3600)
    await console.local.releases.due()
    assert [type(o) for o in await console.push()] == [Accepted]


async def test_a_scheduled_message_is_sent_now_moved_edited_or_dropped(desk: Desk) -> None:
    at = desk.console.clock.now() + timedelta(hours=15)
    for press, wanted in (("Send now", "queued"), ("Do not send", ""), ("Edit", "")):
        desk.type("Good morning")
        desk.workspace.page.send_later(at)
        await desk.turn()
        desk.click(press)
        await desk.turn()
        assert [state for _, state in desk.states()] == ([wanted] if wanted else []), press
        await desk.console.push()
    assert desk.text == "Good morning"
    await desk.turn()
    desk.workspace.page.send_later(at)
    await desk.turn()
    desk.click("Another time…")
    popup = QApplication.activePopupWidget()
    assert popup is not None
    QTest.keyClicks(popup.focusWidget(), "2 d")
    QTest.keyClick(popup.focusWidget(), Key.Key_Return)
    await desk.turn()
    (entry,) = desk.console.local.entries.values()
    assert entry.due_at == desk.console.clock.now() + timedelta(days=2)


async def test_how_long_a_message_can_be_taken_back_is_kept(desk: Desk, tmp_path: Path) -> None:
    assert (min(UNDO_CHOICES_S), max(UNDO_CHOICES_S)) == (0, 30)
    desk.workspace.writing.choose_undo()
    popup = QApplication.activePopupWidget()
    assert popup is not None
    QTest.keyClicks(popup.focusWidget(), "at once")
    QTest.keyClick(popup.focusWidget(), Key.Key_Return)
    assert Settings(tmp_path).undo_s == 0
    desk.type("Dear Lena")
    await desk.send()
    assert desk.states() == [("SendReply", "queued")]
    Settings(tmp_path).keep_choice("undo_s", "-3")
    assert Settings(tmp_path).undo_s == UNDO_S


async def test_a_picture_from_the_clipboard_becomes_a_file_of_the_draft(desk: Desk) -> None:
    picture = QImage(40, 30, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.red)
    mime = QMimeData()
    mime.setImageData(picture)
    assert desk.editor.canInsertFromMimeData(mime)
    desk.editor.insertFromMimeData(mime)
    await desk.turn()
    (file,) = desk.workspace.opened.composer.state.files
    assert (file.type, file.name[-4:]) == ("image/png", ".png")
    assert file.size > 0
    assert desk.text == ""
    words = QMimeData()
    words.setImageData(picture)
    words.setText("a cell of a table")
    desk.editor.insertFromMimeData(words)
    await desk.turn()
    assert desk.text == "a cell of a table"
    assert len(desk.workspace.opened.composer.state.files) == 1
