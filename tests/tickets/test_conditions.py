"""Conditions: each finds exactly the tickets that a plain reading of it finds, on either engine."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from console.conversations.model import Conversation, Mention, Message, Sighting, sighting_id
from console.conversations.records import CONVERSATION, MESSAGE, SIGHTING
from console.kernel.codec import NIL
from console.kernel.ids import new_id
from console.people.model import INTAKE_SCOPE
from console.tickets.model import (
    DUE_SOON,
    DUE_SOON_S,
    ME,
    NOBODY,
    OVERDUE,
    OVERDUE_S,
    SOME,
    UNSEEN,
    UNTAGGED,
    Priority,
    Sort,
    Status,
    Ticket,
    View,
    ViewName,
)
from console.tickets.records import TICKET
from console.tickets.tables import rows
from console.tickets.tables.conditions import TAG_BYTES, tags_column, timed
from console.views.model import Condition, Field
from tests.parts.acts import AT
from tests.parts.office import Office
from tests.tickets.sorts import drawn, put

ANA, BEN, TEAM = new_id(), new_id(), new_id()
NOW = AT + timedelta(hours=12)
TODAY = NOW.astimezone().date()
YESTERDAY = TODAY - timedelta(days=1)
TAGS = ("late", "vip", "100%", "a_b", "axb", "ö!", "lat")
MENTIONED = {3: (ANA,), 4: (BEN,), 5: (BEN, ANA), 6: ()}
Rule = Callable[[Ticket], bool]


@pytest.fixture
def tickets(office: Office) -> list[Ticket]:
    """Three hundred tickets of all sorts."""
    dice = random.Random(11)
    made = [
        drawn(
            dice, n, TEAM, (ANA, BEN), 715,
            tags=tuple(sorted(dice.sample(TAGS, dice.randint(0, 3)))),
            side=dice.choice(("buyer", "seller")), channel=dice.choice(("email", "chat")),
            unread=dice.choice((0, 0, 3)),
            created_at=AT + timedelta(minutes=dice.choice((0, 0, -1440, -9000)) + dice.randint(0, 700)),
            updated_at=AT + timedelta(minutes=dice.choice((0, 0, -1440)) + dice.randint(0, 715)),
        )
        for n in range(300)
    ]  # fmt: skip
    put(office, made)
    for ticket in made:
        if ticket.number % 10 in MENTIONED:
            mention(office, ticket.conversation_id, *MENTIONED[ticket.number % 10])
    return made


def mention(office: Office, conversation_id: UUID, *users: UUID) -> None:
    """A note that mentions them."""
    told = Conversation(id=conversation_id, subject="x", created_at=AT, last_at=AT, count=1)
    named = tuple(Mention(user, "Ana") for user in users)
    note = Message(
        id=new_id(), conversation_id=conversation_id, pos=1, lane="internal", author="staff",
        body="@Ana", at=AT, mentions=named,
    )  # fmt: skip
    scopes = frozenset({INTAKE_SCOPE})
    office.write(lambda tx: (tx.record(CONVERSATION, told, scopes), tx.record(MESSAGE, note)))
    if ANA in users and BEN in users:  # this one she has seen
        seen = Sighting(id=sighting_id(ANA, note.id), owner_id=ANA, message_id=note.id)
        office.write(lambda tx: tx.record(SIGHTING, seen, scopes))


def day(at: datetime | None) -> date:
    """The day where whoever looks is."""
    assert at is not None
    return at.astimezone().date()


def waits(ticket: Ticket, seconds: int) -> bool:
    since = ticket.waiting_since
    return since is not None and since <= NOW - timedelta(seconds=seconds)


def asked(field: str, *values: str, without: bool = False) -> Condition:
    return Condition(field=field, values=values, without=without)


CASES: list[tuple[Condition, Rule]] = [
    (asked("status", "open", "hold"), lambda t: t.status in ("open", "hold")),
    (asked("priority", "high", "urgent"), lambda t: t.priority in ("high", "urgent")),
    (asked("team", str(TEAM)), lambda t: t.team_id == TEAM),
    (asked("team", NOBODY), lambda t: t.team_id == NIL),
    (asked("assignee", ME), lambda t: t.assignee_id == ANA),
    (asked("assignee", NOBODY, str(BEN)), lambda t: t.assignee_id in (NIL, BEN)),
    (asked("tag", "late", "vip"), lambda t: bool({"late", "vip"} & set(t.tags))),
    (asked("tag", "lat"), lambda t: "lat" in t.tags),
    (asked("tag", "100%"), lambda t: "100%" in t.tags),
    (asked("tag", "a_b"), lambda t: "a_b" in t.tags),
    (asked("tag", "ö!"), lambda t: "ö!" in t.tags),
    (asked("tag", UNTAGGED), lambda t: not t.tags),
    (asked("side", "seller"), lambda t: t.side == "seller"),
    (asked("channel", "chat"), lambda t: t.channel == "chat"),
    (asked("age", "36000"), lambda t: t.created_at <= NOW - timedelta(hours=10)),
    (asked("age", "@0..0"), lambda t: day(t.created_at) == TODAY),
    (asked("age", "@-6..-1"), lambda t: -6 <= (day(t.created_at) - TODAY).days <= -1),
    (asked("age", "@..-1"), lambda t: day(t.created_at) < TODAY),
    (asked("updated", "36000"), lambda t: t.updated_at <= NOW - timedelta(hours=10)),
    (asked("updated", "@0..0"), lambda t: day(t.updated_at) == TODAY and t.updated_at <= NOW),
    (asked("updated", "@..-1"), lambda t: day(t.updated_at) < TODAY),
    (asked("waiting", "@-1..0"), lambda t: waits(t, 0) and day(t.waiting_since) >= YESTERDAY),
    (asked("waiting", "36000"), lambda t: waits(t, 36_000)),
    (asked("waiting", "0"), lambda t: t.waiting_since is not None),
    (asked("unread", SOME), lambda t: t.unread > 0),
    (asked("due", DUE_SOON), lambda t: waits(t, DUE_SOON_S)),
    (asked("due", OVERDUE), lambda t: waits(t, OVERDUE_S)),
    (asked("mentions", ME), lambda t: t.number % 10 in (3, 5)),
    (asked("mentions", UNSEEN), lambda t: t.number % 10 == 3),
    (asked("mentions", str(BEN), ME), lambda t: t.number % 10 in (3, 4, 5)),
]
KNOWN_NOT = [
    asked("mood", "sad"), asked("priority", "huge"), asked("team", "Europe"), asked("status"),
    asked("age", "@"), asked("age", "@1..0"), asked("waiting", "@x..0"), asked("updated", "soon"),
    asked("age", "-1"), asked("age", "٣"), asked("age", "1" * 11), asked("due", "yesterday"),
    asked("unread", "all"), asked("status", "gone"),
    asked("mentions", "Ana"), asked("mentions", NOBODY), asked("mentions", str(TEAM)),
]  # fmt: skip


def found(office: Office, *parts: Condition, sort: Sort = Sort.NEWEST) -> list[UUID]:
    """The tickets of a view with these conditions, read in pages; their count agrees."""
    view = View(name=ViewName.FILTER, conditions=parts)
    ids: list[UUID] = []
    after = None
    while True:
        page = office.read(
            lambda r: rows.places(r, view, ANA, sort, 40, after=after, now=NOW)  # noqa: B023
        )
        ids += [UUID(bytes=raw) for _, raw in page]
        if len(page) < 40:
            break
        after = page[-1]
    assert office.read(lambda r: rows.count(r, view, ANA, now=NOW)) == len(ids)
    return ids


def test_every_field_is_asked_for_here() -> None:
    assert {condition.field for condition, _ in CASES} == set(Field)


def test_each_condition_and_its_opposite(office: Office, tickets: list[Ticket]) -> None:
    for condition, rule in CASES:
        expected = {t.id for t in tickets if rule(t)}
        assert expected, condition
        assert set(found(office, condition)) == expected, condition
        opposite = asked(condition.field, *condition.values, without=True)
        others = {t.id for t in tickets} - expected
        assert set(found(office, opposite)) == others, opposite


def test_all_conditions_must_hold_in_every_order(office: Office, tickets: list[Ticket]) -> None:
    dice = random.Random(3)
    for _ in range(25):
        some = dice.sample(CASES, dice.randint(2, 4))
        expected = [t.id for t in tickets if all(rule(t) for _, rule in some)]
        sort = dice.choice(list(Sort))
        ids = found(office, *(condition for condition, _ in some), sort=sort)
        assert sorted(ids) == sorted(expected), some


def test_what_nobody_knows_matches_nothing(office: Office, tickets: list[Ticket]) -> None:
    assert tickets
    for condition in KNOWN_NOT:
        assert found(office, condition) == [], condition


def test_without_conditions_everything_is_shown(office: Office, tickets: list[Ticket]) -> None:
    assert len(found(office)) == len(tickets)


def test_only_time_brings_tickets_in_by_itself() -> None:
    moved = {condition.field for condition, _ in CASES if timed([condition])}
    assert moved == {"age", "updated", "waiting", "due"}


def test_tags_are_asked_for_up_to_what_an_index_holds() -> None:
    tags = [f"{n:02d}" + "語" * 38 for n in range(30)]
    text = tags_column(tags)
    assert TAG_BYTES - 120 < len(text.encode()) <= TAG_BYTES
    assert text.strip("|").split("|") == tags[: text.count("|") - 1]
    assert (tags_column([]), tags_column(["a"])) == ("", "|a|")


def test_most_urgent_first_then_whoever_waits_longest(office: Office) -> None:
    def made(priority: Priority, status: Status, waited: int | None) -> Ticket:
        since = None if waited is None else NOW - timedelta(minutes=waited)
        return Ticket(
            id=new_id(), number=1, conversation_id=new_id(), subject="x", priority=priority,
            status=status, created_at=AT, updated_at=AT, waiting_since=since,
        )  # fmt: skip

    order = [
        made(Priority.URGENT, Status.OPEN, 20),
        made(Priority.URGENT, Status.NEW, 10),
        made(Priority.URGENT, Status.PENDING, None),
        made(Priority.HIGH, Status.OPEN, 90),
        made(Priority.NORMAL, Status.OPEN, 90),
        made(Priority.LOW, Status.HOLD, None),
        made(Priority.URGENT, Status.SOLVED, None),
        made(Priority.LOW, Status.CLOSED, None),
    ]
    shuffled = random.Random(1).sample(order, len(order))
    office.write(lambda tx: [tx.record(TICKET, t, frozenset({INTAKE_SCOPE})) for t in shuffled])
    assert found(office, sort=Sort.PRIORITY) == [ticket.id for ticket in order]
