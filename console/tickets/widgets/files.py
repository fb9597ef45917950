"""What is done with the files of messages: fetched, looked at, made small, saved after a question."""

import asyncio
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from console.conversations.model import Attachment, Message, safe_name
from console.conversations.viewmodel.looks import is_risky, look_of
from console.conversations.viewmodel.timeline import Timeline
from console.conversations.widgets.files import CHIP_HEIGHT, ask_where, reason
from console.conversations.widgets.timeline import TimelineList
from console.conversations.widgets.viewer import Viewer
from console.kernel.errors import Refused
from console.kernel.tongue import tr
from console.ui.pictures import NoPicture, decode
from console.ui.question import Question
from console.ui.slots import Slots
from console.ui.theme import Theme

_THUMB = QSize(4 * CHIP_HEIGHT, 4 * CHIP_HEIGHT)


class FilesDesk(QObject):
    """Answers what the timeline wants of files. `done` carries a sentence to show."""

    done = Signal(str)

    def __init__(
        self,
        timeline: Timeline,
        shown: TimelineList,
        question: Question,
        slots: Slots,
        theme: Theme,
        page: QWidget,
    ) -> None:
        super().__init__(page)
        self._timeline, self._shown, self._question = timeline, shown, question
        self._slots, self._theme, self._page = slots, theme, page
        self._awaited: Attachment | None = None
        shown.file_wanted.connect(self.want)
        shown.save_wanted.connect(self.save)
        shown.source_wanted.connect(self.show_source)
        shown.thumb_wanted.connect(lambda file: slots.start(self._thumb(file), "thumb"))
        timeline.files_changed.connect(self._moved)

    def want(self, message: Message, file: Attachment) -> None:
        """Fetch a file that is not here; look at one that is, or ask where to save it."""
        item = self._timeline.file(file)
        if item.state == "here" and look_of(file):
            self.look(file)
        elif item.state == "here":
            self.save(file)
        elif not item.up and item.state in ("away", "failed"):
            self._timeline.fetch(message, file)

    def look(self, file: Attachment) -> None:
        """Show a file over the window."""
        viewer = self._viewer()
        self._slots.start(viewer.show_file(file, self._timeline.read), "look")

    def show_source(self, message: Message) -> None:
        """Show a message as it came: the mail itself if it was kept, else what was kept of it."""
        file = message.source
        if file is None:
            text = message.html or message.body
            self._viewer().show_text(tr("The message as it is kept"), text)
        elif self._timeline.file(file).state == "here":
            self.look(file)
        else:
            self._awaited = file
            self._timeline.fetch(message, file)
            self.done.emit(tr("The original is being fetched."))

    def _viewer(self) -> Viewer:
        viewer = Viewer(self._theme, self._page)
        viewer.save_wanted.connect(self.save)
        viewer.open()
        return viewer

    def _moved(self, _: None) -> None:
        """A file that was awaited may be here, or will not come."""
        file = self._awaited
        if file is None:
            return
        item = self._timeline.file(file)
        if item.state == "here":
            self._awaited = None
            self.look(file)
        elif item.state == "failed":
            self._awaited = None
            told = tr("The original did not come: {why}.")
            self.done.emit(told.format(why=reason(item.problem)))

    def save(self, file: Attachment) -> None:
        """Ask where to save a file; before that whether at all, if it can run something."""
        name = safe_name(file.name)
        if not is_risky(file):
            self._where(file, name)
            return
        self._question.ask(
            tr("Save {name}?").format(name=name),
            tr("Opening such a file can run a program on this computer."),
            tr("Do not save"),
            ((tr("Save as…"), lambda: self._where(file, name)),),
        )

    def _where(self, file: Attachment, name: str) -> None:
        ask_where(self._page, name, lambda target: self._save(file, target))

    def _save(self, file: Attachment, target: Path) -> None:
        async def save() -> None:
            await self._timeline.save(file, target)
            self.done.emit(tr("Saved as {name}").format(name=target.name))

        self._slots.start(save(), "save-file")

    async def _thumb(self, file: Attachment) -> None:
        """Make a picture small; one that cannot be keeps its icon."""
        try:
            data = await self._timeline.read(file)
            image = await asyncio.to_thread(decode, data, _THUMB)
        except (NoPicture, Refused):
            return
        picture = QPixmap.fromImage(image)
        side = min(picture.width(), picture.height())
        left, top = (picture.width() - side) // 2, (picture.height() - side) // 2
        self._shown.show_thumb(file.id, picture.copy(left, top, side, side))
