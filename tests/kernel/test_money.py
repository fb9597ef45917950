"""Money: whole minor units, one currency at a time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.kernel.money import Money, decimal_text, exponent, total

amounts = st.integers(min_value=-(10**12), max_value=10**12)


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (1230, "EUR", "12.30"),
        (5, "EUR", "0.05"),
        (-5, "EUR", "-0.05"),
        (0, "EUR", "0.00"),
        (1230, "JPY", "1230"),
        (-1, "JPY", "-1"),
        (1, "KWD", "0.001"),
        (123456, "KWD", "123.456"),
    ],
)
def test_plain_digits(minor: int, currency: str, text: str) -> None:
    assert decimal_text(Money(minor, currency)) == text


@given(amounts, amounts, st.sampled_from(["EUR", "JPY", "KWD"]))
def test_adding_and_taking_away_are_opposites(a: int, b: int, currency: str) -> None:
    first, second = Money(a, currency), Money(b, currency)
    assert first + second - second == first
    assert total([first, second], currency) == first + second


@given(amounts, st.integers(min_value=0, max_value=1000))
def test_times_is_repeated_adding(minor: int, count: int) -> None:
    assert Money(minor, "EUR") * count == Money(minor * count, "EUR")


def test_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError, match="EUR and JPY"):
        Money(1, "EUR") + Money(1, "JPY")
    with pytest.raises(ValueError, match="mix"):
        total([Money(1, "EUR"), Money(1, "JPY")], "EUR")


def test_nothing_sums_to_zero() -> None:
    assert total([], "USD") == Money(0, "USD")


def test_places_of_currencies() -> None:
    assert (exponent("EUR"), exponent("JPY"), exponent("TND")) == (2, 0, 3)
