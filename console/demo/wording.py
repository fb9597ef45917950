"""From stored texts to what somebody really writes: filled in, greeted, quoted, signed."""

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_skeleton
from babel.numbers import format_currency

from console.conversations.model import Channel
from console.demo.dice import Dice, one
from console.demo.texts import Language
from console.kernel.money import Money, exponent

Values = Mapping[str, str]
_OF_PEOPLE = ("name", "full", "last", "agent", "city", "code")
_OF_ORDERS = ("seller", "product", "order", "date", "due", "amount", "carrier", "tracking", "place")
PLACEHOLDERS = frozenset((*_OF_PEOPLE, *_OF_ORDERS))
_CHOICE = re.compile(r"\[([^|\]]*)\|([^\]]*)\]")
_QUOTED_WIDTH = 72


def told(text: str, values: Values, *, woman: bool) -> str:
    """The text with `[he|she]` chosen and `{placeholders}` filled. Raises KeyError for unknown ones."""
    chosen = _CHOICE.sub(r"\2" if woman else r"\1", text)
    return chosen.format_map(values).strip("\n")


def money_text(amount: Money, locale: str) -> str:
    """An amount as people there write it: `64,90 €` for `de_DE`."""
    value = Decimal(amount.minor).scaleb(-exponent(amount.currency))
    return str(format_currency(value, amount.currency, locale=_locale(locale)))


def day_text(at: datetime, locale: str, zone: tzinfo) -> str:
    """A day as people there write it: `12. November` for `de_DE`."""
    return str(format_skeleton("MMMMd", at.astimezone(zone), locale=_locale(locale)))


@lru_cache(maxsize=64)
def _locale(name: str) -> Locale:
    return Locale.parse(name)


@dataclass(frozen=True)
class Voice:
    """Somebody who writes in a language, on a channel, about what `values` tell.

    `locale` names language and country, as in `pt_BR`; a `firm` is no Mr or Ms.
    """

    language: Language
    locale: str
    channel: Channel
    values: Values
    woman: bool
    firm: bool = False

    def say(self, text: str) -> str:
        """The bare text, filled in."""
        return told(text, self.values, woman=self.woman)

    def opening(self, rng: Dice, text: str, *, plain: bool = False) -> str:
        """A first message. `plain` adds nothing that complains."""
        body = self.say(text)
        if self.channel == "chat":
            return _capital(body)
        if not plain and rng.random() < 0.4:
            body = f"{body} {self.say(self._extra(rng))}" if "\n" not in body else body
        greeting = one(rng, self.language.greetings) if rng.random() < 0.85 else ""
        signoff = self.say(one(rng, self.language.signoffs)) if rng.random() < 0.8 else ""
        return self._letter(greeting, body, signoff)

    def long(self, rng: Dice, text: str) -> str:
        """A letter from somebody who tells it from the beginning."""
        texts = self.language
        body = self.say(text)
        return self._letter(one(rng, texts.greetings), body, self.say(one(rng, texts.signoffs)))

    def more(self, rng: Dice, text: str, before: str = "", agent: str = "", day: str = "") -> str:
        """A later message; by e-mail sometimes with the answer of `agent` on `day` quoted below."""
        body = _capital(self.say(text))
        if self.channel != "email":
            return body
        if rng.random() < 0.35:
            body = f"{body}\n\n{self.say(one(rng, self.language.signoffs))}"
        if before and rng.random() < 0.3:
            head = told(self.language.quote, {"agent": agent, "date": day}, woman=self.woman)
            body = f"{body}\n\n{head}\n{quoted(before)}"
        return body

    def answer(self, rng: Dice, text: str, agent: str, *, first: bool = False) -> str:
        """What an agent writes to this person; `first` may thank for having written."""
        values = {**self.values, "agent": agent}
        body = _capital(told(text, values, woman=self.woman))
        if self.channel == "chat":
            return body
        thanked = body.split()[0].strip(",.!।").lower()
        welcome = [text for text in self.language.welcome if first and thanked not in text.lower()]
        greetings = [*self.language.hello, *welcome]
        if self.firm:
            greetings = [text for text in greetings if "[" not in text]
        hello = told(one(rng, greetings), values, woman=self.woman)
        closing = told(one(rng, self.language.closing), values, woman=self.woman)
        return self._letter(hello, body, closing)

    def _extra(self, rng: Dice) -> str:
        known = [extra for extra in self.language.extras if "{order}" not in extra]
        return one(rng, self.language.extras if self.values.get("order") else known)

    def _letter(self, greeting: str, body: str, signoff: str) -> str:
        lower = self.language.lower_after_greeting and greeting.endswith(",")
        start = body[:1].lower() + body[1:] if lower else _capital(body)
        return "\n\n".join(part for part in (greeting, start, signoff) if part)


def quoted(text: str) -> str:
    """The first lines of a message as mail programs quote them."""
    lines = [
        wrapped
        for line in text.splitlines()[:6]
        for wrapped in textwrap.wrap(line, _QUOTED_WIDTH) or [""]
    ]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
