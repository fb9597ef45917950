"""What is done to the open ticket by one key, and that it counts as read once it was looked at."""

from collections.abc import Callable, Coroutine
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, QTimer

from console.desktop.preferences import READ_AFTER
from console.desktop.settings import Settings
from console.kernel.codec import NIL
from console.kernel.tongue import tr
from console.tickets.model import Status
from console.tickets.viewmodel.opened import Opened
from console.tickets.viewmodel.triage import Triage
from console.tickets.widgets.page import TicketPage
from console.ui.slots import Slots

READ_AFTER_MS = 1_500
NEVER = "-1"


class Current(QObject):
    """The open ticket of one window, as commands act on it."""

    def __init__(
        self, opened: Opened, triage: Triage, page: TicketPage, settings: Settings, slots: Slots
    ) -> None:
        super().__init__(page)
        self._opened, self._triage, self._page = opened, triage, page
        self._settings, self._slots = settings, slots
        self.read_timer = QTimer(self, singleShot=True, interval=READ_AFTER_MS)
        self.read_timer.timeout.connect(self.mark_read)
        self._set("")
        settings.changed.connect(self._set)

    def _set(self, _: str) -> None:
        self.read_timer.setInterval(max(int(READ_AFTER.of(self._settings)), 0))

    def open(self, ticket_id: UUID | None) -> bool:
        """Open a ticket, or none; whether it was not the open one already."""
        if ticket_id == self._opened.ticket_id:
            return False
        self._opened.open(ticket_id or NIL)
        return True

    def look(self) -> None:
        """It is looked at from now on: soon it is read."""
        if READ_AFTER.of(self._settings) != NEVER:
            self.read_timer.start()

    def act(self, work: Callable[[UUID], Coroutine[Any, Any, object]], name: str) -> None:
        """Start `work` on the open ticket, if there is one."""
        ticket_id = self._opened.ticket_id
        if ticket_id != NIL:
            self._slots.start(work(ticket_id), name)

    def mark_read(self) -> None:
        """It is read."""
        self.act(self._triage.mark_read, "mark-read")

    def go_to_mention(self) -> None:
        """Go to where one is mentioned in the open ticket; it is said where nobody does."""
        if not self._opened.timeline.sightings.go():
            self._triage.refused.emit(tr("Nobody mentions you here."))

    def take(self) -> None:
        """Take the ticket."""
        self.act(self._triage.take, "take")

    def solve(self) -> None:
        """Solve the ticket."""
        self.act(lambda i: self._triage.set_status(i, Status.SOLVED), "solve")

    def attach(self) -> None:
        """Ask which files go with what is being written."""
        if self._opened.state is not None:
            self._page.composer.attach()

    def lane(self, number: int) -> None:
        """Write to the first, second or third lane."""
        choices = self._opened.composer.state.choices
        if number < len(choices):
            self._page.write(choices[number].key)
