"""Snoozing on the server: with a job that wakes the ticket when its time has come."""

from typing import Any
from uuid import UUID

import msgspec

from console.conversations.model import Message
from console.conversations.records import MESSAGE
from console.kernel.clock import from_ms, to_ms, whole_ms
from console.kernel.errors import Refused
from console.people.model import Action
from console.people.records import PARTY
from console.sync.server import jobs
from console.sync.server.dispatch import Handles, Request
from console.sync.server.tx import Stored, Tx
from console.sync.server.worker import Bench, JobKind
from console.tickets.model import Ticket, effect, snoozed, woken
from console.tickets.records import TICKET, Snooze, Wake
from console.tickets.server import family
from console.tickets.server.thanks import is_thanks
from console.tickets.server.triage import ticket_of

_JOB = "wake_ticket"


class _Due(msgspec.Struct, frozen=True):
    """Which ticket, and the time of which snooze (ms)."""

    ticket: bytes
    until: int


def snooze(tx: Tx, request: Request[Snooze]) -> dict[str, Any] | None:
    """Unless a real message came meanwhile; the last writer wins."""
    ticket = ticket_of(tx, request.target)
    stored = tx.get(TICKET, request.target)
    if stored is not None and _wrote_since(tx, stored, request.base_rev):
        raise Refused("wrote_meanwhile", "The other side wrote meanwhile.")
    until = whole_ms(request.args.until)
    asleep = snoozed(ticket, until, tx.at)
    if asleep == ticket:
        return None
    tx.record(TICKET, asleep_again(tx, asleep))
    before = ticket.snoozed_until
    return {"snoozed_until": before.isoformat()} if before else None


def wake(tx: Tx, request: Request[Wake]) -> None:
    """Compare and set; one that is awake stays so."""
    ticket = ticket_of(tx, request.target)
    if ticket.snoozed_until is None:
        return
    if ticket.snoozed_until != request.args.seen:
        fields = {"snoozed_until": ticket.snoozed_until.isoformat()}
        raise Refused("snooze_changed", "Somebody snoozed it anew meanwhile.", fields=fields)
    tx.record(TICKET, woken(ticket))


def asleep_again(tx: Tx, ticket: Ticket) -> Ticket:
    """The ticket, with somebody to wake it if it sleeps; awake when its time is over."""
    until = ticket.snoozed_until
    if until is None:
        return ticket
    if until <= tx.at:
        return woken(ticket, on_time=True)
    due = _Due(ticket.id.bytes, to_ms(until))
    jobs.put(tx, _JOB, msgspec.json.encode(due).decode(), until)
    return ticket


def _wrote_since(tx: Tx, stored: Stored[Ticket], seen: int) -> bool:
    """Whether more than thanks came from outside after the change `seen`."""
    if stored.rev <= seen:
        return False  # every message changes its ticket
    held = {each.conversation_id for each in family.within(tx, stored.record)}
    newer = [m for m in tx.written(MESSAGE) if m.conversation_id in held]
    for conversation in held:
        found = tx.rows(
            "SELECT id, doc FROM messages WHERE conversation_id = :id AND rev > :seen",
            id=conversation.bytes,
            seen=seen,
        )
        newer += [MESSAGE.read(UUID(bytes=bytes(row[0])), row[1]) for row in found]
    return any(effect(m) == "in" and not is_thanks(m, _names(tx, m)) for m in newer)


def _names(tx: Tx, message: Message) -> list[str]:
    party = tx.get(PARTY, message.author_id)
    return [party.record.name] if party else []


async def wake_due(bench: Bench, args: str) -> None:
    """Wake a ticket whose time has come, if it is still snoozed until then."""
    due = msgspec.json.decode(args, type=_Due)

    def work(tx: Tx) -> None:
        stored = tx.get(TICKET, UUID(bytes=due.ticket))
        if stored is not None and stored.record.snoozed_until == from_ms(due.until):
            tx.record(TICKET, woken(stored.record, on_time=True))

    await bench.write(work)


HANDLERS = (
    Handles(Snooze, Action.STATUS, TICKET, snooze),
    Handles(Wake, Action.STATUS, TICKET, wake),
)
JOBS = (JobKind(_JOB, wake_due),)
