"""The middle of the workspace: header, timeline, what was refused, composer; or an empty page."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from console.conversations.viewmodel.timeline import Filter
from console.conversations.widgets.composer import ComposerBox
from console.conversations.widgets.links import ask_to_open
from console.conversations.widgets.sights import Sights
from console.conversations.widgets.timeline import TimelineList
from console.kernel.clock import Clock
from console.kernel.codec import NIL
from console.kernel.tongue import mark, tr
from console.sync.client.files import Pasted
from console.tickets.viewmodel.attention import Attention
from console.tickets.viewmodel.opened import Opened
from console.tickets.viewmodel.triage import Triage
from console.tickets.widgets.attention import AttentionLines
from console.tickets.widgets.files import FilesDesk
from console.tickets.widgets.header import Header
from console.ui.question import Question
from console.ui.slots import Slots
from console.ui.theme import Theme
from console.ui.widgets import Empty, hline


class TicketPage(QStackedWidget):
    """Shows the open ticket. `left` is emitted when the keyboard wants back to the list."""

    left = Signal()
    done = Signal(str)
    """A sentence on what was just done."""
    sent = Signal(object)
    """A message was queued: the composer's `Sent`."""

    def __init__(
        self,
        opened: Opened,
        triage: Triage,
        attention: Attention,
        slots: Slots,
        theme: Theme,
        clock: Clock,
    ) -> None:
        super().__init__()
        self.setObjectName("conversation")
        self._opened, self._triage, self._slots = opened, triage, slots
        self._attention = attention
        self._shown = NIL
        self.header = Header(opened.timeline, opened.others, theme)
        self.timeline = TimelineList(opened.timeline, theme, clock, self)
        self.sights = Sights(self.timeline, opened.timeline)
        self.question = Question()
        self.files = FilesDesk(opened.timeline, self.timeline, self.question, slots, theme, self)
        self.attention = AttentionLines(attention, slots)
        self.composer = ComposerBox(opened.composer, theme)
        self._empty = Empty(theme, "chat-circle-dots")
        self._build()
        self.timeline.older_wanted.connect(opened.timeline.older)
        self.sights.seen.connect(self._seen)
        self.composer.sent.connect(self.send)
        self.composer.left.connect(self.left)
        self.composer.files_brought.connect(self.attach)
        self.composer.file_removed.connect(self._detach)
        self.timeline.link_wanted.connect(lambda href: ask_to_open(self.question, href))
        self.question.left.connect(self.timeline.setFocus)
        self.files.done.connect(self.done)
        opened.changed.connect(self._changed)
        attention.changed.connect(self._attend)
        self._changed(None)

    def _build(self) -> None:
        page = QWidget()
        page.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        box = QVBoxLayout(page)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addWidget(hline())
        box.addWidget(self.timeline, 1)
        self._below = below = QVBoxLayout()
        below.setContentsMargins(20, 8, 20, 14)
        below.setSpacing(0)
        below.addWidget(self.question)
        below.addWidget(self.attention)
        below.addWidget(self.composer)
        box.addLayout(below)
        self.addWidget(self._empty)
        self.addWidget(page)

    def add_above(self, widget: QWidget) -> None:
        """Put something of another room above the composer."""
        self._below.insertWidget(self._below.count() - 1, widget)

    def write(self, lane: Any = None) -> None:
        """Put the caret into the composer, addressed to a lane if one is given."""
        if self._opened.state is None:
            return
        composer = self._opened.composer
        if lane is not None:
            composer.address(lane)
        elif composer.state.to.lane == "internal":
            public = [c.key for c in composer.state.choices if c.lane != "internal"]
            if public:
                composer.address(public[0])
        self.composer.focus_editor()

    def send(self, solve: bool) -> None:
        """Send what is typed, and solve the ticket if it is accepted."""
        self._slots.start(self._send(solve), "send")

    def send_later(self, at: datetime) -> None:
        """Send what is typed at that time."""
        self._slots.start(self._send(solve=False, at=at), "send-later")

    async def _send(self, solve: bool, at: datetime | None = None) -> None:
        sent = await self._opened.composer.send(solve=solve, at=at)
        if sent is not None:
            self.timeline.scrollToBottom()
            self.sent.emit(sent)

    def _seen(self, message_ids: set[UUID]) -> None:
        sightings = self._opened.timeline.sightings
        if new := sightings.new(message_ids):
            self._slots.start(sightings.see(new), "see-mentions")

    # -- files

    def attach(self, files: Sequence[Path | Pasted]) -> None:
        """Take files into what is being written."""
        self._slots.start(self._opened.composer.attach(files), "attach")
        self.composer.focus_editor()

    def _detach(self, file: UUID) -> None:
        self._slots.start(self._opened.composer.detach(file), "detach")

    def show_lane(self, chosen: Filter) -> None:
        """Show one lane of the conversation, the order's events, or all."""
        if self._opened.state is not None:
            self._opened.timeline.show(chosen)

    def _changed(self, _: None) -> None:
        state = self._opened.state
        if self._opened.ticket_id != self._shown:
            self._shown = self._opened.ticket_id
            self.question.hide()
        gone = state is None and self._opened.ticket_id.int != 0
        self._empty.setText(tr(_GONE) if gone else tr(_EMPTY))
        self.setCurrentIndex(0 if state is None else 1)
        if state is not None:
            self.header.show_state(state)
            self._attend(None)

    def _attend(self, _: None) -> None:
        state = self._opened.state
        waiting = state.waiting if state else ()
        # What follows a message goes with it, and is not told of on its own.
        parked = [
            e for e in waiting if e.parked or (e.state == "scheduled" and not e.command.after)
        ]
        self.attention.show_matters([self._attention.matter(entry) for entry in parked])


_EMPTY = mark("No ticket is open\nJ and K move through the list.")
_GONE = mark("This ticket is not here any more\nIt was moved where you have no access.")
