"""Telephone numbers as digits alone: read from what somebody wrote, and compared."""

import re

MIN_DIGITS, MAX_DIGITS = 7, 15
KNOWN_DIGITS = 7
"""So many digits at the end of two numbers make them the same, whatever stands before them."""
_PREFIX_DIGITS = 4
_OTHERS = re.compile(r"\D+")


def digits_in(written: str) -> str:
    """All digits of a text."""
    return _OTHERS.sub("", written)


def digits_of(number: str) -> str:
    """The digits of a telephone number as somebody wrote it, without what dials abroad."""
    return digits_in(number).removeprefix("00")


def same(one: str, other: str) -> bool:
    """Whether two telephone numbers (digits alone) are one, with or without country or zero."""
    short, whole = sorted((one.lstrip("0"), other.lstrip("0")), key=len)
    alike = len(short) >= KNOWN_DIGITS and whole.endswith(short)
    return alike and len(whole) - len(short) <= _PREFIX_DIGITS
