"""The search page: one line at the top, under it what was found or what could be typed."""

from collections.abc import Hashable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QAction, QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListView,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from console.kernel.clock import Clock
from console.kernel.edits import Edit, Reset
from console.kernel.tongue import tr, trn
from console.search.model.saved import MAX_QUERY_CHARS
from console.search.viewmodel.found import HitRow, Row, ServerRow, TicketRow
from console.search.viewmodel.search import Search
from console.search.widgets.help import Suggestions
from console.search.widgets.painting import SERVER_HEIGHT, FoundDelegate, spoken
from console.ui import icons
from console.ui.controls import Segments
from console.ui.rows import Rows, key_at, row_at
from console.ui.scroll import OverlayBar
from console.ui.slots import Slots
from console.ui.theme import Theme
from console.ui.widgets import Empty, Text, hline

_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
_OLDER_WITHIN = 300
_SCREENFUL, _FILLED = 30, 500
"""With fewer rows than a screen has more is looked for at once, up to so many places."""
_EDGE = 20
_ANY_HEIGHT = 16_777_215  # Qt's own limit: none
_NEWEST, _BEST = "newest", "best"


class SearchPage(QWidget):
    """The page. `target_wanted` tells where one wants to go."""

    target_wanted = Signal(object)

    def __init__(self, search: Search, slots: Slots, theme: Theme, clock: Clock) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._search, self._slots, self._theme = search, slots, theme
        self.line = QLineEdit()
        self.line.setAccessibleName(tr("Search"))
        self.line.setPlaceholderText(tr("Search messages, tickets, people, orders, tags and notes"))
        self.line.setMaxLength(MAX_QUERY_CHARS)
        self._clear = QAction(self)
        self._clear.setToolTip(tr("Clear the line"))
        self.line.addAction(self._clear, QLineEdit.ActionPosition.TrailingPosition)
        for button in self.line.findChildren(QToolButton):
            button.setAccessibleName(self._clear.toolTip())
        self.line.installEventFilter(self)
        self.star = QPushButton()
        self.star.setProperty("kind", "quiet")
        orders = [(_NEWEST, tr("Newest first")), (_BEST, tr("Best match first"))]
        self.order = Segments(tr("Order"), orders)
        self._count, self._notes = Text("", "faint"), Text("", "warn")
        self._notes.setWordWrap(True)
        self._rows = Rows(self._row, lambda row: spoken(row, clock), self)
        self.found = QListView()
        self.found.setModel(self._rows)
        self.found.setItemDelegate(FoundDelegate(theme, clock, self.found))
        self.found.setAccessibleName(tr("What was found"))
        self.found.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.found.setMouseTracking(True)
        OverlayBar(self.found)
        # Tab that comes to a page goes on at its proxy: what was in the page before that is never
        # reached. So nothing has the page for its parent before the line does.
        self.help = Suggestions(search.lines, theme)
        told = tr("Nothing found here\nTry fewer words, or the beginning of one.")
        self._nothing = Empty(theme, "magnifying-glass", told)
        self.setFocusProxy(self.line)
        self._build()
        self._connect()
        self._changed(None)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(_EDGE, 16, _EDGE, 8)
        head.setSpacing(8)
        head.addWidget(self.line, 1)
        head.addWidget(self.star)
        below = QVBoxLayout()
        below.setContentsMargins(_EDGE, 0, _EDGE, 8)
        below.setSpacing(4)
        counted = QHBoxLayout()
        # As tall with the orders to choose from beside it as without them: nothing jumps.
        self._count.setMinimumHeight(self.order.sizeHint().height())
        counted.addWidget(self._count)
        counted.addStretch(1)
        counted.addWidget(self.order)
        below.addLayout(counted)
        below.addWidget(self._notes)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addLayout(below)
        box.addWidget(hline())
        box.addWidget(self.found, 1)
        box.addWidget(self._nothing, 1)
        box.addWidget(self.help, 1)

    def _connect(self) -> None:
        self.line.textChanged.connect(self._search.type)
        self._clear.triggered.connect(self.line.clear)
        self.star.clicked.connect(self.toggle_saved)
        self.order.chosen.connect(lambda name: self._search.lines.order(best=name == _BEST))
        self.found.clicked.connect(self._clicked)
        self.found.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.help.taken.connect(self._taken)
        self._search.edits.connect(self._follow)
        self._search.changed.connect(self._changed)
        self._search.lines.changed.connect(self._changed)
        self._theme.changed.connect(self._looks_different)

    # -- moving

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._search.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._search.watch(False)

    def begin(self) -> None:
        """The caret in the line, and what was typed before chosen, to be typed over."""
        self.line.setFocus()
        self.line.selectAll()

    def step(self, by: int) -> None:
        """To the next (1) or previous (-1) row that leads somewhere."""
        if self.help.isVisibleTo(self):
            self.help.step(by)
            return
        at = self.found.currentIndex().row()
        way = 1 if by > 0 else -1
        for _ in range(abs(by)):
            following = self._leading(at + way, way)
            if following is None:
                if way > 0:
                    self._older()
                break
            at = following
        self.found.setCurrentIndex(self._rows.index(at) if at >= 0 else QModelIndex())

    def _leading(self, at: int, way: int) -> int | None:
        while 0 <= at < self._rows.rowCount():
            if not isinstance(self._row(self._rows.key(at)), ServerRow):
                return at
            at += way
        return None

    def enter(self) -> None:
        """To where the current row leads, or the first; with nothing typed, take over the line."""
        if self.help.isVisibleTo(self):
            self.help.take()
            return
        if not self.found.currentIndex().isValid():
            first = self._first()
            if first is None:
                return
            self.found.setCurrentIndex(self._rows.index(first))
        self._clicked(self.found.currentIndex())

    def _first(self) -> int | None:
        """The first place in a message, else the first ticket."""
        rows = [row_at(self._rows.index(n)) for n in range(min(2, self._rows.rowCount()))]
        kinds = [
            n for kind in (HitRow, TicketRow) for n, r in enumerate(rows) if isinstance(r, kind)
        ]
        return kinds[0] if kinds else None

    def _clicked(self, index: QModelIndex) -> None:
        key = key_at(index) if index.isValid() else None
        target = None if self._search.unfold(key) else self._search.target(key)
        if target is not None:
            self.target_wanted.emit(target)

    def _taken(self, line: str) -> None:
        self.line.setText(line)
        self.line.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line and isinstance(event, QKeyEvent):
            by = _STEPS.get(Qt.Key(event.key()))
            if by is not None and event.type() == QEvent.Type.KeyPress:
                self.step(by)
                return True
        return super().eventFilter(watched, event)

    # -- saved searches

    def toggle_saved(self) -> None:
        """Keep the line among the saved searches, or let it go."""
        lines, text = self._search.lines, self._search.text.strip()
        if text:
            wish = lines.let_go if text in lines.saved else lines.save
            self._slots.start(wish(text), "saved-search")

    def turn_order(self) -> None:
        """Have the other order."""
        lines = self._search.lines
        lines.order(best=not lines.best)

    # -- staying exact

    def _row(self, key: Hashable) -> Row | None:
        return self._search.rows.get(key)

    def _follow(self, edits: Sequence[Edit]) -> None:
        self._rows.apply(edits)
        if any(isinstance(edit, Reset) for edit in edits):
            self.found.scrollToTop()

    def _scrolled(self, value: int) -> None:
        if self.found.verticalScrollBar().maximum() - value < _OLDER_WITHIN:
            self._older()

    def _older(self) -> None:
        if self._search.more:
            self._search.older()

    def _looks_different(self) -> None:
        self._rows.repaint_all()
        self._changed(None)

    def _changed(self, _: None) -> None:
        search, text = self._search, self._search.text.strip()
        if self.line.text() != search.text:
            self.line.setText(search.text)
        empty = search.query.empty and not search.query.problems
        nothing = not (empty or search.busy or search.count or search.query.empty)
        self.help.setVisible(empty)
        self.found.setVisible(not empty)
        # What the server found, or why it was not asked, stays above.
        self.found.setMaximumHeight(SERVER_HEIGHT if nothing else _ANY_HEIGHT)
        self._nothing.setVisible(nothing)
        self.order.show_value(_BEST if search.lines.best else _NEWEST)
        self.order.setVisible(bool(search.query.terms) and not nothing)
        notes = "\n".join(search.notes)
        self._notes.setText(notes)
        self._notes.setVisible(bool(notes))
        self._count.setText(self._told())
        self._count.setVisible(not search.query.empty and not nothing)
        saved = text in search.lines.saved
        self.star.setVisible(bool(text))
        if self._rows.rowCount() < _SCREENFUL and search.count < _FILLED:
            self._older()  # what is folded leaves room
        self._clear.setVisible(bool(text))
        self._clear.setIcon(icons.icon("x", self._theme.tokens["dim"]))
        self.star.setIcon(
            icons.icon("star", self._theme.tokens["accent" if saved else "dim"], gap=6)
        )
        self.star.setText(tr("Saved") if saved else tr("Save search"))
        name = tr("Let go of this saved search") if saved else tr("Save this search")
        self.star.setAccessibleName(name)
        self.star.setToolTip(name)

    def _told(self) -> str:
        if self._search.busy:
            return tr("Searching…")
        count = self._search.count
        told = trn("{count} place", "{count} places", count).format(count=count)
        return tr("{places}, more below").format(places=told) if self._search.more else told
