"""What merging does to two tickets, and how it is taken back: exactly, and with what came since."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce
from uuid import UUID

from msgspec import structs

from console.conversations.model import Message
from console.kernel.codec import NIL
from console.kernel.errors import Refused
from console.tickets.model import (
    ACTIVE,
    MAX_TAGS,
    RANK,
    Length,
    Merger,
    Standing,
    Status,
    Ticket,
    with_message,
)

MOST_MERGED = 100
"""So many tickets at most are one: what is opened together, moves together."""
_FIELDS = Standing.__struct_fields__


def standing(ticket: Ticket) -> Standing:
    """How a ticket stands, as far as merging changes it."""
    return Standing(**{name: getattr(ticket, name) for name in _FIELDS})


def placed(ticket: Ticket, stood: Standing) -> Ticket:
    """The ticket standing as it once did."""
    return structs.replace(ticket, **{name: getattr(stood, name) for name in _FIELDS})


def mixed(into: Ticket, other: Ticket) -> bool:
    """Whether somebody else asked there: another person, or the other side."""
    return (into.requester_id, into.side) != (other.requester_id, other.side)


def absorbed(into: Ticket, other: Ticket) -> Ticket:
    """A ticket with all that mattered of another: who waits, what is unread, urgent, tagged, ordered.

    Of custom fields it takes those that it has no value of.
    Work that is to be done opens it, and wakes it unless both are asleep. Raises Refused
    `too_many_tags`.
    """
    tags = tuple(sorted({*into.tags, *other.tags}))
    if len(tags) > MAX_TAGS:
        raise Refused("too_many_tags", f"A ticket has at most {MAX_TAGS} tags.")
    opened = other.status in ACTIVE and into.status not in ACTIVE
    asleep = into.snoozed_until
    if asleep is not None and other.status in ACTIVE:
        asleep = min(asleep, other.snoozed_until) if other.snoozed_until else None
    newer = other.updated_at > into.updated_at
    return structs.replace(
        into,
        status=Status.OPEN if opened else into.status,
        solved_at=None if opened else into.solved_at,
        priority=max(into.priority, other.priority, key=RANK.__getitem__),
        assignee_id=into.assignee_id if into.assignee_id != NIL else other.assignee_id,
        tags=tags,
        order_ids=tuple(dict.fromkeys((*into.order_ids, *other.order_ids))),
        waiting_since=_earlier(into.waiting_since, other.waiting_since),
        unread=into.unread + other.unread,
        updated_at=max(into.updated_at, other.updated_at),
        snippet=other.snippet if newer and other.snippet else into.snippet,
        snoozed_until=asleep,
        fields={**other.fields, **into.fields},
    )


def merged(
    into: Ticket, other: Ticket, by: UUID, at: datetime, lengths: Iterable[Length] = ()
) -> tuple[Ticket, Ticket]:
    """Both tickets once `other` is in: the one that took it, and the one that is in no queue.

    Raises Refused: see `absorbed`.
    """
    kept = Merger(
        by=by,
        at=at,
        team_id=other.team_id,
        was=standing(other),
        before=standing(into),
        lengths=tuple(lengths),
    )
    gone = structs.replace(
        other,
        status=Status.CLOSED,
        team_id=into.team_id,
        waiting_since=None,
        unread=0,
        snoozed_until=None,
        solved_at=other.solved_at or at,
        merged_into=into.id,
        merger=kept,
    )
    return structs.replace(absorbed(into, other), merged=(*into.merged, other.id)), gone


def unmerged(
    into: Ticket,
    other: Ticket,
    rest: Sequence[Ticket],
    said_here: Iterable[Message] = (),
    said_there: Iterable[Message] = (),
) -> tuple[Ticket, Ticket, list[Ticket]]:
    """Both tickets apart again, and those of `rest`, which came in after `other`, as they remember now.

    What was said since the merge, here and in the other's conversation, is with whom it belongs to;
    what somebody did since to the ticket that goes on stays done.
    """
    alone = _without(into, other, rest, said_here)
    left = tuple(each for each in into.merged if each != other.id)
    remembered = []
    for n, each in enumerate(rest):
        if each.merger is not None:
            then = _without(placed(into, each.merger.before), other, rest[:n])
            kept = structs.replace(each.merger, before=standing(then))
            remembered.append(structs.replace(each, merger=kept))
    return structs.replace(alone, merged=left), _freed(other, said_there), remembered


def _freed(other: Ticket, said: Iterable[Message]) -> Ticket:
    assert other.merger is not None
    was = placed(other, other.merger.was)
    free = structs.replace(was, merged_into=NIL, merger=None, team_id=other.merger.team_id)
    return reduce(with_message, said, free)


def _without(
    now: Ticket, other: Ticket, rest: Sequence[Ticket], said: Iterable[Message] = ()
) -> Ticket:
    """The ticket without what `other` brought: what was not changed since is as before."""
    assert other.merger is not None
    before = placed(now, other.merger.before)
    after = absorbed(before, placed(other, other.merger.was))
    stay = [placed(each, each.merger.was) for each in rest if each.merger is not None]
    again = reduce(absorbed, stay, reduce(with_message, said, before))
    unchanged = ("status", "priority", "assignee_id", "solved_at", "snoozed_until")
    back = {n: getattr(again, n) for n in unchanged if getattr(now, n) == getattr(after, n)}
    brought = set(after.tags) - set(before.tags) - {tag for each in stay for tag in each.tags}
    orders = set(after.order_ids) - {*before.order_ids} - {o for e in stay for o in e.order_ids}
    filled = {
        key
        for key, value in after.fields.items()
        if key not in before.fields and now.fields.get(key) == value
    }
    mine = {key: value for key, value in now.fields.items() if key not in filled}
    return structs.replace(
        now,
        **back,
        fields=mine | {key: value for key, value in again.fields.items() if key in filled},
        tags=tuple(tag for tag in now.tags if tag not in brought),
        order_ids=tuple(order for order in now.order_ids if order not in orders),
        waiting_since=again.waiting_since if now.waiting_since else None,
        unread=min(now.unread, again.unread),
        updated_at=again.updated_at,
        snippet=again.snippet,
    )


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(filter(None, (one, other)), default=None)
