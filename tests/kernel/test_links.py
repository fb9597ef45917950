"""Links are read strictly: one form, and everything else refused without being quoted."""

import pytest

from console.kernel.errors import Refused
from console.kernel.links import MOST_CHARS, link_to, ticket_number


@pytest.mark.parametrize("number", [1, 48213, 999_999_999_999])
def test_a_link_comes_back_as_its_number(number: int) -> None:
    assert ticket_number(link_to(number)) == number


def test_a_browser_may_end_it_with_a_slash() -> None:
    assert ticket_number("parley://ticket/48213/") == 48213


@pytest.mark.parametrize(
    "text",
    [
        "",
        "parley:",
        "parley://ticket/",
        "parley://ticket/0",
        "parley://ticket/007",
        "parley://ticket/-1",
        "parley://ticket/1234567890123",
        "parley://ticket/48213/delete",
        "parley://ticket/48213?solve=1",
        "parley://ticket/48213#x",
        "parley://ticket/48213\n",
        "parley://ticket/４８",
        "PARLEY://ticket/1",
        "parley://order/1",
        "file:///etc/passwd",
        "parley://ticket/" + "1" * MOST_CHARS,
    ],
)
def test_anything_else_is_refused_in_words(text: str) -> None:
    with pytest.raises(Refused, match=r"write it like parley://ticket/48213") as refusal:
        ticket_number(text)
    assert refusal.value.code == "bad_link"
