"""Writing custom fields: saved at once, refused with a reason, put in their order."""

from typing import Any

import pytest

from console.fields.model import MAX_FIELDS, MAX_KEPT, Content, CustomField, Option
from console.fields.records import FIELD
from console.fields.viewmodel.editing import Editing
from console.fields.viewmodel.shelf import Fields
from console.kernel.ids import new_id
from console.people.server.scopes import org_scopes
from console.people.viewmodel import Directory
from console.sync.records import Accepted, Rejected
from tests.fields.viewmodel.test_previews import lead
from tests.parts.console import Console

pytestmark = pytest.mark.anyio


class Desk:
    """Somebody who leads, writing fields at a console."""

    def __init__(self, console: Console, *, leads: bool = True) -> None:
        if leads:
            lead(console)
        self.console = console
        self.fields = Fields(console.local)
        self.editing = Editing(console.local, Directory(console.local), self.fields)

    async def write(self, **content: Any) -> None:
        """A new field, saved."""
        self.editing.new()
        self.editing.change(Content(**content))
        assert await self.editing.save(), self.editing.problem

    def names(self) -> list[str]:
        return [field.content.name for field in self.fields.all]

    def fill(self, count: int, *, active: bool = True) -> None:
        """So many fields that are there."""
        made = [
            CustomField(
                id=new_id(), content=Content(name=f"n{n}{active}", active=active), position=n
            )
            for n in range(count)
        ]
        self.console.office.write(lambda tx: [tx.record(FIELD, f, org_scopes()) for f in made])
        self.console.pull()


async def test_a_field_is_there_at_once_and_after_a_restart(console: Console) -> None:
    desk = Desk(console)
    await desk.write(name="Reason", type="choice", options=(Option("Late"), Option("Lost")))
    await desk.write(name="Sum", type="number")
    assert desk.names() == ["Reason", "Sum"]
    await console.reopen()
    desk = Desk(console)
    assert desk.names() == ["Reason", "Sum"]
    assert [type(o) for o in await console.push()] == [Accepted, Accepted]
    assert desk.names() == ["Reason", "Sum"]


async def test_what_is_typed_stays_with_its_field_until_it_is_saved(console: Console) -> None:
    desk = Desk(console)
    editing = desk.editing
    await desk.write(name="One")
    one = editing.chosen
    await desk.write(name="Two")
    editing.change(Content(name="Two and more"))
    editing.choose(one)
    assert (editing.unsaved, editing.is_new) == (False, False)
    editing.choose(desk.fields.all[1].id)
    assert editing.unsaved
    editing.revert()
    assert editing.content == Content(name="Two")
    editing.new()
    assert (editing.is_new, len(editing.fields)) == (True, 3)
    editing.revert()
    assert (editing.content, len(editing.fields)) == (None, 2)


async def test_what_cannot_be_saved_says_why_and_stays(console: Console) -> None:
    desk = Desk(console)
    editing = desk.editing
    await desk.write(name="Reason")
    editing.new()
    for content, problem in (
        (Content(name=" "), "Give the field a name of at most 40 characters."),
        (
            Content(name="x", type="choice"),
            "Give 1 to 60 options, each another, of at most 60 characters. A field ever has 200.",
        ),
        (Content(name="REASON"), "A field of that name is in use already: choose another name."),
    ):
        editing.change(content)
        assert await editing.save() == ""
        assert editing.problem == problem
        assert editing.content == content
    editing.change(Content(name="REASON", active=False))
    assert editing.problem == ""
    assert await editing.save() == "Field “REASON” saved"


async def test_no_more_than_there_may_be(console: Console) -> None:
    desk = Desk(console)
    desk.fill(MAX_FIELDS)
    desk.editing.new()
    desk.editing.change(Content(name="more"))
    assert await desk.editing.save() == ""
    assert desk.editing.problem == "40 fields are in use already: put one out of use first."
    desk.fill(MAX_KEPT - MAX_FIELDS, active=False)
    desk.editing.change(Content(name="more", active=False))
    assert await desk.editing.save() == ""
    assert desk.editing.problem == "There are 200 fields, used and unused: there can be no more."


async def test_fields_change_places(console: Console) -> None:
    desk = Desk(console)
    for name in ("One", "Two", "Three"):
        await desk.write(name=name)
    await desk.editing.move(-1)
    assert desk.names() == ["One", "Three", "Two"]
    await desk.editing.move(-1)
    await desk.editing.move(-1)
    assert desk.names() == ["Three", "One", "Two"]
    await desk.editing.move(1)
    assert desk.names() == ["One", "Three", "Two"]
    assert not [o for o in await console.push() if isinstance(o, Rejected)]
    assert desk.names() == ["One", "Three", "Two"]


async def test_only_those_who_lead_may(console: Console) -> None:
    desk = Desk(console, leads=False)
    desk.fill(2)
    assert not desk.editing.writable
    desk.editing.choose(desk.fields.all[1].id)
    await desk.editing.move(-1)
    assert desk.names() == ["n0True", "n1True"]
    lead(console)
    assert desk.editing.writable
