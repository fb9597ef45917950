"""The composer on screen: to whom in words and colour, the text, files, send."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from console.conversations.model import LaneName, gaps
from console.conversations.viewmodel.composer import Composer
from console.conversations.viewmodel.message import Recipient
from console.conversations.widgets.contacts import ContactNotice
from console.conversations.widgets.editor import Editor
from console.conversations.widgets.files import (
    FilesBar,
    ask_which,
    local_files,
    pasted_picture,
)
from console.conversations.widgets.formatting import FormatBar, Formatting
from console.conversations.widgets.rich_text import units
from console.kernel.tongue import beside, mark, tr
from console.sync.client.files import Pasted
from console.ui import icons, mirror
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
_ROOMY = 400
"""So wide there is room for tools beside the buttons that send."""
_CHANNELS = {
    "email": mark("To {name} by e-mail"),
    "chat": mark("To {name} by chat"),
    "web": mark("To {name} over the web"),
    "phone": mark("To {name} by phone"),
}
_ANYHOW = mark("To {name}")
_NAME_CHARS = 16
_ICON, _ICON_GAP = 14, 3


class ComposerBox(QFrame):
    """The framed composer. `sent(solve)` asks to send; its edge has the lane's colour."""

    sent = Signal(bool)
    left = Signal()
    files_brought = Signal(list)
    file_removed = Signal(object)
    format_wanted = Signal(str)
    """A format was clicked in the bar."""
    rich_wanted = Signal()
    """To write with formats, or without them again."""

    def __init__(self, composer: Composer, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("composer")
        self._composer = composer
        self._theme = theme
        self._lanes = QHBoxLayout()
        self._lanes.setSpacing(2)
        self._tabs: dict[str, QPushButton] = {}
        self._to = Elided("faint", least=6)
        self._kept = Elided("faint")
        self._tools = QWidget()
        self._beside = Elided("dim")
        self._problem = Text("", "warn")
        self._problem.setWordWrap(True)
        self.editor = Editor(theme)
        self.contacts = ContactNotice(composer, self.editor, theme)
        self.formatting = Formatting(self.editor)
        self._bar = FormatBar(self.formatting, theme)
        self._shown = ("", "", False)  # text, formats, and whether there are any
        self._then = QPushButton()
        self._then.setProperty("kind", "field")
        self._then.setToolTip(tr("Click to leave this out"))
        self._files = FilesBar(theme)
        self._attach = QPushButton()
        self._attach.setProperty("kind", "quiet")
        self._attach.setAccessibleName(tr("Attach files"))
        self._attach.setFixedWidth(32)
        self._rich = QPushButton()
        self._rich.setProperty("kind", "quiet")
        self._rich.setCheckable(True)
        self._rich.setFixedWidth(32)
        self._rich.setAccessibleName(tr("Formatted message"))
        self.language = QPushButton()
        self.language.setProperty("kind", "quiet")
        self.language.hide()
        self._solve = QPushButton(tr("Send and solve"))
        self._send = QPushButton(tr("Send"))
        self._send.setProperty("kind", "primary")
        self._build()
        self.editor.textChanged.connect(self._typed)
        self.editor.cursorPositionChanged.connect(self.editor.completion.look)
        self.editor.cursorPositionChanged.connect(self._pointed)
        self.editor.cursorPositionChanged.connect(self._look_at_formats)
        self.editor.currentCharFormatChanged.connect(self._look_at_formats)
        self._bar.wanted.connect(self.format_wanted)
        self._rich.clicked.connect(self.rich_wanted)
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
        composer.fellows.changed.connect(self._foot)
        self._changed(None)

    def _build(self) -> None:
        head = QHBoxLayout()
        mirror.margins(head, 10, 6, 8, 6)
        head.setSpacing(10)
        head.addLayout(self._lanes)
        head.addWidget(self._to, 1)
        head.addStretch(0)
        head.addWidget(self._attach)
        tools = QHBoxLayout(self._tools)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(0)
        tools.addWidget(self._rich)
        tools.addWidget(self.language)
        foot = QHBoxLayout()
        foot.setContentsMargins(8, 4, 8, 8)
        foot.setSpacing(8)
        foot.addWidget(self._tools)
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
        body.setContentsMargins(10, 8, 10, 4)
        body.addWidget(self.editor)
        body.addWidget(self._bar)
        body.addWidget(self._files)
        body.addWidget(self._then, 0, Qt.AlignmentFlag.AlignLeading)
        body.addWidget(self.contacts)
        body.addWidget(self._problem)
        box.addLayout(body)
        box.addLayout(foot)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._foot(None)

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
        self._rich.setIcon(icons.icon("text-aa", self._theme.tokens["dim"]))

    def name_keys(self, keyed: Callable[[str, str], str]) -> None:
        """Have the tooltips name keys; `keyed` puts a command's key behind words."""
        attach = keyed(tr("Attach files, or drop them here"), "attach")
        for button, words in (
            (self._attach, attach),
            (self._solve, keyed(tr("Send and solve"), "send_solve")),
            (self._send, keyed(tr("Send"), "send")),
            (self._rich, keyed(tr("Formatted or plain text"), "format.rich")),
        ):
            button.setToolTip(words)
        self._bar.name_keys(keyed)

    def _look_at_formats(self, _: object = None) -> None:
        if self.editor.rich:
            self._bar.look()

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

    def keep_selection(self, change: Callable[[], None]) -> None:
        """Do what shows the same text anew; what was selected is selected again."""
        before = self.editor.textCursor()
        start, end = before.anchor(), before.position()
        change()
        after = self.editor.textCursor()
        after.setPosition(start)
        after.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self.editor.setTextCursor(after)

    def focus_editor(self) -> None:
        """Put the caret into the text."""
        self.editor.setFocus()

    def _typed(self) -> None:
        named = self.editor.named()
        text, html = self.editor.toPlainText(), self.editor.html
        now = text, html, self.editor.rich
        if now == self._shown and named == self._composer.state.mentions:
            return  # Qt calls it a change, too, when something is underlined anew
        self._shown = now
        self.editor.turn()
        self.editor.marks.refresh()
        self._composer.type(text, self.editor.textCursor().position(), html, named)
        self._look_at_formats()
        self._say_kept()

    def _pointed(self) -> None:
        if self.editor.toPlainText() == self._composer.state.text:
            self._composer.point(self.editor.textCursor().position())

    def _say_kept(self) -> None:
        state = self._composer.state
        self._kept.setText(tr("Draft kept") if state.text.strip() or state.files else "")

    def _changed(self, _: None) -> None:
        state = self._composer.state
        if self._shown != (state.text, state.html, state.rich):
            self._shown = state.text, state.html, state.rich
            blocked = QSignalBlocker(self.editor)
            self.editor.show_text(state.text, state.html, state.mentions, rich=state.rich)
            cursor = self.editor.textCursor()
            # The caret is Qt's: it counts UTF-16 units, of which a pictogram has two.
            cursor.setPosition(min(state.caret, self.editor.document().characterCount() - 1))
            self.editor.setTextCursor(cursor)
            blocked.unblock()
            self.editor.turn()
            self.editor.marks.forget()
            self.editor.completion.close_up()
        self._rich.setChecked(state.rich)
        self._bar.setVisible(state.rich)
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
        if self.property("lane") != state.to.lane:
            self.setProperty("lane", state.to.lane)
            for widget in (self, self.editor):
                self.style().unpolish(widget)
                self.style().polish(widget)

    def _foot(self, _: None) -> None:
        """One thing is said there: what is wrong, else who writes too, else that it is kept."""
        problem, beside = self._composer.state.problem, self._composer.fellows.words
        self._beside.setText(beside)
        self._problem.setVisible(bool(problem))
        self._beside.setVisible(bool(beside) and not problem)
        self._kept.setVisible(not beside and not problem)
        # Without room the tools go; their commands stay.
        self._tools.setVisible(self.width() >= _ROOMY and not self._beside.isVisibleTo(self))

    def _show_lanes(self, choices: Sequence[Recipient], to: Recipient) -> None:
        names = [choice.key for choice in choices]
        if names != list(self._tabs):  # else the keyboard may be on one of them
            clear(self._lanes)
            several = {c.lane for c in choices if sum(o.lane == c.lane for o in choices) > 1}
            self._to.setVisible(not several)  # else the tabs name them
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
