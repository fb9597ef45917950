"""Two consoles act on the same tickets, one of them offline; it returns and all agree."""

from collections import Counter
from uuid import UUID

import pytest

from console.conversations.records import AddNote, SendReply
from console.kernel.codec import NIL, Strict
from console.kernel.ids import new_id
from console.people.model import User
from console.people.tables import rows as people_rows
from console.sync.records import Accepted, Command, Merged, Rejected, command
from console.tickets.model import Priority, Status, Ticket
from console.tickets.records import (
    TICKET,
    Assign,
    ChangeTags,
    MarkRead,
    MoveToTeam,
    SetPriority,
    SetStatus,
    Take,
)
from tests.parts.acts import received
from tests.parts.compare import assert_replica_equals_server
from tests.parts.desk import Desk, Desks
from tests.parts.server import LiveServer

pytestmark = pytest.mark.anyio


def tickets(desk: Desk) -> list[Ticket]:
    """The desk's tickets by number."""
    found = desk.reader.rows("SELECT id, doc FROM tickets")
    records = [TICKET.read(UUID(bytes=row[0]), row[1]) for row in found]
    return sorted(records, key=lambda ticket: ticket.number)


def rev(desk: Desk, conversation_id: UUID) -> int:
    return desk.rows("conversations")[conversation_id.bytes][0]


class Hands:
    """Somebody at a desk; remembers what each action was called."""

    def __init__(self, desk: Desk, user: User) -> None:
        self.desk, self.user = desk, user
        self.done: dict[str, Command] = {}

    async def act(
        self, name: str, target: UUID, args: Strict, lane: UUID, after: UUID | None = None
    ) -> UUID:
        is_message = isinstance(args, SendReply | AddNote)
        base = rev(self.desk, target) if is_message else 0
        made = command(target, args, cmd_id=new_id(), base_rev=base, after=after)
        self.done[name] = made
        await self.desk.do(made, lane)
        return made.cmd_id

    async def ticket(self, name: str, ticket: Ticket, args: Strict) -> UUID:
        return await self.act(name, ticket.id, args, ticket.id)

    async def reply(self, name: str, ticket: Ticket, anyway: bool = False) -> UUID:
        args = SendReply(
            message_id=new_id(), lane="buyer", body=f"{name} {self.user.name}", anyway=anyway
        )
        return await self.act(name, ticket.conversation_id, args, ticket.id)

    async def note(self, name: str, ticket: Ticket, after: UUID | None = None) -> UUID:
        args = AddNote(message_id=new_id(), body=f"{name} {self.user.name}")
        return await self.act(name, ticket.conversation_id, args, ticket.id, after)

    def outcome(self, name: str) -> str:
        """What became of an action: done, merged, or the code of its refusal."""
        found = self.desk.outcome(self.done[name].cmd_id)
        if isinstance(found, Rejected):
            return found.code
        return {Accepted: "done", Merged: "merged"}.get(type(found), "nothing")


async def test_every_conflict_is_settled_by_its_rule_and_seen(
    server: LiveServer, desks: Desks
) -> None:
    ana_user = server.add_user("Ana Kovac", teams=("Europe",))
    ben_user = server.add_user("Ben Ode", teams=("Europe", "Asia"))
    teams = {t.name: t.id for t in server.call(server.core.read(people_rows.teams))}
    for n in range(12):
        server.execute(server.operator(), received(email=f"{n}@mail.test", order_number=f"A-{n}"))
    ana = Hands(await desks.open(ana_user), ana_user)
    ben = Hands(await desks.open(ben_user), ben_user)
    for hands in (ana, ben):
        await hands.desk.live()
    t = tickets(ana.desk)
    assert len(t) == 12

    await ana.desk.offline()
    await act_online(ben, t, teams)
    heard = received(t[9].conversation_id, "And now?", email="9@mail.test")
    server.execute(server.operator(), heard)
    await ben.desk.settled()

    await act_offline(ana, t, teams)
    assert all(entry.state == "queued" for entry in ana.desk.outbox.entries())
    assert ana.desk.rows("tickets") != ben.desk.rows("tickets")

    await ana.desk.offline(False)
    await ana.desk.live()
    await ana.desk.settled()

    assert {name: ana.outcome(name) for name in ana.done} == {
        "reply": "newer_reply",
        "follow-up": "dependency_rejected",
        "reply anyway": "done",
        "note": "done",
        "take": "taken_by",
        "assign": "done",
        "status": "status_changed",
        "priority": "merged",
        "tags": "done",
        "note moved": "denied",
        "read": "done",
        "move": "done",
        "first": "done",
    }
    merged = ana.desk.outcome(ana.done["priority"].cmd_id)
    assert isinstance(merged, Merged)
    assert merged.theirs == {"priority": "high"}
    refused = {e.command.cmd_id for e in ana.desk.outbox.entries()}
    assert refused == {
        ana.done[n].cmd_id for n in ana.done if ana.outcome(n) not in ("done", "merged")
    }

    await ben.desk.until(
        lambda: ben.desk.rows("messages").keys() >= ana.desk.rows("messages").keys()
    )
    head = server.call(server.core.read(server.core.feed.head))
    for hands in (ana, ben):
        await hands.desk.until(lambda h=hands: h.desk._cursor >= head or same(h.desk), "current")
        assert_replica_equals_server(hands.desk)
    now = {ticket.number: ticket for ticket in tickets(ben.desk)}
    assert now[4].assignee_id == ben_user.id
    assert (now[6].status, now[7].priority, now[9 + 1].unread) == (Status.PENDING, Priority.LOW, 1)
    assert now[8].tags == ("late", "vip")
    assert t[8].id not in {ticket.id for ticket in tickets(ana.desk)}
    assert_nothing_doubled(server)
    await desks.close()


def same(desk: Desk) -> bool:
    try:
        assert_replica_equals_server(desk)
    except AssertionError:
        return False
    return True


async def act_online(ben: Hands, t: list[Ticket], teams: dict[str, UUID]) -> None:
    """Ben works while Ana is away."""
    await ben.reply("reply", t[0])
    await ben.reply("reply b", t[1])
    await ben.note("note", t[2])
    await ben.ticket("take", t[3], Take())
    await ben.ticket("assign", t[4], Assign(assignee_id=ben.user.id))
    await ben.ticket("status", t[5], SetStatus(status=Status.PENDING, seen=Status.NEW))
    await ben.ticket("priority", t[6], SetPriority(priority=Priority.HIGH, seen=Priority.NORMAL))
    await ben.ticket("tags", t[7], ChangeTags(add=("late",)))
    await ben.ticket("move away", t[8], MoveToTeam(team_id=teams["Asia"]))
    await ben.ticket("move", t[10], MoveToTeam(team_id=teams["Europe"]))


async def act_offline(ana: Hands, t: list[Ticket], teams: dict[str, UUID]) -> None:
    """Ana works on what she last saw."""
    refused = await ana.reply("reply", t[0])
    await ana.note("follow-up", t[0], after=refused)
    await ana.reply("reply anyway", t[1], anyway=True)
    await ana.note("note", t[2])
    await ana.ticket("take", t[3], Take())
    await ana.ticket("assign", t[4], Assign(assignee_id=ben_of(ana)))
    await ana.ticket("status", t[5], SetStatus(status=Status.SOLVED, seen=Status.NEW))
    await ana.ticket("priority", t[6], SetPriority(priority=Priority.LOW, seen=Priority.NORMAL))
    await ana.ticket("tags", t[7], ChangeTags(add=("vip",), remove=("gone",)))
    await ana.note("note moved", t[8])
    await ana.ticket("read", t[9], MarkRead(count=1))
    await ana.ticket("move", t[10], MoveToTeam(team_id=teams["Europe"], seen=NIL))
    await ana.reply("first", t[11])


def ben_of(ana: Hands) -> UUID:
    found = people_rows.user_by_email(ana.desk.reader, "ben@desk.test")
    assert found is not None
    return found.id


def assert_nothing_doubled(server: LiveServer) -> None:
    """Every message once, positions without gaps, every command answered once."""
    found = server.call(
        server.core.read(lambda r: r.rows("SELECT conversation_id, pos, doc FROM messages"))
    )
    places = Counter((bytes(row[0]), row[1]) for row in found)
    assert max(places.values()) == 1
    by_conversation: dict[bytes, list[int]] = {}
    for conversation, pos in places:
        by_conversation.setdefault(conversation, []).append(pos)
    assert all(sorted(p) == list(range(1, len(p) + 1)) for p in by_conversation.values())
