"""Commands as tests say them: short builders with sensible defaults."""

import random
import string
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from console.conversations.records import AddNote, ReceiveMessage, Sender, SendReply
from console.kernel.codec import NIL, Strict
from console.kernel.ids import new_id
from console.orders.model import Order
from console.orders.records import RecordOrder
from console.orders.server import order_id_of
from console.people.model import INTAKE_SCOPE, Actor, Team
from console.people.records import PARTY, TEAM
from console.store.reader import Reader
from console.sync.records import Command, Outcome, command
from console.sync.server.tx import Tx
from console.tickets.model import Ticket
from console.tickets.records import TICKET
from console.tickets.tables import rows
from tests.parts.office import Office

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def chance_text(chars: int) -> str:
    """So many letters by chance, the same each time: what repeats itself a cache packs to nothing."""
    rng = random.Random(1)
    return "".join(rng.choices(f"{string.ascii_letters} ", k=chars))


def act(target: UUID, args: Strict, **more: Any) -> Command:
    """A command with an id of its own."""
    return command(target, args, cmd_id=more.pop("cmd_id", None) or new_id(), **more)


def received(
    conversation_id: UUID | None = None, body: str = "Where is my parcel?", **more: Any
) -> Command:
    """A buyer's message; what `Sender` knows describes the sender, the rest the message."""
    sender = Sender(
        side=more.pop("side", "buyer"),
        name=more.pop("name", "Lena Braun"),
        email=more.pop("email", "lena@mail.test"),
        language=more.pop("language", ""),
        country=more.pop("country", ""),
    )
    args = ReceiveMessage(
        message_id=more.pop("message_id", None) or new_id(),
        sender=sender,
        channel="email",
        subject=more.pop("subject", "Parcel"),
        body=body,
        at=more.pop("at", AT),
        **more,
    )
    return act(conversation_id or new_id(), args)


def reply(conversation_id: UUID, body: str = "It is on its way.", **more: Any) -> Command:
    """A public answer to the buyer."""
    base_rev = more.pop("base_rev", 0)
    args = SendReply(
        message_id=more.pop("message_id", None) or new_id(), lane=more.pop("lane", "buyer"),
        body=body, **more,
    )  # fmt: skip
    return act(conversation_id, args, base_rev=base_rev)


def note(conversation_id: UUID, body: str = "Ask the depot.", **more: Any) -> Command:
    """A word among staff."""
    return act(conversation_id, AddNote(message_id=new_id(), body=body, **more))


def told_order(number: str, **more: Any) -> Command:
    """The shop's word for an order."""
    return act(order_id_of(number), RecordOrder(order=Order(number=number, **more)))


@dataclass
class Case:
    """A ticket with its conversation in an office, and the shop's integration that feeds it."""

    office: Office
    shop: Actor
    conversation_id: UUID = field(default_factory=new_id)

    @property
    def ticket(self) -> Ticket:
        """The newest ticket over the conversation, as it is now."""

        def look(reader: Reader) -> Ticket:
            found = rows.by_conversation(reader, self.conversation_id)
            assert found is not None, "no ticket"
            return found

        return self.office.read(look)

    def hear(self, body: str = "Where is my parcel?", **more: Any) -> Outcome:
        """One more message from outside."""
        return self.office.run(self.shop, received(self.conversation_id, body, **more))


def begin_case(office: Office, **more: Any) -> Case:
    """A case with one message; `team` names whose queue it is in."""
    known = [u for u in _users(office) if u == "shop@desk.test"]
    shop = office.user("Shop", "integration") if not known else None
    actor = office.actor(shop) if shop else office.actor(_shop(office))
    case = Case(office, actor)
    team = more.pop("team", None)
    case.hear(team_id=team_named(office, team).id if team else NIL, **more)
    return case


def _users(office: Office) -> list[str]:
    return [row[0] for row in office.rows("SELECT email FROM users")]


def _shop(office: Office) -> Any:
    from console.people.tables import rows as people_rows

    return office.read(lambda reader: people_rows.user_by_email(reader, "shop@desk.test"))


def team_named(office: Office, name: str) -> Team:
    """The team of that name, made when there is none."""
    from console.people.server.accounts import ensure_team

    return office.write(lambda tx: ensure_team(tx, name))


def crowd(tx: Tx, count: int) -> None:
    """So many open tickets in the intake, without anything else: rows to be fetched."""
    for n in range(count):
        ticket = Ticket(
            id=new_id(), number=10_000 + n, conversation_id=NIL, subject=f"t{n}",
            created_at=AT, updated_at=AT,
        )  # fmt: skip
        tx.add(TICKET, ticket, frozenset({INTAKE_SCOPE}))


__all__ = [
    "AT", "PARTY", "TEAM", "Case", "act", "begin_case", "crowd", "note", "received", "reply",
    "team_named", "told_order",
]  # fmt: skip
