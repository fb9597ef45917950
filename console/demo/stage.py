"""A case being played, and what its settling does to the order."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from console.demo.cases import Case
from console.demo.content import Library
from console.demo.dice import Dice
from console.demo.script import Script, Step, order_steps
from console.demo.wording import Voice
from console.kernel.money import decimal_text
from console.orders.model import EventName


@dataclass
class Scene:
    """A case being played. What would happen after `now` does not happen."""

    library: Library
    case: Case
    script: Script
    rng: Dice
    now: datetime
    agent: str = ""
    at: datetime = field(init=False)
    last_answer: str = ""
    stopped_at: datetime | None = None
    kept: int = 0

    def __post_init__(self) -> None:
        self.at = self.case.begins

    @property
    def voice(self) -> Voice:
        """How the asker writes."""
        return self.case.voice

    def rest(self) -> None:
        """The work may stay like this for good: nothing so far will be cut off."""
        if self.at < self.now:
            self.kept = len(self.script.steps)

    def steps(self, seed: int) -> list[Step]:
        """What happened before now, up to the last moment of rest, with its order's history."""
        kept = self.script.steps[: self.kept]
        if not kept or self.case.order is None or self.case.way is None:
            return kept
        return kept + order_steps(
            self.case.order, self.case.way, seed, until=self.now, stopped_at=self.stopped_at
        )


def settle_order(scene: Scene, *, found: bool, first: bool) -> None:
    """Do to the order what the last answer says: the `first` of a topic's, or that it was `found`."""
    ends = scene.case.traits.ends
    if found:
        _found(scene)
    elif ends and (ends != "cancelled" or first):
        _ENDINGS[ends](scene)


def _found(scene: Scene) -> None:
    """The lost parcel comes after all, just before we say so."""
    assert scene.case.buyer is not None, "a parcel goes to a buyer"
    city, at = scene.case.buyer.address.city, scene.at
    scene.script.happens(at - timedelta(minutes=190), EventName.OUT_FOR_DELIVERY, city)
    scene.script.happens(at - timedelta(minutes=12), EventName.DELIVERED, city)


def _refunded(scene: Scene) -> None:
    order = scene.case.order
    assert order is not None, "there is something to refund"
    assert order.total is not None, "what is refunded was paid"
    note = f"{decimal_text(order.total)} {order.total.currency}"
    scene.script.happens(scene.at, EventName.REFUNDED, note=note)


def _returned(scene: Scene) -> None:
    assert scene.case.seller is not None, "a return goes to a seller"
    city = scene.case.seller.sender.city
    scene.script.happens(scene.at - timedelta(hours=2), EventName.RETURN_RECEIVED, city)
    _refunded(scene)


def _approved(scene: Scene) -> None:
    scene.script.happens(scene.at, EventName.RETURN_APPROVED, note="by the marketplace")


def _cancelled(scene: Scene) -> None:
    scene.stopped_at = scene.at
    scene.script.happens(scene.at, EventName.CANCELLED, note="seller suspended")
    _refunded(scene)


_ENDINGS: dict[str, Callable[[Scene], None]] = {
    "refund": _refunded,
    "returned": _returned,
    "approved": _approved,
    "cancelled": _cancelled,
}
