"""Local preferences of one profile: theme, keys, windows, what is told. Nothing of anybody's data."""

import json
import logging
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtGui import QGuiApplication

from console.kernel.signal import Signal
from console.kernel.tongue import LANGUAGES
from console.ui.theme import ThemeName

Wished = Literal["system", "light", "dark", "contrast"]
SYSTEM = "system"
UNDO_CHOICES_S = (0, 5, 10, 20, 30)
UNDO_S = 10
"""How long a message can be taken back, unless somebody chose."""
WISHED: tuple[Wished, ...] = ("system", "light", "dark", "contrast")
FILE, LAYOUT = "settings.ini", "layout.json"

log = logging.getLogger(__name__)


class Settings:
    """Reads and writes the profile's settings file; `changed` names what is not as it was.

    What belongs to one window (its place, its columns, its view) stands under the window's name.
    """

    def __init__(self, folder: Path) -> None:
        self.changed: Signal[str] = Signal()
        self.folder = folder
        self._kept = QSettings(str(folder / FILE), QSettings.Format.IniFormat)
        self._layout = _read(folder / LAYOUT)
        self._place = ""

    def of_window(self, name: str) -> "Settings":
        """The same settings, but for what belongs to the window of that name (empty: the first)."""
        made = object.__new__(Settings)
        made.changed, made.folder = self.changed, self.folder
        made._kept, made._layout = self._kept, self._layout
        made._place = f"windows/{name}/" if name else ""
        return made

    @property
    def place(self) -> str:
        """What stands before the name of whatever belongs to this window; nothing for the first."""
        return self._place

    @property
    def theme(self) -> Wished:
        """The theme wished for; what the system says unless somebody chose."""
        told = self.choice("theme", "system")
        return told if told in WISHED else "system"

    @theme.setter
    def theme(self, wished: Wished) -> None:
        """Wish for a theme; it is kept."""
        self.keep_choice("theme", wished)

    @property
    def language(self) -> str:
        """The language wished for, of tongue's; `system` for what the system speaks."""
        told = self.choice("language", SYSTEM)
        return told if told in LANGUAGES else SYSTEM

    @language.setter
    def language(self, wished: str) -> None:
        """Wish for a language; it is kept."""
        self.keep_choice("language", wished)

    @property
    def undo_s(self) -> int:
        """So many seconds a message can be taken back after it was sent; 0 sends at once."""
        told = self.choice("undo_s", str(UNDO_S))
        known = told.isdecimal() and int(told) in UNDO_CHOICES_S
        return int(told) if known else UNDO_S

    @undo_s.setter
    def undo_s(self, seconds: int) -> None:
        """Give oneself so many seconds; it is kept."""
        self.keep_choice("undo_s", str(seconds))

    def effective_theme(self) -> ThemeName:
        """The theme to show now: where the system wants contrast or darkness, so do we."""
        wished = self.theme
        if wished != "system":
            return wished
        hints = QGuiApplication.styleHints()
        if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
            return "contrast"
        return "dark" if hints.colorScheme() == Qt.ColorScheme.Dark else "light"

    # -- choices: the same in every window, heard of by all of them

    def choice(self, name: str, default: str) -> str:
        """What was chosen under a name."""
        return str(self._kept.value(name, default))

    def keep_choice(self, name: str, value: str) -> None:
        """Keep a choice, on the disk at once, and tell that it changed."""
        if not self._kept.contains(name) or self.choice(name, "") != value:
            self._kept.setValue(name, value)
            self._kept.sync()
            self.changed.emit(name)

    def drop(self, name: str) -> None:
        """Forget a choice: the default holds again."""
        if self._kept.contains(name):
            self._kept.remove(name)
            self._kept.sync()
            self.changed.emit(name)

    def names(self, prefix: str) -> list[str]:
        """The names of what is kept that begin so."""
        return [name for name in self._kept.allKeys() if name.startswith(prefix)]

    # -- what belongs to a window, and changes with every step: written by `sync`

    def bytes(self, name: str) -> QByteArray:
        """A window state kept under a name, empty when there is none."""
        return QByteArray.fromBase64(self.text(name).encode())

    def keep_bytes(self, name: str, state: QByteArray) -> None:
        """Keep a window state."""
        self.keep_text(name, bytes(state.toBase64().data()).decode())

    def text(self, name: str, default: str = "") -> str:
        """A text kept under a name."""
        return self._layout.get(self._place + name, default)

    def keep_text(self, name: str, text: str) -> None:
        """Keep a text."""
        self._layout[self._place + name] = text

    def forget_window(self) -> None:
        """Forget what belongs to this window, which is closed for good."""
        assert self._place, "the first window's place is kept"
        for name in [name for name in self._layout if name.startswith(self._place)]:
            del self._layout[name]
        self.sync()

    def sync(self) -> None:
        """Write down how windows stand, so that it outlives a crash of ours.

        A power cut may lose it, yet where a file takes another's place ext4 begins to write it out:
        that takes 2 to 12 ms.
        """
        fresh = self.folder / f"{LAYOUT}.new"
        try:
            fresh.write_text(json.dumps(self._layout), "utf-8")
            fresh.replace(self.folder / LAYOUT)
        except OSError as error:
            log.warning("layout_not_kept", extra={"cause": type(error).__name__})


def _read(file: Path) -> dict[str, str]:
    """What is kept of windows; nothing of it where the file is damaged or not there."""
    try:
        told = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in told.items()} if isinstance(told, dict) else {}
