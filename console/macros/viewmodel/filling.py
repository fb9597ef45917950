"""Filling the gaps of a macro's text with what is known of customer, order, agent and ticket."""

from collections.abc import Mapping
from dataclasses import dataclass

from console.conversations.model import gaps
from console.orders.model import Order
from console.people.model import Party, User
from console.tickets.model import Ticket
from console.ui import words


@dataclass(frozen=True)
class Filled:
    """A text and where in it stands what was filled in: begin and end, in characters."""

    text: str
    spans: tuple[tuple[int, int], ...] = ()


def known(
    ticket: Ticket, customer: Party | None, order: Order | None, me: User | None, recipient: str
) -> dict[str, str]:
    """What the placeholders become here; one that is missing is not known."""
    values = {
        "recipient.name": recipient,
        "recipient.first": _first(recipient),
        "customer.name": customer.name if customer else "",
        "customer.first": _first(customer.name) if customer else "",
        "customer.email": customer.email if customer else "",
        "agent.name": me.name if me else "",
        "agent.first": _first(me.name) if me else "",
        "ticket.number": str(ticket.number),
        "ticket.subject": ticket.subject,
    }
    if order is not None:
        parcel = order.fulfilments[-1] if order.fulfilments else None
        values |= {
            "order.number": order.number,
            "order.total": words.money(order.total) if order.total else "",
            "order.carrier": parcel.carrier if parcel else "",
            "order.tracking": parcel.tracking if parcel else "",
        }
    return {name: value for name, value in values.items() if value.strip()}


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """The text with its gaps filled; a gap nothing is known for stays as it stands."""
    parts: list[str] = []
    spans = []
    end = length = 0
    for start, stop in gaps(text):
        value = values.get(text[start + 1 : stop - 1])
        if value is None:
            continue
        parts += [text[end:start], value]
        begin = length + start - end
        length = begin + len(value)
        spans.append((begin, length))
        end = stop
    return Filled("".join([*parts, text[end:]]), tuple(spans))


def _first(name: str) -> str:
    return name.split(maxsplit=1)[0] if name.strip() else ""
