"""A year that repeats itself by seed, in order, with money that adds up."""

from collections import Counter, defaultdict
from datetime import timedelta
from uuid import UUID

from console.conversations.records import AddNote, ReceiveMessage, SendReply
from console.demo.content import Library
from console.demo.fill import SEED
from console.demo.history import YEAR, History, write_history
from console.demo.script import SHOP, Roster
from console.kernel.money import Money, total
from console.orders.model import EventName, Order, OrderEvent
from console.orders.records import RecordOrder, RecordOrderEvent
from tests.demo.conftest import NOW

MADE_FIRST = (EventName.PLACED, EventName.PAID, EventName.FULFILLED, EventName.DELIVERED)


def orders(history: History) -> dict[UUID, Order]:
    """Each order as it was first told."""
    told = [s.args.order for s in history.steps if isinstance(s.args, RecordOrder)]
    assert len({order.number for order in told}) == len(told)
    return {order.id: order for order in told}


def events(history: History) -> dict[UUID, list[OrderEvent]]:
    """Every event of an order, in the order in which it was told."""
    found = defaultdict(list)
    for step in history.steps:
        if isinstance(step.args, RecordOrder):
            found[step.target] += step.args.order.events
        elif isinstance(step.args, RecordOrderEvent):
            found[step.target].append(step.args.event)
    return found


def test_the_same_seed_tells_the_same_year(
    library: Library, roster: Roster, history: History
) -> None:
    again = write_history(library, SEED, NOW, roster)
    assert again.steps == history.steps
    assert again.parties == history.parties


def test_another_seed_tells_another(library: Library, roster: Roster, history: History) -> None:
    other = write_history(library, SEED + 1, NOW, roster)
    mine, theirs = ({step.cmd_id for step in told.steps} for told in (history, other))
    assert not mine & theirs


def test_the_same_seed_a_day_later_tells_of_the_same_people_and_conversations(
    library: Library, roster: Roster, history: History
) -> None:
    later = write_history(library, SEED, NOW + timedelta(days=1), roster)
    assert [(p.id, p.name) for p in later.parties] == [(p.id, p.name) for p in history.parties]
    mine, theirs = (
        {s.target for s in told.steps if isinstance(s.args, ReceiveMessage)}
        for told in (history, later)
    )
    assert len(mine & theirs) > 0.9 * len(mine)


def test_everything_happened_in_order_and_before_now(history: History) -> None:
    moments = [step.at for step in history.steps]
    assert moments == sorted(moments)
    assert NOW - YEAR - timedelta(days=40) < moments[0]
    assert moments[-1] <= NOW
    assert len({step.cmd_id for step in history.steps}) == len(history.steps)


def test_the_shop_grows_through_every_month(history: History) -> None:
    begun: dict[UUID, int] = {}
    for step in history.steps:
        if isinstance(step.args, ReceiveMessage):
            begun.setdefault(step.target, (NOW - step.at).days // 31)
    months = Counter(begun.values())
    assert all(months[ago] > 20 for ago in range(12))
    assert sum(months[ago] for ago in range(3)) > sum(months[ago] for ago in range(9, 12))


def test_money_adds_up_in_the_buyers_currency(history: History) -> None:
    assert len(orders(history)) > 1000
    for order in orders(history).values():
        assert order.lines
        assert order.shipping is not None
        currency = order.shipping.currency
        goods = total([line.unit * line.quantity for line in order.lines], currency)
        assert order.total == goods + order.shipping
        assert order.total.minor > 0
        assert all(line.unit.currency == currency for line in order.lines)
    currencies = Counter(o.total.currency for o in orders(history).values() if o.total)
    assert len(currencies) >= 6


def test_what_is_refunded_was_paid(history: History) -> None:
    told = orders(history)
    refunds = 0
    for order_id, happened in events(history).items():
        for event in happened:
            if event.name == EventName.REFUNDED and event.note != "in full":
                refunds += 1
                amount, _, currency = event.note.partition(" ")
                paid = told[order_id].total
                assert paid is not None
                assert currency == paid.currency
                assert Money(int(amount.replace(".", "")), currency).minor <= paid.minor * 100
    assert refunds > 20


def test_parcels_go_their_way_in_order(history: History) -> None:
    for happened in events(history).values():
        assert [event.at for event in happened] == sorted(event.at for event in happened)
        names = [event.name for event in happened]
        places = [names.index(name) for name in MADE_FIRST if name in names]
        assert places == sorted(places)


def test_many_languages_and_lanes(history: History) -> None:
    heard = [step.args for step in history.steps if isinstance(step.args, ReceiveMessage)]
    languages = Counter(args.sender.language for args in heard)
    assert len(languages) >= 8
    assert min(languages.values()) >= 10
    assert {args.sender.side for args in heard} == {"buyer", "seller"}
    assert {args.channel for args in heard} >= {"email", "web", "chat"}
    answered = [step.args for step in history.steps if isinstance(step.args, SendReply)]
    assert {args.lane for args in answered} == {"buyer", "seller"}
    assert sum(isinstance(step.args, AddNote) for step in history.steps) > 100


def test_colleagues_act_for_themselves_and_the_shop_for_those_outside(history: History) -> None:
    outside = (ReceiveMessage, RecordOrder, RecordOrderEvent)
    for step in history.steps:
        assert (step.by == SHOP) == isinstance(step.args, outside)
