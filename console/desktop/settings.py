"""Local preferences of one profile: theme, keys, windows, what is told. Nothing of anybody's data."""

from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtGui import QGuiApplication

from console.kernel.signal import Signal
from console.ui.theme import ThemeName

Wished = Literal["system", "light", "dark", "contrast"]
WISHED: tuple[Wished, ...] = ("system", "light", "dark", "contrast")
FILE = "settings.ini"


class Settings:
    """Reads and writes the profile's settings file; `changed` names what is not as it was.

    What belongs to one window (its place, its columns, its view) stands under the window's name.
    """

    def __init__(self, folder: Path) -> None:
        self.changed: Signal[str] = Signal()
        self.folder = folder
        self._kept = QSettings(str(folder / FILE), QSettings.Format.IniFormat)
        self._place = ""

    def of_window(self, name: str) -> "Settings":
        """The same settings, but for what belongs to the window of that name (empty: the first)."""
        made = object.__new__(Settings)
        made.changed, made.folder, made._kept = self.changed, self.folder, self._kept
        made._place = f"windows/{name}/" if name else ""
        return made

    @property
    def theme(self) -> Wished:
        """The theme wished for; what the system says unless somebody chose."""
        told = self.choice("theme", "system")
        return told if told in WISHED else "system"

    @theme.setter
    def theme(self, wished: Wished) -> None:
        """Wish for a theme; it is kept."""
        self.keep_choice("theme", wished)

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

    # -- what belongs to a window

    def bytes(self, name: str) -> QByteArray:
        """A window state kept under a name, empty when there is none."""
        told: Any = self._kept.value(self._place + name)
        return told if isinstance(told, QByteArray) else QByteArray()

    def keep_bytes(self, name: str, state: QByteArray) -> None:
        """Keep a window state."""
        self._kept.setValue(self._place + name, state)

    def text(self, name: str, default: str = "") -> str:
        """A text kept under a name."""
        return str(self._kept.value(self._place + name, default))

    def keep_text(self, name: str, text: str) -> None:
        """Keep a text."""
        self._kept.setValue(self._place + name, text)

    def sync(self) -> None:
        """Write to the disk what is kept, so that it outlives a crash."""
        self._kept.sync()

    def forget_window(self) -> None:
        """Forget what belongs to this window, which is closed for good."""
        assert self._place, "the first window's place is kept"
        self._kept.remove(self._place.rstrip("/"))
