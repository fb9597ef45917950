"""Pictures of strangers: four formats, by their bytes alone, and never too much of them."""

import struct
import zlib

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from console.ui.pictures import MAX_PICTURE_BYTES, MAX_SIDE, NoPicture, decode, kind_of

MOST = QSize(400, 400)


def drawn(kind: str, width: int = 60, height: int = 40) -> bytes:
    """A picture of one colour in a format."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#2E9E6B"))
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, kind)
    return bytes(held.data())


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is so large, and is a few bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_each_format_is_read(qapp: QApplication, kind: str) -> None:
    image = decode(drawn(kind), MOST)
    assert (image.width(), image.height()) == (60, 40)
    assert kind_of(drawn(kind)) == kind.encode()


def test_a_gif_is_read(qapp: QApplication) -> None:
    dot = bytes.fromhex("47494638396101000100800000ff0000ffffff2c00000000010001000002024401003b")
    assert decode(dot, MOST).size() == QSize(1, 1)


def test_it_is_no_larger_than_asked(qapp: QApplication) -> None:
    assert decode(drawn("png", 2_000, 1_000), MOST).size() == QSize(400, 200)


@pytest.mark.qt_log_ignore("JPEG|Huffman|SOS|marker|png")
@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "format"),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
            "format",
        ),
        (b"BM" + bytes(60), "format"),
        (b"II*\0" + bytes(60), "format"),
        (b"\x89PNG\r\n\x1a\n", "broken"),
        (b"\xff\xd8\xff" + bytes(40), "broken"),
        (b"\x89PNG\r\n\x1a\n" + bytes(MAX_PICTURE_BYTES), "format"),
        (bomb(MAX_SIDE + 1, 1), "large"),
        (bomb(15_000, 15_000), "large"),
        (bomb(2**31 - 1, 2**31 - 1), "large"),
    ],
)
def test_what_is_no_picture_says_why(qapp: QApplication, data: bytes, why: str) -> None:
    with pytest.raises(NoPicture) as told:
        decode(data, MOST)
    assert str(told.value) == why or (why == "large" and str(told.value) == "broken")


@pytest.mark.qt_log_ignore("JPEG|Huffman|SOS|marker")
def test_a_picture_cut_short_breaks_nothing(qapp: QApplication) -> None:
    whole = drawn("jpeg", 300, 300)
    lengths = range(3, len(whole), max(1, len(whole) // 40))
    assert {_tried(whole[:length]) for length in lengths} <= {"broken", "large", "300 × 300"}


def _tried(data: bytes) -> str:
    try:
        image = decode(data, MOST)
    except NoPicture as told:
        return str(told)
    return f"{image.width()} × {image.height()}"
