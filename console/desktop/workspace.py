"""The workspace: rail, views, list, conversation, context, status; every command starts here."""

from collections import deque
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtWidgets import QWidget

from console.desktop.banner import Banner
from console.desktop.columns import Columns
from console.desktop.fittings import Fittings
from console.desktop.frame import ListPanel, Rail, StatusBar
from console.desktop.looks import Looks
from console.desktop.pages import INBOX, MACROS, OUTBOX, SEARCH, SETTINGS, Pages
from console.desktop.panes import Panes
from console.desktop.preferences import UNDO_SHOWN
from console.desktop.settings import Settings
from console.desktop.standing import Middle, places, stand
from console.fields.viewmodel.shelf import Fields
from console.kernel.clock import Clock
from console.kernel.codec import NIL
from console.kernel.signal import Strand
from console.kernel.tongue import tr
from console.people.viewmodel import Directory
from console.sync.client.local import Local
from console.tickets.model import View
from console.tickets.model.orders import Order
from console.tickets.viewmodel.queue import Queue
from console.tickets.viewmodel.views import Views
from console.tickets.widgets.queue import QueueList
from console.tickets.widgets.signs import order_sign
from console.tickets.widgets.views import ViewsList
from console.ui.slots import Slots
from console.ui.theme import Theme

if TYPE_CHECKING:  # what stands behind the list is loaded once that is painted
    from console.conversations.model import LaneName
    from console.desktop.commands import UiCommand
    from console.desktop.settings_page import SettingsPage
    from console.macros.widgets.page import MacrosPage
    from console.search.viewmodel.search import Search, Target
    from console.search.widgets.page import SearchPage
    from console.tickets.viewmodel.triage import Done


class Workspace(Fittings):
    """One window's content for whoever is signed in."""

    has_list = True

    def __init__(
        self,
        local: Local,
        settings: Settings,
        theme: Theme,
        clock: Clock,
        slots: Slots,
        *,
        strand: Strand | None = None,
        at_once: bool = True,
    ) -> None:
        """Without `at_once`, go through `raising` before anything else; `strand` minds its signals."""
        super().__init__()
        self.setObjectName("ground")
        self._local, self._settings, self._theme, self._slots = local, settings, theme, slots
        self.settings, self.slots = settings, slots
        self._strand = strand or Strand()
        self.directory = Directory(local)
        self.fields = Fields(local)
        self.queue = Queue(local, self.directory)
        self.views = Views(local, self.directory)
        self._clock = clock
        self.fronted = False
        self.raising = self._raise()
        if at_once:
            deque(self.raising, maxlen=0)

    def _raise(self) -> Iterator[None]:
        """Make everything in steps of some milliseconds each; usable after the last of them.

        The list comes first, with what it says; then `fronted` is true, and it can be shown.
        """
        self._raise_list()
        self.fronted = True
        yield
        from console.desktop.behind import raise_behind  # the first paint does not wait for it

        local, theme, clock, slots = self._local, self._theme, self._clock, self._slots
        yield from raise_behind(self, local, self._settings, theme, clock, slots)
        self._connect()
        self._set("")
        self._settings.changed.connect(self._set)
        yield
        self._restore()

    def _raise_list(self) -> None:
        """What is about the queue: rail, views and list, with the view that was shown last."""
        local, theme, clock, settings = self._local, self._theme, self._clock, self._settings
        self.rail = Rail(theme, self.directory, local)
        self.views_list = ViewsList(self.views, theme, self)
        self.list = QueueList(self.queue, theme, clock, self)
        self.list_panel = ListPanel(self.list, theme)
        self.status = StatusBar(local, self.directory, theme)
        page, context = places()
        self.split: Columns = Columns(self.views_list, self.list_panel, page, last=context)
        self.middle = Middle()
        self.banner = Banner(local)
        self.pages = Pages(self.middle, self.rail, self._strand)
        self.looks: Looks = Looks(self, local, settings, theme, clock, self._slots)
        self.panes: Panes = Panes(self)
        stand(self)
        self.pages.add(INBOX, self.split)
        self.rail.add_low(SETTINGS, "gear", tr("Settings"))
        self._restore_list()

    # -- putting it together

    def _connect(self) -> None:
        self.looks.follow()
        self.views_list.picked.connect(self.show_view)
        self.list.picked.connect(self._open)
        self.list.entered_ticket.connect(self.enter)
        self.page.left.connect(self.back)
        self.beside.connect()
        self.page.done.connect(self.toast.say)
        self.context.ticket_wanted.connect(self.show_ticket)
        self.context.message_wanted.connect(self.opened.timeline.show_message)
        self.context.arranged.connect(lambda told: self._settings.keep_text("context", told))
        self.attention.ticket_wanted.connect(self.show_ticket)
        self.attention.writing_wanted.connect(self._write_on)
        self.rail.place_wanted.connect(self._go)
        self.opened.changed.connect(self._opened_changed)
        self.queue.edits.connect(self.show_count)
        self.triage.done.connect(self.say_done)
        self.attention.done.connect(self.say_done)
        self.triage.refused.connect(self.toast.say)
        self._slots.failed.connect(self.toast.say)

    def _set(self, _: str) -> None:
        """What is set holds here from now on."""
        self.toast.shown_ms = int(UNDO_SHOWN.of(self._settings))

    def run(self, command: "UiCommand") -> None:
        """Do what a command says; among unsettled actions it is about the chosen one's ticket."""
        # Loaded by whoever has the command; the first paint does without.
        from console.desktop.commands.many import MANY
        from console.desktop.commands.thread import THREAD

        of_ticket = command.group == "Ticket" and command.id != "undo"
        of_inbox, inbox = command in MANY or command in THREAD, self.shown_page == INBOX
        theirs = self.outbox.ticket_id if of_ticket and self.shown_page == OUTBOX else NIL
        if (of_ticket or of_inbox) and not inbox and theirs == NIL:
            self.toast.say(tr("No ticket is in sight here: go to the inbox first"))
        elif theirs != NIL:
            self.show_ticket(theirs)
            if self.shown_page == INBOX:  # else it is shown in another window
                command.run(self)
        elif not inbox or not self.many.takes(command.id):
            command.run(self)

    # -- pages

    def show_page(self, name: str) -> None:
        """Show a page of the middle. Raises KeyError for a name nobody added."""
        self.pages.show(name)

    @property
    def shown_page(self) -> str:
        """The name of the page in the middle."""
        return self.pages.shown

    @property
    def settings_page(self) -> "SettingsPage":
        """The settings."""
        page: SettingsPage = self.pages.page(SETTINGS)
        return page

    @property
    def macros(self) -> "MacrosPage":
        """The macros."""
        page: MacrosPage = self.pages.page(MACROS)
        return page

    @property
    def search_page(self) -> "SearchPage":
        """The search."""
        page: SearchPage = self.pages.page(SEARCH)
        return page

    @cached_property
    def search(self) -> "Search":
        """What the search knows; made with its page."""
        from console.search.viewmodel.search import Search

        return Search(self._local, self.directory)

    def _restore_list(self) -> None:
        """The view that was shown last, its order, and the ticket that was current in it."""
        self.panes.restore()
        self._show_list(self.looks.remembered())
        self._head()
        ticket = self._settings.text("ticket")
        if not ticket or not self.list.choose_ticket(UUID(ticket)):
            self.list.choose(0)

    def _restore(self) -> None:
        self.show_count(())
        current = self.list.current_key
        if current is not None:
            self._open(UUID(bytes=current))
        self.whereabouts.restore()

    def settle(self) -> None:
        """It is laid out by now: the list is scrolled to where it was."""
        self.list.go_back(self._settings.text("place"))

    def begin(self) -> None:
        """Put the keyboard where work was left."""
        self.whereabouts.begin()

    def resume(self) -> None:
        """This window is worked in again: what was typed in another is here too."""
        self.opened.resume()

    def refresh(self) -> None:
        """Paint every time and clock anew."""
        for widget in self.findChildren(QWidget):
            widget.update()

    def cut(self) -> None:
        """Hear nothing of what stays while this goes."""
        self._strand.cut()
        self.spelling.cut()

    async def end(self) -> None:
        """Let go of what it has beside its widgets: nothing is shared or searched any more."""
        if self.pages.made(SEARCH) is not None:
            self.search.close()
        await self.drafts.close()
        await self.spelling.close()
        await self.opened.composer.watch.close()

    def keep(self) -> None:
        """Remember how the workspace stands."""
        self._settings.keep_text("ticket", str(self.opened.ticket_id))
        self.looks.keep()
        self.panes.keep()
        self.whereabouts.keep()
        self.arrangement.written()

    # -- moving

    def step(self, by: int) -> None:
        """To the next (1) or previous (-1) ticket, or what else the page in front lists."""
        if self.shown_page == INBOX:
            self.list.step(by)
        elif (page := self.pages.moving) is not None:
            page.step(by)

    def show_view(self, view: View) -> None:
        """Show a view's tickets. The open one stays open if it is among them, else the first opens.

        Of an empty view none does: a ticket beside it would look like one of its own.
        """
        if view != self.queue.view:
            self.many.leave()
            self.looks.changed.emit(None)  # its tickets may be the same: nothing else tells of it
        self._show_list(view)
        self.show_count(())
        if self.list.choose_ticket(self.opened.ticket_id):
            self._lead()
        else:
            self.list.choose(0)
            if not len(self.queue):
                self._open(None)

    def _show_list(self, view: View) -> None:
        self.show_inbox()
        self.queue.show(view, self.looks.sort_of(view))
        self.views_list.show_view(view)
        self.looks.tabled.dress()

    def show_ticket(self, ticket_id: UUID) -> None:
        """Open a ticket, in the list if the view has it."""
        self.show_inbox()
        if not self.list.choose_ticket(ticket_id):
            self._open(ticket_id)

    def _open(self, ticket_id: UUID | None) -> None:
        if not self.current.open(ticket_id):
            return
        self._lead()
        if not self.looks.tabled.on:
            self.current.look()  # in a table it is chosen, and not read

    def _lead(self) -> None:
        """In a view about mentions the open ticket is shown where one is mentioned."""
        if self.queue.asks_for_mentions:
            self.opened.timeline.sightings.go(new=True)

    def enter(self) -> None:
        """Go into the open ticket, or into what is chosen on the page in front of the tickets."""
        if self.shown_page != INBOX:
            if (page := self.pages.moving) is not None:
                page.enter()
            return
        self.looks.tabled.enter()
        self.page.timeline.setFocus()
        self.current.mark_read()

    def back(self) -> None:
        """Go back to the list, or from the search to where one was."""
        if self.shown_page == SEARCH:
            self.finding.leave()
            return
        self.show_inbox()
        self.looks.tabled.back()
        self.list.setFocus()

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
        self.finding.show()

    def show_found(self, target: "Target") -> None:
        """Open the ticket of something found, at the message it was found in."""
        self.finding.open(target)

    def new_window(self) -> None:
        """Another window of the same desk."""
        self.window_wanted.emit()

    def pop_out(self) -> None:
        """The open ticket in a window of its own."""
        if self.opened.state is not None:
            self.pop_out_wanted.emit(self.opened.ticket_id)

    def sort_by(self, sort: Order) -> None:
        """Show the view in another order. The open ticket stays open."""
        self.list.let_go()  # a new order begins at its top: nothing is loaded down to the old place
        self.queue.show(self.queue.view, sort)
        self.looks.sorted_by(sort)
        self.show_count(())
        self.list.choose_ticket(self.opened.ticket_id, load=False)

    # -- acting on the current ticket

    def write(self, lane: "LaneName | None" = None) -> None:
        """Put the caret into the composer, addressed to a lane if one is given."""
        self.page.write(lane)

    def _write_on(self, ticket_id: UUID) -> None:
        """Show a ticket with the caret in what is typed on it."""
        self.show_ticket(ticket_id)
        self.page.composer.focus_editor()

    def undo(self) -> None:
        """Take the last thing back."""
        self.toast.undo()

    # -- hearing

    def _opened_changed(self, _: None) -> None:
        opened = self.opened
        self.context.show_state(opened.state, opened.changes(), opened.notes())

    def show_count(self, _: object) -> None:
        """Say which view is shown, how many it has and in which order."""
        count, over = self._head()
        self.many.count(count, over=over)

    def _head(self) -> tuple[int, bool]:
        view, sign = self.queue.view, order_sign(self.queue.sort, self.fields.all)
        count, over = self.looks.counted()
        self.list_panel.show_view(self.views.title(view), count, sign, over=over)
        return count, over

    def say_done(self, done: "Done") -> None:
        """Say what was done, with the way back if there is one."""
        undo = done.undo
        if undo is None:
            self.toast.say(done.text)
        else:
            self.toast.say(done.text, lambda: self._slots.start(undo(), "undo"))
