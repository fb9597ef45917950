"""Below the text being written: which contact data its recipient will not get, and the way to leave it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from console.conversations.viewmodel.composer import Composer
from console.conversations.widgets.editor import Editor
from console.kernel.tongue import tr
from console.ui import icons
from console.ui.announce import announce
from console.ui.theme import Theme
from console.ui.widgets import Text

_ICON = 16


class ContactNotice(QWidget):
    """Shows the watch's notice, marks in the editor what it is about; hidden while there is none."""

    def __init__(self, composer: Composer, editor: Editor, theme: Theme) -> None:
        super().__init__()
        self._composer, self._watch = composer, composer.watch
        self._editor, self._theme = editor, theme
        self._icon, self._words = Text(), Text("", "dim")
        self._words.setWordWrap(True)
        self.button = QPushButton()
        self.button.setProperty("kind", "link")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(8)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._words, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.button.clicked.connect(self.turn)
        theme.changed.connect(self._dress)
        self._watch.changed.connect(self._changed)
        self._changed(None)

    def turn(self) -> None:
        """Have the contact data go out as it is, or masked after all; nothing without leave."""
        notice = self._watch.notice
        if notice.words:
            self._composer.unmask(as_is=not notice.as_is)

    def _dress(self) -> None:
        icon = "eye" if self._watch.notice.as_is else "eye-slash"
        ink = "amber" if self._watch.notice.as_is else "dim"
        self._icon.setPixmap(icons.icon(icon, self._theme.tokens[ink]).pixmap(_ICON, _ICON))

    def _changed(self, _: None) -> None:
        notice = self._watch.notice
        fresh = notice.words not in ("", self._words.text())
        self._words.setText(notice.words)
        self.button.setText(tr("Mask it") if notice.as_is else tr("Send as it is"))
        self.button.setVisible(notice.may_leave)
        self._dress()
        self.setVisible(bool(notice.words))
        hidden = () if notice.as_is else notice.contacts
        if notice.text in ("", self._editor.toPlainText()):  # else marks have moved with the text
            self._editor.marks.mask(notice.text, [(each.start, each.end) for each in hidden])
        if fresh:
            announce(self, notice.words)
