"""What needs somebody on the open ticket, above the composer: why, theirs, and the ways out."""

from collections.abc import Callable, Sequence

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from console.conversations.model import snippet
from console.kernel.tongue import tr
from console.tickets.viewmodel.attention import Attention, Matter, Told, Way
from console.tickets.viewmodel.triage import Done
from console.ui.slots import Slots
from console.ui.widgets import Block, Text, clear

Chosen = Callable[[Way, Matter], None]


def go(way: Way, matter: Matter, attention: Attention, slots: Slots) -> None:
    """Take a way out."""
    entry = matter.entry
    heap = matter.heap or (entry,)
    match way:
        case Way.AGAIN:
            slots.start(attention.again(*heap), "retry")
        case Way.NOW:
            slots.start(attention.send_now(entry), "send-now")
        case Way.LATER:
            attention.later_wanted.emit(entry)
        case Way.RELEASE:
            slots.start(attention.release(*heap), "release")
        case Way.EDIT:
            slots.start(attention.edit(entry), "edit")
        case Way.DISCARD:
            slots.start(attention.discard(*heap), "discard")
        case Way.COPY:
            QGuiApplication.clipboard().setText(matter.body)
            attention.done.emit(Done(tr("Copied")))
        case Way.OPEN:
            attention.ticket_wanted.emit(entry.lane)


def way_button(way: Way, text: str, matter: Matter, chosen: Chosen) -> QPushButton:
    """The button of one way; read out it says of what."""
    button = QPushButton(text)
    button.setAccessibleName(tr("{way}: {action}").format(way=text, action=matter.entry.about))
    button.clicked.connect(lambda _=False: chosen(way, matter))
    return button


class _Line(Block):
    """One action: why it stands here, what came in meanwhile, what was written, the ways out."""

    def __init__(self, matter: Matter, chosen: Chosen) -> None:
        super().__init__(calm=matter.entry.state == "scheduled")
        self._why = _wrapped("")
        self._told = QVBoxLayout()
        self._told.setSpacing(6)
        self.lines.addWidget(self._why)
        self.lines.addLayout(self._told)
        for way, text in matter.ways:
            if way != Way.OPEN:  # it is open
                # It offers the same as long as it stands here, of the action as it was then.
                self.offer(way_button(way, text, matter, chosen))
        self.show_matter(matter)

    def show_matter(self, matter: Matter) -> None:
        """Show what is to be said of it now; the keyboard stays where it is."""
        self._why.setText(matter.why)
        clear(self._told)
        for words, role in _lines(matter):
            self._told.addWidget(_wrapped(words, role))


def _lines(matter: Matter) -> list[tuple[str, str]]:
    """What came in since above what was written before it, each with the role of its text."""
    if not matter.body:
        return [(_brief(told), "quote") for told in matter.theirs[-1:]]
    mine = (_brief(matter.mine), "quote")
    if not matter.theirs:
        return [mine]
    theirs = [(_brief(told), "quote") for told in matter.theirs]
    heads = ((tr("Meanwhile").upper(), "section"), (tr("Yours, not sent").upper(), "section"))
    return [heads[0], *theirs, heads[1], mine]


def _offer(matter: Matter) -> object:
    """What a line offers: as long as it is this, the same buttons stand there."""
    return matter.entry, tuple(matter.ways)


class AttentionLines(QWidget):
    """A framed line for each action of the open ticket that needs somebody."""

    def __init__(self, attention: Attention, slots: Slots) -> None:
        super().__init__()
        self._attention, self._slots = attention, slots
        self._shown: list[Matter] = []
        self._lines: list[_Line] = []
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 8)
        self._box.setSpacing(4)
        self.hide()

    def show_matters(self, matters: Sequence[Matter]) -> None:
        """Show these; what is shown already stays, and the keyboard where it is."""
        if list(matters) == self._shown:
            return
        before, self._shown = self._shown, list(matters)
        if [_offer(matter) for matter in before] == [_offer(matter) for matter in matters]:
            for line, matter in zip(self._lines, matters, strict=True):
                line.show_matter(matter)
            return
        clear(self._box)
        self._lines = [_Line(matter, self._chosen) for matter in matters]
        for line in self._lines:
            self._box.addWidget(line)
        self.setVisible(bool(matters))

    def _chosen(self, way: Way, matter: Matter) -> None:
        go(way, matter, self._attention, self._slots)


def _wrapped(text: str, role: str = "") -> Text:
    label = Text(text, role)
    label.setWordWrap(True)
    return label


def _brief(told: Told) -> str:
    return (
        tr("{who}: “{text}”").format(who=told.who, text=snippet(told.text))
        if told.who
        else told.text
    )
