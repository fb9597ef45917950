"""The workspace's frame: the rail, the list's heading, the status bar."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from console.desktop.pill import Pill
from console.kernel.tongue import beside, mark, tr
from console.people.model import initials
from console.people.viewmodel import Directory
from console.sync.client.local import Local
from console.tickets.model import Sort
from console.tickets.viewmodel.heaps import needing
from console.tickets.widgets.queue import QueueList
from console.tickets.widgets.signs import OrderSign, order_sign
from console.tickets.widgets.table import TableHeader
from console.ui import icons, mirror, paint, words
from console.ui.theme import TINY, Theme, font
from console.ui.widgets import Elided, Empty, Text, hline

if TYPE_CHECKING:
    from console.desktop.keymap import KeyMap

RAIL_WIDTH = 56
_ROLES = {
    "agent": mark("Agent"),
    "supervisor": mark("Supervisor"),
    "admin": mark("Admin"),
    "integration": mark("Integration"),
}


class RailButton(QPushButton):
    """A place of the rail; `badge` counts what needs somebody there."""

    def __init__(self, theme: Theme, icon: str, name: str) -> None:
        super().__init__()
        self._theme, self._icon = theme, icon
        self._badge = 0
        self.setCheckable(True)
        self.setProperty("kind", "rail")
        self.setToolTip(name)
        self.setAccessibleName(name)

    def show_badge(self, count: int) -> None:
        """Count this at the corner; 0 shows nothing."""
        self._badge = count
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter, tokens = QPainter(self), self._theme.tokens
        mirror.turn(painter, self.rect())
        if self.isChecked() or self.underMouse():
            ground = tokens["selection" if self.isChecked() else "hover"]
            paint.rounded(painter, QRectF(self.rect()), ground, radius=8)
        if self.hasFocus():
            frame = QRectF(self.rect()).adjusted(0, 0, -1, -1)
            paint.rounded(painter, frame, tokens["selection"], radius=8, border=tokens["focus"])
        color = tokens["accent" if self.isChecked() else "dim"]
        icons.draw(painter, self._icon, QRectF(10, 10, 20, 20), color)
        if self._badge:
            text = str(self._badge) if self._badge < 100 else "99+"
            width = max(16, paint.measure(font(TINY, strong=True)).horizontalAdvance(text) + 8)
            box = QRect(self.width() - width, 0, width, 16)
            paint.rounded(painter, QRectF(box), tokens["red_mark"], radius=8)
            painter.setFont(font(TINY, strong=True))
            painter.setPen(tokens["panel"])
            with mirror.upright(painter, box):
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()


class MeButton(QPushButton):
    """Oneself, at the foot of the rail."""

    def __init__(self, theme: Theme, directory: Directory) -> None:
        super().__init__()
        self._theme, self._directory = theme, directory
        self.setProperty("kind", "rail")
        self.setAccessibleName(tr("Me"))
        self.setToolTip(tr("Me and Parley"))
        directory.changed.connect(self._changed)

    def _changed(self, _: None) -> None:
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.hasFocus() or self.underMouse():
            frame = QRectF(self.rect()).adjusted(0, 0, -1, -1)
            edge = self._theme.tokens["focus"] if self.hasFocus() else None
            paint.rounded(painter, frame, self._theme.tokens["hover"], radius=8, border=edge)
        me = self._directory.me
        name = me.name if me else ""
        box = QRect(4, 4, 32, 32)
        paint.avatar(painter, box, name, initials(name) if name else "", self._theme.tokens)
        painter.end()


class Rail(QFrame):
    """The places one can go."""

    place_wanted = Signal(str)
    palette_wanted = Signal()
    me_wanted = Signal()

    def __init__(self, theme: Theme, directory: Directory, local: Local) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setProperty("leftwards", self.isRightToLeft())
        self.setFixedWidth(RAIL_WIDTH)
        self._local = local
        self._theme = theme
        self._places: dict[str, RailButton] = {}
        self._box = QVBoxLayout()
        self._box.setSpacing(6)
        self._low = QVBoxLayout()
        self._low.setSpacing(6)
        self._words: dict[str, str] = {}
        self.add("inbox", "tray", tr("Inbox"))
        self.add("outbox", "paper-plane-tilt", tr("Outbox"))
        self.add("search", "magnifying-glass", tr("Search"))
        find = self._find = RailButton(theme, "command", tr("Find anything"))
        find.setCheckable(False)
        me = MeButton(theme, directory)
        box = QVBoxLayout(self)
        mirror.margins(box, 8, 10, 7, 10)
        box.setSpacing(6)
        box.addLayout(self._box)
        box.addWidget(find)
        box.addStretch(1)
        box.addLayout(self._low)
        box.addWidget(me)
        find.clicked.connect(self.palette_wanted)
        me.clicked.connect(self.me_wanted)
        local.outbox_changed.connect(self._changed)
        self._changed(None)

    def add(self, name: str, icon: str, words: str) -> None:
        """A place to go to, below those that are there; `place_wanted` tells its name."""
        self._box.addWidget(self._place(name, icon, words))

    def add_low(self, name: str, icon: str, words: str) -> None:
        """A place at the foot of the rail."""
        self._low.addWidget(self._place(name, icon, words))

    def _place(self, name: str, icon: str, words: str) -> RailButton:
        button = RailButton(self._theme, icon, words)
        button.clicked.connect(lambda *_: self.place_wanted.emit(name))
        self._places[name] = button
        self._words[name] = words
        return button

    def show_keys(self, keymap: "KeyMap") -> None:
        """Name beside each place the key that the command of its name has now."""
        for name, button in self._places.items():
            button.setToolTip(keymap.beside(self._words[name], name))
        self._find.setToolTip(keymap.beside(self._find.accessibleName(), "palette"))

    def mark(self, name: str) -> None:
        """Mark the place one is at."""
        for known, button in self._places.items():
            button.setChecked(known == name)

    def _changed(self, _: None) -> None:
        self._places["outbox"].show_badge(needing(self._local.entries.values()))


_HEAD_START, _HEAD_END, _HEAD_GAP = 16, 8, 4


class ListPanel(QWidget):
    """The list under the view's name, its count and its order; `header` stands over a table."""

    sort_wanted = Signal()
    filter_wanted = Signal()
    table_wanted = Signal()

    def __init__(self, tickets: QueueList, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title, self._count = Elided("title"), Text("", "faint")
        self.sort = QPushButton()
        self.sort.setProperty("kind", "quiet")
        self.sort.setToolTip(tr("Change the order"))
        self.sort.clicked.connect(self.sort_wanted)
        self._theme, self._sign = theme, order_sign(Sort.NEWEST, ())
        self._filter, self._table = QPushButton(), QPushButton()
        for button, name in ((self._filter, tr("Filter")), (self._table, tr("List or table"))):
            button.setProperty("kind", "icon")
            button.setAccessibleName(name)
        self._filter.clicked.connect(self.filter_wanted)
        self._table.clicked.connect(self.table_wanted)
        theme.changed.connect(self._draw)
        self.header = TableHeader(self)
        self.header.hide()
        self._empty = Empty(theme, "tray")
        self._list = tickets
        self._find_key = ""
        self._shown: tuple[str, int, OrderSign, bool] | None = None
        head = QHBoxLayout()
        mirror.margins(head, _HEAD_START, 8, _HEAD_END, 8)
        head.setSpacing(_HEAD_GAP)
        head.addWidget(self._title)
        head.addWidget(self._count, 1)
        head.addWidget(self._filter)
        head.addWidget(self._table)
        head.addWidget(self.sort)
        self._box = box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(hline())
        box.addWidget(self.header)
        box.addWidget(tickets, 1)
        box.addWidget(self._empty, 1)
        self._draw()

    def add_below(self, bar: QWidget) -> None:
        """Put a bar under the list."""
        self._box.addWidget(bar)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Name the order in words where the view's name has room beside them, else by its icon."""
        name = self._sign.words
        self.sort.setAccessibleName(tr("Order: {order}").format(order=name))
        self.sort.setIcon(QIcon())
        self.sort.setText(name + " ▾")
        beside = (self._title, self._count, self._filter, self._table, self.sort)
        needed = sum(each.sizeHint().width() + _HEAD_GAP for each in beside)
        if needed + _HEAD_START + _HEAD_END > self.width():
            self.sort.setText("")
            self.sort.setIcon(icons.icon(self._sign.icon, self._theme.tokens["dim"]))

    def _draw(self) -> None:
        self._fit()
        ink = self._theme.tokens["dim"]
        self._filter.setIcon(icons.icon("funnel", ink))
        self._table.setIcon(icons.icon("rows" if self.header.isVisibleTo(self) else "table", ink))

    def show_table(self, table: bool) -> None:
        """Stand under the headings of a table, or not."""
        self.header.setVisible(table)
        self._draw()

    def show_keys(self, keymap: "KeyMap") -> None:
        """Name the keys as they are now."""
        for button, name in ((self._filter, "filter"), (self._table, "table")):
            button.setToolTip(keymap.beside(button.accessibleName(), name))
        self._find_key = keymap.of("palette")
        self._say_nothing()

    def _say_nothing(self) -> None:
        if self._find_key:
            told = tr("Nothing in {view}\nPick another view at the left, or press {key}.")
        else:
            told = tr("Nothing in {view}\nPick another view at the left.")
        self._empty.setText(told.format(view=self._title.text(), key=self._find_key))

    def show_view(self, title: str, count: int, sign: OrderSign, *, over: bool = False) -> None:
        """Show a view's name, how many it has (`over`: or more) and its order."""
        shown, self._shown = self._shown, (title, count, sign, over)
        if shown == self._shown:
            return  # every change that comes in tells it again
        self._title.setText(title)
        self._count.setText(words.count(count) + "+" * over)
        self._sign = sign
        self._fit()
        self.header.show_sort(sign)
        left, come = count == 0 and self._list.hasFocus(), count > 0 and self._empty.hasFocus()
        self._list.setVisible(count > 0)
        self._empty.setVisible(count == 0)
        if left or come:  # the keyboard stays here, and not with whatever Qt finds next
            (self._empty if left else self._list).setFocus()
        self._say_nothing()

    def sizeHint(self) -> QSize:
        return QSize(360, 600)


class StatusBar(QFrame):
    """The bottom line: the pill and who one is."""

    def __init__(self, local: Local, directory: Directory, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("statusbar")
        self.setFixedHeight(38)
        self._directory = directory
        self.pill = Pill(local, theme)
        self._me = Text("", "dim")
        row = QHBoxLayout(self)
        mirror.margins(row, 12, 0, 16, 0)
        row.setSpacing(8)
        self.notice = Text("", "warn")
        row.addWidget(self.notice)
        row.addStretch(1)
        row.addWidget(self.pill)
        row.addWidget(_vline())
        row.addWidget(self._me)
        directory.changed.connect(self._changed)
        self._changed(None)

    def _changed(self, _: None) -> None:
        me = self._directory.me
        self._me.setText(beside((me.name, _role(me.role))) if me else "")


def _role(name: str) -> str:
    return tr(_ROLES[name]) if name in _ROLES else name.capitalize()


def _vline() -> QFrame:
    made = QFrame()
    made.setObjectName("vline")
    made.setFixedHeight(16)
    return made
