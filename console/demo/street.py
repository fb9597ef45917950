"""The people outside while the sandbox runs: what they do next, decided without any network.

Whoever drives a `Street` tells it what the server said and sends what it wants done. The same
seed, stream and news at the same times make the same commands.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from console.conversations.model import LaneName, Message
from console.conversations.records import MESSAGE
from console.demo.cast import Cast
from console.demo.content import Library
from console.demo.dice import dice, one, weighted
from console.demo.doings import Doings
from console.demo.lines import replies
from console.demo.marker import Marker
from console.demo.standing import Standing
from console.sync.records import Change, Command
from console.tickets.model import FINISHED, Ticket

_ANSWERS = (0.85, 0.6, 0.0)
"""How likely somebody writes back who has done so never, once, twice."""
_SOME_TIME_S = (30.0, 600.0)
_PATIENCE = timedelta(minutes=30)
_Deed = Callable[[datetime], list[Command]]


@dataclass(frozen=True)
class Pace:
    """How lively it is: something every so many seconds, answers after so many.

    No conversation is begun while `most_active` tickets are open.
    """

    every_s: tuple[float, float] = (4.0, 10.0)
    answer_s: tuple[float, float] = (10.0, 50.0)
    most_active: int = 60


@dataclass(frozen=True)
class _Due:
    """Somebody is going to write in a conversation."""

    at: datetime
    conversation_id: UUID
    lane: LaneName


class Street:
    """Buyers, sellers and carriers of a sandbox. `stream` tells one run's choices from another's."""

    def __init__(
        self, library: Library, marker: Marker, stream: str, now: datetime, pace: Pace | None = None
    ) -> None:
        self.pace = pace or Pace()
        self.standing = Standing(library, Cast(library, marker.seed, marker.filled_at))
        self._rng = dice(marker.seed, "street", stream)
        self._doings = Doings(library, marker, stream, self.standing, self._rng)
        self._next_at = now + self._after(self.pace.every_s)
        self._due: list[_Due] = []
        self._heard: set[UUID] = set()
        self._answers: dict[tuple[UUID, LaneName], int] = {}

    # -- what the server says

    def know(self, change: Change) -> None:
        """Take a record as it stands, without reacting to it."""
        self.standing.take(change)

    def begin(self, now: datetime) -> None:
        """Everything is known: those whose turn it is will write some time."""
        for ticket in self.standing.their_turn():
            at = now + self._after(_SOME_TIME_S)
            self._due.append(_Due(at, ticket.conversation_id, ticket.side))

    def hear(self, change: Change, now: datetime) -> None:
        """Take a change; a colleague's answer to somebody makes them write back, maybe."""
        if change.k == MESSAGE.name and change.op == "U":
            self._answered(MESSAGE.read(change.id, bytes(change.doc)), now)
        else:
            self.standing.take(change)

    def _answered(self, message: Message, now: datetime) -> None:
        if message.author != "staff" or message.lane == "internal" or message.id in self._heard:
            return
        self._heard.add(message.id)
        where = (message.conversation_id, message.lane)
        self._due = [due for due in self._due if (due.conversation_id, due.lane) != where]
        if self._rng.random() < _ANSWERS[min(self._answers.get(where, 0), len(_ANSWERS) - 1)]:
            self._due.append(_Due(now + self._after(self.pace.answer_s), *where))

    # -- what they do

    @property
    def wakes_at(self) -> datetime:
        """When something is to be done next."""
        return min([self._next_at, *(due.at for due in self._due)])

    def act(self, now: datetime) -> list[Command]:
        """What is done now; often nothing."""
        made: list[Command] = []
        for due in [due for due in self._due if due.at <= now]:
            self._due.remove(due)
            made += self._write_back(due, now)
        if self._next_at <= now:
            self._next_at = now + self._after(self.pace.every_s)
            made += self._something(now)
        return made

    def _something(self, now: datetime) -> list[Command]:
        """One deed; the next when the first drawn cannot be done."""
        deeds: list[_Deed] = [self._doings.moves_parcel, self._doings.places_order]
        deeds += [self._open_case, self._nudge, self._seller_joins]
        weights = [30.0, 20.0, 22.0, 10.0, 18.0]
        while deeds:
            chosen = weighted(self._rng, range(len(deeds)), weights)
            if made := deeds[chosen](now):
                return made
            del deeds[chosen], weights[chosen]
        return []

    def _open_case(self, now: datetime) -> list[Command]:
        if self.standing.active >= self.pace.most_active:
            return []
        return self._doings.opens_case(now)

    def _write_back(self, due: _Due, now: datetime) -> list[Command]:
        """Answer a colleague: something more at first, thanks after that."""
        ticket = self.standing.ticket_over(due.conversation_id)
        case = self.standing.case(ticket, self._rng) if ticket else None
        if ticket is None or case is None:
            return []
        told = self._count(due.conversation_id, due.lane)
        if due.lane != ticket.side:
            return self._doings.seller_says(case, ticket, now)
        texts = case.voice.language
        if ticket.status in FINISHED or told > 0:
            thanks = [text for text in texts.thanks if "{agent}" not in text]
            body = case.voice.say(one(self._rng, thanks))
        else:
            known = self.standing.understands(ticket, case)
            body = case.voice.more(
                self._rng, one(self._rng, replies(case) if known else texts.nudges)
            )
        return self._doings.says(case.asker, ticket, body, now)

    def _nudge(self, now: datetime) -> list[Command]:
        """Somebody who waits asks again, once."""
        waiting = [t for t in self.standing.waiting(now - _PATIENCE) if self._silent(t, t.side)]
        if not waiting:
            return []
        ticket = one(self._rng, waiting)
        self._count(ticket.conversation_id, ticket.side)
        case = self.standing.case(ticket, self._rng)
        if case is None:
            return []
        body = case.voice.more(self._rng, one(self._rng, case.voice.language.nudges))
        return self._doings.says(case.asker, ticket, body, now)

    def _seller_joins(self, now: datetime) -> list[Command]:
        """The seller of an open case has their say, once."""
        silent = [t for t in self.standing.without_seller() if self._silent(t, "seller")]
        if not silent:
            return []
        ticket = one(self._rng, silent)
        self._count(ticket.conversation_id, "seller")
        case = self.standing.case(ticket, self._rng)
        if case is None or not self.standing.understands(ticket, case):
            return []
        return self._doings.seller_says(case, ticket, now)

    def _silent(self, ticket: Ticket, lane: LaneName) -> bool:
        return (ticket.conversation_id, lane) not in self._answers

    def _count(self, conversation_id: UUID, lane: LaneName) -> int:
        """How often they wrote there before this time."""
        told = self._answers.get((conversation_id, lane), 0)
        self._answers[conversation_id, lane] = told + 1
        return told

    def _after(self, span_s: tuple[float, float]) -> timedelta:
        return timedelta(seconds=self._rng.uniform(*span_s))
