"""Formats in the text being written: bold, italic, code, links, lists, quotes; by key and by a bar."""

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QTextCharFormat, QTextCursor, QTextListFormat
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from console.conversations.viewmodel.rich import host_of
from console.conversations.widgets import rich_text
from console.conversations.widgets.editor import Editor
from console.kernel.tongue import mark, tr
from console.ui import icons
from console.ui.theme import Theme

Name = Literal["bold", "italic", "code", "link", "ul", "ol", "quote"]
FORMATS: dict[Name, tuple[str, str]] = {
    "bold": (mark("Bold"), "text-bolder"),
    "italic": (mark("Italic"), "text-italic"),
    "code": (mark("Code"), "code"),
    "link": (mark("Link…"), "link"),
    "ul": (mark("List"), "list-bullets"),
    "ol": (mark("Numbered list"), "list-numbers"),
    "quote": (mark("Quote"), "quotes"),
}
"""Each format's words and icon, in the order of the bar."""
_ICON, _WIDE = 16, 28


class Formatting:
    """Formats what is selected in an editor, or what is typed next."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor

    def has(self, name: Name) -> bool:
        """Whether the caret stands in this format."""
        cursor = self._editor.textCursor()
        look, block = self._editor.currentCharFormat(), cursor.block()
        match name:
            case "bold":
                return rich_text.is_bold(look)
            case "italic":
                return look.fontItalic()
            case "code":
                return look.boolProperty(rich_text.CODE)
            case "link":
                return bool(look.anchorHref())
            case "quote":
                return rich_text.is_quote(block)
            case _:
                return rich_text.list_of(block) == name

    def toggle(self, name: Name) -> None:
        """Give what is selected a format, or take it away; a link is given by `link`."""
        on = not self.has(name)
        match name:
            case "bold" | "italic" | "code":
                self._letters(name, on=on)
            case "quote":
                self._paragraphs(lambda cursor: _quote(cursor, on=on))
            case "ul" | "ol":
                self._list(name, on=on)
            case "link":
                self.unlink()
        self._editor.setFocus()

    def _letters(self, name: Name, *, on: bool) -> None:
        look = QTextCharFormat()
        match name:
            case "bold":
                look.setFontWeight(rich_text.BOLD if on else rich_text.NORMAL)
            case "italic":
                look.setFontItalic(on)
            case _:
                look.setProperty(rich_text.CODE, on)
                look.setFontFamilies(["monospace"] if on else self._editor.font().families())
        self._editor.mergeCurrentCharFormat(look)

    def _paragraphs(self, change: Callable[[QTextCursor], None]) -> None:
        """Change every paragraph that the selection touches, as one step to undo."""
        chosen = self._editor.textCursor()
        cursor = QTextCursor(chosen)
        cursor.beginEditBlock()
        cursor.setPosition(chosen.selectionStart())
        last = chosen.selectionEnd()
        while True:
            change(cursor)
            if not cursor.movePosition(QTextCursor.MoveOperation.NextBlock):
                break
            if cursor.position() > last:
                break
        cursor.endEditBlock()

    def _list(self, name: Name, *, on: bool) -> None:
        if not on:
            self._paragraphs(lambda cursor: cursor.setBlockFormat(rich_text.block_format()))
            return
        cursor = self._editor.textCursor()
        cursor.beginEditBlock()
        self._paragraphs(lambda each: each.setBlockFormat(rich_text.block_format()))
        made = QTextListFormat()
        made.setStyle(rich_text.NUMBERS if name == "ol" else rich_text.BULLETS)
        cursor.createList(made)
        cursor.endEditBlock()

    def link(self, typed: str) -> bool:
        """Have what is selected lead to an address, or the address stand there; False if it is none."""
        href = address(typed)
        if not href:
            return False
        cursor = self._editor.textCursor()
        text = cursor.selectedText() or typed.strip()
        cursor.insertText(text, rich_text.char_format(href=href))
        self._editor.setTextCursor(cursor)
        self._editor.setCurrentCharFormat(QTextCharFormat())
        return True

    def unlink(self) -> None:
        """The words of the link at the caret lead nowhere any more."""
        cursor = self._editor.textCursor()
        if not cursor.hasSelection():
            start, end = rich_text.anchor_at(cursor)
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        plain = QTextCharFormat()
        plain.setAnchor(False)
        plain.setAnchorHref("")
        plain.setFontUnderline(False)
        cursor.mergeCharFormat(plain)


def address(typed: str) -> str:
    """What somebody typed as an address a link may have; empty for none."""
    told = typed.strip()
    if "@" in told and ":" not in told and "/" not in told:
        told = f"mailto:{told}"
    elif ":" not in told.partition("/")[0]:
        told = f"https://{told}"
    host = host_of(told)
    return told if "." in host and not any(letter.isspace() for letter in told) else ""


def _quote(cursor: QTextCursor, *, on: bool) -> None:
    cursor.setBlockFormat(rich_text.block_format(quote=on))


class FormatBar(QWidget):
    """The formats as buttons: those at the caret are pressed. `wanted` names the one clicked."""

    wanted = Signal(str)

    def __init__(self, formatting: Formatting, theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName(tr("Formats"))
        self._formatting, self._theme = formatting, theme
        self._buttons: dict[Name, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for name in FORMATS:
            self._buttons[name] = self._button(name)
            row.addWidget(self._buttons[name])
        row.addStretch(1)
        theme.changed.connect(self._dress)
        self._dress()

    def _button(self, name: Name) -> QPushButton:
        button = QPushButton()
        button.setProperty("kind", "quiet")
        button.setCheckable(True)
        button.setFixedWidth(_WIDE)
        button.setIconSize(QSize(_ICON, _ICON))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(tr(FORMATS[name][0]).rstrip("…"))
        button.clicked.connect(lambda: self.wanted.emit(name))
        return button

    def name_keys(self, keyed: Callable[[str, str], str]) -> None:
        """Have the tooltips name keys; `keyed` puts a command's key behind words."""
        for name, button in self._buttons.items():
            button.setToolTip(keyed(tr(FORMATS[name][0]).rstrip("…"), f"format.{name}"))

    def look(self) -> None:
        """The caret moved, or formats changed."""
        for name, button in self._buttons.items():
            button.setChecked(self._formatting.has(name))

    def _dress(self) -> None:
        for name, button in self._buttons.items():
            button.setIcon(icons.icon(FORMATS[name][1], self._theme.tokens["dim"], _ICON))
