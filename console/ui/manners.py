"""How a language is written on this system, as Qt knows its locales."""

from PySide6.QtCore import QLocale

from console.kernel import tongue
from console.ui import words
from console.ui.words import Manner

# Where the system speaks another language. These write days before months and figures as 0 to 9.
USUAL = {"en": "en_GB", "de": "de_DE", "ar": "ar_AE"}


def write(language: str, system: QLocale) -> QLocale:
    """Speak and write as a language does on a system from now on; the locale that it is."""
    locale = QLocale(USUAL[language])
    if system.language() == locale.language() and system.zeroDigit() == "0":
        locale = system
    words.use(_manner(locale, language, system))
    tongue.use(language, locale.groupSeparator())
    return locale


def _manner(locale: QLocale, language: str, system: QLocale) -> Manner:
    """As the system writes it if it speaks the language, and by the system's clock."""
    brief, long = QLocale.FormatType.ShortFormat, QLocale.FormatType.LongFormat
    shape = locale.dateFormat(long)
    halves = (locale.amText(), locale.pmText())
    return Manner(
        money=locale.name() if locale is system else language,
        months=tuple(locale.monthName(n, long) for n in range(1, 13)),
        brief_months=tuple(locale.monthName(n, brief) for n in range(1, 13)),
        weekdays=tuple(locale.dayName(n, long) for n in range(1, 8)),
        brief_weekdays=tuple(locale.dayName(n, brief) for n in range(1, 8)),
        month_first=shape.find("MMM") < shape.replace("dddd", "....").find("d"),
        decimal=locale.decimalPoint(),
        halves=halves if "a" in system.timeFormat(brief).lower() else None,
    )
