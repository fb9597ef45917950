"""A year of the sandbox: every command that made it, in the order in which it came."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec import structs

from console.conversations.server import party_told
from console.demo.casebook import Casebook, Fates
from console.demo.cast import Buyer, Cast
from console.demo.content import Library
from console.demo.dice import dice
from console.demo.scenes import play
from console.demo.script import Roster, Step, order_at_once, order_steps
from console.demo.stories import story_steps
from console.demo.today import open_steps
from console.kernel.money import Money
from console.orders.model import Order
from console.orders.records import RecordOrder
from console.people.model import Party

YEAR = timedelta(days=365)
CASES = 880
"""Conversations of the past; today's and the stories come on top."""
PLAIN_ORDERS = 740
"""Orders nobody writes about."""
_GROWTH = 0.8
_QUIET = timedelta(hours=20)
_RECENT = timedelta(days=30)
"""Older orders that nobody asked about came with the shop's nightly reconciliation."""
_FATES: Fates = (
    ("delivered", 84),
    ("slow", 5),
    ("cancelled", 5),
    ("received", 6),
)


@dataclass(frozen=True)
class History:
    """The past: who there is, and what they did, oldest first."""

    parties: Sequence[Party]
    steps: Sequence[Step]


def write_history(library: Library, seed: int, now: datetime, roster: Roster) -> History:
    """The year up to `now`, the same for the same seed, time and roster."""
    cast = Cast(library, seed, now)
    book = Casebook(library, cast, seed)
    for story in library.stories:
        if story.order is not None and story.order.number:
            book.numbers.take(story.order.number)
    steps = [step for story in library.stories for step in story_steps(book, story, roster, now)]
    steps += open_steps(book, roster, now)
    for n, day in enumerate(_days(seed, "case", CASES, now)):
        topic = book.topic(dice(seed, "topic", n))
        case = book.drawn(f"past-{n}", topic, day)
        steps += play(library, case, seed, roster, now)
    for n, day in enumerate(_days(seed, "order", PLAIN_ORDERS, now)):
        bought = book.order(f"plain-{n}", day, _FATES)
        old = bought.way.events[-1].at < now - _RECENT
        tell = order_at_once if old else order_steps
        steps += tell(bought.order, bought.way, seed, until=now)
    steps.sort(key=lambda step: step.at)
    orders = [step.args.order for step in steps if isinstance(step.args, RecordOrder)]
    return History(_parties(cast, orders), steps)


def _days(seed: int, what: str, count: int, now: datetime) -> Iterable[datetime]:
    """Moments of the year, more of them towards its end: the shop grows."""
    for n in range(count):
        share = dice(seed, "day", what, n).random() ** _GROWTH
        yield now - _QUIET - (YEAR - _QUIET) * (1 - share)


def _parties(cast: Cast, orders: Iterable[Order]) -> list[Party]:
    """Everybody as the shop knows them: with what they ordered so far."""
    bought: Counter[object] = Counter()
    spent: Counter[object] = Counter()
    for order in orders:
        bought[order.buyer_id] += 1
        spent[order.buyer_id] += order.total.minor if order.total else 0
    told = {buyer.id for buyer in cast.told.values()}
    people = [party_told(seller.sender, seller.id) for seller in cast.sellers]
    for buyer in cast.buyers:
        alone = buyer.id in told
        people.append(
            _party(buyer, 0 if alone else bought[buyer.id], 0 if alone else spent[buyer.id])
        )
    return people


def _party(buyer: Buyer, bought: int, spent: int) -> Party:
    return structs.replace(
        party_told(buyer.sender, buyer.id),
        orders=buyer.before + bought,
        spent=Money(buyer.spent_before + spent, buyer.country.currency),
    )
