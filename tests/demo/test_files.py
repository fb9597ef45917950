"""The sandbox's files: drawn alike every time, and what their names say."""

import hashlib
import struct
import zlib

import pytest

from console.conversations.model import safe_name
from console.demo.files import HEIGHT, LOOKS, WIDTH, attached, bytes_of, content
from console.kernel.ids import new_id

NAMES = ("IMG_2041.png", "screenshot-tracking.png", "statement.png", "hand-over-receipt.pdf")


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_what_the_message_says(name: str) -> None:
    file = attached(new_id(), name)
    data = bytes_of(file)
    assert (len(data), hashlib.sha256(data).hexdigest()) == (file.size, file.sha256)
    assert file.name == safe_name(name)
    assert data.startswith(b"%PDF-1.4\n" if name.endswith("pdf") else b"\x89PNG\r\n\x1a\n")
    assert file.type == ("application/pdf" if name.endswith("pdf") else "image/png")


def test_files_differ_and_repeat() -> None:
    for name in NAMES:
        looks = [content(name, look) for look in range(LOOKS)]
        assert len(set(looks)) == LOOKS
        content.cache_clear()
        assert [content(name, look) for look in range(LOOKS)] == looks


def test_pictures_are_whole() -> None:
    data = content("IMG_1.png", 3)
    assert struct.unpack(">II", data[16:24]) == (WIDTH, HEIGHT)
    start = data.index(b"IDAT") + 4
    (size,) = struct.unpack(">I", data[start - 8 : start - 4])
    assert len(zlib.decompress(data[start : start + size])) == HEIGHT * (WIDTH + 1)
    assert max(len(content("IMG_1.png", look)) for look in range(LOOKS)) < 64 * 1024


def test_a_receipt_s_table_leads_to_its_objects() -> None:
    data = content("hand-over-receipt.pdf", 1)
    table = data[int(data.rpartition(b"startxref\n")[2].split()[0]) :]
    for number, line in enumerate(table.splitlines()[3:8], start=1):
        place = int(line.split()[0])
        assert data[place:].startswith(b"%d 0 obj" % number)
