"""Which words of a line are checked, and which are none."""

import pytest

from console.conversations.viewmodel.lexis import MAX_LINE_CHARS, MAX_WORD_CHARS, spelled


def words(line: str) -> list[str]:
    return [found.word for found in spelled(line)]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("The parcel is late.", ["The", "parcel", "is", "late"]),
        ("(don’t) “worry”, o'clock!", ["don't", "worry", "o'clock"]),
        ("see https://shop.test/teh?x=1 adn www.shop.test", ["see", "adn"]),
        ("write to lena@mail.test pls", ["write", "to", "pls"]),
        ("order 303-9182736, A-1 or SKU_12", ["order", "or"]),
        ("hello {customer.first}, order {order.number}", ["hello", "order"]),
        ("run `teh cmd --x` now, `or this", ["run", "now"]),
        ("> a quotd line", []),
        ("ask @Maria about #48213 :smile", ["ask", "about"]),
        ("VAT and PayPal and iPhone", ["and", "and"]),
        ("eine Rückerstattung für Łukasz", ["eine", "Rückerstattung", "für", "Łukasz"]),
        ("مرحبا بالطَّرد", ["مرحبا", "بالطَّرد"]),
        ("a well-known thing", ["well", "known", "thing"]),
        ("", []),
    ],
)  # fmt: skip
def test_what_is_checked(line: str, found: list[str]) -> None:
    assert words(line) == found


def test_where_a_word_stands() -> None:
    line = "📦 the parcel"
    assert [line[start:end] for start, end, _ in spelled(line)] == ["the", "parcel"]


def test_long_lines_and_long_words_are_left_alone() -> None:
    assert words("a" * MAX_WORD_CHARS) == ["a" * MAX_WORD_CHARS]
    assert words("a" * (MAX_WORD_CHARS + 1)) == []
    assert len(words("word " * (MAX_LINE_CHARS // 5))) == MAX_LINE_CHARS // 5
    assert words("word " * (MAX_LINE_CHARS // 5) + "x") == []
