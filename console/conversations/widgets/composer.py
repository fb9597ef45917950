"""The composer on screen: to whom in words and colour, the text, files, send."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout

from console.conversations.model import LaneName, gaps
from console.conversations.viewmodel.composer import Composer
from console.conversations.viewmodel.message import Recipient
from console.conversations.widgets.completing import Completion
from console.conversations.widgets.files import (
    FilesBar,
    ask_which,
    local_files,
    pasted_picture,
)
from console.conversations.widgets.marking import Marks, units
from console.conversations.widgets.prose import runs_right_to_left
from console.kernel.tongue import beside, mark, tr
from console.sync.client.files import Pasted
from console.ui import icons
from console.ui.theme import Theme
from console.ui.widgets import Elided, Tab, Text, clear

_SENDS: dict[LaneName, str] = {
    "buyer": mark("Reply to {name}"),
    "seller": mark("Reply to seller {name}"),
    "internal": mark("Add note"),
}
_TABS: dict[LaneName, tuple[str, str, str]] = {
    "buyer": (mark("Buyer"), "user", "dim"),
    "seller": (mark("Seller"), "storefront", "seller_edge"),
    "internal": (mark("Note"), "note", "note_edge"),
}
"""What a lane is called, its icon, and the token of its colour."""
_CHANNELS = {
    "email": mark("To {name} by e-mail"),
    "chat": mark("To {name} by chat"),
    "web": mark("To {name} over the web"),
    "phone": mark("To {name} by phone"),
}
_ANYHOW = mark("To {name}")
MIN_HEIGHT, MAX_HEIGHT = 66, 320
_NAME_CHARS = 16
_ICON, _ICON_GAP = 14, 3


class Editor(QPlainTextEdit):
    """The text being written; grows with it. `submitted` tells Ctrl+Enter, and with Shift."""

    submitted = Signal(bool)
    left = Signal()
    brought = Signal(list)
    """Files of this computer were dropped or pasted into the text."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.marks = Marks(self, theme)
        self.completion = Completion(self, theme)
        self.undo_first: Callable[[], bool] = lambda: False
        """Takes back what was last done for this text, and says whether there was anything."""
        self.setAccessibleName(tr("Message"))
        self.setTabChangesFocus(True)
        self.setFixedHeight(MIN_HEIGHT)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(2)
        self.document().documentLayout().documentSizeChanged.connect(self._grow)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        undoes = event.matches(QKeySequence.StandardKey.Undo)
        if self.completion.key(event) or (undoes and self.undo_first()):
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            self.submitted.emit(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self.completion.wants(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        # Tab is the completion's while that is open: Qt then hands it to keyPressEvent.
        return not self.completion.isVisible() and super().focusNextPrevChild(forward)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.completion.close_up()
        super().focusOutEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return (
            source.hasImage() or bool(local_files(source)) or super().canInsertFromMimeData(source)
        )

    def insertFromMimeData(self, source: QMimeData) -> None:
        files = local_files(source)
        picture = None if files else pasted_picture(source)
        if files or picture is not None:
            self.brought.emit(files or [picture])
        else:
            super().insertFromMimeData(source)

    def turn(self) -> None:
        """Begin at the right for scripts that run right to left."""
        option = self.document().defaultTextOption()
        right = runs_right_to_left(self.toPlainText())
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        if option.alignment() != side:
            option.setAlignment(side)
            ways = Qt.LayoutDirection
            option.setTextDirection(ways.RightToLeft if right else ways.LayoutDirectionAuto)
            self.document().setDefaultTextOption(option)

    def _grow(self) -> None:
        """As tall as the text; a scroll bar only beyond that.

        Were the bar there as needed, it could take the width that makes it needed: bar and height
        would then chase each other for ever.
        """
        lines = self.document().documentLayout().documentSize().height()
        tall = int(lines * self.fontMetrics().lineSpacing()) + 8
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAlwaysOn if tall > MAX_HEIGHT else policy.ScrollBarAlwaysOff
        )
        self.setFixedHeight(min(max(tall, MIN_HEIGHT), MAX_HEIGHT))


class ComposerBox(QFrame):
    """The framed composer. `sent(solve)` asks to send; its edge has the lane's colour."""

    sent = Signal(bool)
    left = Signal()
    files_brought = Signal(list)
    file_removed = Signal(object)

    def __init__(self, composer: Composer, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("composer")
        self._composer = composer
        self._theme = theme
        self._lanes = QHBoxLayout()
        self._lanes.setSpacing(2)
        self._tabs: dict[str, QPushButton] = {}
        self._to = Elided("faint")
        self._kept = Text("", "faint")
        self._beside = Elided("dim")
        self._problem = Text("", "warn")
        self._problem.setWordWrap(True)
        self.editor = Editor(theme)
        self._then = QPushButton()
        self._then.setProperty("kind", "field")
        self._then.setToolTip(tr("Click to leave this out"))
        self._files = FilesBar(theme)
        self._attach = QPushButton()
        self._attach.setProperty("kind", "quiet")
        self._attach.setToolTip(tr("Attach files (Ctrl+Shift+A), or drop them here"))
        self._attach.setAccessibleName(tr("Attach files"))
        self._attach.setFixedWidth(32)
        self._solve = QPushButton(tr("Send and solve"))
        self._solve.setToolTip(tr("Send and solve (Ctrl+Shift+Enter)"))
        self._send = QPushButton(tr("Send"))
        self._send.setProperty("kind", "primary")
        self._send.setToolTip(tr("Send (Ctrl+Enter)"))
        self._build()
        self.editor.textChanged.connect(self._typed)
        self.editor.cursorPositionChanged.connect(self.editor.completion.look)
        self.editor.cursorPositionChanged.connect(self._pointed)
        self._then.clicked.connect(lambda: composer.follow({}))
        self.editor.submitted.connect(self.sent)
        self.editor.left.connect(self.left)
        self._send.clicked.connect(lambda: self.sent.emit(False))
        self._solve.clicked.connect(lambda: self.sent.emit(True))
        self._attach.clicked.connect(self.attach)
        self._files.removed.connect(self.file_removed)
        self.editor.brought.connect(self.files_brought)
        self.setAcceptDrops(True)
        theme.changed.connect(self._dress)
        self._dress()
        composer.changed.connect(self._changed)
        composer.beside_changed.connect(self._foot)
        self._changed(None)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(10, 6, 8, 6)
        head.setSpacing(10)
        head.addLayout(self._lanes)
        head.addWidget(self._to, 1)
        head.addWidget(self._attach)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 4, 8, 8)
        foot.setSpacing(8)
        foot.addWidget(self._beside)
        foot.addWidget(self._kept)
        foot.addStretch(1)
        foot.addWidget(self._solve)
        foot.addWidget(self._send)
        line = QFrame()
        line.setObjectName("hline")
        box = QVBoxLayout(self)
        box.setContentsMargins(1, 1, 1, 1)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(line)
        body = QVBoxLayout()
        body.setContentsMargins(10, 8, 10, 0)
        body.addWidget(self.editor)
        body.addWidget(self._files)
        body.addWidget(self._then, 0, Qt.AlignmentFlag.AlignLeading)
        body.addWidget(self._problem)
        box.addLayout(body)
        box.addLayout(foot)

    def attach(self) -> None:
        """Ask which files go along."""
        ask_which(self, self.files_brought.emit)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        mime = event.mimeData()
        if local_files(mime) or pasted_picture(mime) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files: list[Path | Pasted] = [*local_files(event.mimeData())]
        picture = pasted_picture(event.mimeData())
        if not files and picture is not None:
            files = [picture]
        if files:
            event.acceptProposedAction()
            self.files_brought.emit(files)

    def _dress(self) -> None:
        for choice in self._composer.state.choices:
            if choice.key in self._tabs:
                self._dress_tab(choice.lane, self._tabs[choice.key])
        self._attach.setIcon(icons.icon("paperclip", self._theme.tokens["dim"]))

    def insert(self, text: str, spans: Sequence[tuple[int, int]] = ()) -> None:
        """Put a text in place of what is selected; `spans` (in characters) of it were filled in.

        The caret goes behind it, or onto the first gap in it that nobody filled.
        """
        cursor = self.editor.textCursor()
        start = cursor.selectionStart()
        cursor.insertText(text)
        self.editor.marks.fill(start, text, spans)
        self.focus_editor()
        if found := gaps(text):
            begin, end = found[0]
            cursor.setPosition(start + units(text[:begin]))
            cursor.setPosition(start + units(text[:end]), QTextCursor.MoveMode.KeepAnchor)
        self.editor.setTextCursor(cursor)

    def focus_editor(self) -> None:
        """Put the caret into the text."""
        self.editor.setFocus()

    def _typed(self) -> None:
        self.editor.turn()
        self.editor.marks.refresh()
        text = self.editor.toPlainText()
        self._composer.type(text, self.editor.textCursor().position())
        self._say_kept()

    def _pointed(self) -> None:
        if self.editor.toPlainText() == self._composer.state.text:
            self._composer.point(self.editor.textCursor().position())

    def _say_kept(self) -> None:
        state = self._composer.state
        self._kept.setText(tr("Draft kept") if state.text.strip() or state.files else "")

    def _changed(self, _: None) -> None:
        state = self._composer.state
        if self.editor.toPlainText() != state.text:
            blocked = QSignalBlocker(self.editor)
            self.editor.setPlainText(state.text)
            cursor = self.editor.textCursor()
            # The caret is Qt's: it counts UTF-16 units, of which a pictogram has two.
            cursor.setPosition(min(state.caret, self.editor.document().characterCount() - 1))
            self.editor.setTextCursor(cursor)
            blocked.unblock()
            self.editor.turn()
            self.editor.marks.forget()
            self.editor.completion.close_up()
        self._then.setVisible(bool(state.then))
        words = tr("When sent: {deeds}").format(deeds=state.then)
        self._then.setText(words)
        self._then.setAccessibleName(tr("{words}. Press to leave this out").format(words=words))
        self._files.show_files(state.files)
        self._say_kept()
        self._show_lanes(state.choices, state.to)
        internal = state.to.lane == "internal"
        self._to.setText(_addressed(state.to))
        self._send.setText(tr(_SENDS[state.to.lane]).format(name=_short(state.to.name)))
        self._solve.setVisible(not internal)
        self._problem.setText(state.problem)
        self._foot(None)
        self.setProperty("lane", state.to.lane)
        for widget in (self, self.editor):
            self.style().unpolish(widget)
            self.style().polish(widget)

    def _foot(self, _: None) -> None:
        """One thing is said there: what is wrong, else who writes too, else that it is kept."""
        problem, beside = self._composer.state.problem, self._composer.beside
        self._beside.setText(beside)
        self._problem.setVisible(bool(problem))
        self._beside.setVisible(bool(beside) and not problem)
        self._kept.setVisible(not beside and not problem)

    def _show_lanes(self, choices: Sequence[Recipient], to: Recipient) -> None:
        names = [choice.key for choice in choices]
        if names != list(self._tabs):  # else the keyboard may be on one of them
            clear(self._lanes)
            several = {c.lane for c in choices if sum(o.lane == c.lane for o in choices) > 1}
            self._tabs = {c.key: self._tab(c, named=c.lane in several) for c in choices}
        for key, tab in self._tabs.items():
            tab.setChecked(key == to.key)

    def _tab(self, to: Recipient, *, named: bool) -> QPushButton:
        """A recipient's tab: it says the lane, or where several are on it their name."""
        button = Tab(_short(to.name) if named else tr(_TABS[to.lane][0]))
        if named:
            button.setAccessibleName(beside((tr(_TABS[to.lane][0]), to.name)))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _=False: self._address(to.key))
        self._dress_tab(to.lane, button)
        self._lanes.addWidget(button)
        return button

    def _dress_tab(self, lane: LaneName, tab: QPushButton) -> None:
        _, icon, color = _TABS[lane]
        tab.setIcon(icons.icon(icon, self._theme.tokens[color], _ICON, _ICON_GAP))
        tab.setIconSize(QSize(_ICON + _ICON_GAP, _ICON))

    def _address(self, key: str) -> None:
        self._composer.address(key)
        self.focus_editor()


def _addressed(to: Recipient) -> str:
    if to.lane == "internal":
        return tr("Only colleagues see this")
    return tr(_CHANNELS.get(to.channel, _ANYHOW)).format(name=to.name)


def _short(name: str) -> str:
    first = name.split(maxsplit=1)[0] if name else tr("them")
    return first if len(first) <= _NAME_CHARS else first[: _NAME_CHARS - 1] + "…"
