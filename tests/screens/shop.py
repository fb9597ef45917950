"""The shop of the pictures: a real server at a fixed time, and the cache that a desk has of it."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from msgspec import structs

from console.catalog import catalog
from console.conversations.model import Attachment, Mention
from console.conversations.records import AddNote, ReceiveMessage, Sender, SendReply
from console.demo.content import load
from console.demo.filler import bring
from console.demo.macros import files_of, macro_command
from console.kernel.ids import derived_id, new_id
from console.kernel.money import Money
from console.orders.model import Order
from console.orders.records import RecordOrder
from console.orders.server import order_id_of
from console.people.model import Actor, User
from console.people.records import PARTY, TEAM
from console.store import sqlite
from console.store.reader import Reader
from console.sync.client.engine import Engine
from console.sync.client.pipe import Begin, Standing
from console.sync.client.work import CACHE_FILE, WORK_FILE, device_id, open_work
from console.sync.records import Accepted, Command, Merged, command
from console.sync.server.schema import sync_state
from console.sync.server.tx import Tx
from console.tickets.model import Priority, Status, Ticket
from console.tickets.records import Assign, ChangeTags, MarkRead, SetPriority, SetStatus
from console.tickets.tables import rows as ticket_rows
from tests.fakes.clock import ManualClock
from tests.parts.blobs import Sample, noise, put
from tests.parts.desk import KEY
from tests.parts.server import LiveServer, live_server
from tests.parts.until import until
from tests.screens import content
from tests.screens.content import NOW, Heard

_FIRST_NUMBER = 48_186


@dataclass(frozen=True)
class Made:
    """A profile folder with a full cache, whose it is, and the tickets that pictures open."""

    folder: Path
    me: UUID
    tickets: dict[str, UUID]


class Shop:
    """Lets things happen on a server, each at its own time."""

    def __init__(self, server: LiveServer, clock: ManualClock) -> None:
        self._server, self._clock = server, clock
        server.write(_from_a_busy_year)
        self.ana = server.add_user("Ana Kovač", teams=("Europe", "Payments"))
        self.tomas = server.add_user("Tomas Silva", teams=("Europe", "Americas"))
        self.mila = server.add_user("Mila Lund", teams=("Payments",))
        self.priya = server.add_user("Priya Raman", "supervisor")
        self._teams = {s.record.name: s.record.id for s in server.write(lambda tx: tx.all(TEAM))}
        self._outside = server.operator()

    def actor(self, user: User) -> Actor:
        """The user as a signed-in actor."""
        return self._server.call(self._server.core.actor(self._server.token(user)))

    def at(self, minutes_ago: float) -> None:
        """It is now so many minutes before NOW."""
        wanted = NOW - timedelta(minutes=minutes_ago)
        self._clock.advance((wanted - self._clock.now()).total_seconds())

    def act(self, actor: Actor, *commands: Command) -> None:
        """Do these; each must be accepted."""
        for result in self._server.execute(actor, *commands):
            assert isinstance(result.outcome, Accepted | Merged), result.outcome

    def bring(self, actor: Actor, file: Attachment) -> None:
        """Have a file of the sandbox here, which the actor is about to name."""
        self._server.write(lambda tx: bring(tx, actor, file))

    def hear(self, heard: Heard, conversation_id: UUID | None = None) -> UUID:
        """A message from outside; the conversation it is in."""
        target = conversation_id or new_id()
        email = f"{derived_id('mail', heard.name).hex[:8]}@example.com"
        if heard.name.isascii():
            email = f"{heard.name.lower().replace(' ', '.')}@example.com"
        files = [put(self._server, self._outside, _file(*told)) for told in heard.files]
        args = ReceiveMessage(
            message_id=new_id(),
            sender=Sender(side=heard.side, name=heard.name, email=email, **heard.told),
            channel=heard.channel,
            subject=heard.subject or "Re",
            body=heard.body,
            at=NOW - timedelta(minutes=heard.ago),
            order_number=heard.order,
            team_id=self._teams[heard.team],
            attachments=tuple(file.attachment for file in files),
            html=heard.html,
        )
        self.act(self._outside, command(target, args, cmd_id=new_id()))
        return target

    def tell_order(self, order: Order) -> None:
        """The shop's word for an order."""
        args = RecordOrder(order=order)
        target = order_id_of(order.number)
        self.act(self._outside, command(target, args, cmd_id=new_id()))

    def ticket(self, conversation_id: UUID) -> Ticket:
        """The ticket over a conversation."""

        def look(reader: Reader) -> Ticket:
            ids = [UUID(bytes=bytes(row[0])) for row in reader.rows("SELECT id FROM tickets")]
            found = ticket_rows.tickets(reader, ids).values()
            return next(t for t in found if t.conversation_id == conversation_id)

        return self._server.call(self._server.core.read(look))

    def triage(self, user: User, conversation_id: UUID, *wishes: object) -> None:
        """Do triage on the conversation's ticket as a colleague."""
        target = self.ticket(conversation_id).id
        made = [command(target, wish, cmd_id=new_id()) for wish in wishes]
        self.act(self.actor(user), *made)

    def say(self, user: User, conversation_id: UUID, body: str, lane: str = "") -> None:
        """Write as a colleague: to a lane, or a note."""
        args = (
            SendReply(message_id=new_id(), lane=lane, body=body, anyway=True)
            if lane
            else AddNote(message_id=new_id(), body=body, mentions=self._named(body))
        )
        self.act(self.actor(user), command(conversation_id, args, cmd_id=new_id()))

    def _named(self, body: str) -> tuple[Mention, ...]:
        """Ana, where a note names her."""
        return (Mention(self.ana.id, "Ana"),) if "@Ana" in body else ()

    def know(self, name: str, orders: int, spent: Money) -> None:
        """What a customer means to the shop."""

        def work(tx: Tx) -> None:
            for stored in tx.find(PARTY, "name", name):
                tx.record(PARTY, structs.replace(stored.record, orders=orders, spent=spent))

        self._server.write(work)


def _from_a_busy_year(tx: Tx) -> None:
    tx.insert(sync_state, k="number_ticket", v=_FIRST_NUMBER)


def _file(name: str, size: int) -> Sample:
    kind = "application/pdf" if name.endswith("pdf") else "image/png"
    return Sample(noise(size, size), name, kind, derived_id("file", name))


async def make_shop(folder: Path) -> Made:
    """Let the shop live its day and fetch Ana's cache of it."""
    clock = ManualClock(NOW - timedelta(days=120))
    with live_server(folder / "server", clock=clock) as server:
        shop = Shop(server, clock)
        found = _history(shop)
        shop.at(0)
        tickets = {name: shop.ticket(c).id for name, c in found.items()}
        profile = folder / "profile"
        profile.mkdir()
        await _fetch(server, shop.ana, profile, clock)
    return Made(profile, shop.ana.id, tickets)


def _history(shop: Shop) -> dict[str, UUID]:
    """Everything that happened, oldest first; the conversations that pictures open, by name."""
    told: dict[str, UUID] = {}
    _macros(shop)
    for heard in sorted(content.LENAS_OTHERS, key=lambda h: -h.ago):
        shop.at(heard.ago)
        old = shop.hear(heard)
        shop.at(heard.ago - 50)
        shop.triage(shop.tomas, old, SetStatus(status=Status.SOLVED, seen=Status.NEW))
    shop.at(60 * 24 * 4)
    told["thread"] = _thread(shop)
    for mails in (content.HOSTILE, content.MAILED):
        shop.at(mails[0].ago)
        told[mails[0].name] = shop.hear(mails[0])
        shop.triage(shop.tomas, told[mails[0].name], Assign(assignee_id=shop.tomas.id))
        shop.at(mails[1].ago)
        shop.hear(mails[1], told[mails[0].name])
    for heard in sorted((*content.QUEUE, content.LONG, content.LENA), key=lambda h: -h.ago):
        shop.at(heard.ago)
        told[heard.name] = shop.hear(heard)
    shop.tell_order(content.TEA)
    shop.tell_order(content.LAMPS)
    _work(shop, told)
    lena = told["Lena Hoffmann"]
    shop.at(30)
    shop.say(shop.tomas, lena, content.ANSWER, "buyer")
    shop.at(content.MARTA.ago)
    shop.hear(content.MARTA, lena)
    shop.triage(shop.tomas, lena, MarkRead(count=3))
    shop.at(6)
    shop.say(shop.tomas, lena, content.NOTE)
    shop.at(content.LENA_AGAIN.ago)
    shop.hear(content.LENA_AGAIN, lena)
    shop.know("Lena Hoffmann", 27, Money(184_210, "EUR"))
    return told


def _macros(shop: Shop) -> None:
    """The macros of the sandbox, as far as somebody here could have written them."""
    people = {"ana": shop.ana, "priya": shop.priya}
    for line in load().macros:
        author = shop.actor(people[line.by])
        for file in files_of(line):
            shop.bring(author, file)
        shop.act(author, macro_command(line, shop._teams))


def _thread(shop: Shop) -> UUID:
    """A conversation of several days and pages."""
    first = Heard(60 * 24 * 4, "Greta Lindqvist", content.THREAD, content.TURNS[0])
    conversation_id = shop.hear(first)
    shop.triage(shop.ana, conversation_id, Assign(assignee_id=shop.ana.id))
    for n in range(1, 64):
        ago = 60 * 24 * 4 - n * 85
        body = content.TURNS[n % len(content.TURNS)]
        shop.at(ago)
        if n % 2:
            shop.say(shop.ana if n % 4 == 1 else shop.tomas, conversation_id, body, "buyer")
        else:
            shop.hear(Heard(ago, "Greta Lindqvist", "", body), conversation_id)
    return conversation_id


def _work(shop: Shop, told: dict[str, UUID]) -> None:
    """What colleagues did with the queue so far today."""
    normal = Priority.NORMAL
    high = SetPriority(priority=Priority.HIGH, seen=normal)
    urgent = SetPriority(priority=Priority.URGENT, seen=normal)
    shop.triage(shop.tomas, told["Lena Hoffmann"], urgent, ChangeTags(add=("inr", "vip")))
    shop.triage(shop.tomas, told["Omar Haddad"], high)
    shop.triage(shop.mila, told["Mei Lin"], high, Assign(assignee_id=shop.mila.id))
    shop.triage(shop.mila, told["Emil Novak"], urgent, ChangeTags(add=("fraud",)))
    shop.triage(shop.tomas, told["Studio Falk"], Assign(assignee_id=shop.tomas.id))
    shop.triage(shop.ana, told["Carla Ruiz"], Assign(assignee_id=shop.ana.id))
    shop.say(shop.ana, told["Carla Ruiz"], "Done: the parcel goes to Calle Mayor 4.", "buyer")
    shop.triage(shop.ana, told["Tom Baker"], Assign(assignee_id=shop.ana.id))
    shop.triage(shop.ana, told["Tom Baker"], SetStatus(status=Status.PENDING, seen=Status.OPEN))
    shop.triage(shop.ana, told["Hannah Scott"], SetStatus(status=Status.PENDING, seen=Status.NEW))
    shop.triage(
        shop.ana, told[content.LONG_NAME],
        ChangeTags(add=("rechtsschutzversicherung", "accounting-department", "b2b", "vip")),
    )  # fmt: skip


async def _fetch(server: LiveServer, user: User, profile: Path, clock: ManualClock) -> None:
    """Fill a profile's cache as a desk's engine does."""
    live = asyncio.Event()

    def hear(frame: object) -> None:
        if isinstance(frame, Standing) and frame.mode == "live":
            live.set()

    work = open_work(profile / WORK_FILE, KEY)
    device = device_id(work)
    work.close()
    engine = Engine(hear, clock, catalog())
    token = server.token(user, device)
    await engine.take(Begin(server.url, token, user.id, device, str(profile), KEY))
    await until(live.is_set, "the cache", news=live)
    await _indexed(profile)
    await engine.close()


async def _indexed(profile: Path) -> None:
    """Wait until the search finds all that is in a profile's cache."""
    cache = sqlite.connect(profile / CACHE_FILE, key=KEY, mode="ro")
    todo = "SELECT 1 FROM search_todo LIMIT 1"
    await until(lambda: cache.execute(todo).fetchone() is None, "the index")
    cache.close()
