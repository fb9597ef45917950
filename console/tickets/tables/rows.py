"""Reads of tickets: views by keyset, counts, look-ups, and the columns documents project to."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from console.kernel.clock import SystemClock, to_ms
from console.kernel.codec import NIL
from console.store.reader import Reader, Row, Value, listed
from console.tickets.model import ACTIVE, FINISHED, RANK, Sort, Ticket, View, ViewName
from console.tickets.records import TICKET
from console.tickets.tables.conditions import MERGED, NEVER, Where, loose, tags_column, where
from console.tickets.tables.values import fields_column

MOST_COUNTED = 5_000
"""So far a view is counted at once; on up to EXACTLY_COUNTED when there is time."""
EXACTLY_COUNTED = 100_000
SNOOZED = "snoozed"
"""In the column `status`, in the place of the one that it has again when it wakes."""
_MERGED = "merged"
_WAIT_BITS = 42  # milliseconds until the year 2109
_LONGEST = (1 << _WAIT_BITS) - 1


def ticket_columns(ticket: Ticket) -> dict[str, Value]:
    """Query columns of a ticket. `waits_at` is since when, or NEVER; `active` is 0 or 1.

    A snoozed one is in no queue but SNOOZED, and waits until it wakes; a merged one is in none, and
    `finished` is MERGED instead of 1. `urgency` is finished or
    not, priority and `waits_at` in one number, the most urgent smallest.
    """
    waits, asleep = ticket.snoozed_until or ticket.waiting_since, ticket.snoozed_until is not None
    waits_at = to_ms(waits) if waits else NEVER
    gone = ticket.merged_into != NIL
    finished = MERGED if gone else int(ticket.status in FINISHED)
    calm = finished * len(RANK) + len(RANK) - 1 - RANK[ticket.priority]
    return {
        "number": ticket.number,
        "conversation_id": ticket.conversation_id.bytes,
        "status": _MERGED if gone else SNOOZED if asleep else ticket.status.value,
        "active": int(ticket.status in ACTIVE and not asleep),
        "finished": finished,
        "rank": RANK[ticket.priority],
        "team_id": ticket.team_id.bytes,
        "assignee_id": ticket.assignee_id.bytes,
        "requester_id": ticket.requester_id.bytes,
        "order_id": (ticket.order_ids[0] if ticket.order_ids else NIL).bytes,
        "updated_at": to_ms(ticket.updated_at),
        "waits_at": waits_at,
        "created_at": to_ms(ticket.created_at),
        "urgency": calm << _WAIT_BITS | min(waits_at, _LONGEST),
        "side": ticket.side,
        "channel": ticket.channel,
        "unread": ticket.unread,
        "tags": tags_column(ticket.tags),
        "fields": fields_column(ticket.fields),
        "merged_into": ticket.merged_into.bytes,
    }


_WHERE = {
    ViewName.MINE: "{active} = 1 AND {assignee_id} = :who",
    ViewName.UNASSIGNED: "{active} = 1 AND {assignee_id} = :who",
    ViewName.WAITING: f"{{active}} = 1 AND {{waits_at}} < {NEVER}",
    ViewName.ACTIVE: "{active} = 1",
    ViewName.PENDING: "{status} = 'pending'",
    ViewName.HOLD: "{status} = 'hold'",
    ViewName.SNOOZED: f"{{status}} = '{SNOOZED}'",
    ViewName.SOLVED: "{finished} = 1",
    ViewName.TEAM: "{active} = 1 AND {team_id} = :who",
}
_COLUMNS = ("active", "assignee_id", "waits_at", "status", "finished", "team_id")
_PLAIN = {name: f"t.{name}" for name in _COLUMNS}
_LOOSE = {name: loose(f"t.{name}") for name in _COLUMNS}
# Sort column, and whether it goes downwards.
_KEY = {
    Sort.NEWEST: ("updated_at", True),
    Sort.WAITING: ("waits_at", False),
    Sort.PRIORITY: ("urgency", False),
    Sort.OLDEST: ("created_at", False),
}
_BY_STATUS = frozenset({ViewName.PENDING, ViewName.HOLD, ViewName.SNOOZED, ViewName.SOLVED})

Within = tuple[str, dict[str, Value]]
Place = tuple[int, bytes]
"""A ticket's place in a sorted view: the sort key in milliseconds, then the raw id."""


def within_view(
    reader: Reader, view: View, me: UUID, now: datetime | None, sort: Sort = Sort.NEWEST
) -> Where:
    """The condition on `t` that a ticket is in the view, as it is asked in this order."""
    if view.name == ViewName.FILTER:
        asked = where(reader, view.conditions, me, now or SystemClock().now())
        return asked._replace(sql=f"{asked.sql} AND {loose('t.finished')} < {MERGED}")
    who = {ViewName.MINE: me, ViewName.TEAM: view.owner}.get(view.name, NIL)
    condition = _WHERE[view.name].format(**(_PLAIN if _indexed(view.name, sort) else _LOOSE))
    return Where(condition, {"who": who.bytes} if ":who" in condition else {})


def _indexed(name: ViewName, sort: Sort) -> bool:
    """Whether a view that everybody has stands in an index of its own, in that order."""
    return sort == Sort.NEWEST or (sort == Sort.WAITING and name not in _BY_STATUS)


def places(
    reader: Reader,
    view: View,
    me: UUID,
    sort: Sort,
    limit: int,
    *,
    after: Place | None = None,
    only: Iterable[UUID] = (),
    within: Within = ("1 = 1", {}),
    now: datetime | None = None,
) -> list[Place]:
    """The places of a view's tickets in its order, at most `limit`.

    `after` continues behind a place, `only` asks for these ids, `within` adds a condition on
    the table `t` (the server's: what the actor may see). Conditions about time go by `now`.
    """
    condition, params, _ = within_view(reader, view, me, now, sort)
    key, downwards = _KEY[sort]
    if view.name == ViewName.WAITING and key == "updated_at":
        # By the index in the view's order, which has it too, and not by who waits, unsorted.
        condition = condition.replace("t.waits_at", loose("t.waits_at"))
    wanted = list(only)
    if wanted:
        names, more = listed("i", wanted)
        condition, params = f"{condition} AND t.id IN {names}", params | more
    if after is not None:
        # Said so that the index is entered at the place, not read from its beginning.
        condition += (
            f" AND t.{key} <= :key AND (t.{key} < :key OR t.id > :id)"
            if downwards
            else f" AND (t.{key}, t.id) > (:key, :id)"
        )
        params |= {"key": after[0], "id": after[1]}
    found = reader.rows(
        f"SELECT t.{key}, t.id FROM tickets t WHERE {condition} AND {within[0]}"
        f" ORDER BY t.{key}{' DESC' if downwards else ''}, t.id LIMIT :limit",
        limit=limit,
        **params,
        **within[1],
    )
    return [(row[0], bytes(row[1])) for row in found]


def count(
    reader: Reader, view: View, me: UUID, *, now: datetime | None = None, most: int | None = None
) -> int:
    """How many tickets a view has, `most` (MOST_COUNTED) when it has that many or more.

    So that it takes no longer with the size of the desk; and SQLite answers a limited query from
    the index alone.
    """
    condition, params, _ = within_view(reader, view, me, now)
    some = f"SELECT t.id FROM tickets t WHERE {condition} LIMIT {most or MOST_COUNTED}"
    sql = f"SELECT count(*) FROM ({some}) AS those"
    row = reader.row(sql, **params)
    return int(row[0]) if row else 0


def waiting_for(reader: Reader, user_id: UUID) -> int:
    """On how many of a user's tickets somebody waits for an answer; MOST_COUNTED at most."""
    some = (
        "SELECT id FROM tickets WHERE active = 1 AND assignee_id = :who"
        f" AND +waits_at < {NEVER} LIMIT {MOST_COUNTED}"
    )
    row = reader.row(f"SELECT count(*) FROM ({some}) AS those", who=user_id.bytes)
    return int(row[0]) if row else 0


def tickets(reader: Reader, ids: Iterable[UUID]) -> dict[UUID, Ticket]:
    """The tickets of those ids that are there, by id."""
    names, params = listed("i", ids)
    return _by_id(reader.rows(f"SELECT id, doc FROM tickets WHERE id IN {names}", **params))


def ticket(reader: Reader, ticket_id: UUID) -> Ticket | None:
    """The ticket of that id."""
    return tickets(reader, [ticket_id]).get(ticket_id)


def revision(reader: Reader, ticket_id: UUID) -> int:
    """The change that wrote the ticket last; 0 when it is not there."""
    row = reader.row("SELECT rev FROM tickets WHERE id = :id", id=ticket_id.bytes)
    return int(row[0]) if row else 0


def by_number(reader: Reader, number: int) -> Ticket | None:
    """The ticket of that number."""
    row = reader.row("SELECT id, doc FROM tickets WHERE number = :number", number=number)
    return next(iter(_by_id([row]).values())) if row else None


def by_conversation(reader: Reader, conversation_id: UUID) -> Ticket | None:
    """The newest ticket over that conversation."""
    row = reader.row(
        "SELECT number, id, doc FROM tickets WHERE conversation_id = :conversation"
        " ORDER BY number DESC LIMIT 1",
        conversation=conversation_id.bytes,
    )
    return next(iter(_by_id([row[1:]]).values())) if row else None


def to_wake(reader: Reader, now: datetime, limit: int) -> list[UUID]:
    """Snoozed tickets whose time is over, the longest first, at most `limit`."""
    found = reader.rows(
        f"SELECT waits_at, id FROM tickets WHERE status = '{SNOOZED}' AND waits_at <= :now"
        " ORDER BY waits_at, id LIMIT :limit",
        now=to_ms(now),
        limit=limit,
    )
    return [UUID(bytes=bytes(row[1])) for row in found]


def head(reader: Reader, of: Ticket) -> Ticket:
    """The ticket in which this one is: itself when it is not merged, or that one is not here.

    Half a transaction may be here, in which two seem to be in each other: one of them then.
    """
    seen = {NIL}
    while of.merged_into not in seen and (into := ticket(reader, of.merged_into)) is not None:
        seen.add(of.id)
        of = into
    return of


def merged_into(reader: Reader, found: Iterable[Ticket]) -> dict[UUID, int]:
    """Of those that are merged, the number of the ticket that goes on; by their ids."""
    heads = {each.id: head(reader, each) for each in found if each.merged_into != NIL}
    return {ticket_id: into.number for ticket_id, into in heads.items() if into.id != ticket_id}


def inside(reader: Reader, of: Ticket) -> list[Ticket]:
    """What is merged into a ticket, directly or not, as far as it is here, in the order it came."""
    found: dict[UUID, Ticket] = {}
    todo = list(of.merged)
    while todo:
        there = tickets(reader, todo)
        step = {each: there[each] for each in todo if each in there and each != of.id}
        found |= step
        todo = [each for came in step.values() for each in came.merged if each not in found]
    return list(found.values())


def of_requester(reader: Reader, party_id: UUID, limit: int) -> list[Ticket]:
    """A party's tickets, newest first, at most `limit`; merged ones are told of by the others."""
    found = reader.rows(
        "SELECT updated_at, id, doc FROM tickets WHERE requester_id = :party"
        f" AND +finished < {MERGED} ORDER BY updated_at DESC, id LIMIT :limit",
        party=party_id.bytes,
        limit=limit,
    )
    return list(_by_id([row[1:] for row in found]).values())


def open_of_requester(reader: Reader, party_id: UUID) -> int:
    """How many of a party's tickets are in our court."""
    # `+` keeps SQLite off the index of all active tickets: a party has few, the desk many.
    row = reader.row(
        "SELECT count(*) FROM tickets WHERE requester_id = :party AND +active = 1",
        party=party_id.bytes,
    )
    return int(row[0]) if row else 0


def of_order(reader: Reader, order_id: UUID, limit: int) -> list[Ticket]:
    """The tickets that are mainly about an order, newest first, at most `limit`."""
    found = reader.rows(
        "SELECT number, id, doc FROM tickets WHERE order_id = :order_id"
        " ORDER BY number DESC LIMIT :limit",
        order_id=order_id.bytes,
        limit=limit,
    )
    return list(_by_id([row[1:] for row in found]).values())


def tags(reader: Reader, limit: int) -> list[str]:
    """Tags in use on the tickets touched last, most used first, at most `limit`."""
    found = reader.rows(
        "SELECT updated_at, id, doc FROM tickets WHERE active = 1"
        " ORDER BY updated_at DESC, id LIMIT 500"
    )
    used = Counter(
        tag for known in _by_id([row[1:] for row in found]).values() for tag in known.tags
    )
    return [tag for tag, _ in used.most_common(limit)]


def _by_id(found: Iterable[Row]) -> dict[UUID, Ticket]:
    records = [TICKET.read(UUID(bytes=bytes(row[0])), row[1]) for row in found]
    return {record.id: record for record in records}
