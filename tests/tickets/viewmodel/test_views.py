"""The views at the side: which there are and how many tickets each has, pending ones included."""

from uuid import UUID

import pytest

from console.conversations.model import Mention, sighting_id
from console.conversations.records import CONVERSATION, SIGHTING, AddNote, SeeMention
from console.kernel.codec import NIL
from console.kernel.ids import new_id
from console.people.model import INTAKE_SCOPE
from console.people.server import accounts
from console.people.viewmodel import Directory
from console.tickets.model import UNSEEN, Sort, Status, Ticket, View, ViewName
from console.tickets.model.orders import order_of
from console.tickets.records import TICKET, Assign, ChangeTags, SetStatus
from console.tickets.tables import rows
from console.tickets.viewmodel.views import MENTIONS, TAGS_SHOWN, Views, tagged
from console.views.model import Condition, Field, SavedView
from console.views.records import VIEW, CreateView
from tests.parts.acts import act, note
from tests.parts.console import TEAM, Console
from tests.tickets.viewmodel.watched import Watched

pytestmark = pytest.mark.anyio
LATE = Condition(field="waiting", values=("3600",))


class Side:
    """The views, and how often they changed or asked to be counted."""

    def __init__(self, console: Console) -> None:
        self.views = Views(console.local, Directory(console.local))
        self.changed: list[None] = []
        self.stale: list[None] = []
        self.views.changed.connect(self.changed.append)
        self.views.stale.connect(self.stale.append)

    def counts(self) -> dict[str, int]:
        self.views.load()
        while self.views.count_next():
            pass
        return {row.title: row.count for row in self.views.rows if row.view is not None}


@pytest.fixture
async def side(console: Console) -> Side:
    return Side(console)


async def test_the_lines_in_order(side: Side) -> None:
    assert [row.title for row in side.views.rows] == [
        "Views", "Mine", "Due soon", "Waiting on us", "Unassigned", "Unread",
        "Mentions of me", "All active",
        "Pending", "On hold", "Snoozed", "Solved", "Teams", TEAM, "Tags",
    ]  # fmt: skip
    titles = [row.title for row in side.views.rows if row.view is None]
    assert titles == ["Views", "Teams", "Tags"]


async def test_every_view_is_counted(console: Console, side: Side) -> None:
    one, two, three = console.cases("one", "two", "three")
    local = console.local
    take = Assign(assignee_id=console.ana.id)
    solve = SetStatus(status=Status.SOLVED, seen=Status.NEW)
    await local.do(TICKET, one.id, take, lane=one.id, about="")
    await local.do(TICKET, two.id, solve, lane=two.id, about="")
    expected = {
        "Mine": 1, "Due soon": 0, "Waiting on us": 2, "Unassigned": 1, "Unread": 2,
        "Mentions of me": 0,
        "All active": 2, "Pending": 0, "On hold": 0, "Snoozed": 0, "Solved": 1, TEAM: 2,
    }  # fmt: skip
    assert side.counts() == expected, "what is pending counts"
    await console.push()
    assert side.counts() == expected
    assert three.id


async def test_a_note_that_mentions_me_is_counted_and_shown_as_it_comes(
    console: Console, side: Side
) -> None:
    one, two = console.cases("one", "two")
    watched = Watched(console)
    watched.queue.show(MENTIONS)
    assert (watched.subjects, side.counts()["Mentions of me"]) == ([], 0)
    ben = console.actor(console.ben)
    for ticket, user in ((one, console.ana), (two, console.cara)):
        named = (Mention(user.id, user.name),)
        body = f"Ask @{user.name}"
        console.office.run(ben, note(ticket.conversation_id, body, mentions=named))
    console.pull()
    assert (watched.subjects, side.counts()["Mentions of me"]) == (["one"], 1)
    named = (Mention(console.ana.id, console.ana.name),)
    mine = AddNote(message_id=new_id(), body=f"@{console.ana.name}", mentions=named)
    await console.local.do(CONVERSATION, two.conversation_id, mine, lane=two.id, about="")
    assert set(watched.subjects) == {"one", "two"}, "pending ones too"
    assert side.counts()["Mentions of me"] == 1, "what one wrote oneself one has seen"
    await console.push()
    assert set(watched.subjects) == {"one", "two"}


async def test_only_mentions_that_were_not_seen_are_counted_and_marked(
    console: Console, side: Side
) -> None:
    one, two = console.cases("one", "two")
    ben, named = console.actor(console.ben), (Mention(console.ana.id, console.ana.name),)
    for ticket in (one, two):
        told = note(ticket.conversation_id, f"Ask @{console.ana.name}", mentions=named)
        console.office.run(ben, told)
    console.pull()
    everywhere, new = Watched(console), Watched(console)
    everywhere.queue.show(MENTIONS)
    unseen = Condition(field=Field.MENTIONS, values=(UNSEEN,))
    new.queue.show(View(name=ViewName.FILTER, conditions=(unseen,)))
    assert everywhere.row(one).marks.mentions
    assert side.counts()["Mentions of me"] == 2
    side.stale.clear()
    (message,) = messages_of(console, one)
    key = sighting_id(console.ana.id, message)
    seen = SeeMention(message_id=message)
    await console.local.do(SIGHTING, key, seen, lane=console.local.me, about="")
    for _ in ("queued", "confirmed"):
        assert (new.subjects, set(everywhere.subjects)) == (["two"], {"one", "two"})
        assert (everywhere.row(one).marks.mentions, everywhere.row(two).marks.mentions) == (
            False,
            True,
        )
        assert side.stale, "it is counted anew"
        assert side.counts()["Mentions of me"] == 1
        await console.push()


def messages_of(console: Console, ticket: Ticket) -> list[UUID]:
    """The notes of a ticket that mention somebody."""
    found = console.office.rows("SELECT id, conversation_id FROM messages WHERE mentions <> ''")
    own = ticket.conversation_id.bytes
    return [UUID(bytes=bytes(raw)) for raw, of in found if bytes(of) == own]


async def test_what_a_first_load_brings_last_is_counted_when_it_ends(
    console: Console, side: Side
) -> None:
    watched = Watched(console)
    watched.queue.show(MENTIONS)
    console.stand("loading")
    side.stale.clear()
    (one,) = console.cases("one")
    console.local.touched.disconnect(watched.queue._touched)
    named = (Mention(console.ana.id, "Ana"),)
    console.office.run(console.actor(), note(one.conversation_id, "@Ana", mentions=named))
    console.pull()
    assert watched.subjects == []
    console.stand("live")
    assert watched.subjects == ["one"]
    assert side.stale


async def test_counting_is_asked_for_when_tickets_change_and_told_when_it_differs(
    console: Console, side: Side
) -> None:
    console.cases("one")
    assert (len(side.stale) > 0, side.changed) == (True, [])
    side.views.load()
    side.views.load()
    assert side.changed == [None]
    side.stale.clear()
    console.local.touched.emit({"message": [new_id()]})
    assert side.stale == []


async def test_other_teams_are_there_while_they_have_tickets(console: Console, side: Side) -> None:
    asia = console.office.write(lambda tx: accounts.ensure_team(tx, "Asia"))
    console.pull()
    assert "Asia" not in side.counts()
    (one,) = console.cases("one")
    moved = console.office.get(TICKET, one.id)
    assert moved is not None
    from msgspec import structs

    ticket = structs.replace(moved.record, team_id=asia.id)
    console.office.write(lambda tx: tx.record(TICKET, ticket, frozenset({INTAKE_SCOPE})))
    console.pull()
    assert list(side.counts())[-2:] == [TEAM, "Asia"], "one's own first"
    assert side.counts()["Asia"] == 1


async def test_what_a_view_is_called(console: Console, side: Side) -> None:
    assert side.views.title(View(name=ViewName.WAITING)) == "Waiting on us"
    assert side.views.title(View(name=ViewName.TEAM, owner=console.team.id)) == TEAM
    assert side.views.title(View(name=ViewName.TEAM, owner=new_id())) == ""


# -- saved views


async def test_saved_views_stand_in_their_sections(side: Side, console: Console) -> None:
    team_id = console.team.id
    for name, audience in (("mine", "personal"), ("late", "team"), ("first", "personal")):
        wished = SavedView(
            name=name, audience=audience, team_id=team_id if audience == "team" else NIL,
            conditions=(LATE,), sort="oldest",
        )  # fmt: skip
        await side.views.saved.create(wished)
    target = new_id()
    shared = CreateView(name="all", audience="shared", conditions=(LATE,))
    console.office.run(console.actor(console.cara), act(target, shared))
    console.pull()
    lines = [row.title for row in side.views.rows]
    kept = ["Solved", "all", "Teams", TEAM, "late", "Personal", "mine", "first", "Tags"]
    assert lines[11:] == kept
    (row,) = [row for row in side.views.rows if row.title == "mine"]
    assert row.view is not None
    assert row.saved is not None
    assert (side.views.title(row.view), order_of(row.saved.sort)) == ("mine", Sort.OLDEST)
    assert side.views.saved_as(row.saved.id) == row.view
    assert side.views.row(row.view) == row
    await side.views.saved.delete(row.saved.id)
    assert "mine" not in [row.title for row in side.views.rows]
    assert side.views.saved_as(row.saved.id) is None


async def test_conditions_are_counted_one_view_after_another(side: Side, console: Console) -> None:
    for n in range(2):
        await side.views.saved.create(SavedView(name=f"v{n}", conditions=(LATE,)))
    console.cases("one", "two")
    side.views.load()
    counts = [row.count for row in side.views.rows if row.saved]
    turns = 1
    while side.views.count_next():
        turns += 1
    assert (counts, turns) == ([0, 0], 5), "three that everybody has, and two saved ones"
    assert [row.count for row in side.views.rows if row.saved] == [0, 0]
    console.clock.advance(7200)
    side.stale.clear()
    side.views.tick()
    assert len(side.stale) == 1, "time has changed them"
    assert side.counts()["v1"] == 2


async def test_a_large_view_is_counted_at_once_in_part_and_exactly_later(
    side: Side, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "MOST_COUNTED", 3)
    monkeypatch.setattr(rows, "EXACTLY_COUNTED", 6)

    def active() -> tuple[int, bool]:
        row = side.views.row(View(name=ViewName.ACTIVE))
        assert row is not None
        return row.count, row.over

    console.cases(*"abcd")
    side.views.load()
    assert active() == (3, True)
    assert side.counts()["All active"] == 4
    assert active() == (4, False)
    console.cases(*"efg")
    side.views.load()
    assert active() == (4, False), "as counted last, until it is counted again"
    side.counts()
    assert active() == (6, True)


async def test_a_view_of_a_later_release_is_shown_and_finds_nothing(
    side: Side, console: Console
) -> None:
    console.cases("one")
    view = SavedView(
        id=new_id(), name="moody", owner_id=console.ana.id, sort="mood",
        conditions=(Condition(field="mood", values=("sad",)),),
    )  # fmt: skip
    console.office.write(lambda tx: tx.record(VIEW, view, frozenset({console.ana.scope})))
    console.pull()
    assert side.counts()["moody"] == 0
    assert order_of(view.sort) is None


async def test_tags_in_use_stand_under_their_title_once_it_is_unfolded(
    console: Console, side: Side
) -> None:
    one, two, three = console.cases("one", "two", "three")
    for ticket, tags in ((one, ("vip", "late")), (two, ("vip",)), (three, ("vip",))):
        await console.local.do(TICKET, ticket.id, ChangeTags(add=tags), lane=ticket.id, about="")
    solve = SetStatus(status=Status.SOLVED, seen=Status.NEW)
    await console.local.do(TICKET, three.id, solve, lane=three.id, about="")
    assert side.views.rows[-1].folded
    side.views.fold_tags(False)
    assert side.counts()["vip"] == 2, "what is in our court counts"
    title, vip, late = side.views.rows[-3:]
    assert (title.title, title.folded, vip.tag, late.tag) == ("Tags", False, "vip", "late")
    assert vip.view == tagged("vip")
    assert side.views.title(tagged("gone")) == "Tag “gone”", "also one that has no line"
    side.views.fold_tags(True)
    assert side.views.rows[-1].folded


async def test_so_many_tags_are_shown_and_no_more(console: Console, side: Side) -> None:
    tickets = console.cases("one", "two")
    for n, ticket in enumerate(tickets):
        tags = tuple(f"t{n}{m:02d}" for m in range(TAGS_SHOWN))
        await console.local.do(TICKET, ticket.id, ChangeTags(add=tags), lane=ticket.id, about="")
    side.views.fold_tags(False)
    assert len([row for row in side.views.rows if row.tag]) == TAGS_SHOWN
