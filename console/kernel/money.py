"""Money in whole minor units with its currency; never floats, never mixed currencies."""

from dataclasses import dataclass

# ISO 4217: currencies whose minor unit is not a hundredth.
_EXPONENTS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF"), 0),
    **dict.fromkeys(("UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount: `minor` counts the currency's smallest unit (cents, fils, yen)."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other).minor, self.currency)

    def __mul__(self, count: int) -> "Money":
        return Money(self.minor * count, self.currency)

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"cannot mix {self.currency} and {other.currency}")
        return other


def exponent(currency: str) -> int:
    """Decimal places of the currency's minor unit: 2 for EUR, 0 for JPY, 3 for KWD."""
    return _EXPONENTS.get(currency, 2)


def total(amounts: list[Money], currency: str) -> Money:
    """The sum; zero `currency` when the list is empty. Raises ValueError on mixed currencies."""
    result = Money(0, currency)
    for amount in amounts:
        result = result + amount
    return result


def decimal_text(amount: Money) -> str:
    """Plain digits such as `-12.30` for files and logs; screens format by locale instead."""
    places = exponent(amount.currency)
    sign = "-" if amount.minor < 0 else ""
    digits = str(abs(amount.minor)).rjust(places + 1, "0")
    if not places:
        return sign + digits
    return f"{sign}{digits[:-places]}.{digits[-places:]}"
