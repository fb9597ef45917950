"""One unsettled action in full: why it stopped, mine beside theirs, and the ways out."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QResizeEvent, QTextCharFormat, QTextOption
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from console.kernel.tongue import beside, mark, tr
from console.tickets.viewmodel.attention import Matter, Told, Way
from console.tickets.widgets.attention import Chosen, way_button
from console.ui import words
from console.ui.theme import Theme
from console.ui.widgets import Elided, Text, clear

_MINE, _THEIRS = mark("Yours"), mark("There now")
_LEAST_HEIGHT, _MOST_HEIGHT, _EDGES = 64, 2_000, 8


class Words(QPlainTextEdit):
    """Text to read and to mark: whole, wrapped anywhere, reached and scrolled by keyboard."""

    def __init__(self, name: str, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._told: Sequence[Told] = ()
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setProperty("kind", "reading")
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.document().setDocumentMargin(0)
        theme.changed.connect(self._write)

    def show_told(self, told: Sequence[Told]) -> None:
        """Show these, one below the other; the place in what is shown already stays."""
        if told != self._told:
            self._told = told
            self._write()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._grow()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.maximumHeight())

    def _grow(self) -> None:
        """As tall as the text, if there is room."""
        # The plain layout lays out what it shows, and guesses the rest until it is asked.
        layout, block = self.document().documentLayout(), self.document().begin()
        tall = _EDGES
        while block.isValid() and tall < _MOST_HEIGHT:
            tall += math.ceil(layout.blockBoundingRect(block).height())
            block = block.next()
        self.setMinimumHeight(min(tall, _LEAST_HEIGHT))
        self.setMaximumHeight(tall)

    def _write(self, _: object = None) -> None:
        self.clear()
        head, plain = QTextCharFormat(), QTextCharFormat()
        head.setFontWeight(QFont.Weight.DemiBold)
        head.setForeground(self._theme.tokens["dim"])
        plain.setForeground(self._theme.tokens["text"])
        cursor = self.textCursor()
        for n, told in enumerate(self._told):
            if n:
                cursor.insertText("\n\n", plain)
            if told.who:
                when = words.stamp(told.at) if told.at else ""
                cursor.insertText(f"{beside((told.who, when))}\n", head)
            cursor.insertText(told.text, plain)
        cursor.setPosition(0)
        self.setTextCursor(cursor)
        self._grow()


def _framed(frame: QFrame, title: str, text: Words) -> QFrame:
    """The text in a card whose heading stands above its letters, inside the ring of its focus."""
    frame.setObjectName("card")
    heading = Text(title.upper(), "section")
    heading.setContentsMargins(8, 0, 8, 0)
    box = QVBoxLayout(frame)
    box.setContentsMargins(4, 10, 4, 8)
    box.setSpacing(4)
    box.addWidget(heading)
    box.addWidget(text)
    box.addStretch(1)  # the shorter text stands at the top
    return frame


class MatterView(QWidget):
    """Shows one action, or nothing."""

    def __init__(self, theme: Theme, chosen: Chosen) -> None:
        super().__init__()
        self._chosen = chosen
        self._shown: Matter | None = None
        self._title = Text("", "title")
        self._subject = Elided("dim")
        self._why = Text()
        self._banner = QFrame()
        self.mine = Words(tr(_MINE), theme)
        self.theirs = Words(tr(_THEIRS), theme)
        self._beside = QFrame()
        self._ways = QHBoxLayout()
        self._build()

    def _build(self) -> None:
        self._title.setWordWrap(True)
        self._why.setWordWrap(True)
        self._banner.setObjectName("banner")
        inside = QVBoxLayout(self._banner)
        inside.setContentsMargins(12, 8, 12, 8)
        inside.addWidget(self._why)
        both = QHBoxLayout()
        both.setSpacing(12)
        both.addWidget(_framed(QFrame(), tr(_MINE), self.mine), 1)
        both.addWidget(_framed(self._beside, tr(_THEIRS), self.theirs), 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 16, 20, 14)
        box.setSpacing(10)
        head = QVBoxLayout()
        head.setSpacing(2)
        head.addWidget(self._title)
        head.addWidget(self._subject)
        box.addLayout(head)
        box.addWidget(self._banner)
        box.addLayout(both)
        box.addLayout(self._ways)
        box.addStretch(1)

    def show_matter(self, matter: Matter | None, subject: str = "") -> None:
        """Show an action of the ticket of that subject."""
        self._subject.setText(subject)
        self._subject.setVisible(bool(subject))
        if matter == self._shown:
            return
        before, self._shown = self._shown, matter
        if matter is None:
            return
        self._title.setText(matter.entry.about)
        self._why.setText(matter.why)
        self._banner.setVisible(bool(matter.why))
        self._banner.setProperty("calm", matter.entry.state == "scheduled")
        for widget in (self._banner, self._why):
            self.style().unpolish(widget)
            self.style().polish(widget)
        self.mine.show_told((matter.mine,))
        self.theirs.show_told(matter.theirs)
        self._beside.setVisible(bool(matter.theirs))
        if before is None or (before.entry, before.ways) != (matter.entry, matter.ways):
            self._offer(matter)

    def focus_ways(self) -> None:
        """Put the keyboard on the first way out."""
        item = self._ways.itemAt(0)
        if item is not None and (button := item.widget()) is not None:
            button.setFocus(Qt.FocusReason.TabFocusReason)

    def _offer(self, matter: Matter) -> None:
        clear(self._ways)
        before: QWidget = self.theirs
        for way, text in matter.ways:
            if way == Way.DISCARD:
                self._ways.addStretch(1)  # apart from what does no harm
            button = way_button(way, text, matter, self._chosen)
            self._ways.addWidget(button)
            QWidget.setTabOrder(before, button)
            before = button
        if not matter.ways or matter.ways[-1][0] != Way.DISCARD:
            self._ways.addStretch(1)
