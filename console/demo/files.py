"""The files that people in the sandbox attach: small pictures and receipts, drawn by these lines."""

import hashlib
import struct
import zlib
from functools import lru_cache
from uuid import UUID

from console.conversations.model import Attachment
from console.demo.dice import Dice, dice, one

WIDTH, HEIGHT = 360, 240
LOOKS = 12
"""How many different files there are of each name; more of them would only be heavy."""
_GROUND, _PAPER, _INK, _FAINT, _ACCENT, _BOX, _EDGE, _TAPE = range(8)
_LIGHT = range(8, 24)
"""Palette entries of the light that falls on a photograph, from the brightest on."""
_PALETTES = (
    ((244, 246, 248), (255, 255, 255), (52, 58, 70), (206, 211, 219), (46, 110, 220)),
    ((241, 245, 242), (255, 255, 255), (43, 62, 54), (200, 214, 206), (28, 138, 92)),
    ((248, 244, 240), (255, 255, 255), (70, 54, 46), (221, 209, 199), (206, 96, 40)),
)
_BOXES = (
    ((190, 146, 98), (150, 110, 70), (222, 196, 150)),
    ((176, 132, 90), (138, 98, 62), (236, 232, 222)),
    ((206, 164, 116), (160, 120, 80), (206, 196, 170)),
)
Rows = list[bytearray]


def attached(file_id: UUID, name: str) -> Attachment:
    """A file of that name, as a message tells of it."""
    data = content(name, file_id.int % LOOKS)
    kind = "application/pdf" if name.endswith(".pdf") else "image/png"
    return Attachment(file_id, name, kind, len(data), hashlib.sha256(data).hexdigest())


def bytes_of(file: Attachment) -> bytes:
    """The bytes of a file that `attached` made."""
    return content(file.name, file.id.int % LOOKS)


@lru_cache(maxsize=256)
def content(name: str, look: int) -> bytes:
    """A receipt for a .pdf, a photograph or a screenshot for a .png, the same for the same look."""
    kind = "".join(letter for letter in name if not letter.isdigit())
    rng = dice("file", kind, look)
    if name.endswith(".pdf"):
        return _receipt(rng)
    shot = any(word in name for word in ("screenshot", "statement", "basket", "message"))
    return _screenshot(rng) if shot else _photograph(rng)


# -- pictures


def _screenshot(rng: Dice) -> bytes:
    """A card with a coloured head and lines that stand for words."""
    rows = [bytearray([_GROUND]) * WIDTH for _ in range(HEIGHT)]
    _fill(rows, 0, 0, WIDTH, 34, _ACCENT)
    _fill(rows, 16, 12, 16 + rng.randint(60, 140), 22, _PAPER)
    _fill(rows, 16, 50, WIDTH - 16, HEIGHT - 16, _PAPER)
    y = 66
    while y < HEIGHT - 40:
        _fill(rows, 32, y, 32 + rng.randint(90, 180), y + 8, _INK)
        _fill(rows, 32, y + 14, 32 + rng.randint(120, WIDTH - 90), y + 20, _FAINT)
        if rng.random() < 0.4:
            _fill(rows, WIDTH - 60, y, WIDTH - 32, y + 12, _ACCENT)
        y += 36
    return _png(rows, [*one(rng, _PALETTES), *one(rng, _BOXES)])


def _photograph(rng: Dice) -> bytes:
    """A parcel on a table, lit from above, with tape and a label."""
    shades = [_LIGHT[min(y * len(_LIGHT) // HEIGHT, len(_LIGHT) - 1)] for y in range(HEIGHT)]
    rows = [_grain(rng, shade) for shade in shades]
    left, top = rng.randint(50, 90), rng.randint(50, 80)
    right, bottom = WIDTH - rng.randint(50, 90), HEIGHT - rng.randint(20, 40)
    _fill(rows, left - 6, bottom, right + 14, bottom + 8, _EDGE)
    _fill(rows, left, top, right, bottom, _BOX)
    _fill(rows, left, top, right, top + rng.randint(18, 30), _EDGE)
    middle = (left + right) // 2
    _fill(rows, middle - 12, top, middle + 12, bottom, _TAPE)
    x, y = left + rng.randint(12, 30), top + rng.randint(48, 70)
    _fill(rows, x, y, x + 84, y + 52, _PAPER)
    for stripe in range(0, 72, 3):
        if rng.random() < 0.6:
            _fill(rows, x + 6 + stripe, y + 28, x + 7 + stripe + rng.randint(0, 1), y + 46, _INK)
    _fill(rows, x + 6, y + 8, x + 60, y + 12, _INK)
    _fill(rows, x + 6, y + 16, x + 44, y + 20, _FAINT)
    if rng.random() < 0.5:
        _dent(rows, rng, right, bottom)
    warm = rng.randint(150, 190)
    light = [(warm + 60 - n * 5, warm + 50 - n * 5, warm + 38 - n * 4) for n in range(len(_LIGHT))]
    return _png(rows, [*one(rng, _PALETTES), *one(rng, _BOXES), *light])


def _grain(rng: Dice, shade: int) -> bytearray:
    """A row of light that is not quite even, as a camera sees it."""
    darker = min(shade + 1, _LIGHT[-1])
    return bytearray(rng.randbytes(WIDTH).translate(bytes([shade] * 128 + [darker] * 128)))


def _dent(rows: Rows, rng: Dice, right: int, bottom: int) -> None:
    """A crushed corner."""
    size = rng.randint(24, 44)
    for n in range(size):
        _fill(rows, right - size + n, bottom - n, right, bottom - n + 1, _EDGE)


def _fill(rows: Rows, left: int, top: int, right: int, bottom: int, color: int) -> None:
    left, right = max(0, left), min(WIDTH, right)
    for row in rows[max(0, top) : min(HEIGHT, bottom)]:
        row[left:right] = bytes([color]) * (right - left)


def _png(rows: Rows, palette: list[tuple[int, int, int]]) -> bytes:
    """A picture of palette colours as PNG."""
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    colors = b"".join(bytes(color) for color in palette)
    pixels = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows), 9)
    parts = ((b"IHDR", header), (b"PLTE", colors), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    check = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)


# -- receipts


def _receipt(rng: Dice) -> bytes:
    """One page of plain text as PDF."""
    lines = (
        "HAND-OVER RECEIPT",
        f"Counter {rng.randint(1, 9)}    Clerk {rng.randint(100, 999)}",
        f"Parcel {rng.randint(10**11, 10**12 - 1)}",
        f"Weight {rng.randint(4, 190) / 10:.1f} kg    Parcels 1",
        "Accepted in good condition.",
        "Keep this receipt until the parcel has arrived.",
    )
    text = "BT /F1 14 Tf 56 780 Td 22 TL " + " T* ".join(f"({line}) Tj" for line in lines) + " ET"
    font = "/Resources << /Font << /F1 5 0 R >> >>"
    bodies = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R {font} >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
    )
    made, places = "%PDF-1.4\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(made))
        made += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    count = len(bodies) + 1
    end = f"xref\n0 {count}\n0000000000 65535 f \n{table}"
    end += f"trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{len(made)}\n%%EOF\n"
    return (made + end).encode()
