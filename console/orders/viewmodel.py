"""An order as a card: its stage, lines and money, and the steps of its way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from console.kernel.money import Money, total
from console.orders.model import EventName, Order, OrderEvent, Stage, stage
from console.orders.tables import rows
from console.sync.client.local import Local

StepState = Literal["done", "now", "late", "ahead"]
_MILESTONES = (
    EventName.PLACED,
    EventName.PAID,
    EventName.FULFILLED,
    EventName.IN_TRANSIT,
    EventName.OUT_FOR_DELIVERY,
    EventName.DELAYED,
    EventName.ATTEMPTED,
    EventName.FAILED,
    EventName.DELIVERED,
    EventName.CANCELLED,
    EventName.REFUNDED,
    EventName.RETURN_REQUESTED,
    EventName.RETURN_RECEIVED,
)
_TROUBLE = frozenset({EventName.DELAYED, EventName.ATTEMPTED, EventName.FAILED})
_ENDED = frozenset(
    {Stage.UNKNOWN, Stage.DELIVERED, Stage.CANCELLED, Stage.REFUNDED, Stage.RETURNED}
)
STEPS_SHOWN = 6


@dataclass(frozen=True)
class Step:
    """One line of an order's way; `at` is when it happened or, still ahead, when it is due."""

    name: EventName
    place: str
    at: datetime | None
    state: StepState


@dataclass(frozen=True)
class OrderCard:
    """What the card shows. `known` is false while only the number is known.

    `goods` is None without lines, and where their currencies differ.
    """

    order: Order
    stage: Stage
    goods: Money | None
    steps: Sequence[Step]
    known: bool


def card(order: Order, now: datetime) -> OrderCard:
    """The card of an order as of `now`."""
    amounts = [line.unit * line.quantity for line in order.lines]
    currencies = {amount.currency for amount in amounts}
    goods = total(amounts, currencies.pop()) if len(currencies) == 1 else None
    return OrderCard(order, stage(order), goods, steps(order, now), known=bool(order.events))


def steps(order: Order, now: datetime) -> list[Step]:
    """The last STEPS_SHOWN telling events, and the delivery that is still ahead."""
    told = [event for event in order.events if event.name in _MILESTONES][-STEPS_SHOWN:]
    found = [_step(event, newest=event is told[-1], order=order) for event in told]
    if told and stage(order) not in _ENDED:
        promised = [parcel.promised_at for parcel in order.fulfilments if parcel.promised_at]
        due = max(promised, default=None)
        late = due is not None and due < now
        found.append(Step(EventName.DELIVERED, "", due, "late" if late else "ahead"))
    return found


def _step(event: OrderEvent, *, newest: bool, order: Order) -> Step:
    state: StepState = "done"
    if event.name in _TROUBLE:
        state = "late"
    elif newest and stage(order) not in _ENDED:
        state = "now"
    return Step(event.name, event.place, event.at, state)


class Orders:
    """Orders from the cache."""

    def __init__(self, local: Local) -> None:
        self._local = local

    def find(self, ids: Sequence[UUID]) -> list[Order]:
        """The orders of those ids that the cache has, in that order."""
        reader = self._local.reader
        if reader is None:
            return []
        found = (rows.order(reader, order_id) for order_id in ids)
        return [order for order in found if order is not None]

    def cards(self, ids: Sequence[UUID]) -> list[OrderCard]:
        """Their cards as of now."""
        now = self._local.clock.now()
        return [card(order, now) for order in self.find(ids)]

    def by_number(self, prefix: str, limit: int) -> list[Order]:
        """Orders whose number begins like this."""
        reader = self._local.reader
        return rows.by_number(reader, prefix, limit) if reader else []
