"""The language of the whole program: sentences, dates, Qt's own words, and which way it runs."""

from collections.abc import Sequence

from PySide6.QtCore import QLibraryInfo, QLocale, Qt, QTranslator
from PySide6.QtWidgets import QApplication

from console.desktop.settings import SYSTEM
from console.kernel import tongue
from console.ui.manners import write

_QT = "qtbase"


def speak(app: QApplication, wished: str) -> str:
    """Use a language, or with `system` what the system speaks; the one in use.

    It concerns what is built from now on: whoever shows something builds it anew.
    """
    system = QLocale.system()
    language = spoken(system.uiLanguages()) if wished == SYSTEM else wished
    QLocale.setDefault(write(language, system))
    leftwards = tongue.runs_right_to_left()
    ways = Qt.LayoutDirection
    app.setLayoutDirection(ways.RightToLeft if leftwards else ways.LeftToRight)
    _translate_qt(app, language)
    return language


def spoken(wanted: Sequence[str]) -> str:
    """The first language of these, such as `de-AT`, that there is; English without any."""
    for name in wanted:
        language = name.partition("-")[0].partition("_")[0]
        if language in tongue.LANGUAGES:
            return language
    return tongue.ENGLISH


def _translate_qt(app: QApplication, language: str) -> None:
    """Qt's own words: buttons of its dialogs, menus of its editors."""
    before = app.findChild(QTranslator, _QT)
    if before is not None:
        app.removeTranslator(before)
        before.setParent(None)  # it goes now, and is not found again
    if language == tongue.ENGLISH:
        return
    fresh = QTranslator(app)
    fresh.setObjectName(_QT)
    fresh.load(f"{_QT}_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    app.installTranslator(fresh)
