"""`parley doctor`: what this machine has for Parley, and for what is wrong, how to mend it."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

from console import __version__
from console.conversations.viewmodel.dictionaries import dictionaries
from console.desktop.app import LOGS_FOLDER
from console.desktop.guard import guard_qt, qt_version
from console.kernel.errors import ParleyError, Unusable

Verdict = Literal["ok", "note", "wrong"]
OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 14)
PROBE_S = 60
SERVER_PACKAGES = ("litestar", "uvicorn", "sqlalchemy", "sqlcipher3", "msgspec", "httpx")
DESKTOP_PACKAGES = ("PySide6-Essentials", "qasync", "keyring", "websockets")

# Debian's names. The probe loads each library; the first that Qt itself needs are for off screen.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
SCREEN_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
SCRIPTS = {
    "Latin": ("Ağ", "fonts-noto-core"),
    "Arabic": ("سلام", "fonts-noto-core"),
    "Hebrew": ("שלום", "fonts-noto-core"),
    "Devanagari": ("नमस्ते", "fonts-noto-core"),
    "Thai": ("สวัสดี", "fonts-noto-core"),
    "Chinese": ("你好", "fonts-noto-cjk"),
    "Japanese": ("こんにちは", "fonts-noto-cjk"),
    "Korean": ("안녕", "fonts-noto-cjk"),
    "emoji": ("📦🧾", "fonts-noto-color-emoji"),
}
SPELLING = {"en": "hunspell-en-us", "de": "hunspell-de-de", "ar": "hunspell-ar"}
"""The languages that Parley speaks itself, and Debian's packages of their dictionaries."""

# Runs in a process of its own: a Qt that cannot start aborts the process it is in.
_PROBE = """
import ctypes, json, sys
asked = json.loads(sys.argv[1])
def missing(names):
    gone = []
    for name in names:
        try:
            ctypes.CDLL(name)
        except OSError:
            gone.append(name)
    return gone
told = {"missing": missing(asked["libraries"]) if sys.platform == "linux" else []}
print(json.dumps(told), flush=True)
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication
app = QApplication([])
known = QFontMetrics(app.font())
told["unread"] = [
    script for script, text in asked["scripts"].items()
    if not all(known.inFontUcs4(ord(letter)) for letter in text)
]
told["started"] = True
print(json.dumps(told), flush=True)
"""


@dataclass(frozen=True)
class Check:
    """One line of the table; `mend` says what to do when it is not ok."""

    name: str
    verdict: Verdict
    found: str
    mend: str = ""


def run(data: Path, profile: Path, logs: Path) -> int:
    """Print the table; returns the exit code: 1 when something is wrong."""
    checks = list(look(data, profile, logs))
    sys.stdout.write(table(checks) + "\n")
    return 1 if any(check.verdict == "wrong" for check in checks) else 0


def look(data: Path, profile: Path, logs: Path) -> Iterator[Check]:
    """Every check, in the order of the table."""
    yield Check("Parley", "ok", __version__)
    yield check_python(sys.version_info[:2])
    yield _refused("SQLite", _sqlite)
    yield _refused("SQLCipher", _sqlcipher)
    yield from check_qt()
    yield _keyring()
    yield check_folder("server data", data)
    yield check_folder("profile", profile)
    yield check_folder("logs", logs)
    yield Check("other logs", "ok", f"server: {data / 'logs'}; console: {profile / LOGS_FOLDER}")
    yield _versions()


def table(checks: list[Check]) -> str:
    """Verdict, name and finding in columns, each mend under what it mends."""
    width = max(len(check.name) for check in checks)
    lines = []
    for check in checks:
        lines.append(f"{check.verdict:<5}  {check.name:<{width}}  {check.found}")
        if check.mend:
            lines.append(f"{'':<5}  {'':<{width}}  → {check.mend}")
    return "\n".join(lines)


def check_python(found: tuple[int, int]) -> Check:
    """Whether Parley runs on this Python."""
    text = ".".join(map(str, sys.version_info[:3] if found == sys.version_info[:2] else found))
    if OLDEST_PYTHON <= found <= NEWEST_PYTHON:
        return Check("Python", "ok", text)
    return Check("Python", "wrong", text, "install Python 3.11, 3.12, 3.13 or 3.14")


def _refused(name: str, check: Callable[[], str]) -> Check:
    try:
        return Check(name, "ok", check())
    except ParleyError as error:
        return Check(name, "wrong", "not usable", str(error))
    except ImportError as error:
        return Check(name, "wrong", str(error), "install sqlcipher3 0.6.4 or newer")


def _sqlite() -> str:
    from console.store.sqlite import guard_build

    return guard_build()


def _sqlcipher() -> str:
    """Write a file under one key; it must not open under another."""
    from console.store import sqlite

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "probe.db"
        connection = sqlite.connect(path, key=bytes(range(32)))
        connection.execute("CREATE TABLE probe (word TEXT)")
        found = connection.execute("PRAGMA cipher_version").fetchone()
        connection.close()
        try:
            sqlite.connect(path, key=bytes(32)).close()
        except ParleyError:
            return str(found[0]) if found else "works"
    raise Unusable("cipher", "This sqlcipher3 does not encrypt: install sqlcipher3 0.6.4 or newer.")


# -- Qt


def check_qt() -> Iterator[Check]:
    """The binding, its libraries and the fonts it finds; nothing but a note without the binding."""
    if qt_version() is None:
        text = "for the console: install parley-console[desktop]; a server needs none"
        yield Check("Qt", "note", "not installed", text)
        return
    try:
        yield Check("Qt", "ok", f"PySide6 {guard_qt()}")
    except Unusable as refusal:
        yield Check("Qt", "wrong", f"PySide6 {qt_version()}", refusal.message)
        return
    told, complaint = _probe()
    missing = told.get("missing", [])
    yield check_libraries(missing, started="started" in told, complaint=complaint)
    if "started" in told:
        yield check_fonts(told["unread"])
    yield check_spelling(dictionaries().languages())


def _probe() -> tuple[dict[str, Any], str]:
    """What Qt found when really started off screen, and its last words if it did not."""
    asked = {
        "libraries": [*QT_LIBRARIES, *SCREEN_LIBRARIES],
        "scripts": {script: text for script, (text, _) in SCRIPTS.items()},
    }
    try:
        ended = subprocess.run(  # noqa: S603 - our own interpreter and script
            [sys.executable, "-c", _PROBE, json.dumps(asked)],
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            capture_output=True,
            text=True,
            timeout=PROBE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {}, f"Qt did not start within {PROBE_S} s"
    lines = ended.stdout.strip().splitlines()
    words = ended.stderr.strip().splitlines() or [f"it ended with code {ended.returncode}"]
    return json.loads(lines[-1]) if lines else {}, words[-1]


def check_libraries(missing: list[str], *, started: bool, complaint: str) -> Check:
    """Whether Qt starts, and whether it could open a window under X11."""
    name = "Qt libraries"
    needed = [QT_LIBRARIES[library] for library in missing if library in QT_LIBRARIES]
    screen = [SCREEN_LIBRARIES[library] for library in missing if library in SCREEN_LIBRARIES]
    if not started:
        mend = _apt([*needed, *screen]) if missing else "install PySide6-Essentials again"
        return Check(name, "wrong", f"Qt does not start: {complaint}", mend)
    if screen:
        verdict: Verdict = "wrong" if os.environ.get("DISPLAY") else "note"
        return Check(name, verdict, "off screen only: no window under X11", _apt(screen))
    return Check(name, "ok", "Qt starts")


def check_fonts(unread: list[str]) -> Check:
    """Whether every script that buyers write in has glyphs here."""
    if not unread:
        return Check("fonts", "ok", ", ".join(SCRIPTS))
    packages = list(dict.fromkeys(SCRIPTS[script][1] for script in unread))
    return Check("fonts", "wrong", f"none for {', '.join(unread)}", _apt(packages))


def check_spelling(found: Sequence[str]) -> Check:
    """Whether what is written can be checked in the languages that Parley speaks itself."""
    spoken = sorted({tag.partition("_")[0] for tag in found})
    gone = [package for language, package in SPELLING.items() if language not in spoken]
    told = ", ".join(spoken) or "no dictionary: nothing is checked"
    if not gone:
        return Check("spelling", "ok", told)
    return Check("spelling", "note", told, _apt(gone if spoken else ["libenchant-2-2", *gone]))


def _apt(packages: list[str]) -> str:
    return "sudo apt-get install " + " ".join(packages)


# -- the rest


def _keyring() -> Check:
    if qt_version() is None:
        return Check("keyring", "note", "not asked: only the console needs one")
    try:
        from console.desktop.keystore import backend_name
    except ImportError as error:
        return Check("keyring", "wrong", str(error), "install parley-console[desktop]")
    name = backend_name()
    if name is not None:
        return Check("keyring", "ok", name)
    mend = "the console will ask for a passphrase; for a keyring: " + _apt(["gnome-keyring"])
    return Check("keyring", "note", "none that can be trusted", mend)


def check_folder(name: str, folder: Path) -> Check:
    """Whether the folder can be used and nobody else can look into it."""
    if not folder.exists():
        parent = next(parent for parent in folder.parents if parent.exists())
        if parent.is_dir() and os.access(parent, os.W_OK | os.X_OK):
            return Check(name, "ok", f"{folder} (made when needed)")
        return Check(name, "wrong", f"{folder} cannot be made", f"let {parent} be written by you")
    if not folder.is_dir():
        return Check(name, "wrong", f"{folder} is no folder", "move that file away")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return Check(name, "wrong", f"{folder} is not yours", f"sudo chown -R $USER '{folder}'")
    if name != "logs" and os.name == "posix" and folder.stat().st_mode & 0o077:
        return Check(name, "wrong", f"{folder} is open to others", f"chmod 700 '{folder}'")
    return Check(name, "ok", str(folder))


def _versions() -> Check:
    found, gone = [], []
    wanted = SERVER_PACKAGES if qt_version() is None else (*SERVER_PACKAGES, *DESKTOP_PACKAGES)
    for package in wanted:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            gone.append(package)
    text = ", ".join(found)
    if gone:
        return Check("packages", "note", text, f"not here: {', '.join(gone)}")
    return Check("packages", "ok", text)
