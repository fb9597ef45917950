"""A random life of a shop, by commands alone: tickets begun, moved, merged, solved, reopened, erased."""

import random
from copy import copy
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from console.kernel.codec import NIL
from console.kernel.ids import new_id
from console.people.model import User
from console.people.records import NoteParty
from console.people.server import accounts
from console.sync.records import Command
from console.sync.server.tx import Tx
from console.tickets.model import Status, Ticket
from console.tickets.records import TICKET, Merge, MoveToTeam, SetStatus, Unmerge
from console.tickets.server.erasure import erase_ticket
from tests.parts.acts import act, note, received, reply, team_named, told_order
from tests.parts.office import Office

TEAMS = ("Europe", "Asia")
PEOPLE = ("lena", "mei", "olu")
ORDERS = ("A-1", "A-2", "A-3")
LONG_AGO = timedelta(days=200)


class ShopLife:
    """Does random deeds at an office; the same for the same seed."""

    def __init__(self, office: Office, seed: int) -> None:
        self._office = office
        self._dice = random.Random(seed)
        self.teams = [team_named(office, name).id for name in TEAMS]
        self.shop = office.user("Shop", "integration")
        self.boss = office.user("Root Boss", "admin", TEAMS)
        self.agents = [office.user(f"{name} Kovac", "agent", TEAMS[:1]) for name in ("Ana", "Ben")]

    def beside(self, office: Office, seed: int) -> Self:
        """The same shop's life at another node, with dice of its own."""
        other = copy(self)
        other._office, other._dice = office, random.Random(seed)
        return other

    def go_on(self, deeds: int) -> None:
        """So many more."""
        known = (
            (5, self._begin), (4, self._hear), (4, self._answer), (4, self._status),
            (4, self._move), (2, self._merge), (1, self._unmerge), (2, self._note_party),
            (2, self._tell_order), (1, self._erase), (2, self._wait), (1, self._regrant),
        )  # fmt: skip
        deeds_by_chance = [deed for weight, deed in known for _ in range(weight)]
        for deed in self._dice.choices(deeds_by_chance, k=deeds):
            deed()

    def _run(self, user: User, wish: Command) -> None:
        self._office.run(self._office.actor(user), wish)

    def _tickets(self) -> list[Ticket]:
        rows = self._office.rows("SELECT id, doc FROM tickets ORDER BY number")
        return [TICKET.read(UUID(bytes=bytes(raw_id)), doc) for raw_id, doc in rows]

    def _one(self) -> Ticket | None:
        found = self._tickets()
        return self._dice.choice(found) if found else None

    def _address(self) -> str:
        return f"{self._dice.choice(PEOPLE)}@mail.test"

    def _said_at(self) -> datetime:
        """Now, or long ago: as what is imported."""
        now = self._office.clock.now()
        return self._dice.choice((now, now - LONG_AGO))

    def _begin(self) -> None:
        dice, order = self._dice, self._dice.choice((*ORDERS, ""))
        wish = received(
            email=self._address(), order_number=order, side=dice.choice(("buyer", "buyer", "seller")),
            team_id=dice.choice((NIL, *self.teams)), at=self._said_at(),
        )  # fmt: skip
        self._run(self.shop, wish)

    def _hear(self) -> None:
        if (ticket := self._one()) is not None:
            side = self._dice.choice(("buyer", "seller"))
            wish = received(
                ticket.conversation_id, email=self._address(), side=side, at=self._said_at()
            )
            self._run(self.shop, wish)

    def _answer(self) -> None:
        if (ticket := self._one()) is not None:
            say = self._dice.choice((reply, note))
            more = {"anyway": True} if say is reply else {}
            self._run(self.boss, say(ticket.conversation_id, **more))

    def _status(self) -> None:
        if (ticket := self._one()) is not None:
            status = self._dice.choice(list(Status))
            self._run(self.boss, act(ticket.id, SetStatus(status=status, seen=ticket.status)))

    def _move(self) -> None:
        if (ticket := self._one()) is not None:
            to = self._dice.choice(self.teams)
            self._run(self.boss, act(ticket.id, MoveToTeam(team_id=to, seen=ticket.team_id)))

    def _merge(self) -> None:
        into, other = self._one(), self._one()
        if into is not None and other is not None:
            self._run(self.boss, act(into.id, Merge(ticket=other.id, mixed=True)))

    def _unmerge(self) -> None:
        merged = [each for each in self._tickets() if each.merged_into.int]
        if merged:
            other = self._dice.choice(merged)
            self._run(self.boss, act(other.merged_into, Unmerge(ticket=other.id)))

    def _note_party(self) -> None:
        found = self._office.rows("SELECT id FROM parties ORDER BY handle")
        if found:
            party = UUID(bytes=bytes(self._dice.choice(found)[0]))
            self._run(self.boss, act(new_id(), NoteParty(party_id=party, body="Be kind.")))

    def _tell_order(self) -> None:
        found = self._office.rows("SELECT id, handle FROM parties ORDER BY handle")
        sides = {"buyer": [NIL], "seller": [NIL]}
        for raw_id, handle in found:
            sides["seller" if "seller" in handle else "buyer"].append(UUID(bytes=bytes(raw_id)))
        number = self._dice.choice(ORDERS)
        if self._office.rows("SELECT 1 FROM orders WHERE number = :number", number=number):
            told = {f"{side}_id": self._dice.choice(ids) for side, ids in sides.items()}
            self._run(self.shop, told_order(number, **told))

    def _erase(self) -> None:
        if (ticket := self._one()) is not None:

            def work(tx: Tx) -> None:
                if (stored := tx.get(TICKET, ticket.id)) is not None:
                    erase_ticket(tx, stored.record)

            self._office.write(work)

    def _wait(self) -> None:
        self._office.clock.advance(LONG_AGO.total_seconds() / 5)

    def _regrant(self) -> None:
        agent = self._dice.choice(self.agents)
        teams = self._dice.choice((TEAMS, TEAMS[:1], TEAMS[1:], ()))
        self._office.write(lambda tx: accounts.set_teams(tx, agent.id, teams))
