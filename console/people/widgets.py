"""The customer's card: who writes, from where, since when, and what they mean to the shop."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from console.kernel.tongue import beside, mark, tr, trn
from console.people.model import Party, initials
from console.ui import words
from console.ui.theme import Theme
from console.ui.widgets import Avatar, Card, Elided, Pair, Text, clear

_LANGUAGES = {
    "ar": mark("Arabic"),
    "bg": mark("Bulgarian"),
    "cs": mark("Czech"),
    "da": mark("Danish"),
    "de": mark("German"),
    "el": mark("Greek"),
    "en": mark("English"),
    "es": mark("Spanish"),
    "fa": mark("Persian"),
    "fi": mark("Finnish"),
    "fr": mark("French"),
    "he": mark("Hebrew"),
    "hi": mark("Hindi"),
    "hr": mark("Croatian"),
    "hu": mark("Hungarian"),
    "id": mark("Indonesian"),
    "it": mark("Italian"),
    "ja": mark("Japanese"),
    "ko": mark("Korean"),
    "nb": mark("Norwegian"),
    "nl": mark("Dutch"),
    "no": mark("Norwegian"),
    "pl": mark("Polish"),
    "pt": mark("Portuguese"),
    "ro": mark("Romanian"),
    "ru": mark("Russian"),
    "sk": mark("Slovak"),
    "sl": mark("Slovenian"),
    "sr": mark("Serbian"),
    "sv": mark("Swedish"),
    "th": mark("Thai"),
    "tr": mark("Turkish"),
    "uk": mark("Ukrainian"),
    "vi": mark("Vietnamese"),
    "zh": mark("Chinese"),
}


class CustomerCard(Card):
    """Shows one party, with how many of their cases are open."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(tr("Customer"))
        self._since = Text("", "section")
        self.aside.addWidget(self._since)
        self._avatar = Avatar(theme, 36)
        self._name, self._place = Elided("strong"), Elided("dim")
        self._mail = Elided("faint")
        lines = QVBoxLayout()
        lines.setSpacing(1)
        for line in (self._name, self._place, self._mail):
            lines.addWidget(line)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self._avatar)
        row.addLayout(lines, 1)
        self.body.addLayout(row)
        self._facts = QVBoxLayout()
        self._facts.setSpacing(4)
        self.body.addLayout(self._facts)

    def show_party(self, party: Party | None, open_cases: int, now: datetime) -> None:
        """Show this party as of `now`; None while the cache does not have them yet."""
        self.setVisible(party is not None)
        if party is None:
            return
        self.heading.setText(tr("SELLER") if party.side == "seller" else tr("CUSTOMER"))
        self._since.setText(tr("SINCE {year}").format(year=party.since.year) if party.since else "")
        self._avatar.show_name(party.name, initials(party.name))
        self._name.setText(party.name)
        _show(self._place, place_and_time(party, now))
        _show(self._mail, party.email)
        clear(self._facts)
        if party.orders or party.spent:
            spent = words.money(party.spent) if party.spent else ""
            orders = beside((words.count(party.orders), spent))
            self._facts.addWidget(Pair(tr("Orders"), orders))
        tickets = trn("{count} ticket", "{count} tickets", open_cases)
        cases = tickets.format(count=words.count(open_cases))
        self._facts.addWidget(Pair(tr("Open cases"), cases))


def _show(line: Elided, text: str) -> None:
    line.setText(text)
    line.setVisible(bool(text))


def place_and_time(party: Party, now: datetime) -> str:
    """City, language and the time where they are: `Hamburg · German · 15:08 there`."""
    parts = [party.city or party.country]
    parts.append(tr(_LANGUAGES.get(party.language.partition("-")[0].lower(), "")))
    if party.zone:
        try:
            time = words.clock(now, ZoneInfo(party.zone))
            parts.append(tr("{time} there").format(time=time))
        except (ZoneInfoNotFoundError, ValueError):
            parts.append("")
    return beside(parts)
