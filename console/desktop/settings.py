"""Local preferences of one profile: theme, window, the view shown last. Nothing of anybody's data."""

from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtGui import QGuiApplication

from console.kernel.tongue import LANGUAGES
from console.ui.theme import ThemeName

Wished = Literal["system", "light", "dark", "contrast"]
SYSTEM = "system"
UNDO_CHOICES_S = (0, 5, 10, 20, 30)
UNDO_S = 10
"""How long a message can be taken back, unless somebody chose."""
WISHED: tuple[Wished, ...] = ("system", "light", "dark", "contrast")


class Settings:
    """Reads and writes the profile's settings file."""

    def __init__(self, folder: Path) -> None:
        self._kept = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)

    @property
    def theme(self) -> Wished:
        """The theme wished for; what the system says unless somebody chose."""
        told = self._kept.value("theme", "system")
        return told if told in WISHED else "system"

    @theme.setter
    def theme(self, wished: Wished) -> None:
        """Wish for a theme; it is kept."""
        self._kept.setValue("theme", wished)

    @property
    def language(self) -> str:
        """The language wished for, of tongue's; `system` for what the system speaks."""
        told = str(self._kept.value("language", SYSTEM))
        return told if told in LANGUAGES else SYSTEM

    @language.setter
    def language(self, wished: str) -> None:
        """Wish for a language; it is kept."""
        self._kept.setValue("language", wished)

    @property
    def undo_s(self) -> int:
        """So many seconds a message can be taken back after it was sent; 0 sends at once."""
        told = self.text("undo_s", str(UNDO_S))
        known = told.isdecimal() and int(told) in UNDO_CHOICES_S
        return int(told) if known else UNDO_S

    @undo_s.setter
    def undo_s(self, seconds: int) -> None:
        """Give oneself so many seconds; it is kept."""
        self.keep_text("undo_s", str(seconds))

    def effective_theme(self) -> ThemeName:
        """The theme to show now."""
        wished = self.theme
        if wished != "system":
            return wished
        dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return "dark" if dark else "light"

    def bytes(self, name: str) -> QByteArray:
        """A window state kept under a name, empty when there is none."""
        told: Any = self._kept.value(name)
        return told if isinstance(told, QByteArray) else QByteArray()

    def keep_bytes(self, name: str, state: QByteArray) -> None:
        """Keep a window state."""
        self._kept.setValue(name, state)

    def text(self, name: str, default: str = "") -> str:
        """A text kept under a name."""
        return str(self._kept.value(name, default))

    def keep_text(self, name: str, text: str) -> None:
        """Keep a text."""
        self._kept.setValue(name, text)
