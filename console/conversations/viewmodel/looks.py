"""How a file may be looked at without leaving the console, and which ones can do harm when opened."""

from typing import Literal

from console.conversations.model import Attachment, safe_name

Look = Literal["picture", "text", ""]
MAX_TEXT_BYTES = 256 * 1024
"""Of a text that is looked at; the rest is for saving."""
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_TEXTS = frozenset({"message/rfc822", "application/json", "application/xml"})
RISKY = frozenset(
    [
        "exe",
        "com",
        "bat",
        "cmd",
        "scr",
        "pif",
        "msi",
        "msp",
        "msix",
        "ps1",
        "psm1",
        "vbs",
        "vbe",
        "js",
        "jse",
        "wsf",
        "wsh",
        "hta",
        "jar",
        "lnk",
        "url",
        "scf",
        "reg",
        "dll",
        "cpl",
        "chm",
        "inf",
        "gadget",
        "application",
        "appref-ms",
        "sh",
        "bash",
        "zsh",
        "run",
        "bin",
        "command",
        "desktop",
        "appimage",
        "deb",
        "rpm",
        "apk",
        "dmg",
        "pkg",
        "app",
        "py",
        "pyw",
        "pl",
        "rb",
        "php",
        "docm",
        "dotm",
        "xlsm",
        "xltm",
        "xlam",
        "pptm",
        "potm",
        "ppam",
        "html",
        "htm",
        "xhtml",
        "mht",
        "svg",
        "iso",
        "img",
        "vhd",
        "vhdx",
        "xll",
        "one",
        "onepkg",
        "search-ms",
    ]
)
"""Endings of files that run, or that make other programs run something."""


def look_of(file: Attachment) -> Look:
    """How a file is looked at, as far as its type says."""
    kind = file.type.partition(";")[0].strip().lower()
    if kind in PICTURES:
        return "picture"
    return "text" if kind.startswith("text/") or kind in _TEXTS else ""


def is_risky(file: Attachment) -> bool:
    """Whether opening the saved file can run something."""
    return any(part.lower() in RISKY for part in safe_name(file.name).split(".")[1:])


def text_of(data: bytes) -> str:
    """The beginning of a file as text, whatever its bytes are."""
    start = data[:MAX_TEXT_BYTES]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return start.decode("utf-16", errors="replace")
    try:
        return start.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if len(start) < len(data) and error.start >= len(start) - 4:
            return start[: error.start].decode("utf-8-sig")  # cut within a letter
        return start.decode("cp1252", errors="replace")
