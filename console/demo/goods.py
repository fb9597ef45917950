"""What is in an order: articles, prices in the buyer's currency, payment, address, parcels."""

from collections.abc import Sequence
from datetime import datetime

from console.demo.cast import Buyer, Seller
from console.demo.content import Currency, Library
from console.demo.dice import Dice, one, weighted
from console.demo.texts import Product
from console.demo.told import StoryOrder
from console.kernel.money import Money, exponent, total
from console.orders.model import Fulfilment, Order, OrderLine, Payment
from console.orders.server import order_id_of

_ENDINGS = (0, 50, 90, 90, 99)
_PREFIX = {"Europe": "303", "Americas": "112"}
_CARDS = {"Visa", "Mastercard", "Amex", "Discover", "Troy", "JCB", "RuPay", "Carte Bleue", "Meeza"}
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


class Numbers:
    """Order numbers of a seed, none twice."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, number: str) -> str:
        """Keep this one for its story."""
        self._taken.add(number)
        return number

    def draw(self, rng: Dice, team: str) -> str:
        """A new one, such as 303-9182736-4567890."""
        prefix = _PREFIX.get(team, "408") if rng.random() < 0.85 else "408"
        while True:
            number = f"{prefix}-{rng.randrange(10**6, 10**7)}-{rng.randrange(10**6, 10**7)}"
            if number not in self._taken:
                return self.take(number)


def price(eur: float, currency: str, rates: Currency, rng: Dice) -> Money:
    """About so many euros in a currency, rounded as shops there do."""
    units = eur * rates.rate
    places = exponent(currency)
    if rates.step:
        return Money(max(1, round(units / rates.step)) * rates.step * 10**places, currency)
    if places != 2:
        return Money(max(1, int(units * 4)) * 10**places // 4, currency)
    return Money(max(1, int(units)) * 100 + one(rng, _ENDINGS), currency)


class Shelf:
    """Makes orders: what a buyer takes from a seller's shelf, without anything that happens to it."""

    def __init__(self, library: Library, numbers: Numbers) -> None:
        self._library = library
        self._numbers = numbers

    def order(
        self,
        rng: Dice,
        buyer: Buyer,
        seller: Seller,
        placed_at: datetime,
        kinds: Sequence[str] = (),
    ) -> Order:
        """An order of one to four articles, the first of one of these kinds if there are any."""
        products = self._products(buyer, seller)
        fitting = [product for product in products if product.kind in kinds] or products
        first = one(rng, fitting)
        others = [product for product in products if product is not first]
        count = weighted(rng, (0, 1, 2, 3), (62, 24, 10, 4))
        chosen = [first, *rng.sample(others, min(count, len(others)))]
        lines = tuple(self._line(rng, buyer, product) for product in chosen)
        shipping = self._shipping(rng, buyer, seller)
        return self._assembled(rng, buyer, seller, placed_at, lines, shipping)

    def told(
        self, rng: Dice, buyer: Buyer, seller: Seller, placed_at: datetime, by_hand: StoryOrder
    ) -> Order:
        """An order that a story tells of."""
        unit = Money(by_hand.price, buyer.country.currency)
        line = OrderLine(_sku(rng, seller.kind), by_hand.title, by_hand.quantity, unit)
        shipping = Money(by_hand.shipping, buyer.country.currency)
        return self._assembled(rng, buyer, seller, placed_at, (line,), shipping, by_hand)

    def _products(self, buyer: Buyer, seller: Seller) -> Sequence[Product]:
        language = self._library.languages[buyer.country.language]
        return [product for product in language.products if product.kind in seller.sells]

    def _line(self, rng: Dice, buyer: Buyer, product: Product) -> OrderLine:
        currency = buyer.country.currency
        unit = price(product.eur, currency, self._library.shop.currencies[currency], rng)
        quantity = weighted(rng, (1, 2, 3, 6), (88, 8, 3, 1))
        return OrderLine(_sku(rng, product.kind), product.title, quantity, unit)

    def _shipping(self, rng: Dice, buyer: Buyer, seller: Seller) -> Money:
        currency = buyer.country.currency
        if rng.random() < 0.3:
            return Money(0, currency)
        abroad = seller.sender.country != buyer.country.code
        rates = self._library.shop.currencies[currency]
        return price(9 if abroad else 4.5, currency, rates, rng)

    def _assembled(
        self,
        rng: Dice,
        buyer: Buyer,
        seller: Seller,
        placed_at: datetime,
        lines: tuple[OrderLine, ...],
        shipping: Money,
        by_hand: StoryOrder | None = None,
    ) -> Order:
        country = buyer.country
        if by_hand and by_hand.number:
            number = self._numbers.take(by_hand.number)
        else:
            number = self._numbers.draw(rng, country.team)
        goods = total([line.unit * line.quantity for line in lines], country.currency)
        payment = _payment(rng, one(rng, country.methods), buyer)
        if by_hand and by_hand.masked:
            payment = Payment(by_hand.masked.split()[0], by_hand.masked)
        return Order(
            id=order_id_of(number),
            number=number,
            buyer_id=buyer.id,
            seller_id=seller.id,
            placed_at=placed_at,
            lines=lines,
            shipping=shipping,
            total=goods + shipping,
            payment=payment,
            ship_to=buyer.address,
            fulfilments=_parcels(rng, buyer, len(lines), by_hand),
        )


def _parcels(
    rng: Dice, buyer: Buyer, lines: int, by_hand: StoryOrder | None
) -> tuple[Fulfilment, ...]:
    count = 2 if lines > 1 and rng.random() < 0.3 and by_hand is None else 1
    carrier = one(rng, buyer.country.carriers)
    made = [Fulfilment(carrier, _tracking(rng, buyer.country.code)) for _ in range(count)]
    if by_hand and by_hand.tracking:
        return (Fulfilment(by_hand.carrier, by_hand.tracking),)
    return tuple(made)


def _tracking(rng: Dice, country: str) -> str:
    digits = [f"{rng.randrange(10**4):04}" for _ in range(3)]
    return f"{one(rng, _LETTERS)}{one(rng, _LETTERS)} {' '.join(digits)} {country}"


def _sku(rng: Dice, kind: str) -> str:
    return f"{kind[:2].upper()}-{rng.randrange(10, 99)}-{rng.randrange(100, 999)}"


def _payment(rng: Dice, method: str, buyer: Buyer) -> Payment:
    """The method, masked as far as anybody may see it."""
    if method in _CARDS:
        return Payment(method, f"{method} ···· {rng.randrange(10**4):04}")
    if method == "PayPal":
        mailbox, _, domain = buyer.sender.email.partition("@")
        return Payment(method, f"PayPal {mailbox[0]}···@{domain}")
    if method == "SEPA":
        return Payment(method, f"SEPA {buyer.country.code}·· ···· {rng.randrange(10**4):04}")
    return Payment(method, method)
