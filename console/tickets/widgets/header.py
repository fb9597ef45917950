"""The open ticket's header: subject, fields that are changed in place, lanes as filters."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from console.conversations.viewmodel.timeline import Filter, Timeline
from console.kernel.tongue import beside, mark, tr
from console.tickets.model import Ticket
from console.tickets.viewmodel.opened import OpenState
from console.tickets.viewmodel.others import Others
from console.tickets.widgets.others import OthersStrip
from console.tickets.widgets.row import PRIORITY_WORDS, STATUS_WORDS
from console.tickets.widgets.signs import PRIORITY_ICONS, STATUS_ICONS
from console.ui import icons, words
from console.ui.theme import Theme
from console.ui.widgets import Elided, Tab, Text, plain_tip

_TABS: tuple[tuple[Filter, str, str], ...] = (
    ("all", mark("All"), "L, A"),
    ("buyer", mark("Buyer"), "L, B"),
    ("seller", mark("Seller"), "L, S"),
    ("internal", mark("Internal"), "L, N"),
    ("orders", mark("Order events"), "L, O"),
)
"""The lanes as filters: words, and the keys of their commands."""


_ICON, _ICON_GAP = 14, 3
_MARGIN, _APART = 20, 10
_TAGS_CHARS = 26
_LEAST_TEXT, _WHOLE = 24, 1_000


class Field(QPushButton):
    """A field of the header that opens its picker; where room is short its words are cut."""

    def __init__(self, theme: Theme, name: str, key: str, least: int = _LEAST_TEXT) -> None:
        super().__init__()
        self._theme, self._name = theme, name
        self._icon = ("", "dim")
        self._value, self._least = "", least
        self.setProperty("kind", "field")
        self.setIconSize(QSize(_ICON + _ICON_GAP, _ICON))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setToolTip(f"{name} ({key})")
        theme.changed.connect(self._paint)

    def show_value(self, text: str, icon: tuple[str, str] = ("", "dim")) -> None:
        """Show a value, with an icon's name and colour."""
        self._icon, self._value = icon, text
        self.setAccessibleName(f"{self._name}: {text}")
        self._fit()
        self.updateGeometry()
        self._paint()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        more = self._wide(self._value) - self._wide(self.text())
        return QSize(hint.width() + more, hint.height())

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        less = max(0, self._wide(self._value) - self._least)
        return QSize(hint.width() - less, hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.width() - (self.sizeHint().width() - self._wide(self._value))
        elide = Qt.TextElideMode.ElideRight
        self.setText(self.fontMetrics().elidedText(self._value, elide, max(room, 0)))

    def _wide(self, text: str) -> int:
        return self.fontMetrics().horizontalAdvance(text) + 1  # it is rounded

    def _paint(self) -> None:
        name, color = self._icon
        if name:
            self.setIcon(icons.icon(name, self._theme.tokens[color], _ICON, _ICON_GAP))


class Header(QWidget):
    """Subject, who else is there, fields, lanes. Each `…_wanted` asks for that field's picker."""

    status_wanted = Signal()
    priority_wanted = Signal()
    team_wanted = Signal()
    assignee_wanted = Signal()
    tags_wanted = Signal()

    def __init__(self, timeline: Timeline, others: Others, theme: Theme) -> None:
        super().__init__()
        self._timeline = timeline
        self._subject = Elided("title")
        self._number = Text("", "faint")
        self.others = OthersStrip(others, theme)
        self.status = Field(theme, tr("Status"), "S", _WHOLE)
        self.priority = Field(theme, tr("Priority"), "P", _WHOLE)
        self.team = Field(theme, tr("Team"), "A")
        self.assignee = Field(theme, tr("Assignee"), "A")
        self.tags = Field(theme, tr("Tags"), "T")
        self._tabs: dict[Filter, QPushButton] = {}
        self._build()
        timeline.edits.connect(self._counted)
        others.changed.connect(self._fit)

    def _build(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(_APART)
        first.addWidget(self._subject)
        first.addWidget(self._number)
        first.addStretch(1)
        first.addWidget(self.others)
        fields = QHBoxLayout()
        fields.setSpacing(5)
        wanted: tuple[tuple[Field, Callable[[], None]], ...] = (
            (self.status, self.status_wanted.emit),
            (self.priority, self.priority_wanted.emit),
            (self.team, self.team_wanted.emit),
            (self.assignee, self.assignee_wanted.emit),
            (self.tags, self.tags_wanted.emit),
        )
        for field, ask in wanted:
            field.clicked.connect(ask)
            fields.addWidget(field)
        fields.addStretch(1)
        tabs = QHBoxLayout()
        tabs.setSpacing(2)
        for name, title, keys in _TABS:
            button = Tab(tr(title))
            shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
            button.setToolTip(f"{tr(title)} ({shown})")
            button.clicked.connect(lambda _=False, chosen=name: self._filter(chosen))
            self._tabs[name] = button
            tabs.addWidget(button)
        tabs.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(_MARGIN, 14, _MARGIN, 8)
        box.setSpacing(10)
        box.addLayout(first)
        box.addLayout(fields)
        box.addLayout(tabs)

    def show_state(self, state: OpenState) -> None:
        """Show this ticket."""
        ticket = state.ticket
        self._subject.setText(ticket.subject)
        self._number.setText(words.numbered(ticket.number))
        self._show_status(ticket)
        word = tr(PRIORITY_WORDS[ticket.priority])
        self.priority.show_value(word, PRIORITY_ICONS[ticket.priority])
        self.team.show_value(state.team or tr("No team"), ("users", "dim"))
        self.assignee.show_value(state.assignee or tr("Nobody"), ("user", "dim"))
        self.tags.show_value(_few(ticket.tags) or tr("Add tag"), ("tag", "dim"))
        self.tags.setToolTip(
            plain_tip(words.several(ticket.tags)) if ticket.tags else tr("Tags (T)")
        )
        self._counted(None)
        self._fit(None)

    def _show_status(self, ticket: Ticket) -> None:
        if ticket.snoozed_until is None:
            self.status.show_value(tr(STATUS_WORDS[ticket.status]), STATUS_ICONS[ticket.status])
        else:
            told = tr("Until {when}").format(when=words.stamp(ticket.snoozed_until))
            self.status.show_value(told, ("moon", "accent"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(None)

    def _fit(self, _: None) -> None:
        """Others get the room that subject and number leave: the subject is not cut for words."""
        taken = self._subject.sizeHint().width() + self._number.sizeHint().width()
        self.others.fit(self.width() - 2 * _MARGIN - 2 * _APART - taken)

    def _filter(self, chosen: Filter) -> None:
        self._timeline.show(chosen)

    def _counted(self, _: object) -> None:
        counts = self._timeline.counts()
        for name, title, _keys in _TABS:
            button = self._tabs[name]
            count = counts.get(name, 0)
            button.setText(f"{tr(title)} {words.count(count)}" if count else tr(title))
            button.setChecked(name == self._timeline.filter)
            button.setVisible(bool(count) or name in ("all", self._timeline.filter))


def _few(tags: Sequence[str]) -> str:
    """As many tags as fit, and how many more there are."""
    shown: list[str] = []
    for tag in tags:
        if shown and len(" · ".join((*shown, tag))) > _TAGS_CHARS:
            break
        shown.append(tag)
    more = len(tags) - len(shown)
    return beside(shown) + (f" +{more}" if more else "")
