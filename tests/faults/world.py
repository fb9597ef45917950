"""A small desk under fire: a server process, Ana's console with its engine, Ben beside her, a buyer.

Whatever dies is started again by `revive`; `quiet` waits until all agree and says what went wrong.
"""

import asyncio
import random
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from console.conversations.records import AddNote, SendReply
from console.kernel import codec
from console.kernel.ids import new_id
from console.people.model import Actor, User
from console.people.records import TEAM as TEAM_KIND
from console.people.tables import rows as people_rows
from console.server import lock, rooms
from console.sync.client import pipe
from console.sync.records import Command, Commands
from console.sync.server.tx import Tx
from console.tickets.model import Priority, Status, Ticket
from console.tickets.records import TICKET
from console.tickets.tables import rows as ticket_rows
from tests.faults.children import Died, Nursery
from tests.faults.console import Console
from tests.faults.shop import Shop
from tests.faults.tally import Deed, Tally, judge_deeds, judge_rows
from tests.parts.acts import act, received
from tests.parts.desk import Desk
from tests.parts.web import TRUSTED

TICKETS = 3
TEAM = "Europe"
QUIET_S = 30.0


class World:
    """See the module. `seed` decides what everybody does."""

    def __init__(self, folder: Path, database_url: str, nursery: Nursery, seed: int = 0) -> None:
        self.folder = folder
        self.postgres = not database_url.startswith("sqlite")
        self.shop = Shop(folder / "server", database_url, nursery)
        self.dice = random.Random(seed)
        self.deeds: list[Deed] = []
        self.tickets: list[Ticket] = []
        self._unheard: list[Command] = []
        self.consoles: list[Console] = []

    async def open(self, clock_s: float = 0) -> "World":
        """Everybody is there, and live."""
        add = self.shop.parts.add_user
        self.ana_user = await add("Ana Kovac", teams=(TEAM,))
        self.ben_user = await add("Ben Ode", teams=(TEAM,))
        self.cara_user = await add("Cara Lind", "supervisor")
        self.hook = await add("Shop Hook", "integration")
        self.tickets = await self.shop.parts.prepare(self._cases)
        await self.shop.start()
        self.hook_token = self.shop.token(self.hook, new_id())
        ben = self.folder / "ben"
        ben.mkdir()
        self.ben = await Desk(ben, self.shop, self.ben_user).open()
        self.ana = await self.console("ana", self.ana_user, clock_s)
        await self.quiet()
        return self

    async def console(self, name: str, user: User, clock_s: float = 0) -> Console:
        """One more console, with files of its own."""
        made = await Console(self.folder / name, user, self.shop, clock_s).open()
        self.consoles.append(made)
        return made

    def _cases(self, tx: Tx) -> list[Ticket]:
        scopes = tx.grants(self.hook.id)
        actor = Actor(
            self.hook.id, "Shop", "integration", frozenset({"conversation.receive"}), scopes
        )
        team = next(t.record for t in tx.all(TEAM_KIND) if t.record.name == TEAM)
        for n in range(TICKETS):
            asked = received(email=f"{n}@mail.test", name=f"Buyer {n}", team_id=team.id)
            assert not rooms.dispatch().execute(tx, actor, asked).rejected
        return sorted(tx.written(TICKET), key=lambda ticket: ticket.number)

    async def close(self) -> None:
        """Everybody goes home."""
        for console in self.consoles:
            await console.close()
        await self.ben.close()
        await self.shop.close()

    # -- what they do

    async def ana_acts(self) -> None:
        """The next thing Ana does; her console may die over it."""
        n = len(self.deeds)
        ticket = self.dice.choice(self.tickets)
        kind = ("AddNote", "SendReply", "draft", "AddNote", "SetPriority", "ChangeTags")[n % 6]
        if n % 18 == 17:
            kind = "SetStatus"
        if kind == "draft":
            await self.ana_types(ticket, f"half a thought {n}" if self.dice.random() < 0.7 else "")
            return
        text = f"{kind} of Ana {n}" if kind in ("AddNote", "SendReply") else ""
        await self.ana_does(kind, ticket, self._args(kind, n, text), text)

    async def ana_notes(self) -> None:
        """A note of Ana's."""
        n = len(self.deeds)
        text = f"AddNote of Ana {n}"
        await self.ana_does("AddNote", self.tickets[0], self._args("AddNote", n, text), text)

    async def ana_does(self, kind: str, ticket: Ticket, args: Any, text: str = "") -> Deed:
        """One command of Ana's."""
        deed = Deed(len(self.deeds), kind, ticket.conversation_id, text)
        self.deeds.append(deed)
        talk = kind in ("AddNote", "SendReply")
        target = ticket.conversation_id if talk else ticket.id
        order = {"type": kind, "target": str(target), "lane": str(ticket.id), "args": args}
        with suppress(Died):
            deed.cmd_id = UUID(await self.ana.child.ask(do=order))
        return deed

    def _args(self, kind: str, n: int, text: str) -> dict[str, Any]:
        match kind:
            case "AddNote":
                return {"message_id": str(new_id()), "body": text}
            case "SendReply":
                return {"message_id": str(new_id()), "body": text, "lane": "buyer", "anyway": True}
            case "SetPriority":
                return {"priority": self.dice.choice(list(Priority)), "seen": Priority.NORMAL}
            case "SetStatus":
                return {"status": self.dice.choice([Status.OPEN, Status.PENDING]), "seen": "new"}
            case _:
                return {"add": [f"t{n % 5}"], "remove": [f"t{(n + 2) % 5}"]}

    async def ana_types(self, ticket: Ticket, body: str) -> None:
        """A draft; empty text forgets it."""
        self.deeds.append(Deed(len(self.deeds), "draft", ticket.conversation_id))
        before = self.ana.drafts.get(ticket.id, {""})
        self.ana.drafts[ticket.id] = before | {body}
        try:
            await self.ana.child.ask(draft=[str(ticket.id), body])
            self.ana.drafts[ticket.id] = {body}
        except Died:
            pass

    async def others_act(self) -> None:
        """Ben writes, the buyer writes."""
        n = len(self.deeds)
        ticket = self.dice.choice(self.tickets)
        note = n % 2 == 0
        deed = Deed(n, "Ben", ticket.conversation_id, f"{'note' if note else 'reply'} of Ben {n}")
        args = (
            AddNote(message_id=new_id(), body=deed.text)
            if note
            else SendReply(message_id=new_id(), lane="buyer", body=deed.text, anyway=True)
        )
        made = act(ticket.conversation_id, args)
        deed.cmd_id = made.cmd_id
        self.deeds.append(deed)
        await self.ben.do(made, ticket.id)
        heard = received(ticket.conversation_id, f"word of the buyer {n}", email="0@mail.test")
        self._unheard.append(heard)
        await self._tell_shop()

    async def _tell_shop(self) -> None:
        """What the channel has not got an answer to goes again, with the same ids."""
        if not self._unheard:
            return
        sent = tuple(self._unheard)
        try:
            async with httpx.AsyncClient(base_url=self.shop.url, verify=TRUSTED) as client:
                body = codec.encode(Commands(commands=sent))
                head = {"authorization": f"Bearer {self.hook_token}"}
                (
                    await client.post("/sync/v1/commands", content=body, headers=head)
                ).raise_for_status()
        except httpx.TransportError:
            return
        self._unheard = self._unheard[len(sent) :]

    # -- what this machine's tools do

    async def operate(self, path: str, body: dict[str, Any]) -> None:
        """POST as the operator. Raises httpx.TransportError when the server dies over it."""
        running = lock.running_on(self.shop.parts.data)
        assert running is not None, "the server has not said where it runs"
        async with httpx.AsyncClient(base_url=self.shop.url, verify=TRUSTED) as client:
            head = {"authorization": f"Bearer {running.token}", "content-type": "application/json"}
            answer = await client.post(path, content=codec.encode(body), headers=head)
            assert answer.is_success, answer.text

    def team_named(self, name: str) -> UUID:
        """The team of that name."""
        found = self.shop.read(people_rows.teams)
        return next(team.id for team in found if team.name == name)

    def ticket_of(self, conversation_id: UUID) -> Ticket:
        """The ticket over a conversation."""
        found = self.shop.read(lambda r: ticket_rows.by_conversation(r, conversation_id))
        assert found is not None, "there is one"
        return found

    # -- after a death

    async def revive(self) -> None:
        """Start again whatever is dead; an engine's console does that by itself."""
        if self.shop.child is None or not self.shop.child.alive:
            await self.shop.start()
        for console in self.consoles:
            if not console.child.alive:
                await console.start()
        await self.hurry()

    async def hurry(self) -> None:
        """Let everybody try the server now."""
        for console in self.consoles:
            await console.child.ask(hurry=None)
        await self.ben.tell(pipe.Hurry())

    async def quiet(self) -> Tally:
        """Wait until all agree; what is wrong when they do, or still after QUIET_S."""
        await self.revive()
        found = Tally()
        try:
            async with asyncio.timeout(QUIET_S):
                while True:
                    await self._tell_shop()
                    found = await self._judge()
                    if found.clean and not self._unheard:
                        return found
                    await self.ana.child.ask(next=None)
        except TimeoutError:
            if found.clean:
                found.lost.append("a buyer's word is not taken")
        return found

    async def _judge(self) -> Tally:
        stand = await self.ana.child.ask(stand=None)
        tally = Tally()
        if stand["mode"] != "live" or not stand["settled"]:
            tally.lost.append(f"Ana is not quiet: {stand['mode']}, {len(stand['entries'])} wait")
            await self.ana.child.ask(hurry=None)
        if self.ben.mode != "live":
            await self.ben.tell(pipe.Hurry())
        there = self.shop.look(self.ana_user.id)
        states, _ = self.ana.work()
        mine = [deed for deed in self.deeds if deed.kind != "Ben"]
        tally.add(judge_deeds(mine, states, there))
        bens = [deed for deed in self.deeds if deed.kind == "Ben"]
        tally.add(judge_deeds(bens, dict(_states(self.ben)), there))
        tally.lost += self.ana.lost_drafts()
        for console in self.consoles:
            if console.engines.now is None or not console.engines.now.alive:
                tally.lost.append(f"{console.user.name} has no engine yet")
            seen = self.shop.look(console.user.id)
            tally.add(judge_rows(console.rows(), seen.shown, seen.needed, console.user.name))
        seen = self.shop.look(self.ben_user.id)
        bens_rows = {name: self.ben.rows(name) for name in seen.shown}
        tally.add(judge_rows(bens_rows, seen.shown, seen.needed, "Ben"))
        return tally


def _states(desk: Desk) -> list[tuple[UUID, str]]:
    rows = desk.work.execute(
        "SELECT cmd_id, 'journal' FROM journal UNION ALL SELECT cmd_id, state FROM outbox"
    ).fetchall()
    return [(UUID(bytes=row[0]), row[1]) for row in rows]
