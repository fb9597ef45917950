"""Help with writing: macros, sending later, and taking back what was just sent."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QPoint

from console.conversations.viewmodel import later
from console.conversations.viewmodel.message import ComposerState, Sent
from console.desktop.completions import macro_choice, sources
from console.desktop.settings import UNDO_CHOICES_S, Settings
from console.kernel.errors import Refused
from console.kernel.tongue import tr, trn
from console.macros.model import Macro
from console.macros.viewmodel.files import MacroFiles
from console.macros.viewmodel.filling import Filled, fill, known
from console.macros.viewmodel.shelf import Shelf
from console.sync.client.deed import Deed
from console.sync.client.local import Local
from console.sync.client.outbox import Entry
from console.tickets.model import NOTHING, together
from console.tickets.records import TICKET
from console.tickets.viewmodel.deeds import Step, plan, read, written
from console.ui import words
from console.ui.picker import Choice, Picker, containing
from console.ui.slots import Slots
from console.ui.theme import Theme

if TYPE_CHECKING:
    from console.desktop.workspace import Workspace

MOST_MACROS = 50
_WIDTH = 420


class Writing:
    """Helps with the message in the open ticket's composer."""

    def __init__(
        self, workspace: "Workspace", local: Local, settings: Settings, theme: Theme, slots: Slots
    ) -> None:
        self._workspace, self._local, self._settings = workspace, local, settings
        self._theme, self._slots = theme, slots
        self.shelf = Shelf(local)
        self._files = MacroFiles(local)
        self._box, self._composer = workspace.page.composer, workspace.opened.composer
        self._after_macro: tuple[str, Callable[[], None]] | None = None
        self._wait_as_set("")
        settings.changed.connect(self._wait_as_set)
        editor = self._box.editor
        editor.undo_first = self._undo
        editor.completion.sources = sources(
            local, workspace.directory, workspace.opened, self.shelf, self.use, editor.mention
        )
        workspace.page.sent.connect(self._sent)
        workspace.attention.later_wanted.connect(self._reschedule)

    # -- macros

    def pick_macro(self) -> None:
        """Choose a macro for what is being written."""

        def search(typed: str) -> Sequence[Choice]:
            found = self.shelf.find(typed.removeprefix("/"), MOST_MACROS)
            return [macro_choice(macro) for macro in found]

        ticket_id = self._workspace.opened.ticket_id

        def chosen(macro_id: UUID) -> None:
            if self._workspace.opened.ticket_id != ticket_id:  # the list has gone on meanwhile
                self._workspace.show_ticket(ticket_id)
            self.use(macro_id)

        if self._workspace.opened.state is not None:
            self._open(tr("Use a macro"), search, chosen)

    def use(self, macro_id: UUID) -> None:
        """Put a macro's text at the caret, filled in, and do what it does, now or once it is sent."""
        state, macro = self._workspace.opened.state, self.shelf.macro(macro_id)
        if state is None or macro is None:
            return
        composer, content = self._composer, macro.content
        if content.at_once or not (content.text or composer.state.text.strip()):
            try:
                self._workspace.opened.afterwards.check(state.ticket, content.deeds)
            except Refused as refusal:
                self._workspace.toast.say(refusal.message)
                return
        before, then = composer.state, composer.then
        order = state.orders[0].order if state.orders else None
        to = composer.state.to.name
        values = known(state.ticket, state.requester, order, self._workspace.directory.me, to)
        filled = fill(content.text, values)
        if filled.text:
            self._box.insert(filled.text, filled.spans)
        attached = self._bring_files(macro, state.ticket.id)
        steps: list[Step] = []
        if content.deeds != NOTHING and (content.at_once or not composer.state.text.strip()):
            steps = plan(state.ticket, content.deeds, self._local.me)
            self._slots.start(self._do(state.ticket.id, steps), "macro")
        elif content.deeds != NOTHING:
            composer.follow(written(together(read(then), content.deeds)))
        ticket_id, after = state.ticket.id, composer.state.text

        def undo() -> None:
            self._after_macro = None
            if self._workspace.opened.ticket_id == ticket_id:
                self._take_out(filled, before, after)
                composer.follow(then)
            self._slots.start(self._detach(ticket_id, attached), "macro-files")
            self._slots.start(self._do(ticket_id, steps, back=True), "macro")

        self._after_macro = (after, undo)
        self._workspace.toast.say(tr("Macro “{name}” used").format(name=content.name), undo)

    def _bring_files(self, macro: Macro, ticket_id: UUID) -> list[UUID]:
        """Begin to copy a macro's files into the message; those that came, as they come."""
        attached: list[UUID] = []
        if macro.content.files:
            self._slots.start(self._attach(macro, ticket_id, attached), "macro-files")
        return attached

    async def _detach(self, ticket_id: UUID, files: Sequence[UUID]) -> None:
        """Leave these out of the message again; what was sent with it meanwhile stays its."""
        for file in self._local.files.of(ticket_id):
            if file.id in files:
                await self._composer.detach(file.id)

    async def _attach(self, macro: Macro, ticket_id: UUID, attached: list[UUID]) -> None:
        """Copy a macro's files into a ticket's message; `attached` are then those copies."""
        sources, files = await self._files.for_message(macro), self._local.files
        before = {file.id for file in files.of(ticket_id)}
        try:
            await self._composer.attach(sources, ticket_id)
        finally:
            attached += [file.id for file in files.of(ticket_id) if file.id not in before]

    def _take_out(self, filled: Filled, before: ComposerState, after: str) -> None:
        """Take a macro's text out again; what was written around it since stays."""
        if self._composer.state.text == after:
            self._composer.rewrite(before.text, before.html)
        elif filled.text:
            self._box.editor.take_out(filled.text)

    async def _do(self, ticket_id: UUID, steps: Sequence[Step], *, back: bool = False) -> None:
        wishes = [step.back for step in reversed(steps)] if back else [s.args for s in steps]
        names = [step.about for step in (reversed(steps) if back else steps)]
        deeds = [Deed(TICKET, ticket_id, *each) for each in zip(wishes, names, strict=True)]
        await self._local.do_all(deeds, lane=ticket_id)

    def _undo(self) -> bool:
        """Ctrl+Z in the text: a macro that was just used goes as a whole; so does a sent message."""
        text = self._composer.state.text
        if self._after_macro is not None and self._after_macro[0] == text:
            self._workspace.toast.undo()
            return True
        if not text and self._workspace.toast.undoes:
            self._workspace.toast.undo()
            return True
        return False

    # -- sending

    def _sent(self, sent: Sent) -> None:
        self._after_macro = None
        if sent.until is None:
            return

        async def back() -> None:
            ticket_id = await self._composer.undo_send(sent.cmd_id)
            self._workspace.attention.writing_wanted.emit(ticket_id)

        def undo() -> None:
            self._slots.start(back(), "undo-send")

        if sent.scheduled:
            told = tr("{what} goes out {when}, while Parley is open here")
            text = told.format(what=sent.about, when=words.stamp(sent.until))
            self._workspace.toast.say(text, undo)
        else:
            text = tr("{what} sent").format(what=sent.about)
            self._workspace.toast.say(text, undo, shown_ms=self._composer.undo_s * 1000)

    def send_later(self) -> None:
        """Choose when what is typed is sent."""
        if self._workspace.opened.state is not None:
            self._when(self._workspace.page.send_later)

    def _reschedule(self, entry: Entry) -> None:
        async def move(at: datetime) -> None:
            await self._local.releases.reschedule([entry, *self._composer.following(entry)], at)

        self._when(lambda at: self._slots.start(move(at), "reschedule"))

    def _when(self, chosen: Callable[[datetime], None]) -> None:
        now = self._local.clock.now()
        usual = containing([_time(each) for each in later.offered(now)])

        def search(typed: str) -> Sequence[Choice]:
            told = later.typed(typed, now) if typed.strip() else None
            return [_time(told)] if told else usual(typed)

        self._open(tr("Send later: choose, or type 16:30, 3 h, 2 d"), search, chosen)

    def choose_undo(self) -> None:
        """Choose how long a message can be taken back after it was sent."""
        choices = [
            Choice(
                s,
                trn("{count} second", "{count} seconds", s).format(count=s) if s else tr("At once"),
                "timer",
                checked=s == self._settings.undo_s,
            )
            for s in UNDO_CHOICES_S
        ]
        self._open(tr("Send after"), containing(choices), self._wait_so_long)

    def _wait_as_set(self, _: str) -> None:
        self._composer.undo_s = self._settings.undo_s

    def _wait_so_long(self, seconds: int) -> None:
        self._settings.undo_s = seconds
        if seconds:
            told = trn(
                "Messages can be taken back for {count} second",
                "Messages can be taken back for {count} seconds",
                seconds,
            )
            self._workspace.toast.say(told.format(count=seconds))
        else:
            self._workspace.toast.say(tr("Messages are sent at once"))

    def _open(
        self,
        title: str,
        search: Callable[[str], Sequence[Choice]],
        chosen: Callable[..., None],
    ) -> None:
        picker = Picker(self._theme, title, search, chosen, self._workspace, width=_WIDTH)
        place = self._box.mapToGlobal(QPoint(0, 0))
        picker.open_at(QPoint(place.x(), place.y() - picker.sizeHint().height() - 4))


def _time(told: later.Later) -> Choice:
    return Choice(told.at, told.words, "clock", words.stamp(told.at))
