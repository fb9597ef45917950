"""A whole shift by keyboard alone: the real window, the real engine, a real server, a network that is cut."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.conversations.tables import rows as conversation_rows
from console.kernel.clock import SystemClock
from console.kernel.ids import new_id
from console.macros.model import Content
from console.macros.records import CreateMacro
from console.people.model import User
from console.people.server import sessions
from console.store.reader import Reader
from console.sync.records import Accepted, Command
from console.tickets.model import Deeds, Ticket
from console.tickets.records import Assign
from console.tickets.tables import rows as ticket_rows
from tests.desktop.conftest import Shop, open_shop
from tests.journeys.shift import ANSWERED, FOUND, TAKEN, TRIAGED, Shift, Stand, subject
from tests.parts.acts import act, received, reply
from tests.parts.forwarder import Forwarder
from tests.parts.keyboard import Keyboard
from tests.parts.seat import Seat, sit_down

pytestmark = pytest.mark.usefixtures("qapp")
LATE = Content(
    name="Parcel is late", shortcut="late", text="Dear {recipient.first}, your parcel is late.",
    deeds=Deeds(add_tags=("late",)), sharing="everybody",
)  # fmt: skip
RARE = "porcelain"
MOST = 1_000


@contextmanager
def door_of(shop: Shop) -> Iterator[Forwarder]:
    """The network between the desk and its server, which can be cut."""
    made = Forwarder(shop.server.port)
    try:
        yield made
    finally:
        made.close()


def fill(shop: Shop) -> User:
    """What there is when the shift begins, and the colleague who works beside her."""
    ben = shop.server.add_user("Ben Ode", teams=("Europe",))
    for n in range(TRIAGED):
        shop.hear(subject(n), f"Where is lid {n}?")
    accepted(shop, None, act(new_id(), CreateMacro(content=LATE)))
    return ben


def accepted(shop: Shop, who: User | None, command: Command) -> None:
    """Done on the server by somebody, or by its operator."""
    server = shop.server
    actor = server.operator()
    if who is not None:
        actor = server.call(server.core.read(lambda r: sessions.actor_for(r, who, None, new_id())))
    (result,) = server.execute(actor, command)
    assert isinstance(result.outcome, Accepted), result


def tickets(shop: Shop) -> dict[str, Ticket]:
    """Every ticket of the server by its subject."""

    def look(reader: Reader) -> list[Ticket | None]:
        return [ticket_rows.by_number(reader, n + 1) for n in range(TRIAGED + 3)]

    found = shop.server.call(shop.server.core.read(look))
    return {ticket.subject: ticket for ticket in found if ticket is not None}


def stands(shop: Shop, names: dict[object, str]) -> dict[str, Stand]:
    """How every ticket stands on the server."""

    def look(reader: Reader) -> dict[str, list[str]]:
        return {
            name: [
                message.body
                for message in conversation_rows.messages_after(reader, t.conversation_id, 0, MOST)
                if message.author == "staff"
            ]
            for name, t in known.items()
        }

    known = tickets(shop)
    said = shop.server.call(shop.server.core.read(look))
    return {
        name: Stand(
            t.status, names.get(t.assignee_id, ""), t.priority, set(t.tags), said[name],
            t.snoozed_until is not None,
        )
        for name, t in known.items()
    }  # fmt: skip


def doubled(shop: Shop) -> list[object]:
    """Commands that had their effect more than once."""
    effects = (
        "SELECT cmd_id FROM change_log WHERE cmd_id IS NOT NULL GROUP BY cmd_id"
        " HAVING count(DISTINCT txn_last) > 1"
    )
    return list(shop.server.call(shop.server.core.read(lambda r: r.rows(effects))))


@pytest.fixture
def pass_s(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets time pass on every wall clock here, at once."""
    passed = [0.0]

    def now(_: SystemClock) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=passed[0])

    monkeypatch.setattr(SystemClock, "now", now)

    def let_pass(seconds: float) -> None:
        passed[0] += seconds

    return let_pass


@pytest.mark.timeout(300)
def test_a_whole_shift_by_keyboard_alone(tmp_path: Path, pass_s: Callable[[float], None]) -> None:
    with open_shop(tmp_path) as shop, door_of(shop) as door:
        ben = fill(shop)
        first = tickets(shop)
        meanwhile = "I have it here."

        async def work(seat: Seat) -> None:
            shift = Shift(Keyboard(seat))
            await shift.sign_in(door.url, shop.ana.email)
            for n in range(TRIAGED):
                await shift.triage(n)
            await shift.macros()
            await shift.many()
            await shift.merge()
            await shift.snooze()
            more = {"name": "Invoice Buyer", "email": "invoice@mail.test"}
            accepted(shop, None, received(first[FOUND].conversation_id, f"It is {RARE}.", **more))
            await shift.find(RARE, first[ANSWERED].number)
            await shift.settled()
            door.cut()
            accepted(shop, ben, act(first[TAKEN].id, Assign(assignee_id=ben.id)))
            accepted(shop, ben, reply(first[ANSWERED].conversation_id, meanwhile))
            await shift.hour(pass_s)
            door.target = shop.server.port
            await shift.back()
            await shift.resolve()
            await shift.sign_out()
            shift.stands[ANSWERED].said.insert(0, meanwhile)
            assert stands(shop, {shop.ana.id: shop.ana.name, ben.id: ben.name}) == shift.stands
            assert doubled(shop) == []

        sit_down(shop.options, work)
