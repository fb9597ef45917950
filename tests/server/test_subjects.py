"""Subjects made from first messages read like subjects."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.server.subjects import MAX_CHARS, subject_of


@pytest.mark.parametrize(
    ("body", "subject"),
    [
        (
            "Order ID #789-456123-00101. I received the Bluetooth speaker today. It's broken.",
            "I received the Bluetooth speaker today",
        ),
        ("Order 302-5555555-1212121 it says delivered", "Order it says delivered"),
        (
            "My order 804-3216549-7890123 is incomplete! missing a lot.",
            "My order is incomplete! missing a lot",
        ),
        ("Regarding order #765-9876543-2109876, it shows delivered.", "It shows delivered"),
        ("Order # 204-9876543-1234567 I ordered a memory card", "I ordered a memory card"),
        ("Order 987-6543210-9876543. Wrong item.", "Wrong item"),
        (
            "Subject: Double Deduction - Order #407-8293647-2937462. Charged twice.",
            "Double Deduction",
        ),
        (
            "Refund of Rs. 3000 is still pending, please check",
            "Refund of Rs. 3000 is still pending, please check",
        ),
        ("where is\n\nmy parcel?? it is late", "Where is my parcel?? it is late"),
        ("303-9182736-4567890", "303-9182736-4567890"),
        ("", ""),
    ],
)
def test_a_subject_says_what_it_is_about(body: str, subject: str) -> None:
    assert subject_of(body) == subject


def test_a_long_one_is_cut_between_words() -> None:
    subject = subject_of("The parcel " + "never arrived and " * 20)
    assert len(subject) <= MAX_CHARS
    assert subject.endswith(("arrived…", "and…", "never…"))


@given(st.text())
def test_any_text_gives_one_short_line(body: str) -> None:
    subject = subject_of(body)
    assert len(subject) <= MAX_CHARS
    assert subject == " ".join(subject.split())
