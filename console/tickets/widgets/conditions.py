"""Conditions in words: what can be asked of a ticket, and which values there are to choose."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from console.kernel.tongue import mark, tr
from console.people.viewmodel import Directory
from console.tickets.model import (
    DUE_SOON,
    ME,
    NOBODY,
    OVERDUE,
    SOME,
    UNSEEN,
    UNTAGGED,
    Priority,
    Status,
)
from console.tickets.model.days import RELATIVE, TODAY, YESTERDAY, ago, days_of, lately
from console.tickets.tables.rows import SNOOZED
from console.tickets.widgets.asking import ICON, Custom, days_told, days_typed
from console.tickets.widgets.row import CHANNEL_ICONS, PRIORITY_WORDS, STATUS_WORDS
from console.tickets.widgets.signs import CHANNEL_WORDS, PRIORITY_ICONS, STATUS_ICONS
from console.ui import words
from console.ui.picker import Choice, Search, containing
from console.views.model import Condition, Field

FIELD_WORDS: Mapping[str, tuple[str, str]] = {
    Field.STATUS: (mark("Status"), "circle-half"),
    Field.PRIORITY: (mark("Priority"), "flag"),
    Field.TEAM: (mark("Team"), "users"),
    Field.ASSIGNEE: (mark("Assignee"), "user"),
    Field.TAG: (mark("Tags"), "tag"),
    Field.SIDE: (mark("Requester"), "storefront"),
    Field.CHANNEL: (mark("Channel"), "envelope-simple"),
    Field.AGE: (mark("Opened"), "calendar-blank"),
    Field.UPDATED: (mark("Last change"), "clock-clockwise"),
    Field.WAITING: (mark("Waiting"), "clock"),
    Field.UNREAD: (mark("Unread"), "eye"),
    Field.DUE: (mark("Answer"), "warning-circle"),
    Field.MENTIONS: (mark("Notes"), "at"),
}
_IS = (mark("is"), mark("is not"))
_LEAST = (mark("at least"), mark("less than"))
_SINCE = (mark("since"), mark("not since"))
_HOW: Mapping[str, tuple[str, str]] = {
    Field.TAG: (mark("any of"), mark("none of")),
    Field.AGE: _LEAST,
    Field.UPDATED: _LEAST,
    Field.WAITING: (mark("at least"), mark("not for")),
    Field.UNREAD: (mark("has"), mark("has no")),
    Field.MENTIONS: (mark("mention"), mark("do not mention")),
}
SIDE_WORDS = {"buyer": mark("Buyer"), "seller": mark("Seller")}
_SIDE_ICONS = {"buyer": "user", "seller": "storefront"}
DUE_WORDS = {DUE_SOON: mark("due soon or overdue"), OVERDUE: mark("overdue")}
SPANS = tuple(timedelta(minutes=15) * n for n in (1, 4, 16, 32, 96, 192, 288, 672, 1344, 2880))
"""Lengths of time to choose from: 15 minutes, then hours, then up to 30 days."""
TIMED = (Field.AGE, Field.UPDATED, Field.WAITING)
OFFERED = (TODAY, YESTERDAY, lately(7), lately(30), ago(7), ago(30), ago(90))
"""Days to choose from, before any are typed."""


class Wordings:
    """Says conditions in words and offers values; `tags` are those in use."""

    def __init__(
        self, directory: Directory, tags: Callable[[], Sequence[str]], custom: Custom
    ) -> None:
        self._directory, self._tags, self._custom = directory, tags, custom

    def title(self, name: str) -> tuple[str, str]:
        """What a field is called, and its icon."""
        field = self._custom.field(name)
        if field is not None:
            return field.content.name, ICON
        known = FIELD_WORDS.get(name)
        return (tr(known[0]), known[1]) if known else (tr("Unknown field"), "question")

    def how(self, condition: Condition) -> str:
        """How the condition takes its values."""
        field = self._custom.field(condition.field)
        if field is not None:
            return self._custom.how(field, condition)
        said = _HOW.get(condition.field, _IS)
        if _days(condition):
            said = _SINCE if condition.field == Field.WAITING else _IS
        return tr(said[condition.without])

    def values(self, condition: Condition) -> str:
        """The condition's values, one after another; what to do when there are none."""
        told = [self._value(condition.field, value) for value in condition.values]
        return words.several(told) or tr("Choose…")

    def search(self, condition: Condition) -> Search:
        """What can be chosen, or typed; the values that the condition has are checked."""
        field = self._custom.field(condition.field)
        if field is not None:
            return self._custom.search(field, condition)
        offered = containing(self.choices(condition))
        if condition.field not in TIMED:
            return offered

        def search(typed: str) -> Sequence[Choice]:
            days = days_typed(typed.strip(), lately, ago)
            meant = [Choice(each.value, days_told(each), "plus") for each in days]
            return [*meant, *offered(typed)]

        return search

    def choices(self, condition: Condition) -> list[Choice]:
        """What can be chosen of a built-in field; the values that it has are checked."""
        known = self._known(condition.field)
        values = {choice.value for choice in known}
        # What it has and nobody offers any more, such as a tag that is out of use, can be dropped.
        known += [
            Choice(value, self._value(condition.field, value))
            for value in condition.values
            if value not in values
        ]
        return [
            Choice(c.value, c.text, c.icon, c.aside, c.value in condition.values, c.color)
            for c in known
        ]

    def _known(self, field: str) -> list[Choice]:
        offered: Mapping[str, Callable[[], list[Choice]]] = {
            Field.STATUS: lambda: [
                *(self._choice(field, s, *STATUS_ICONS[s]) for s in Status),
                self._choice(field, SNOOZED, "moon", "accent"),
            ],
            Field.PRIORITY: lambda: [
                self._choice(field, p, *PRIORITY_ICONS[p]) for p in reversed(Priority)
            ],
            Field.TEAM: self._teams,
            Field.ASSIGNEE: lambda: self._people(field, ME, NOBODY),
            Field.MENTIONS: lambda: self._people(field, ME, UNSEEN),
            Field.TAG: self._used_tags,
            Field.CHANNEL: lambda: [
                self._choice(field, c, CHANNEL_ICONS[c]) for c in CHANNEL_WORDS
            ],
            Field.SIDE: lambda: [self._choice(field, s, _SIDE_ICONS[s]) for s in SIDE_WORDS],
            **dict.fromkeys(TIMED, lambda: self._times(field)),
            Field.UNREAD: lambda: [self._choice(field, SOME, "eye")],
            Field.DUE: lambda: [self._choice(field, v, "warning-circle") for v in DUE_WORDS],
        }
        return offered[field]() if field in offered else []

    def _teams(self) -> list[Choice]:
        teams = sorted(self._directory.teams.values(), key=lambda team: team.name)
        found = [Choice(str(team.id), team.name, "users") for team in teams]
        return [*found, self._choice(Field.TEAM, NOBODY, "user-minus")]

    def _people(self, field: str, *words: str) -> list[Choice]:
        icon = {ME: "user", NOBODY: "user-minus", UNSEEN: "at"}
        first = [self._choice(field, word, icon[word]) for word in words]
        others = [c for c in self._directory.colleagues if c != self._directory.me]
        return [*first, *(Choice(str(c.id), c.name, "user") for c in others)]

    def _used_tags(self) -> list[Choice]:
        found = [Choice(tag, tag, "tag") for tag in self._tags()]
        return [*found, self._choice(Field.TAG, UNTAGGED, "x")]

    def _times(self, field: str) -> list[Choice]:
        days = [self._choice(field, each.value, "calendar-blank") for each in OFFERED]
        seconds = [str(int(span.total_seconds())) for span in SPANS]
        return [*days, *(self._choice(field, value, "clock") for value in seconds)]

    def _choice(self, field: str, value: str, icon: str, color: str = "dim") -> Choice:
        return Choice(value, self._value(field, value), icon, color=color)

    def _value(self, field: str, value: str) -> str:
        if (custom := self._custom.field(field)) is not None:
            return self._custom.value(custom, value)
        fixed: Mapping[str, Mapping[str, str]] = {
            Field.STATUS: {
                **{s.value: text for s, text in STATUS_WORDS.items()},
                SNOOZED: mark("Snoozed"),
            },
            Field.PRIORITY: {p.value: text for p, text in PRIORITY_WORDS.items()},
            Field.TEAM: {NOBODY: mark("No team")},
            Field.ASSIGNEE: {ME: mark("Me"), NOBODY: mark("Nobody")},
            Field.MENTIONS: {ME: mark("Me"), UNSEEN: mark("Me, not seen yet")},
            Field.TAG: {UNTAGGED: mark("Without tags")},
            Field.SIDE: SIDE_WORDS,
            Field.CHANNEL: CHANNEL_WORDS,
            Field.UNREAD: {SOME: mark("unread messages")},
            Field.DUE: DUE_WORDS,
        }
        known = fixed.get(field, {}).get(value)
        if known is not None:
            return tr(known)
        if field in TIMED and value.isdecimal():
            return words.span(timedelta(seconds=int(value)))
        if field in TIMED and (days := days_of(value)):
            return days_told(days)
        return self._named(field, value)

    def _named(self, field: str, value: str) -> str:
        """The name behind an id; a dash for somebody who is gone; anything else as it is."""
        if field not in (Field.TEAM, Field.ASSIGNEE, Field.MENTIONS):
            return value
        try:
            wanted = UUID(value)
        except ValueError:
            return "–"
        if field == Field.TEAM:
            return self._directory.team_name(wanted) or "–"
        return self._directory.name(wanted) or "–"


def _days(condition: Condition) -> bool:
    """Whether a condition names days counted from today."""
    return any(value.startswith(RELATIVE) for value in condition.values)
