"""Files on screen: chips in messages and under what is being written, and where to save them."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import (
    QBuffer,
    QIODevice,
    QMimeData,
    QRect,
    QRectF,
    QSize,
    QStandardPaths,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from console.conversations.viewmodel.files import FileItem
from console.kernel.tongue import beside, mark, tr
from console.sync.blobs import MAX_BLOB_BYTES
from console.sync.client.files import Pasted
from console.ui import icons, mirror, paint, words
from console.ui.flow import Flow
from console.ui.theme import SMALL, TINY, Theme, Tokens, font
from console.ui.widgets import plain_tip

CHIP_HEIGHT = 40
CHIP_GAP = 6
CHIP_WIDEST, _NARROWEST = 300, 60
_ICON, _PAD, _ASIDE, _CROSS = 28, 8, 22, 22
_KINDS = (
    ("image/", "image"),
    ("application/pdf", "file-pdf"),
    ("text/", "file-text"),
    ("video/", "film-strip"),
    ("audio/", "music-note"),
)
FILE_ICONS = frozenset({"file", *(icon for _, icon in _KINDS)})
PROBLEMS = {
    "no_file": mark("the server does not have it any more"),
    "file_gone": mark("its message is not here any more"),
    "hash_mismatch": mark("it was damaged on its way"),
    "file_infected": mark("a virus was found in it"),
    "file_unchecked": mark("it could not be checked for viruses"),
    "disk_full": mark("this computer’s disk is full"),
    "denied": mark("you may not send files"),
    "file_too_large": mark("it is larger than {size}"),
    "empty_file": mark("it is empty"),
}
"""Why a file did not come or go, by code."""
_REFUSED = mark("the server refused it ({code})")
_WIDEST_SIZE, _LONGEST = 88_800_000, mark("downloads when online")
_ASIDES = {"away": "download-simple", "here": "floppy-disk", "failed": "warning-circle"}
STATE_ICONS = frozenset(_ASIDES.values())


def icon_of(kind: str) -> str:
    """The icon of a media type."""
    return next((icon for start, icon in _KINDS if kind.startswith(start)), "file")


def told(item: FileItem) -> str:
    """A chip's second line: how large the file is and how far it has come."""
    size = words.size(item.size)
    if item.state == "failed":
        return beside((size, tr("not sent") if item.up else tr("not fetched")))
    if item.state == "waiting":
        return beside((size, tr("sends when online") if item.up else tr(_LONGEST)))
    if item.state == "moving":
        return tr("{done} of {size}").format(done=words.size(item.done), size=size)
    if item.up and item.state == "here":
        return beside((size, tr("ready")))
    return size


def reason(problem: str) -> str:
    """Why a file did not come or go, in words for the middle of a sentence."""
    told = tr(PROBLEMS.get(problem, _REFUSED))
    return told.format(code=problem, size=words.size(MAX_BLOB_BYTES))


def hint(item: FileItem) -> str:
    """What a click does, or what is wrong, in one sentence for tooltips and reading aloud."""
    if item.state == "failed":
        why = reason(item.problem)
        told = tr("{name}: {why}.") if item.up else tr("{name}: {why}. Click to try again.")
        return told.format(name=item.name, why=why)
    if item.up:
        waits = tr("It is sent when you are online again.") if item.state == "waiting" else ""
        return f"{item.name}. {waits}".rstrip()
    says = {
        "away": tr("Click to download."),
        "waiting": tr("Downloads when you are online again."),
        "moving": tr("On its way."),
        "here": tr("Click to look at it or save it."),
    }
    return f"{item.name}. {says[item.state]}"


def chip_width(name: str, room: float) -> int:
    """How wide a chip is: as its name needs, within limits and the room there is."""
    named = paint.measure(font(SMALL, strong=True)).horizontalAdvance(name)
    said = paint.measure(font(TINY, tabular=True)).horizontalAdvance(
        f"{words.size(_WIDEST_SIZE)} · {tr(_LONGEST)}"
    )
    wanted = max(named, said) + _ICON + _ASIDE + 3 * _PAD
    return int(min(wanted, CHIP_WIDEST, max(room, _NARROWEST)))


def draw_chip(
    painter: QPainter,
    box: QRectF,
    item: FileItem,
    tokens: Tokens,
    aside: int = 0,
    thumb: QPixmap | None = None,
) -> None:
    """Paint a file's chip: icon, name, how far it is, what a click does.

    `aside` is how much room stays free at the right for something else; `thumb` stands for the icon.
    """
    failed = item.state == "failed"
    edge = tokens["red_mark" if failed else "edge"]
    paint.rounded(painter, box, tokens["panel"], radius=6, border=edge)
    square = QRectF(box.left() + 7, box.top() + 7, CHIP_HEIGHT - 14, CHIP_HEIGHT - 14)
    if thumb is not None and not thumb.isNull():
        with mirror.upright(painter, square):
            painter.drawPixmap(square.toRect(), thumb)
    else:
        paint.rounded(painter, square, tokens["chip"], radius=5)
        icons.draw(painter, icon_of(item.type), square.adjusted(5, 5, -5, -5), tokens["accent"])
    left = int(box.left()) + _ICON + 2 * _PAD - 2
    width = int(box.right()) - left - (aside or (0 if item.up else _ASIDE)) - _PAD
    name = QRect(left, int(box.top()) + 4, width, 17)
    paint.line(painter, name, item.name, font(SMALL, strong=True), tokens["text"])
    ink = tokens["red" if failed else "dim"]
    paint.line(painter, name.translated(0, 16), told(item), font(TINY, tabular=True), ink)
    if not item.up and not aside:
        _draw_aside(painter, box, item, tokens)
    if item.state == "moving" and item.size:
        _draw_progress(painter, box, item.done / item.size, tokens["accent"])


def _draw_aside(painter: QPainter, box: QRectF, item: FileItem, tokens: Tokens) -> None:
    icon = _ASIDES.get(item.state, "clock")
    place = QRectF(box.right() - _ASIDE - 2, box.center().y() - 8, 16, 16)
    icons.draw(painter, icon, place, tokens["red" if item.state == "failed" else "dim"])


def _draw_progress(painter: QPainter, box: QRectF, share: float, ink: QColor) -> None:
    wide = max(4.0, (box.width() - 12) * min(share, 1.0))
    paint.rounded(painter, QRectF(box.left() + 6, box.bottom() - 4, wide, 2.5), ink, radius=1)


class FileChip(QWidget):
    """A file that goes with what is being written; its cross leaves it out again."""

    def __init__(self, item: FileItem, theme: Theme, remove: Callable[[], object]) -> None:
        super().__init__()
        self._theme = theme
        self._item = item
        self._cross = QPushButton()
        self._cross.setProperty("kind", "quiet")
        self._cross.setFixedSize(22, 22)
        self._cross.setCursor(Qt.CursorShape.PointingHandCursor)
        self._cross.clicked.connect(lambda _=False: remove())
        row = QHBoxLayout(self)
        mirror.margins(row, 0, 0, 5, 0)
        row.addStretch(1)
        row.addWidget(self._cross)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._dress)
        self._dress()
        self.show_item(item)

    def show_item(self, item: FileItem) -> None:
        """Show the file as it is now."""
        self._item = item
        self.setToolTip(plain_tip(hint(item)))
        self.setAccessibleName(f"{item.name}, {told(item)}")
        self._cross.setAccessibleName(tr("Leave out {name}").format(name=item.name))
        self._cross.setToolTip(plain_tip(tr("Leave out {name}").format(name=item.name)))
        self.update()

    def _dress(self) -> None:
        self._cross.setIcon(icons.icon("x", self._theme.tokens["dim"], 12))
        self._cross.setIconSize(QSize(12, 12))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(chip_width(self._item.name, CHIP_WIDEST) + 8, CHIP_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, CHIP_HEIGHT)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        mirror.turn(painter, self.rect())
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        draw_chip(painter, box, self._item, self._theme.tokens, aside=_CROSS)
        painter.end()


class FilesBar(QWidget):
    """The files of a draft, as many lines of chips as they need. `removed` names one by its id."""

    removed = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._chips: dict[object, FileChip] = {}
        self._flow = Flow(self, CHIP_GAP)
        self.setAccessibleName(tr("Attached files"))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_files(self, items: Sequence[FileItem]) -> None:
        """Show these; chips that stay keep the keyboard."""
        wanted = {item.id: item for item in items}
        for known in [key for key in self._chips if key not in wanted]:
            chip = self._chips.pop(known)
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        for key, item in wanted.items():
            if key in self._chips:
                self._chips[key].show_item(item)
                continue
            chip = FileChip(item, self._theme, partial(self.removed.emit, key))
            self._chips[key] = chip
            self._flow.addWidget(chip)
        self.setVisible(bool(items))
        self.updateGeometry()


# -- from and to this computer


def local_files(mime: QMimeData) -> list[Path]:
    """The files of this computer that were dropped or pasted."""
    urls = mime.urls() if mime.hasUrls() else []
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile() and url.toLocalFile()]


def pasted_picture(mime: QMimeData) -> Pasted | None:
    """A picture that comes without a file and without words; it is written as PNG when read."""
    if not mime.hasImage() or mime.hasText():
        return None
    image = QImage(mime.imageData())
    if image.isNull():
        return None

    def read() -> bytes:
        kept = QBuffer()
        kept.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(kept, b"png").write(image)
        return bytes(kept.data().data())

    return Pasted(read, "image/png", ".png")


def ask_which(parent: QWidget, chosen: Callable[[list[Path]], object]) -> QFileDialog:
    """Ask for files to attach; opens and returns at once."""
    dialog = QFileDialog(parent, tr("Attach files"), _home())
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, tr("Attach"))
    dialog.filesSelected.connect(lambda names: chosen([Path(name) for name in names]))
    return _opened(dialog)


def ask_where(parent: QWidget, name: str, chosen: Callable[[Path], object]) -> QFileDialog:
    """Ask where to save a file; opens and returns at once. Nothing is ever opened or run."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
    dialog = QFileDialog(parent, tr("Save as"), folder or _home())
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda name: chosen(Path(name)))
    return _opened(dialog)


def _home() -> str:
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.HomeLocation)


def _opened(dialog: QFileDialog) -> QFileDialog:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog
