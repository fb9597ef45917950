"""The saved views one sees: previews are what the server then makes, and each has their own."""

import pytest
from msgspec import structs

from console.kernel.codec import NIL
from console.kernel.errors import Refused
from console.people.model import User
from console.people.viewmodel import Directory
from console.sync.client import pipe
from console.sync.records import Accepted, Rejected
from console.views.model import POSITION_GAP, Condition, SavedView
from console.views.records import VIEW, ChangeView, CreateView, DeleteView
from console.views.viewmodel import saved as saved_module
from console.views.viewmodel.saved import SavedViews
from tests.parts.acts import act
from tests.parts.console import Console

pytestmark = pytest.mark.anyio
OPEN = (Condition(field="status", values=("open",)),)


class Kept:
    """Ana's saved views, and how often they changed."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.views = SavedViews(console.local, Directory(console.local))
        self.changed: list[None] = []
        self.views.changed.connect(self.changed.append)

    @property
    def names(self) -> list[str]:
        return [view.name for view in self.views.views]

    async def keep(self, *names: str) -> list[SavedView]:
        for name in names:
            await self.views.create(SavedView(name=name, conditions=OPEN))
        return [view for view in self.views.views if view.name in names]

    async def same_after(self) -> None:
        """What is shown before the answer is shown after it, and nothing waits."""
        before = list(self.views.views)
        outcomes = await self.console.push()
        assert outcomes
        assert all(isinstance(outcome, Accepted) for outcome in outcomes), outcomes
        assert list(self.views.views) == before
        assert self.console.local.entries == {}

    def remote(
        self, user: User, view: SavedView, args: CreateView | ChangeView | DeleteView
    ) -> None:
        """Somebody does it elsewhere, and the news arrives."""
        self.console.office.run(self.console.actor(user), act(view.id, args))
        self.console.pull()


@pytest.fixture
async def kept(console: Console) -> Kept:
    return Kept(console)


async def test_what_is_done_offline_is_seen_at_once_and_later_true(kept: Kept) -> None:
    one, two, three = await kept.keep("one", "two", "three")
    assert kept.names == ["one", "two", "three"]
    await kept.views.rename(two.id, " The  second ")
    await kept.views.move(three.id, -1)
    await kept.views.delete(one.id)
    assert kept.names == ["three", "The second"]
    assert kept.changed
    await kept.same_after()
    await kept.views.restore(one)
    await kept.same_after()
    assert kept.names == ["one", "three", "The second"]


async def test_changing_tells_what_differs(kept: Kept, console: Console) -> None:
    (one,) = await kept.keep("one")
    conditions = (Condition(field="tag", values=("late",), without=True),)
    wished = structs.replace(
        one, icon="star", conditions=conditions, sort="oldest", columns=("number",),
        audience="team", team_id=console.team.id,
    )  # fmt: skip
    await kept.views.change(one.id, wished)
    assert kept.views.get(one.id) == wished
    await kept.same_after()
    await kept.views.change(one.id, wished)
    assert console.local.entries == {}, "nothing differs, nothing is asked for"
    with pytest.raises(Refused):
        await kept.views.rename(one.id, "")
    assert kept.views.get(one.id) == wished


async def test_moving_keeps_within_the_section(kept: Kept, console: Console) -> None:
    one, _, three = await kept.keep("one", "two", "three")
    await kept.views.move(one.id, -1)
    await kept.views.move(three.id, 1)
    assert kept.names == ["one", "two", "three"], "at its end nothing happens"
    for _ in range(2):
        await kept.views.move(one.id, 1)
    assert kept.names == ["two", "three", "one"]
    await kept.views.move(three.id, -1)
    assert kept.names == ["three", "two", "one"]
    await kept.same_after()
    assert console.office.head()


async def test_without_room_between_two_all_are_numbered_anew(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_module, "POSITION_GAP", 1)
    one, two, three = await kept.keep("one", "two", "three")
    assert [view.position for view in (one, two, three)] == [0, 1, 2]
    await kept.views.move(three.id, -1)
    assert kept.names == ["one", "three", "two"]
    assert [view.position for view in kept.views.views] == [0, 1, 2]
    await kept.same_after()
    assert POSITION_GAP > 1_000


async def test_each_section_has_its_own(kept: Kept, console: Console) -> None:
    await kept.keep("mine")
    await console.push()
    for user, name, audience, team_id in (
        (console.ben, "ben", "personal", NIL),
        (console.ben, "europe", "team", console.team.id),
        (console.cara, "all", "shared", NIL),
    ):
        view = SavedView(id=saved_module.new_id(), name=name)
        kept.remote(user, view, CreateView(name=name, audience=audience, team_id=team_id))
    views = kept.views
    assert sorted(kept.names) == ["all", "europe", "mine"], "Ben's own is his alone"
    (mine,), (europe,), (everybodys,) = (
        views.kept_for("personal"), views.kept_for("team", console.team.id), views.kept_for("shared"),
    )  # fmt: skip
    assert [views.may_change(v) for v in (mine, europe, everybodys)] == [True, True, False]
    assert views.keepers() == [("personal", NIL), ("team", console.team.id)]


async def test_a_view_deleted_elsewhere_refuses_what_is_done_to_it_here(
    kept: Kept, console: Console
) -> None:
    (one,) = await kept.keep("one")
    await console.push()
    console.office.run(console.actor(), act(one.id, DeleteView()))
    await kept.views.rename(one.id, "other")
    (outcome,) = await console.push()
    assert isinstance(outcome, Rejected)
    assert outcome.code == "view_gone"
    assert kept.names == []
    assert kept.views.get(one.id) is None
    assert console.local.revision(VIEW, one.id) > 0


async def test_views_are_there_after_a_restart(kept: Kept, console: Console) -> None:
    await kept.keep("one", "two")
    await console.reopen()
    assert Kept(console).names == ["one", "two"], "not sent yet, not lost"


async def test_what_waits_on_a_view_waits_on_no_ticket(kept: Kept, console: Console) -> None:
    """The engine is not asked for a ticket of that id, and its not being there costs nothing."""
    said: list[object] = []
    console.local.say = said.append
    (one,) = await kept.keep("one")
    said.clear()
    console.stand("offline")
    console.stand("live")
    assert said == []
    console.local.hear(pipe.Changed({"ticket": (one.id,), "view": (one.id,)}, console.cursor))
    assert [entry.state for entry in console.local.entries.values()] == ["queued"]
    await kept.same_after()
