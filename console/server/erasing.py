"""Erasing a ticket in bites, and to its end: what was begun is finished later by whichever node lives."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from uuid import UUID

from console.kernel import codec
from console.kernel.codec import Strict
from console.kernel.errors import Refused
from console.kernel.ids import derived_id
from console.people.model import Actor
from console.search.server import texts
from console.sync.server import jobs
from console.sync.server.tx import Tx
from console.sync.server.worker import Bench, JobKind
from console.tickets.model import Ticket
from console.tickets.records import TICKET
from console.tickets.server import erasure
from console.tickets.server.erasure import TicketErased

FINISH_AFTER = timedelta(minutes=5)
"""What is not erased by then was interrupted."""


class _Begun(Strict, frozen=True):
    """An erasure that somebody asked for."""

    ticket: UUID
    by: UUID


async def erase_ticket(bench: Bench, actor: Actor, number: int) -> TicketErased:
    """Erase a ticket that the actor may see, with its conversation, for good. Raises Refused.

    Words leave the index first, few at a time, so that nobody waits long for the writer. If that is
    interrupted, a job does the rest: a conversation that nobody finds any more would stay otherwise.
    """

    def find(tx: Tx) -> Ticket:
        return erasure.numbered(tx, number, actor.scopes)

    def begin(tx: Tx) -> None:
        begun = _Begun(ticket=find(tx).id, by=actor.user_id)
        args, job_id = codec.encode(begun).decode(), derived_id("erase", str(begun.ticket))
        jobs.put(tx, FINISH.name, args, tx.at + FINISH_AFTER, job_id)

    await bench.write(begin)
    return await _erase(bench, find, actor.user_id)


async def _finish(bench: Bench, args: str) -> None:
    begun = codec.decode(args.encode(), _Begun)

    def find(tx: Tx) -> Ticket:
        if (stored := tx.get(TICKET, begun.ticket)) is None:
            raise Refused("no_ticket", "It is erased.")
        return stored.record

    with suppress(Refused):
        await _erase(bench, find, begun.by)


async def _erase(bench: Bench, find: Callable[[Tx], Ticket], by: UUID) -> TicketErased:
    going = await bench.write(lambda tx: erasure.messages_of(tx, find(tx)))
    for start in range(0, len(going), texts.FORGOTTEN_AT_ONCE):
        some = going[start : start + texts.FORGOTTEN_AT_ONCE]
        await bench.write(partial(texts.forget, ids=some))

    def work(tx: Tx) -> TicketErased:
        tx.actor_id = by
        return erasure.erase_ticket(tx, find(tx))

    return await bench.write(work)


FINISH = JobKind("finish_erasing", _finish)
