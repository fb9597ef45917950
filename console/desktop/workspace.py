"""The workspace: rail, views, list, conversation, context, status; every command starts here."""

from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from console.conversations.model import LaneName
from console.desktop.announcer import Announcer
from console.desktop.banner import Banner
from console.desktop.commands import UiCommand
from console.desktop.finding import Finding
from console.desktop.frame import Columns, ListPanel, Rail, StatusBar
from console.desktop.keyed import Keyed
from console.desktop.keymap import KeyMap
from console.desktop.layout import Layout
from console.desktop.looks import Looks
from console.desktop.many import Many
from console.desktop.outbox_page import OutboxPage
from console.desktop.picks import Picks
from console.desktop.preferences import READ_AFTER, UNDO_SHOWN
from console.desktop.program import SETTINGS, Program
from console.desktop.settings import Settings
from console.desktop.snoozing import Snoozing
from console.desktop.standing import Middle, stand
from console.desktop.writing import Writing
from console.drafts.viewmodel import Drafts
from console.drafts.widgets import OtherVersions
from console.kernel.clock import Clock
from console.kernel.codec import NIL
from console.kernel.tongue import tr
from console.macros.viewmodel.editing import Editing
from console.macros.widgets.page import MacrosPage
from console.people.viewmodel import Directory
from console.search.viewmodel.search import Search, Target
from console.search.widgets.page import SearchPage
from console.sync.client.local import Local
from console.tickets.model import Sort, Status, View
from console.tickets.viewmodel.attention import Attention
from console.tickets.viewmodel.opened import Opened
from console.tickets.viewmodel.queue import Queue
from console.tickets.viewmodel.triage import Done, Triage
from console.tickets.viewmodel.views import Views
from console.tickets.widgets.context import Context
from console.tickets.widgets.page import TicketPage
from console.tickets.widgets.queue import QueueList
from console.tickets.widgets.views import ViewsList
from console.ui.announce import announce
from console.ui.slots import Slots
from console.ui.theme import Theme
from console.ui.toast import Toast

if TYPE_CHECKING:
    from console.desktop.settings_page import SettingsPage

READ_AFTER_MS = 1_500
NEVER = "-1"
INBOX, OUTBOX, MACROS, SEARCH = "inbox", "outbox", "macros", "search"


class Workspace(QWidget):
    """One window's content for whoever is signed in."""

    has_list = True
    sign_out_wanted = Signal()
    offline_wanted = Signal(bool)
    hurry_wanted = Signal()
    sign_in_wanted = Signal()
    sign_out_everywhere_wanted = Signal()
    lock_wanted = Signal()
    restart_wanted = Signal()
    quit_wanted = Signal()
    window_wanted = Signal()
    pop_out_wanted = Signal(object)
    elsewhere_wanted = Signal(object)
    """A ticket or view that is to be shown where there is a list."""

    def __init__(
        self,
        local: Local,
        settings: Settings,
        theme: Theme,
        clock: Clock,
        slots: Slots,
        *,
        at_once: bool = True,
    ) -> None:
        """Without `at_once`, go through `raising` before anything else."""
        super().__init__()
        self.setObjectName("ground")
        self._local, self._settings, self._theme, self._slots = local, settings, theme, slots
        self.settings, self.slots = settings, slots
        self.keymap = KeyMap(settings)
        self.cut: Callable[[], None] = lambda: None
        self.directory = Directory(local)
        self.queue = Queue(local, self.directory)
        self.views = Views(local, self.directory)
        self.opened = Opened(local, self.directory)
        self.triage = Triage(local, self.directory)
        self.attention = Attention(local, self.directory, self.opened.composer)
        self._clock = clock
        self.raising = self._raise()
        if at_once:
            deque(self.raising, maxlen=0)

    def _raise(self) -> Iterator[None]:
        """Make everything in steps of some milliseconds each; usable after the last of them."""
        local, theme, clock, slots = self._local, self._theme, self._clock, self._slots
        self.rail = Rail(theme, self.directory, local)
        self.views_list = ViewsList(self.views, theme, self)
        yield
        self.list = QueueList(self.queue, theme, clock, self)
        self.list_panel = ListPanel(self.list, theme)
        yield
        self.page: TicketPage = TicketPage(
            self.opened, self.triage, self.attention, slots, theme, clock
        )
        yield
        self.context: Context = Context(theme, clock, self._settings.text("context"))
        yield
        self.outbox = OutboxPage(local, self.attention, slots, theme, clock)
        self.search = Search(local, self.directory)
        self.search_page: SearchPage = SearchPage(self.search, slots, theme, clock)
        self._finding = Finding(self, self.search_page)
        self.status = StatusBar(local, self.directory, theme)
        self.split = Columns(self.views_list, self.list_panel, self.page, last=self.context)
        self.middle = Middle()
        self.banner = Banner(local)
        self._announcer = Announcer(local, self.directory, self.opened, partial(announce, self))
        self._pages: dict[str, QWidget] = {}
        self.toast = Toast(self)
        self.picks: Picks = Picks(self, theme, local.me)
        self.program: Program = Program(self, local, self._settings, theme)
        self.looks: Looks = Looks(self, local, self._settings, theme, clock, slots)
        self.writing: Writing = Writing(self, local, self._settings, theme, slots)
        self.snoozing: Snoozing = Snoozing(self, local, theme)
        self.many: Many = Many(self, local, slots, theme)
        self.macros = MacrosPage(Editing(local, self.directory, self.writing.shelf), slots, theme)
        self.drafts = Drafts(local, self.opened.composer)
        self.page.add_above(OtherVersions(self.drafts, slots))
        self._read_timer = QTimer(self, singleShot=True, interval=READ_AFTER_MS)
        yield
        stand(self)
        self.add_page(INBOX, self.split)
        self.add_page(OUTBOX, self.outbox)
        self.add_page(MACROS, self.macros)
        self.add_page(SEARCH, self.search_page)
        self.rail.add_low(SETTINGS, "gear", tr("Settings"))
        for before, after in zip(self._panes(), self._panes()[1:], strict=False):
            QWidget.setTabOrder(before, after)
        yield
        self._connect()
        self._keyed = Keyed(self)
        self._set("")
        self._settings.changed.connect(self._set)
        self._layout = Layout(self)
        yield
        self._restore()

    # -- putting it together

    def _connect(self) -> None:
        self.views_list.picked.connect(self.show_view)
        self.list.picked.connect(self._open)
        self.list.entered_ticket.connect(self.enter)
        self.page.left.connect(self.back)
        self.macros.left.connect(self.back)
        self.macros.done.connect(self.say_done)
        self.page.done.connect(self.toast.say)
        self.context.ticket_wanted.connect(self.show_ticket)
        self.context.message_wanted.connect(self.opened.timeline.show_message)
        self.context.arranged.connect(lambda told: self._settings.keep_text("context", told))
        self.attention.ticket_wanted.connect(self.show_ticket)
        self.attention.writing_wanted.connect(self._write_on)
        self.rail.place_wanted.connect(self._go)
        self.search_page.target_wanted.connect(self.show_found)
        self._read_timer.timeout.connect(self._mark_read)
        self.opened.changed.connect(self._opened_changed)
        self.queue.edits.connect(self.show_count)
        self.triage.done.connect(self.say_done)
        self.attention.done.connect(self.say_done)
        self.triage.refused.connect(self.toast.say)
        self._slots.failed.connect(self.toast.say)

    def _set(self, _: str) -> None:
        """What is set holds here from now on."""
        self._read_timer.setInterval(max(int(READ_AFTER.of(self._settings)), 0))
        self.toast.shown_ms = int(UNDO_SHOWN.of(self._settings))

    def run(self, command: UiCommand) -> None:
        """Do what a command says; among unsettled actions it is about the chosen one's ticket."""
        of_ticket = command.group == "Ticket" and command.id != "undo"
        if of_ticket and self.shown_page not in (INBOX, OUTBOX):
            self.toast.say(tr("No ticket is in sight here: go to the inbox first"))
            return
        if of_ticket and self._in_outbox and self.outbox.ticket_id != NIL:
            self.show_ticket(self.outbox.ticket_id)
        if self.shown_page != INBOX or not self.many.takes(command.id):
            command.run(self)

    # -- pages

    def add_page(self, name: str, page: QWidget) -> None:
        """Put a page into the middle, to be shown by its name."""
        self._pages[name] = page
        self.middle.addWidget(page)

    def show_page(self, name: str) -> None:
        """Show a page, marked in the rail, with the keyboard in it (a page's focus proxy says where).

        The tickets keep the keyboard where it was. Raises KeyError for a name nobody added.
        """
        page = self.settings_page if name == SETTINGS else self._pages[name]
        self.middle.setCurrentWidget(page)
        self.rail.mark(name)
        if name != INBOX:
            page.setFocus()

    @cached_property
    def settings_page(self) -> "SettingsPage":
        """The settings, made when they are first wanted: no start waits for them."""
        from console.desktop.settings_page import SettingsPage

        page = SettingsPage(self, self._theme)
        self.add_page(SETTINGS, page)
        return page

    @property
    def shown_page(self) -> str:
        """The name of the page in the middle."""
        return next(n for n, page in self._pages.items() if page is self.middle.currentWidget())

    @property
    def _in_outbox(self) -> bool:
        return self.shown_page == OUTBOX

    def _restore(self) -> None:
        self.split.restoreState(self._settings.bytes("split"))
        view = self.looks.remembered()
        self.show_view(view)
        ticket = self._settings.text("ticket")
        if not ticket or not self.list.choose_ticket(UUID(ticket)):
            self.list.choose(0)

    def begin(self) -> None:
        """Put the keyboard where work begins."""
        self.list.setFocus()

    def resume(self) -> None:
        """This window is worked in again: what was typed in another is here too."""
        self.opened.resume()

    def refresh(self) -> None:
        """Paint every time and clock anew."""
        for widget in self.findChildren(QWidget):
            widget.update()

    async def end(self) -> None:
        """Let go of what it has beside its widgets: nothing is shared or searched any more."""
        self.search.close()
        await self.drafts.close()

    def keep(self) -> None:
        """Remember how the workspace stands."""
        self._settings.keep_text("ticket", str(self.opened.ticket_id))
        self.looks.keep()
        self.keep_split()
        self._layout.written()

    def keep_split(self) -> None:
        """Remember how wide the panes are; a table's are not kept, it has all the room there is."""
        if not self.split.wide:
            self._settings.keep_bytes("split", self.split.saveState())

    # -- moving

    def step(self, by: int) -> None:
        """To the next (1) or previous (-1) ticket, or unsettled action."""
        if self._in_outbox:
            self.outbox.step(by)
        elif self.shown_page == SEARCH:
            self.search_page.step(by)
        else:
            self.list.step(by)

    def show_view(self, view: View) -> None:
        """Show a view's tickets. The open one stays open if it is among them, else the first opens.

        Of an empty view none does: a ticket beside it would look like one of its own.
        """
        self.show_inbox()
        self.queue.show(view, self.looks.sort_of(view))
        self.views_list.show_view(view)
        self.looks.dress()
        self.show_count(())
        if not self.list.choose_ticket(self.opened.ticket_id):
            self.list.choose(0)
            if not len(self.queue):
                self._open(None)

    def show_ticket(self, ticket_id: UUID) -> None:
        """Open a ticket, in the list if the view has it."""
        self.show_inbox()
        if not self.list.choose_ticket(ticket_id):
            self._open(ticket_id)

    def _open(self, ticket_id: UUID | None) -> None:
        if ticket_id != self.opened.ticket_id:
            self.opened.open(ticket_id or NIL)
            if READ_AFTER.of(self._settings) != NEVER and not self.looks.table:
                self._read_timer.start()  # in a table it is chosen, and not read

    def enter(self) -> None:
        """Go into the open ticket, or to the ways out of the chosen action."""
        if self._in_outbox:
            self.outbox.enter()
            return
        if self.shown_page == SEARCH:
            self.search_page.enter()
            return
        self.looks.enter()
        self.page.timeline.setFocus()
        self._mark_read()

    def back(self) -> None:
        """Go back to the list, or from the search to where one was."""
        if self.shown_page == SEARCH:
            self._finding.leave()
            return
        self.show_inbox()
        self.looks.back()
        self.list.setFocus()

    def _panes(self) -> list[QWidget]:
        return [self.views_list, self.list, self.page.timeline, self.page.composer.editor]

    def next_pane(self, by: int) -> None:
        """Move the keyboard to the next pane."""
        panes = [pane for pane in self._panes() if pane.isVisible()] or [self.list]
        here = next((n for n, pane in enumerate(panes) if pane.hasFocus()), -1)
        panes[(here + by) % len(panes)].setFocus()

    def show_inbox(self) -> None:
        """Show the tickets."""
        self.show_page(INBOX)

    def show_outbox(self) -> None:
        """Show what waits and what was refused."""
        self.show_page(OUTBOX)

    def _go(self, name: str) -> None:
        """Go to a place of the rail."""
        if name == SEARCH:
            self.show_search()
        else:
            self.show_page(name)

    def show_search(self) -> None:
        """Show the search with the caret in its line."""
        self._finding.show()

    def show_found(self, target: Target) -> None:
        """Open the ticket of something found, at the message it was found in."""
        self._finding.open(target)

    def new_window(self) -> None:
        """Another window of the same desk."""
        self.window_wanted.emit()

    def pop_out(self) -> None:
        """The open ticket in a window of its own."""
        if self.opened.state is not None:
            self.pop_out_wanted.emit(self.opened.ticket_id)

    def toggle_views(self) -> None:
        """Hide the views, or show them again."""
        self.split.toggle_first()

    def sort_by(self, sort: Sort) -> None:
        """Show the view in another order. The open ticket stays open."""
        self.list.let_go()  # a new order begins at its top: nothing is loaded down to the old place
        self.queue.show(self.queue.view, sort)
        self.looks.sorted_by(sort)
        self.show_count(())
        self.list.choose_ticket(self.opened.ticket_id, load=False)

    # -- acting on the current ticket

    def act(self, work: Callable[[UUID], Coroutine[Any, Any, object]], name: str) -> None:
        """Start `work` on the open ticket, if there is one."""
        ticket_id = self.opened.ticket_id
        if ticket_id != NIL:
            self._slots.start(work(ticket_id), name)

    def take(self) -> None:
        """Take the ticket."""
        self.act(self.triage.take, "take")

    def solve(self) -> None:
        """Solve the ticket."""
        self.act(lambda i: self.triage.set_status(i, Status.SOLVED), "solve")

    def write(self, lane: LaneName | None = None) -> None:
        """Put the caret into the composer, addressed to a lane if one is given."""
        self.page.write(lane)

    def attach(self) -> None:
        """Ask which files go with what is being written."""
        if self.opened.state is not None:
            self.page.composer.attach()

    def _write_on(self, ticket_id: UUID) -> None:
        """Show a ticket with the caret in what is typed on it."""
        self.show_ticket(ticket_id)
        self.page.composer.focus_editor()

    def undo(self) -> None:
        """Take the last thing back."""
        self.toast.undo()

    def lane(self, number: int) -> None:
        """Write to the first, second or third lane."""
        choices = self.opened.composer.state.choices
        if number < len(choices):
            self.page.write(choices[number].lane)

    # -- hearing

    def _mark_read(self) -> None:
        self.act(self.triage.mark_read, "mark-read")

    def _opened_changed(self, _: None) -> None:
        opened = self.opened
        self.context.show_state(opened.state, opened.changes(), opened.notes())

    def show_count(self, _: object) -> None:
        """Say which view is shown, how many it has and in which order."""
        view, sort = self.queue.view, self.queue.sort
        count, over = self.looks.counted()
        self.list_panel.show_view(self.views.title(view), count, sort, over=over)
        self.many.count(count, over=over)

    def say_done(self, done: Done) -> None:
        """Say what was done, with the way back if there is one."""
        undo = done.undo
        if undo is None:
            self.toast.say(done.text)
        else:
            self.toast.say(done.text, lambda: self._slots.start(undo(), "undo"))
