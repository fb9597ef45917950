"""Colleagues at the same ticket see each other, through real engines, sockets and a real server."""

import logging
from uuid import UUID

import pytest

from console.kernel.ids import new_id
from console.people.model import User
from console.people.server import accounts
from console.people.tables import rows as people_rows
from console.sync.client import pipe
from console.sync.records import Accepted, command
from console.tickets.model import Priority
from console.tickets.records import SetPriority
from tests.parts.acts import received
from tests.parts.desk import Desk, Desks
from tests.parts.server import LiveServer

pytestmark = pytest.mark.anyio


class Floor:
    """Desks of colleagues at one ticket of their team's."""

    def __init__(self, server: LiveServer, desks: Desks) -> None:
        self.server, self._desks = server, desks
        self.users = {n: server.add_user(n, teams=("Europe",)) for n in ("Ana", "Ben", "Cara")}
        teams = {t.name: t.id for t in server.call(server.core.read(people_rows.teams))}
        wish = received(team_id=teams["Europe"])
        (told,) = server.execute(server.operator(), wish)
        assert isinstance(told.outcome, Accepted)
        self.desks: dict[str, Desk] = {}
        self.ticket: UUID

    async def sit(self, *names: str) -> None:
        for name in names:
            desk = self.desks[name] = await self._desks.open(self.users[name], name)
            await desk.live()
            await desk.until(lambda d=desk: d.rows("tickets"), "the ticket")
            (raw,) = desk.rows("tickets")
            self.ticket = UUID(bytes=raw)

    async def attend(self, name: str, what: str = "viewing", *, away: bool = False) -> None:
        await self.desks[name].tell(pipe.Attend(None if away else self.ticket, what))

    def seen(self, at: str, name: str) -> list[str]:
        """What a desk was told of somebody, in order, what was said again once."""
        who, found = self.users[name].id, [""]
        for frame in self.desks[at].said:
            if isinstance(frame, pipe.Present) and frame.who == who and found[-1] != frame.what:
                assert frame.ticket == self.ticket
                found.append(frame.what)
        return found[1:]

    async def sees(self, at: str, name: str, *what: str) -> None:
        """Wait until a desk was told this of somebody, in this order, and nothing else."""
        await self.desks[at].until(lambda: len(self.seen(at, name)) >= len(what), f"{name} {what}")
        assert self.seen(at, name) == list(what)

    async def all_done(self, name: str) -> None:
        """A desk has done something and heard of it: it is up to date with what came before."""
        desk = self.desks[name]
        wish = command(
            self.ticket, SetPriority(priority=Priority.HIGH, seen=Priority.NORMAL), cmd_id=new_id()
        )
        await desk.do(wish)
        await desk.until(lambda: desk.outcome(wish.cmd_id) is not None)


@pytest.fixture
def floor(server: LiveServer, desks: Desks) -> Floor:
    return Floor(server, desks)


async def test_colleagues_see_each_other_come_write_and_go(
    floor: Floor, desks: Desks, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "console")
    await floor.sit("Ana", "Ben")
    await floor.attend("Ana")
    await floor.attend("Ben")
    await floor.sees("Ben", "Ana", "viewing")
    await floor.sees("Ana", "Ben", "viewing")
    await floor.attend("Ana", "typing:buyer")
    await floor.sees("Ben", "Ana", "viewing", "typing:buyer")
    await floor.attend("Ben", "noting")
    await floor.sees("Ana", "Ben", "viewing", "noting")
    await floor.attend("Ana", away=True)
    await floor.sees("Ben", "Ana", "viewing", "typing:buyer", "left")
    await floor.attend("Ben", "typing:seller")
    await floor.all_done("Ana")
    assert floor.seen("Ana", "Ben") == ["viewing", "noting"], "who has left hears nothing more"
    await floor.attend("Ana", "typing:seller")
    await floor.sees("Ben", "Ana", "viewing", "typing:buyer", "left", "typing:seller")
    await floor.sees("Ana", "Ben", "viewing", "noting", "typing:seller")
    await desks.close()
    names = {str(user.id) for user in floor.users.values()} | {str(floor.ticket)}
    assert not [r for r in caplog.records if any(name in str(r.__dict__) for name in names)]


async def test_who_goes_offline_has_left_and_is_there_again_afterwards(
    floor: Floor, desks: Desks
) -> None:
    await floor.sit("Ana", "Ben")
    await floor.attend("Ana")
    await floor.attend("Ben")
    await floor.sees("Ben", "Ana", "viewing")
    await floor.sees("Ana", "Ben", "viewing")
    await floor.desks["Ana"].offline()
    await floor.sees("Ben", "Ana", "viewing", "left")
    await floor.attend("Ana", "typing:buyer")
    await floor.desks["Ana"].offline(False)
    await floor.sees("Ben", "Ana", "viewing", "left", "typing:buyer")
    await floor.attend("Ben", "noting")
    await floor.sees("Ana", "Ben", "viewing", "noting")
    await floor.desks["Ben"].close()
    await floor.sees("Ana", "Ben", "viewing", "noting", "left")
    floor.server.call(_nobody_but(floor, "Ana"))
    floor.desks.pop("Ben")
    await floor.desks["Ana"].close()


async def _nobody_but(floor: Floor, name: str) -> None:
    presence = floor.server.core.presence
    there = {e.who for entries in presence._topics.values() for e in entries.values()}
    assert there <= {floor.users[name].id}


async def test_who_lost_the_queue_hears_and_says_nothing_more(floor: Floor, desks: Desks) -> None:
    await floor.sit("Ana", "Ben", "Cara")
    for name in ("Ana", "Ben", "Cara"):
        await floor.attend(name)
    await floor.sees("Ben", "Ana", "viewing")
    await floor.sees("Cara", "Ben", "viewing")
    floor.server.write(lambda tx: accounts.set_teams(tx, floor.users["Ben"].id, ()))
    await floor.sees("Cara", "Ben", "viewing", "left")
    await floor.attend("Ben", "typing:buyer")
    await floor.attend("Ana", "typing:buyer")
    await floor.sees("Cara", "Ana", "viewing", "typing:buyer")
    await floor.all_done("Ben")
    assert floor.seen("Ben", "Ana") == ["viewing"]
    assert floor.seen("Cara", "Ben") == ["viewing", "left"]
    await desks.close()


async def test_that_somebody_writes_a_note_is_told_only_to_who_sees_notes(
    floor: Floor, desks: Desks
) -> None:
    public = {scope for scope in _granted(floor, floor.users["Cara"]) if scope % 2 == 0}
    floor.server.write(
        lambda tx: tx.set_grants(
            floor.users["Cara"].id, floor.users["Cara"].scope, frozenset(public)
        )
    )
    await floor.sit("Ana", "Ben", "Cara")
    for name in ("Ben", "Cara"):
        await floor.attend(name)
    await floor.attend("Ana", "noting")
    await floor.sees("Ben", "Ana", "noting")
    await floor.sees("Cara", "Ana", "viewing")
    await floor.attend("Ana", "typing:buyer")
    await floor.sees("Ben", "Ana", "noting", "typing:buyer")
    await floor.sees("Cara", "Ana", "viewing", "typing:buyer")
    await desks.close()


def _granted(floor: Floor, user: User) -> set[int]:
    rows = floor.server.call(
        floor.server.core.read(
            lambda r: r.rows("SELECT scope_id FROM scope_grant WHERE user_id = :u", u=user.id.bytes)
        )
    )
    return {row[0] for row in rows}


async def test_a_list_hears_who_is_at_its_tickets(floor: Floor, desks: Desks) -> None:
    await floor.sit("Ana", "Ben")
    await floor.desks["Ana"].tell(pipe.Glance((floor.ticket,)))
    await floor.attend("Ben", "typing:buyer")
    await floor.sees("Ana", "Ben", "typing:buyer")
    await floor.attend("Ben", away=True)
    await floor.sees("Ana", "Ben", "typing:buyer", "left")
    assert floor.seen("Ben", "Ana") == [], "who looks at a list is at no ticket"
    await floor.desks["Ana"].tell(pipe.Glance(()))
    await floor.all_done("Ana")
    assert floor.server.core.presence.glances._looks == {}
    await desks.close()
