"""What needs somebody on the open ticket, above the composer: why, theirs, and the ways out."""

from collections.abc import Callable, Sequence

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from console.conversations.model import snippet
from console.tickets.viewmodel.attention import Attention, Matter, Told, Way
from console.tickets.viewmodel.triage import Done
from console.ui.slots import Slots
from console.ui.widgets import Text, clear

Chosen = Callable[[Way, Matter], None]


def go(way: Way, matter: Matter, attention: Attention, slots: Slots) -> None:
    """Take a way out."""
    entry = matter.entry
    heap = matter.heap or (entry,)
    match way:
        case Way.AGAIN:
            slots.start(attention.again(*heap), "retry")
        case Way.RELEASE:
            slots.start(attention.release(*heap), "release")
        case Way.EDIT:
            slots.start(attention.edit(entry), "edit")
        case Way.DISCARD:
            slots.start(attention.discard(*heap), "discard")
        case Way.COPY:
            QGuiApplication.clipboard().setText(matter.body)
            attention.done.emit(Done("Copied"))
        case Way.OPEN:
            attention.ticket_wanted.emit(entry.lane)


def way_button(way: Way, text: str, matter: Matter, chosen: Chosen) -> QPushButton:
    """The button of one way; read out it says of what."""
    button = QPushButton(text)
    button.setAccessibleName(f"{text}: {matter.entry.about}")
    button.clicked.connect(lambda _=False: chosen(way, matter))
    return button


class AttentionLines(QWidget):
    """A framed line for each action of the open ticket that needs somebody."""

    def __init__(self, attention: Attention, slots: Slots) -> None:
        super().__init__()
        self._attention, self._slots = attention, slots
        self._shown: list[Matter] = []
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 8)
        self._box.setSpacing(4)
        self.hide()

    def show_matters(self, matters: Sequence[Matter]) -> None:
        """Show these; what is shown already stays, and the keyboard where it is."""
        if list(matters) == self._shown:
            return
        self._shown = list(matters)
        clear(self._box)
        for matter in matters:
            self._box.addWidget(self._line(matter))
        self.setVisible(bool(matters))

    def _line(self, matter: Matter) -> QFrame:
        frame = QFrame()
        frame.setObjectName("banner")
        box = QVBoxLayout(frame)
        box.setContentsMargins(12, 8, 8, 8)
        box.setSpacing(6)
        box.addWidget(_wrapped(matter.why))
        mine = (matter.mine,) if matter.body else ()
        for told in (*mine, *matter.theirs[-1:]):  # the conversation above shows all of theirs
            box.addWidget(_wrapped(_brief(told), "quote"))
        row = QHBoxLayout()
        row.setSpacing(6)
        for way, text in matter.ways:
            if way != Way.OPEN:  # it is open
                button = way_button(way, text, matter, self._chosen)
                button.setProperty("kind", "field")
                row.addWidget(button)
        row.addStretch(1)
        box.addLayout(row)
        return frame

    def _chosen(self, way: Way, matter: Matter) -> None:
        go(way, matter, self._attention, self._slots)


def _wrapped(text: str, role: str = "") -> Text:
    label = Text(text, role)
    label.setWordWrap(True)
    return label


def _brief(told: Told) -> str:
    return f"{told.who}: “{snippet(told.text)}”" if told.who else told.text
