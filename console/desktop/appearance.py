"""What is set about looks, brought to the screen: theme, rows, motion, and the size of everything."""

import os

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QStyle

from console.desktop import preferences
from console.desktop.settings import Settings
from console.ui.theme import Theme

SCALE_VARIABLE = "QT_SCALE_FACTOR"
SHOWN_VARIABLE = "PARLEY_SCALE"
"""The size this process was started with, in percent, so that the settings know what is shown."""


class Appearance:
    """Follows the settings and the system, for as long as somebody keeps it."""

    def __init__(self, settings: Settings, theme: Theme) -> None:
        self._settings, self._theme = settings, theme
        settings.changed.connect(self._heard)
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._system_changed)
        hints.accessibility().contrastPreferenceChanged.connect(self._system_changed)

    @property
    def scale_waits(self) -> bool:
        """Whether another size was chosen than the one that this process shows."""
        return preferences.SCALE.of(self._settings) != os.environ.get(SHOWN_VARIABLE, "100")

    def _heard(self, name: str) -> None:
        if name in ("theme", preferences.DENSITY.name, preferences.MOTION.name):
            self.apply()

    def _system_changed(self, _: object) -> None:
        self.apply()

    def apply(self) -> None:
        """Show what is set."""
        settings, theme = self._settings, self._theme
        theme.use(settings.effective_theme())
        compact = preferences.DENSITY.of(settings) == "compact"
        theme.arrange("compact" if compact else "comfortable")
        theme.quieten(still=preferences.MOTION.of(settings) == "still" or not system_moves())


def system_moves() -> bool:
    """Whether the system animates anything; where it says nothing, it does."""
    told = QApplication.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration)
    return told > 0


def scale_up(settings: Settings) -> dict[str, str]:
    """Have Qt show everything as large as is set; what the environment said of it before.

    Qt reads it once, when the application is made.
    """
    before = {name: os.environ.get(name, "") for name in (SCALE_VARIABLE, SHOWN_VARIABLE)}
    share = preferences.SCALE.of(settings)
    try:
        asked = float(before[SCALE_VARIABLE] or 1)
    except ValueError:
        asked = 1.0
    os.environ[SHOWN_VARIABLE] = share
    if share != "100":
        os.environ[SCALE_VARIABLE] = f"{asked * int(share) / 100:g}"
    return before
