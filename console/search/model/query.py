"""The language of the search line: words, "phrases", what to leave out, and operators.

`parse` never raises: what cannot be understood becomes a problem that says what to do, and the
rest of the line is searched for all the same, since somebody is still typing it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from console.kernel.tongue import mark
from console.search.model.saved import MAX_QUERY_CHARS
from console.search.model.words import PREFIX_CHARS, Term, tokens

MAX_TERMS = 24
"""More words than anybody types; what is pasted is cut here, and told."""

Key = Literal[
    "from", "to", "order", "is", "tag", "team", "assignee", "mentions", "before", "after", "has",
    "field",
]  # fmt: skip
KEYS: tuple[Key, ...] = (
    "from", "to", "order", "is", "tag", "team", "assignee", "mentions", "before", "after", "has",
    "field",
)  # fmt: skip
STATES = (
    "new", "open", "pending", "hold", "solved", "closed", "unread", "mine", "unassigned",
    "waiting", "note",
)  # fmt: skip
"""What `is:` knows: a ticket's status, what it is to us, or `note`, a message among staff."""
EXAMPLES: Mapping[Key, str] = {
    "from": "from:lena",
    "to": "to:marta",
    "order": "order:303-9182736",
    "is": "is:open",
    "tag": "tag:refund",
    "team": "team:europe",
    "assignee": "assignee:me",
    "mentions": "mentions:me",
    "before": "before:2026-03-31",
    "after": "after:yesterday",
    "has": "has:attachment",
    "field": 'field:"order size"=xl',
}
PHRASE = mark('"never arrived"')
"""An example of words that stand one behind the other."""
_FILES = ("attachment", "attachments", "file", "files")
_DAYS = {"today": 0, "yesterday": 1}
_ALIKE = 0.75

NEEDS_VALUE = mark("{key}: needs something behind it, such as {example}.")
NO_OPERATOR = mark("{key}: is no operator. Did you mean {meant}:?")
NO_STATE = mark("is:{value} is not known. There are {known}.")
NO_DATE = mark(
    "{key}:{value} is no date. Write a day (2026-03-31), a month (2026-03), a year (2026), today,"
    " yesterday, or days ago (7d)."
)
NO_HAS = mark("has:{value} is not known. There is has:attachment.")
ONLY_WITHOUT = mark("Add something to look for: -{value} alone only says what to leave out.")
TOO_LONG = mark("Only the first {count} words are searched for.")
NO_END = mark("The quotation mark is not closed: all up to the end is one phrase.")


Sign = Literal["=", ">", ">=", "<", "<="]


@dataclass(frozen=True)
class Wanted:
    """What is asked of a custom field's value, in lower case.

    `span` is the first day that it names and the day after its last, None when it names none.
    """

    sign: Sign
    value: str
    span: tuple[date, date] | None = None


@dataclass(frozen=True)
class Filter:
    """An operator with its value in lower case; `at` is the moment that `before` and `after` mean.

    Of `field` the value is the custom field's name, and `wanted` its own: None for any.
    """

    key: Key
    value: str
    without: bool = False
    at: datetime | None = None
    wanted: Wanted | None = None


@dataclass(frozen=True)
class Problem:
    """What of the line is not understood and what to do: a sentence with `{names}` and their values."""

    sentence: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Query:
    """A search line, understood. All terms and filters must hold, none of `without`."""

    terms: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()
    filters: tuple[Filter, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to search for."""
        return not self.terms and not self.filters


_PART = re.compile(
    r'(-?)(?:field:((?:"[^"]*"?|[^"\s])*)|(?:([^\W\d_]+):)?(?:"([^"]*)("?)|(\S*)))',
    re.UNICODE | re.IGNORECASE,
)
_FIELD = re.compile(r'("[^"]*"?|[^"=<>:]*)(>=|<=|[=<>:])?(.*)')
_SIGNS: Mapping[str, Sign] = {"=": "=", ":": "=", ">": ">", ">=": ">=", "<": "<", "<=": "<="}


class _Parsing:
    """A query as it is put together, part by part."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self.terms: list[Term] = []
        self.without: list[Term] = []
        self.filters: list[Filter] = []
        self.problems: list[Problem] = []

    def part(self, found: re.Match[str], *, last: bool) -> None:
        minus, asked, key, phrase, closed, plain = found.groups()
        if asked is not None:
            self._fielded(asked, without=bool(minus))
            return
        quoted = phrase is not None
        value = phrase if quoted else plain
        if quoted and not closed:
            self._problem(NO_END)
        without = bool(minus)
        named = (key or "").lower()
        if named in KEYS:
            self._filter(_key(named), value.strip(), without=without)
            return
        if key and not value.startswith("//") and self._hint(named):
            return
        text = f"{key}:{value}" if key else value
        # Typed last and not ended: the word may only be begun.
        self._words(text, without=without, begun=last and not closed and not without)

    def _words(self, text: str, *, without: bool, begun: bool) -> None:
        words = tuple(token.text for token in tokens(text))
        if not words:
            return
        long = len(words[-1]) >= PREFIX_CHARS
        alone = not any(letter.isalnum() and not letter.isascii() for letter in words[-1][:1])
        ended = bool(text) and not text[-1].isalnum() and alone
        term = Term(words, begun and long and not ended)
        (self.without if without else self.terms).append(term)

    def _hint(self, key: str) -> bool:
        """Whether something is nearly an operator, which is told."""
        from difflib import get_close_matches  # only for what was mistyped

        meant = get_close_matches(key, KEYS, n=1, cutoff=_ALIKE)
        if meant:
            self._problem(NO_OPERATOR, key=key, meant=meant[0])
        return bool(meant)

    def _filter(self, key: Key, value: str, *, without: bool) -> None:
        value = value.lower()
        if not value:
            self._problem(NEEDS_VALUE, key=key, example=EXAMPLES[key])
        elif key == "is" and value not in STATES:
            self._problem(NO_STATE, value=value, known=", ".join(STATES))
        elif key == "has" and value not in _FILES:
            self._problem(NO_HAS, value=value)
        elif key in ("before", "after"):
            self._dated(key, value, without=without)
        else:
            told = value.removeprefix("#") if key in ("order", "tag") else value
            self.filters.append(Filter(key, "attachment" if key == "has" else told, without))

    def _fielded(self, asked: str, *, without: bool) -> None:
        """A custom field's name and, behind a sign, its value; each may stand in quotation marks."""
        if asked.count('"') == 2 and asked[0] == asked[-1] == '"':
            asked = asked.strip('"')  # all of it stands in them
        found = _FIELD.fullmatch(asked.lower())
        name, sign, value = found.groups() if found else ("", None, "")
        name, value = (" ".join(part.replace('"', " ").split()) for part in (name, value))
        if not name or (sign and not value):
            self._problem(NEEDS_VALUE, key="field", example=EXAMPLES["field"])
        if name:
            span = _span(value, self._now.date())
            wanted = Wanted(_SIGNS[sign], value, span) if sign and value else None
            self.filters.append(Filter("field", name, without, wanted=wanted))

    def _dated(self, key: Key, value: str, *, without: bool) -> None:
        span = _span(value, self._now.date())
        if span is None:
            self._problem(NO_DATE, key=key, value=value)
            return
        day = span[0] if key == "before" else span[1]
        at = datetime.combine(day, time(), self._now.tzinfo)
        self.filters.append(Filter(key, value, without, at))

    def _problem(self, sentence: str, **values: str) -> None:
        self.problems.append(Problem(sentence, values))

    def query(self) -> Query:
        if len(self.terms) + len(self.without) > MAX_TERMS:
            self._problem(TOO_LONG, count=str(MAX_TERMS))
            self.terms = self.terms[:MAX_TERMS]
            self.without = self.without[: MAX_TERMS - len(self.terms)]
        if self.without and not self.terms and not self.filters:
            self._problem(ONLY_WITHOUT, value=" ".join(self.without[0].words))
        return Query(
            tuple(self.terms), tuple(self.without), tuple(self.filters), tuple(self.problems)
        )


def parse(text: str, now: datetime) -> Query:
    """What a search line means; `now` is the reader's own time, with its zone.

    A part begun with `-` is left out. The last word stands for all that begin so, until a space or
    a quotation mark ends it.
    """
    parsing = _Parsing(now)
    text = text[:MAX_QUERY_CHARS]
    parts = [found for found in _PART.finditer(text) if found.group().strip()]
    for found in parts:
        parsing.part(found, last=found is parts[-1] and found.end() == len(text))
    return parsing.query()


def _key(named: str) -> Key:
    return next(key for key in KEYS if key == named)


def _span(value: str, today: date) -> tuple[date, date] | None:
    """The first day of what is named and the day after its last, None for what names no time."""
    try:
        if (ago := _days_ago(value)) is not None:
            day = today - timedelta(days=ago)
            return day, day + timedelta(days=1)
        found = re.fullmatch(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", value)
        if found is None:
            return None
        year, month, day_of = (int(part) if part else 0 for part in found.groups())
        first = date(year, month or 1, day_of or 1)
        if day_of:
            return first, first + timedelta(days=1)
        return first, date(year + 1, 1, 1) if month in (0, 12) else date(year, month + 1, 1)
    except (ValueError, OverflowError):
        return None


def _days_ago(value: str) -> int | None:
    found = re.fullmatch(r"(\d{1,4})d", value)
    return int(found[1]) if found else _DAYS.get(value)
