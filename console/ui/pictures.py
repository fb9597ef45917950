"""Pictures of strangers, decoded with limits and away from the screen's thread."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

MAX_PIXELS = 50_000_000
MAX_SIDE = 20_000
MAX_DECODED_MB = 256
MAX_PICTURE_BYTES = 20_000_000
"""Of a file: a larger one is saved, not looked at."""
_KINDS = {
    b"\x89PNG\r\n\x1a\n": b"png",
    b"\xff\xd8\xff": b"jpeg",
    b"GIF87a": b"gif",
    b"GIF89a": b"gif",
}


class NoPicture(Exception):
    """The bytes are no picture that is shown; the sentence says why."""


def kind_of(data: bytes) -> bytes:
    """The format that the first bytes are of, empty for none of those that are shown."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return b"webp"
    return next((kind for start, kind in _KINDS.items() if data.startswith(start)), b"")


def decode(data: bytes, most: QSize) -> QImage:
    """The picture, no larger than `most` and upright. Works in any thread. Raises NoPicture.

    What the file says it is counts for nothing: its first bytes do, and only four formats.
    """
    kind = kind_of(data)
    if not kind or len(data) > MAX_PICTURE_BYTES:
        raise NoPicture("format")
    held = QByteArray(data)
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(kind))
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    QImageReader.setAllocationLimit(MAX_DECODED_MB)
    size = reader.size()
    if not size.isValid() or size.isEmpty():
        raise NoPicture("broken")
    if max(size.width(), size.height()) > MAX_SIDE or size.width() * size.height() > MAX_PIXELS:
        raise NoPicture("large")
    if size.width() > most.width() or size.height() > most.height():
        reader.setScaledSize(size.scaled(most, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise NoPicture("broken")
    return image
