"""Writing macros: shown at once, kept over a restart, refused with a reason, found again."""

from typing import Any

import pytest
from msgspec import structs

from console.kernel.codec import NIL
from console.kernel.ids import new_id
from console.macros.model import Content
from console.macros.records import ChangeMacro, CreateMacro
from console.macros.viewmodel.editing import Editing
from console.macros.viewmodel.shelf import Shelf
from console.people.viewmodel import Directory
from console.sync.records import Accepted, Rejected
from tests.parts.acts import act
from tests.parts.console import Console

pytestmark = pytest.mark.anyio


class Desk:
    """Somebody writing macros at a console."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.directory = Directory(console.local)
        self.shelf = Shelf(console.local)
        self.editing = Editing(console.local, self.directory, self.shelf)

    async def write(self, **content: Any) -> None:
        """A new macro, saved."""
        self.editing.new()
        self.editing.change(Content(**content))
        assert await self.editing.save() is not None, self.editing.problem

    def names(self) -> list[str]:
        return [macro.content.name for macro in self.shelf.macros]


@pytest.fixture
async def desk(console: Console) -> Desk:
    return Desk(console)


async def test_a_macro_is_there_before_the_server_knows_and_after_a_restart(desk: Desk) -> None:
    await desk.write(name="Late parcel", text="Sorry")
    assert desk.names() == ["Late parcel"]
    await desk.console.reopen()
    desk = Desk(desk.console)
    assert desk.names() == ["Late parcel"]
    assert [type(o) for o in await desk.console.push()] == [Accepted]
    assert desk.names() == ["Late parcel"]
    assert desk.console.local.entries == {}


async def test_what_is_typed_stays_with_its_macro_until_it_is_saved(desk: Desk) -> None:
    await desk.write(name="One", text="1")
    one = desk.editing.chosen
    await desk.write(name="Two", text="2")
    desk.editing.change(Content(name="Two", text="2 and more"))
    desk.editing.choose(one)
    assert not desk.editing.unsaved
    desk.editing.choose(next(m.id for m in desk.shelf.macros if m.id != one))
    assert desk.editing.content == Content(name="Two", text="2 and more")
    assert desk.editing.unsaved
    desk.editing.revert()
    assert desk.editing.content == Content(name="Two", text="2")


async def test_what_cannot_be_saved_says_why_and_stays(desk: Desk) -> None:
    desk.editing.new()
    desk.editing.change(Content(name="", text="Dear {customer.first}"))
    assert await desk.editing.save() is None
    assert desk.editing.problem == "Give the macro a name of at most 80 characters."
    desk.editing.change(Content(name="x", text="Dear {customer.nose}"))
    assert desk.editing.problem == ""
    assert await desk.editing.save() is None
    assert desk.editing.problem == "Nothing is called {customer.nose}: choose one with “Insert”."
    assert desk.console.local.entries == {}


async def test_a_deleted_macro_goes_at_once_and_comes_back_with_undo(desk: Desk) -> None:
    await desk.write(name="Late parcel", text="Sorry")
    await desk.console.push()
    done = await desk.editing.delete()
    assert desk.names() == []
    assert desk.editing.chosen == NIL
    assert [type(o) for o in await desk.console.push()] == [Accepted]
    assert done is not None
    assert done.undo is not None
    await done.undo()
    assert desk.names() == ["Late parcel"]
    assert [type(o) for o in await desk.console.push()] == [Accepted]


async def test_a_conflict_is_said_and_can_be_done_anyway(desk: Desk) -> None:
    team = desk.console.team
    shared = Content(name="Ours", text="x", sharing="team", team_id=team.id)
    desk.editing.new()
    desk.editing.change(shared)
    await desk.editing.save()
    await desk.console.push()
    macro = desk.shelf.macros[0]
    other = structs.replace(macro.content, text="Ben's")

    ben = desk.console.actor(desk.console.ben)
    rev = desk.console.office.head()
    change = act(macro.id, ChangeMacro(content=other), base_rev=rev)
    assert isinstance(desk.console.office.run(ben, change), Accepted)
    desk.editing.change(structs.replace(shared, text="Ana's"))
    await desk.editing.save()
    outcomes = await desk.console.push()
    assert [o.code for o in outcomes if isinstance(o, Rejected)] == ["macro_changed"]
    assert desk.shelf.macros[0].content.text == "Ben's"
    (entry,) = desk.console.local.entries.values()
    await desk.console.local.retry(entry)
    assert [type(o) for o in await desk.console.push()] == [Accepted]
    assert desk.shelf.macros[0].content.text == "Ana's"


async def test_an_agent_shares_with_their_teams_a_supervisor_with_everybody(desk: Desk) -> None:
    told = [(sharing, words) for sharing, _, words in desk.editing.sharings()]
    assert told == [("personal", "Only me"), ("team", "Team Europe")]


async def test_macros_are_found_by_shortcut_then_name_then_text(desk: Desk) -> None:
    await desk.write(name="Refund granted", shortcut="refund", text="Money comes back")
    await desk.write(name="Late parcel", shortcut="late", text="We look for it; a refund follows")
    await desk.write(name="Ask for a photo", text="Please send a picture")

    def found(typed: str) -> list[str]:
        return [macro.content.name for macro in desk.shelf.find(typed, 5)]

    assert found("") == ["Ask for a photo", "Late parcel", "Refund granted"]
    assert found("refund") == ["Refund granted", "Late parcel"]
    assert found("pho") == ["Ask for a photo"]
    assert found("zzz") == []
    assert len(desk.shelf.find("", 2)) == 2


async def test_a_colleagues_personal_macro_is_not_here(desk: Desk) -> None:

    content = Content(name="Ben's own", text="x")
    ben = desk.console.actor(desk.console.ben)
    desk.console.office.run(ben, act(new_id(), CreateMacro(content=content)))
    desk.console.pull()
    assert desk.names() == []
