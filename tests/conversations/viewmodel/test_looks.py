"""How files may be looked at, which ones can do harm, and bytes as text."""

import pytest

from console.conversations.model import Attachment
from console.conversations.viewmodel.looks import MAX_TEXT_BYTES, is_risky, look_of, text_of
from console.kernel.ids import new_id


def file(name: str = "x", kind: str = "") -> Attachment:
    return Attachment(new_id(), name, kind, 1, "00")


@pytest.mark.parametrize(
    ("kind", "look"),
    [
        ("image/png", "picture"),
        ("IMAGE/JPEG; q=1", "picture"),
        ("image/svg+xml", ""),
        ("image/tiff", ""),
        ("text/plain", "text"),
        ("text/html", "text"),
        ("message/rfc822", "text"),
        ("application/pdf", ""),
        ("", ""),
    ],
)
def test_how_a_file_is_looked_at(kind: str, look: str) -> None:
    assert look_of(file(kind=kind)) == look


@pytest.mark.parametrize(
    ("name", "risky"),
    [
        ("setup.exe", True),
        ("invoice.pdf.EXE", True),
        ("run.exe.pdf", True),
        ("invoice\u202efdp.exe", True),
        ("page.html", True),
        ("drawing.svg", True),
        ("macro.xlsm", True),
        ("parley.desktop", True),
        ("photo.png", False),
        ("exe", False),
        ("report.2026.pdf", False),
    ],
)
def test_which_files_can_run_something(name: str, risky: bool) -> None:
    assert is_risky(file(name)) == risky


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Grüße".encode(), "Grüße"),
        ("\ufeffGrüße".encode(), "Grüße"),
        ("Grüße".encode("cp1252"), "Grüße"),
        ("Grüße".encode("utf-16"), "Grüße"),
        (b"\xff\x00\x81!", "ÿ\x00\ufffd!"),
        (b"", ""),
    ],
)
def test_bytes_as_text(data: bytes, text: str) -> None:
    assert text_of(data) == text


def test_only_the_beginning_of_a_long_text_and_never_half_a_letter() -> None:
    told = text_of(b"x" + "é".encode() * MAX_TEXT_BYTES)
    assert told == "x" + "é" * ((MAX_TEXT_BYTES - 1) // 2)
