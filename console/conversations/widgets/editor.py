"""The text being written: plain or formatted; it grows with what stands in it."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QMimeData, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QTextEdit

from console.conversations import markup
from console.conversations.model import Mention
from console.conversations.widgets import mentions, rich_text
from console.conversations.widgets.completing import Completion
from console.conversations.widgets.files import local_files, pasted_picture
from console.conversations.widgets.marking import Marks
from console.conversations.widgets.prose import runs_right_to_left
from console.conversations.widgets.rich_text import units
from console.kernel.tongue import tr
from console.ui.theme import Theme

MIN_HEIGHT, MAX_HEIGHT = 66, 320
_INDENT, _BAR = 18, 2


class Editor(QTextEdit):
    """The text being written; grows with it. `submitted` tells Ctrl+Enter, and with Shift."""

    submitted = Signal(bool)
    left = Signal()
    brought = Signal(list)
    """Files of this computer were dropped or pasted into the text."""
    entered, exited = Signal(), Signal()
    """It has the keyboard now, or no longer."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.marks = Marks(self, theme)
        self.completion = Completion(self, theme)
        self.undo_first: Callable[[], bool] = lambda: False
        """Takes back what was last done for this text, and says whether there was anything."""
        self.menu_first: Callable[[QContextMenuEvent], bool] = lambda _: False
        """Opens a menu in place of the usual one, and says whether it did."""
        self.setAccessibleName(tr("Message"))
        self.setAcceptRichText(False)  # what is formatted comes in by `insertFromMimeData` alone
        self.setTabChangesFocus(True)
        self.setFixedHeight(MIN_HEIGHT)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rich = self._names = False
        self.document().setDocumentMargin(2)
        self.document().setIndentWidth(_INDENT)
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
        elif not (self.rich and self._format_key(event)):
            self._leave_formats(event)
            super().keyPressEvent(event)

    def _format_key(self, event: QKeyEvent) -> bool:
        """An empty item or quoted line ends its list or quote."""
        cursor = self.textCursor()
        block = cursor.block()
        grouped = bool(rich_text.list_of(block)) or rich_text.is_quote(block)
        new_line = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not block.text()
        back = event.key() == Qt.Key.Key_Backspace and cursor.atBlockStart()
        if grouped and (new_line or back) and not cursor.hasSelection():
            cursor.setBlockFormat(rich_text.block_format())
            return True
        return False

    def _leave_formats(self, event: QKeyEvent) -> None:
        """What is typed behind a link or a mention is no part of it."""
        cursor = self.textCursor()
        look = self.currentCharFormat()
        if not event.text().isprintable() or not (look.isAnchor() or rich_text.is_mention(look)):
            return
        ahead = QTextCursor(cursor)
        ahead.clearSelection()
        ahead.movePosition(QTextCursor.MoveOperation.NextCharacter)
        after = ahead.charFormat() if ahead.blockNumber() == cursor.blockNumber() else None
        if cursor.atBlockEnd() or after is None or not rich_text.is_mention(after):
            look = mentions.unnamed(look)
        if cursor.atBlockEnd() or after is None or after.anchorHref() != look.anchorHref():
            look = rich_text.unlinked(look)
        self.setCurrentCharFormat(look)

    # -- the text, plain or with formats

    @property
    def html(self) -> str:
        """The text with its formats; empty where it is plain, or nothing stands in it."""
        return rich_text.read(self.document()) if self.rich and self.toPlainText() else ""

    def named(self) -> tuple[Mention, ...]:
        """The colleagues who were picked and whose names stand as they were; others are words."""
        if not self._names:
            return ()
        return tuple(who for _, who in mentions.intact(self.document()))

    def mention(self, who: Mention) -> None:
        """Put a colleague's name where the caret is."""
        self._names = self.marks.formats = True
        cursor = self.textCursor()
        mentions.insert(cursor, who)
        self.setTextCursor(cursor)
        self.setCurrentCharFormat(mentions.unnamed(self.currentCharFormat()))

    def show_text(self, text: str, html: str, named: Iterable[Mention] = (), *, rich: bool) -> None:
        """Show this text in place of what stands there; nothing of that can be undone."""
        named = tuple(named)
        self.rich, self._names = rich, bool(named)
        self.marks.formats = rich or self._names
        self.setCurrentCharFormat(QTextCharFormat())
        if rich and (clean := markup.clean(html)):
            self.clear()
            rich_text.write(QTextCursor(self.document()), clean)
        else:
            self.setPlainText(text)
        mentions.restore(self.document(), named)
        self.document().clearUndoRedoStacks()

    def paste_plain(self) -> None:
        """Put in what was copied, its words alone."""
        self.insertPlainText(QGuiApplication.clipboard().text())

    def take_out(self, text: str) -> None:
        """Remove the first place where this text stands, with its formats."""
        place = self.toPlainText().find(text)
        if place < 0 or not text:
            return
        start = units(self.toPlainText()[:place])
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(start + units(text), QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()

    def createMimeDataFromSelection(self) -> QMimeData:
        if not self.rich:
            return super().createMimeDataFromSelection()
        part, made = QTextDocument(), QMimeData()
        QTextCursor(part).insertFragment(self.textCursor().selection())
        made.setText(part.toPlainText())
        made.setHtml(rich_text.read(part))
        return made

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.rich:
            return
        painter = QPainter(self.viewport())
        layout = self.document().documentLayout()
        down = self.verticalScrollBar().value()
        for block in rich_text.blocks(self.document()):
            if rich_text.is_quote(block):
                box = layout.blockBoundingRect(block).translated(0, -down)
                right = block.textDirection() == Qt.LayoutDirection.RightToLeft
                x = self.viewport().width() - 2 * _BAR - 2 if right else _BAR + 2
                bar = QRectF(x, box.top(), _BAR, box.height())
                painter.fillRect(bar, self.theme.tokens["edge"])
        painter.end()

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

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.completion.close_up()
        super().focusOutEvent(event)
        self.exited.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self.menu_first(event):
            super().contextMenuEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        ours = source.hasImage() or bool(local_files(source)) or (self.rich and source.hasHtml())
        return ours or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        files = local_files(source)
        picture = None if files else pasted_picture(source)
        if files or picture is not None:
            self.brought.emit(files or [picture])
        elif self.rich and source.hasHtml() and (html := markup.clean(source.html())):
            cursor = self.textCursor()
            rich_text.write(cursor, html)
            self.setTextCursor(cursor)
        else:
            super().insertFromMimeData(source)

    def turn(self) -> None:
        """Begin at the right for scripts that run right to left."""
        option = self.document().defaultTextOption()
        right = runs_right_to_left(self.toPlainText())
        ways = Qt.LayoutDirection
        way = ways.RightToLeft if right else ways.LayoutDirectionAuto
        if option.textDirection() != way:
            option.setTextDirection(way)  # its lines begin at the right then, by themselves
            self.document().setDefaultTextOption(option)

    def _grow(self) -> None:
        """As tall as the text; a scroll bar only beyond that.

        Were the bar there as needed, it could take the width that makes it needed: bar and height
        would then chase each other for ever.
        """
        tall = int(self.document().documentLayout().documentSize().height()) + 4
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAlwaysOn if tall > MAX_HEIGHT else policy.ScrollBarAlwaysOff
        )
        self.setFixedHeight(min(max(tall, MIN_HEIGHT), MAX_HEIGHT))
