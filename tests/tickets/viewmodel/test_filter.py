"""A view being put together: step by step, counted as it goes, kept at the end."""

from datetime import timedelta

import pytest

from console.kernel.clock import whole_ms
from console.kernel.errors import Refused
from console.people.viewmodel import Directory
from console.tickets.model import Status, View, ViewName
from console.tickets.records import TICKET, Assign, SetStatus, Snooze
from console.tickets.tables import rows
from console.tickets.viewmodel.filter import Filter, Preview
from console.tickets.viewmodel.views import conditions_of
from console.views.model import MAX_CONDITIONS, MAX_VALUES, Condition, Field, SavedView
from console.views.viewmodel.saved import SavedViews
from tests.parts.console import Console

pytestmark = pytest.mark.anyio


def made_of(filter_: Filter) -> Preview:
    """How many are found, once all bites are counted."""
    filter_.recount()
    while filter_.count_next():
        pass
    return filter_.preview


class Making:
    """A filter of Ana's, and how often it changed."""

    def __init__(self, console: Console, view: SavedView | None = None) -> None:
        self.views = SavedViews(console.local, Directory(console.local))
        self.filter = Filter(console.local, self.views, view or SavedView(name=""))
        self.changed: list[None] = []
        self.filter.changed.connect(self.changed.append)


@pytest.fixture
async def making(console: Console) -> Making:
    return Making(console)


async def test_the_count_follows_each_step(making: Making, console: Console) -> None:
    one, *_ = console.cases("one", "two", "three")
    args = SetStatus(status=Status.PENDING, seen=Status.NEW)
    await console.local.do(TICKET, one.id, args, lane=one.id, about="")
    made = making.filter
    assert made_of(made) == Preview(3, over=False)
    at = made.add(Field.STATUS)
    assert made_of(made).count == 3, "a condition without a value asks for nothing yet"
    made.toggle(at, "pending")
    assert made_of(made).count == 1
    made.turn(at)
    assert made_of(made).count == 2
    made.toggle(at, "new")
    assert made_of(made).count == 0
    made.toggle(at, "new")
    made.remove(at)
    assert (made_of(made).count, len(making.changed)) == (3, 6)


async def test_more_than_is_counted_is_told_so(
    making: Making, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "EXACTLY_COUNTED", 2)
    console.cases("one", "two", "three")
    assert made_of(making.filter) == Preview(2, over=True)


async def test_a_field_of_one_value_has_the_last_chosen(making: Making) -> None:
    at = making.filter.add(Field.AGE)
    for value in ("60", "3600"):
        making.filter.toggle(at, value)
    assert making.filter.view.conditions[at].values == ("3600",)


async def test_limits(making: Making) -> None:
    made = making.filter
    at = made.add(Field.TAG)
    for n in range(MAX_VALUES):
        made.toggle(at, f"t{n}")
    with pytest.raises(Refused):
        made.toggle(at, "one more")
    assert len(made.view.conditions[at].values) == MAX_VALUES
    for _ in range(MAX_CONDITIONS - 1):
        assert made.fields == list(Field)
        made.add(Field.STATUS)
    assert made.fields == []


async def test_it_is_kept_with_a_name_and_a_condition(making: Making) -> None:
    made = making.filter
    with pytest.raises(Refused) as refusal:
        await made.save()
    assert refusal.value.fields == {"conditions": "none"}
    made.toggle(made.add(Field.UNREAD), "some")
    made.add(Field.TAG)
    with pytest.raises(Refused) as refusal:
        await made.save()
    assert list(refusal.value.fields) == ["name"]
    made.name("Unread ones")
    made.icon("eye")
    made.sort("oldest")
    view_id = await made.save(("number", "subject"))
    kept = making.views.get(view_id)
    assert kept is not None
    assert (kept.name, kept.icon, kept.sort) == ("Unread ones", "eye", "oldest")
    assert kept.conditions == (Condition(field="unread", values=("some",)),), "the empty one is not"
    assert kept.columns == ("number", "subject")


async def test_a_kept_view_is_changed_in_its_place(making: Making, console: Console) -> None:
    made = making.filter
    made.toggle(made.add(Field.UNREAD), "some")
    made.name("Unread")
    view_id = await made.save()
    kept = making.views.get(view_id)
    assert kept is not None
    again = Making(console, kept).filter
    assert again.is_kept
    assert again.shown() == View(name=ViewName.FILTER, owner=view_id, conditions=kept.conditions)
    again.turn(0)
    again.keep_for(("team", console.team.id))
    assert await again.save(kept.columns) == view_id
    changed = making.views.get(view_id)
    assert changed is not None
    assert (changed.conditions[0].without, changed.audience) == (True, "team")


@pytest.mark.parametrize("name", [name for name in ViewName if name != ViewName.FILTER])
async def test_what_a_view_shows_can_be_said_in_conditions(
    console: Console, name: ViewName
) -> None:
    tickets = console.cases("one", "two", "three", "four", "five", "six")
    local = console.local
    assert local.reader is not None
    until = whole_ms(console.clock.now()) + timedelta(days=1)
    for ticket, args in zip(
        tickets,
        (
            Assign(assignee_id=console.ana.id),
            SetStatus(status=Status.PENDING, seen=Status.NEW),
            SetStatus(status=Status.HOLD, seen=Status.NEW),
            SetStatus(status=Status.SOLVED, seen=Status.NEW),
            None,
            Snooze(until=until),
        ),
        strict=True,
    ):
        if args is not None:
            await local.do(TICKET, ticket.id, args, lane=ticket.id, about="")
    view = View(name=name, owner=console.team.id)
    said = View(name=ViewName.FILTER, conditions=conditions_of(view))
    now = console.clock.now()
    expected = rows.count(local.reader, view, console.ana.id)
    assert rows.count(local.reader, said, console.ana.id, now=now) == expected > 0
