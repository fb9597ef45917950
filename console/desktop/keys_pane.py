"""The keys as they are, and another key for any command: typed, checked against the others, kept."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QKeySequenceEdit,
    QListView,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from console.conversations.widgets.files import ask_where
from console.desktop.commands import COMMANDS, UiCommand, by_id
from console.desktop.keymap import MOST_STROKES, KeyMap, normal, shown
from console.desktop.keys_sheet import write_sheet
from console.kernel.edits import difference
from console.kernel.errors import Unavailable
from console.kernel.tongue import tr
from console.ui import icons, mirror, paint
from console.ui.rows import Index, Rows, key_at, row_at
from console.ui.slots import Slots
from console.ui.theme import BASE, SMALL, TINY, Theme, font
from console.ui.widgets import Text, hline

SHEET_NAME = "parley-keys.pdf"
_CAP_PAD, _CAP_TALL = 7, 20


class Capture(QKeySequenceEdit):
    """Where a new key is pressed. Esc leaves it as it was, Tab goes on: it catches nobody."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setMaximumSequenceLength(MOST_STROKES)
        self.setAccessibleName(tr("New key"))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                self.focusNextPrevChild(event.key() == Qt.Key.Key_Tab)
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.left.emit()
                return True
        return super().event(event)


class _Delegate(QStyledItemDelegate):
    def __init__(self, keymap: KeyMap, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._keymap, self._theme = keymap, theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(200, self._theme.size("line"))

    @mirror.mirrors
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        command: UiCommand = row_at(index)
        tokens, rect = self._theme.tokens, QRect(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            edge = tokens["focus"] if option.state & QStyle.StateFlag.State_HasFocus else None
            box = QRectF(rect.adjusted(24, 1, -24, -1))
            paint.rounded(painter, box, tokens["selection"], border=edge)
        inner = rect.adjusted(36, 0, -36, 0)

        def place(left: int, wide: int, tall: int) -> QRect:
            top = inner.center().y() - tall // 2
            return QRect(inner.left() + left, top, wide, tall)

        icons.draw(painter, command.icon, QRectF(place(0, 16, 16)), tokens["dim"])
        key, end = self._keymap.shown(command), inner.width()
        if key:
            of = font(TINY, strong=True)
            wide = paint.measure(of).horizontalAdvance(key) + 2 * _CAP_PAD
            cap = place(end - wide, wide, _CAP_TALL)
            paint.rounded(painter, QRectF(cap), tokens["chip"], radius=4, border=tokens["edge"])
            paint.line(painter, cap, key, of, tokens["text"], Qt.AlignmentFlag.AlignHCenter)
            end -= wide + 10
        if self._keymap.is_own(command):
            of, words = font(SMALL), tr("changed")
            wide = paint.measure(of).horizontalAdvance(words) + 2
            paint.line(painter, place(end - wide, wide, _CAP_TALL), words, of, tokens["accent"])
            end -= wide + 10
        room = place(26, end - 26, inner.height())
        paint.line(painter, room, tr(command.title), font(BASE), tokens["text"])


class KeysPane(QWidget):
    """A list of the commands; below it the chosen one's key and what can be done about it.

    `done(sentence, undo)` tells what can be taken back.
    """

    done = Signal(str, object)

    def __init__(self, keymap: KeyMap, slots: Slots, theme: Theme) -> None:
        super().__init__()
        self._keymap, self._slots = keymap, slots
        self._shown: list[str] = []
        self._wanted = ""
        self._model = Rows(by_id, self._spoken, self)
        self.list = QListView()
        self.list.setAccessibleName(tr("Commands and their keys"))
        self.list.setModel(self._model)
        self.list.setItemDelegate(_Delegate(keymap, theme, self))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.capture = Capture()
        self._title, self._told = Text("", "strong"), Text("", "dim")
        self._told.setWordWrap(True)
        self.change = self._button(tr("Change key"), self._ask)
        self.none = self._button(tr("No key"), lambda: self._keep(""))
        self.own = self._button(tr("Its own key"), self._reset)
        self.take = self._button(tr("Take it over"), lambda: self._keep(self._wanted))
        self.leave = self._button(tr("Leave it"), self._settle)
        self.all = self._button(tr("Reset all keys"), self._reset_all)
        self.sheet = self._button(tr("Save as PDF…"), self.ask_sheet)
        self._build()
        self.list.selectionModel().currentChanged.connect(self._chosen)
        self.list.activated.connect(lambda _: self._ask())
        self.capture.editingFinished.connect(self._pressed)
        self.capture.left.connect(self._settle)
        keymap.changed.connect(self._changed)
        theme.arranged.connect(self.list.doItemsLayout)
        theme.changed.connect(self._model.repaint_all)
        self.narrow("")

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(32, 16, 32, 8)
        head.setSpacing(8)
        head.addWidget(Text(tr("Keys"), "title"), 1)
        head.addWidget(self.sheet)
        head.addWidget(self.all)
        row = QHBoxLayout()
        row.setSpacing(8)
        told = QVBoxLayout()
        told.setSpacing(1)
        told.addWidget(self._title)
        told.addWidget(self._told)
        row.addLayout(told, 1)
        for widget in (self.capture, self.take, self.leave, self.change, self.none, self.own):
            row.addWidget(widget)
        foot = QVBoxLayout()
        foot.setContentsMargins(32, 12, 32, 14)
        foot.addLayout(row)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self.list, 1)
        box.addWidget(hline())
        box.addLayout(foot)

    def _button(self, words: str, then: Callable[[], object]) -> QPushButton:
        made = QPushButton(words)
        made.clicked.connect(lambda *_: then())
        return made

    # -- which

    def narrow(self, typed: str) -> int:
        """Show the commands with every typed word in title, group or key; how many there are."""
        parts = typed.casefold().split()
        fits = [c.id for c in COMMANDS if all(part in self._words(c) for part in parts)]
        self._model.apply(difference(self._shown, fits, fits))
        self._shown = fits
        if fits and not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self._model.index(0))
        self._settle()
        return len(fits)

    def _words(self, command: UiCommand) -> str:
        told = (tr(command.title), tr(command.group), self._keymap.shown(command))
        return " ".join(told).casefold()

    def _spoken(self, command: UiCommand) -> str:
        return f"{tr(command.title)}, {self._keymap.shown(command) or tr('no key')}"

    @property
    def _command(self) -> UiCommand | None:
        found = key_at(self.list.currentIndex())
        return by_id(found) if found else None

    def _chosen(self, _current: QModelIndex, _before: QModelIndex) -> None:
        self._settle()

    def _changed(self, _: None) -> None:
        self._model.repaint_all()
        self._settle()

    # -- another key

    def _settle(self) -> None:
        """Show the key as it is; nothing is asked."""
        command, self._wanted = self._command, ""
        had = self.capture.hasFocus() or self.take.hasFocus() or self.leave.hasFocus()
        if had:
            self.list.setFocus()
        for widget in (self.capture, self.take, self.leave):
            widget.hide()
        for button in (self.change, self.none, self.own):
            button.setVisible(command is not None)
        if command is None:
            self._title.setText(tr("No command is called that."))
            self._told.setText("")
            return
        key = self._keymap.shown(command)
        self._title.setText(tr(command.title))
        self._told.setText(tr("Key: {key}").format(key=key) if key else tr("It has no key."))
        self.none.setEnabled(bool(key))
        self.own.setEnabled(self._keymap.is_own(command))

    def _ask(self) -> None:
        if self._command is None:
            return
        for button in (self.change, self.none, self.own, self.take, self.leave):
            button.hide()
        self.capture.clear()
        self.capture.show()
        self.capture.setFocus()
        self._told.setText(tr("Press the new key, or one after the other. Esc leaves it as it is."))

    def _pressed(self) -> None:
        command = self._command
        pressed = self.capture.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
        if command is None or not pressed or self.capture.isHidden():
            return
        self._check(command, normal(pressed))

    def _check(self, command: UiCommand, key: str) -> None:
        """Keep the key where nothing else has it; else say who does, here and now."""
        taken, holders = self._keymap.fixed(key), self._keymap.holders(command, key)
        if taken is not None:
            told = tr("{key} is “{title}” and stays that. Press another key.")
            self.capture.clear()
            self._told.setText(told.format(key=shown(key), title=tr(taken.title)))
        elif holders:
            self._wanted = key
            told = tr("{key} is “{title}”: take it over?")
            title = tr(holders[0].title)
            self._told.setText(told.format(key=shown(key), title=title))
            for widget in (self.capture, self.change, self.none, self.own):
                widget.hide()
            self.take.show()
            self.leave.show()
            self.take.setFocus()
        else:
            self._keep(key)

    def _keep(self, key: str) -> None:
        if self._command is not None:
            self._keymap.set(self._command, key)
        self._settle()
        self.list.setFocus()

    def _reset(self) -> None:
        command = self._command
        if command is None:
            return
        if self._keymap.holders(command, command.key):
            self._check(command, command.key)
        else:
            self._keep(command.key)

    def _reset_all(self) -> None:
        before = self._keymap.own()
        self._keymap.reset_all()
        self.list.setFocus()
        told = tr("Every command has its own key again")
        self.done.emit(told, lambda: self._keymap.restore(before))

    # -- on paper

    def ask_sheet(self) -> None:
        """Ask where to, and write the sheet there."""
        ask_where(self, SHEET_NAME, self._write)

    def _write(self, file: Path) -> None:
        try:
            write_sheet(self._keymap, file)
        except Unavailable as problem:
            self._slots.failed.emit(problem.message)
        else:
            self._told.setText(tr("Saved as {name}").format(name=file.name))
