"""Tickets of all sorts, drawn from a test's dice."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from console.kernel.codec import NIL
from console.kernel.ids import new_id
from console.people.model import INTAKE_SCOPE
from console.tickets.model import Priority, Status, Ticket
from console.tickets.records import TICKET
from tests.parts.acts import AT
from tests.parts.office import Office


def drawn(
    dice: Random, n: int, team: UUID, people: Sequence[UUID], minutes: int, **told: Any
) -> Ticket:
    """Ticket number `n`, of any status, priority, team and assignee, begun within so many minutes.

    What is `told` is not drawn.
    """
    plain = {
        "status": dice.choice(list(Status)),
        "priority": dice.choice(list(Priority)),
        "team_id": dice.choice((NIL, team)),
        "assignee_id": dice.choice((NIL, *people)),
        "updated_at": AT + timedelta(minutes=dice.randint(0, minutes)),
        "waiting_since": dice.choice((None, AT + timedelta(minutes=dice.randint(0, minutes)))),
    }
    return Ticket(
        id=new_id(), number=n, conversation_id=new_id(), subject=f"t{n}", **(plain | told)
    )


def put(office: Office, tickets: Sequence[Ticket]) -> None:
    """Have the office keep them, where everybody sees them."""
    office.write(lambda tx: [tx.record(TICKET, t, frozenset({INTAKE_SCOPE})) for t in tickets])
