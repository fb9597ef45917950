"""A ticket in a window of its own: conversation and context, with every command that concerns it."""

from typing import TYPE_CHECKING
from uuid import UUID

from console.desktop.pages import INBOX
from console.desktop.workspace import Workspace
from console.kernel.codec import NIL
from console.tickets.model import View

if TYPE_CHECKING:
    from console.conversations.model import LaneName
    from console.search.viewmodel.search import Target


class Popped(Workspace):
    """A workspace that stays at one ticket: no rail, no views, no list to move through."""

    has_list = False
    ticket_id: UUID = NIL

    def alone(self, ticket_id: UUID) -> None:
        """Show this ticket, and nothing beside it but its context."""
        self.ticket_id = ticket_id
        self.rail.hide()
        self.split.keep_middle(self.page)
        self.show_page(INBOX)
        self._open(ticket_id)

    def begin(self) -> None:
        self.page.timeline.setFocus()

    def _restore_list(self) -> None:
        """Nothing: there is no list."""

    def _restore(self) -> None:
        """Nothing: the ticket is told."""

    def keep(self) -> None:
        """Its ticket is kept with the window."""

    def step(self, by: int) -> None:
        """To the next of what was found or is not settled; there is no next ticket here."""
        if self.shown_page != INBOX:
            super().step(by)

    def show_ticket(self, ticket_id: UUID) -> None:
        """Another ticket is shown where there is a list."""
        if ticket_id == self.ticket_id:
            self.show_page(INBOX)
        else:
            self.elsewhere_wanted.emit(ticket_id)

    def show_found(self, target: "Target") -> None:
        if target.ticket_id == self.ticket_id:
            super().show_found(target)
        else:
            self.elsewhere_wanted.emit(target)

    def show_view(self, view: View) -> None:
        self.elsewhere_wanted.emit(view)

    def back(self) -> None:
        """Back to the conversation."""
        self.show_page(INBOX)
        self.page.timeline.setFocus()

    def write(self, lane: "LaneName | None" = None) -> None:
        self.show_page(INBOX)
        super().write(lane)
