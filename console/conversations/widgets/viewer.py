"""A file looked at in the console: a picture to fit, or the beginning of a text."""

import asyncio
from collections.abc import Awaitable, Callable

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeySequence, QPainter, QPaintEvent, QPixmap, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.conversations.model import Attachment, safe_name
from console.conversations.viewmodel.looks import MAX_TEXT_BYTES, look_of, text_of
from console.kernel.tongue import beside, mark, tr
from console.ui import words
from console.ui.pictures import NoPicture, decode
from console.ui.theme import Theme
from console.ui.widgets import Elided, Empty, Text

LARGEST = QSize(4_000, 4_000)
"""A picture is decoded to no more than this."""
_SHARE = 0.86
_WHY = {
    "format": mark("This file is no picture that is shown here\nIt can be saved."),
    "broken": mark("This picture is damaged\nIt can be saved as it is."),
    "large": mark("This picture is too large to be shown here\nIt can be saved."),
}

Read = Callable[[Attachment], Awaitable[bytes]]


class Picture(QWidget):
    """A picture in the middle, as large as there is room, never larger than it is."""

    def __init__(self) -> None:
        super().__init__()
        self._picture = QPixmap()

    def show_image(self, image: QImage, name: str) -> None:
        """Show this one."""
        self._picture = QPixmap.fromImage(image)
        self.setAccessibleName(tr("Picture {name}").format(name=name))
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        if self._picture.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = self._picture.size()
        if size.width() > self.width() or size.height() > self.height():
            size = size.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        box = QRect((self.width() - size.width()) // 2, (self.height() - size.height()) // 2, 0, 0)
        box.setSize(size)
        painter.drawPixmap(box, self._picture)
        painter.end()


class Viewer(QDialog):
    """Shows a file over the window. `save_wanted` asks to save it, which is done on the page."""

    save_wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("viewer")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._file: Attachment | None = None
        self._left = False
        self.finished.connect(self._leave)
        self._title = Elided("title")
        self._told = Text("", "faint")
        self._picture = Picture()
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setObjectName("source")
        self._empty = Empty(theme, "hourglass")
        self._pages = QStackedWidget()
        for page in (self._empty, self._picture, self._text):
            self._pages.addWidget(page)
        self._save = QPushButton(tr("Save as…"))
        self._save.clicked.connect(self._want_save)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self, self._want_save)
        shut = QPushButton(tr("Close"))
        shut.setProperty("kind", "primary")
        shut.clicked.connect(self.close)
        shut.setDefault(True)
        foot = QHBoxLayout()
        foot.addWidget(self._told)
        foot.addStretch(1)
        foot.addWidget(self._save)
        foot.addWidget(shut)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 14, 16, 14)
        box.setSpacing(10)
        box.addWidget(self._title)
        box.addWidget(self._pages, 1)
        box.addLayout(foot)
        shut.setFocus()
        room = parent.window().size()
        self.resize(int(room.width() * _SHARE), int(room.height() * _SHARE))

    def show_text(self, title: str, text: str) -> None:
        """Show words of ours to look at, which are no file."""
        self._title.setText(title)
        self.setWindowTitle(title)
        self._save.hide()
        self._put_text(title, text)

    async def show_file(self, file: Attachment, read: Read) -> None:
        """Show a file that is here. Raises what `read` raises."""
        self._file = file
        name = safe_name(file.name)
        self._title.setText(name)
        self.setWindowTitle(name)
        self._told.setText(words.size(file.size))
        self._empty.setText(tr("Opening…"))
        data = await read(file)
        if look_of(file) == "text":
            text = await asyncio.to_thread(text_of, data)
            if self._left:
                return
            self._put_text(name, text)
            if len(data) > MAX_TEXT_BYTES:
                said = tr("{size}, of which the first {shown} are shown")
                self._told.setText(
                    said.format(size=words.size(file.size), shown=words.size(MAX_TEXT_BYTES))
                )
            return
        try:
            image = await asyncio.to_thread(decode, data, LARGEST)
        except NoPicture as why:
            if not self._left:
                self._empty.setText(tr(_WHY[str(why)]))
            return
        if self._left:
            return
        self._picture.show_image(image, name)
        measures = f"{image.width()} × {image.height()}"
        self._told.setText(beside((words.size(file.size), measures)))
        self._pages.setCurrentWidget(self._picture)

    def _leave(self, _: int) -> None:
        self._left = True

    def _put_text(self, title: str, text: str) -> None:
        self._text.setPlainText(text)
        self._text.setAccessibleName(title)
        self._pages.setCurrentWidget(self._text)
        self._text.setFocus()

    def _want_save(self) -> None:
        if self._file is not None:
            self.close()
            self.save_wanted.emit(self._file)
