"""Days counted from today, as a filter offers them: to choose, to type, in every language."""

import pytest

from console.fields.model import Content, CustomField, column_of
from console.kernel import tongue
from console.kernel.ids import new_id
from console.people.viewmodel import Directory
from console.tickets.model.days import MOST_DAYS, Days, ago, days_of, lately, soon
from console.tickets.widgets.asking import OFFERED, Custom, days_told
from console.tickets.widgets.conditions import TIMED, Wordings
from console.views.model import Condition
from tests.parts.console import Console

DUE = CustomField(id=new_id(), content=Content(name="Due", type="date"))
CUSTOM = Custom([DUE])


def asked(*values: str, without: bool = False) -> Condition:
    return Condition(field=column_of(DUE.id), values=values, without=without)


def test_days_are_offered_and_typed() -> None:
    search = CUSTOM.search(DUE, asked("@-6..0"))
    offered = search("")
    assert [choice.text for choice in offered] == [
        "last 7 days", "today", "yesterday", "tomorrow", "last 30 days", "next 7 days",
        "next 30 days", "before today", "longer ago than 30 days", "without a value",
    ]  # fmt: skip
    assert [choice.checked for choice in offered] == [True, *[False] * 9]
    typed = {choice.text: choice.value for choice in search("14")[:3]}
    assert typed == {
        "last 14 days": "@-13..0", "next 14 days": "@0..13", "longer ago than 14 days": "@..-15",
    }  # fmt: skip
    assert search("2026-03-05")[0].value == ">=2026-03-05", "a date as before"
    assert [choice.value for choice in search("7 days")] == ["?", "@-6..0", "@0..6"]


def test_how_it_reads() -> None:
    for condition, told in (
        (asked("@0..0"), "is today"),
        (asked("@0..6", without=True), "is not next 7 days"),
        (asked(">=2026-03-05"), "on or after 5 Mar 2026"),
        (asked("@x"), "is @x"),
    ):
        (value,) = condition.values
        said = f"{CUSTOM.how(DUE, condition)} {CUSTOM.value(DUE, value)}"
        assert said == told


@pytest.mark.parametrize(
    ("language", "told"), [("de", "letzte 7 Tage"), ("ar", "\u200fآخر \u200f7 أيام")]
)
def test_every_kind_is_told_in_every_language(language: str, told: str) -> None:
    tongue.use(language)
    try:
        assert days_told(lately(7)).replace("\u2068", "").replace("\u2069", "") == told
        assert len({days_told(days) for days in OFFERED}) == len(OFFERED)
    finally:
        tongue.use("en")


@pytest.mark.anyio
async def test_when_it_was_opened_changed_and_waits_since_is_asked_for_in_days_too(
    console: Console,
) -> None:
    wordings = Wordings(Directory(console.local), lambda: (), CUSTOM)
    for field in TIMED:
        condition = Condition(field=field, values=("@-6..0",))
        search = wordings.search(condition)
        offered = [choice.text for choice in search("")]
        assert offered[:4] == ["today", "yesterday", "last 7 days", "last 30 days"]
        assert "15 min" in offered, "lengths of time as before"
        assert [choice.text for choice in search("") if choice.checked] == ["last 7 days"]
        typed = {choice.text: choice.value for choice in search("14")[:2]}
        assert typed == {"last 14 days": "@-13..0", "longer ago than 14 days": "@..-15"}
        assert [choice.text for choice in search("yest")] == ["yesterday"]


@pytest.mark.anyio
async def test_how_days_of_a_ticket_read(console: Console) -> None:
    wordings = Wordings(Directory(console.local), lambda: (), CUSTOM)
    for field, value, without, told in (
        ("age", "@0..0", False, "Opened is today"),
        ("age", "@..-31", True, "Opened is not longer ago than 30 days"),
        ("age", "900", False, "Opened at least 15 min"),
        ("updated", "@-6..0", False, "Last change is last 7 days"),
        ("waiting", "@-1..-1", False, "Waiting since yesterday"),
        ("waiting", "900", True, "Waiting not for 15 min"),
    ):
        condition = Condition(field=field, values=(value,), without=without)
        words = (wordings.title(field)[0], wordings.how(condition), wordings.values(condition))
        assert " ".join(words) == told


def test_limits() -> None:
    for days in (*OFFERED, soon(MOST_DAYS), lately(MOST_DAYS), ago(MOST_DAYS - 1), Days(3, None)):
        assert days_of(days.value) == days
    for value in ("@", "@..", "@1", f"@0..{MOST_DAYS + 1}", "@2..1", "@0..٣", "0..1"):
        assert days_of(value) is None
