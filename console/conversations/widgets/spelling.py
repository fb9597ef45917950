"""Spelling on screen: a wave under words that no dictionary has, and a menu of what was meant."""

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QObject, QPoint, QSignalBlocker, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QSyntaxHighlighter,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QMenu

from console.conversations.viewmodel.lexis import Spelled, spelled
from console.conversations.viewmodel.spelling import Spelling
from console.conversations.widgets import rich_text
from console.conversations.widgets.editor import Editor
from console.conversations.widgets.rich_text import units
from console.kernel.tongue import tr
from console.ui.slots import Slots
from console.ui.theme import Theme
from console.ui.words import bare

MAX_CHECKED_CHARS = 30_000
"""Of a message whose spelling is checked; in a longer one nothing is underlined."""


class Underlines(QSyntaxHighlighter):
    """Underlines what no dictionary has, but never the word that is just being typed."""

    def __init__(self, editor: Editor, spelling: Spelling, theme: Theme) -> None:
        super().__init__(editor.document())
        self._editor, self._spelling, self._theme = editor, spelling, theme
        self._typed_to = -1
        self._look = QTextCharFormat()
        self._dress()
        theme.changed.connect(self._dress)
        spelling.changed.connect(self._again)
        editor.cursorPositionChanged.connect(self._moved)
        editor.entered.connect(self._moved)
        editor.exited.connect(self._moved)

    def _dress(self) -> None:
        self._look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        self._look.setUnderlineColor(self._theme.tokens["red_mark"])
        self._again(None)

    def _again(self, _: None) -> None:
        blocked = QSignalBlocker(self._editor)  # nothing was typed
        self.rehighlight()
        blocked.unblock()

    def highlightBlock(self, text: str) -> None:
        if (
            not self._spelling.language
            or self._editor.document().characterCount() > MAX_CHECKED_CHARS
        ):
            return
        block = self.currentBlock()
        caret = self._editor.textCursor().position() if self._editor.hasFocus() else -1
        for start, end, word in words_of(block):
            if block.position() + end == caret:
                self._typed_to = caret
            elif self._spelling.wrong(word):
                self.setFormat(start, end - start, self._look)

    def _moved(self) -> None:
        """The word that was being typed is done."""
        at = self._typed_to
        if at >= 0 and (not self._editor.hasFocus() or at != self._editor.textCursor().position()):
            self._typed_to = -1
            blocked = QSignalBlocker(self._editor)
            self.rehighlightBlock(self._editor.document().findBlock(at - 1))
            blocked.unblock()


def words_of(block: QTextBlock) -> Iterator[Spelled]:
    """The words of a paragraph that are checked, by Qt's count of letters; none of code or links."""
    text = block.text()
    if rich_text.is_quote(block):
        return
    wide = not text.isascii() and any(letter > "\uffff" for letter in text)
    apart = [
        (run.start, run.start + run.length)
        for run in block.textFormats()
        if run.format.isAnchor()
        or run.format.boolProperty(rich_text.CODE)
        or rich_text.is_mention(run.format)
    ]
    for told in spelled(text):
        start, end, word = told
        found = Spelled(units(text[:start]), units(text[:end]), word) if wide else told
        if not any(begin < found.end and found.start < stop for begin, stop in apart):
            yield found


class SpellChecker(QObject):
    """Spelling in the composer: underlines, the menu at the mouse or by key, one's own words."""

    learned = Signal(str)
    """A word was added to one's own."""

    def __init__(self, editor: Editor, spelling: Spelling, theme: Theme, slots: Slots) -> None:
        super().__init__(editor)
        self._editor, self._spelling, self._slots = editor, spelling, slots
        self.underlines = Underlines(editor, spelling, theme)
        editor.menu_first = self._menu_at_mouse
        editor.entered.connect(spelling.begin)

    def next_wrong(self) -> bool:
        """Select the next word no dictionary has, from the caret on and round; open its menu."""
        found = self._next()
        if found is None:
            return False
        self._editor.setTextCursor(found)
        self._editor.setFocus()
        place = self._editor.cursorRect(found).bottomLeft()
        self._suggest(found, self._editor.viewport().mapToGlobal(place))
        return True

    def _next(self) -> QTextCursor | None:
        document, here = self._editor.document(), self._editor.textCursor().selectionEnd()
        found = [
            (block.position() + start, block.position() + end)
            for block in rich_text.blocks(document)
            for start, end, word in words_of(block)
            if self._spelling.wrong(word)
        ]
        if not found:
            return None
        start, end = next((span for span in found if span[0] >= here), found[0])
        return _selected(QTextCursor(document), start, end)

    def _menu_at_mouse(self, event: QContextMenuEvent) -> bool:
        cursor = self._editor.cursorForPosition(event.pos())
        block, inside = cursor.block(), cursor.positionInBlock()
        for start, end, word in words_of(block):
            if start <= inside <= end and self._spelling.wrong(word):
                _selected(cursor, block.position() + start, block.position() + end)
                menu = self._editor.createStandardContextMenu(event.pos())
                self._suggest(cursor, event.globalPos(), menu)
                return True
        return False

    def _suggest(self, word: QTextCursor, place: QPoint, menu: QMenu | None = None) -> None:
        self._slots.start(self._open(word, word.selectedText(), place, menu), "suggest")

    async def _open(self, word: QTextCursor, text: str, place: QPoint, menu: QMenu | None) -> None:
        offered = await self._spelling.suggest(text.replace("’", "'"))
        if word.selectedText() != text:
            return  # it was written on meanwhile
        menu = menu or QMenu(self._editor)
        menu.setAccessibleName(tr("Spelling of {word}").format(word=text))
        before = menu.actions()[0] if menu.actions() else None
        made = [QAction(bare(other), menu) for other in offered]
        for action, other in zip(made, offered, strict=True):
            action.triggered.connect(partial(self._replace, word, other))
        if not made:
            made = [QAction(tr("No suggestions"), menu)]
            made[0].setEnabled(False)
        add = QAction(tr("Add “{word}” to my dictionary").format(word=bare(text)), menu)
        add.triggered.connect(partial(self._learn, text.replace("’", "'")))
        line, rest = QAction(menu), QAction(menu)
        line.setSeparator(True)
        rest.setSeparator(True)
        if before is None:
            menu.addActions([*made, line, add])
        else:
            menu.insertActions(before, [*made, line, add, rest])
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)
        menu.setActiveAction(made[0])

    def _replace(self, word: QTextCursor, other: str) -> None:
        word.insertText(other)
        self._editor.setTextCursor(word)
        self._editor.setFocus()

    def _learn(self, word: str) -> None:
        self._spelling.learn(word)
        self.learned.emit(word)


def _selected(cursor: QTextCursor, start: int, end: int) -> QTextCursor:
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    return cursor
