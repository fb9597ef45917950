"""The policy: what holds until somebody sets one, and what can be the exchange's own."""

import pytest

from console.kernel.errors import Refused
from console.masking.model.contacts import KINDS
from console.masking.model.policy import CARRIERS, MAX_OWN, MAX_OWN_CHARS, Content, checked


def test_until_somebody_sets_it_everything_is_masked_for_both() -> None:
    content = Content()
    assert content.masked("buyer") == content.masked("seller") == KINDS
    assert content.own == CARRIERS


def test_what_is_own_is_kept_in_one_way() -> None:
    told = (
        " https://www.Shop.example/ ",
        "shop.example",
        "@help.example",
        "Ana@Shop.example",
        "+49 30  1234567",
        "",
    )
    assert checked(Content(own=told)).own == (
        "+49 30 1234567", "ana@shop.example", "help.example", "shop.example",
    )  # fmt: skip
    assert checked(Content(buyer=("link", "email", "link"))).buyer == ("email", "link")


@pytest.mark.parametrize(
    "line", ["shop", "a b.example", "x@y", "+49 1", "*", "a" * MAX_OWN_CHARS + ".example"]
)
def test_a_line_that_is_none_of_these_is_named(line: str) -> None:
    with pytest.raises(Refused) as refused:
        checked(Content(own=("shop.example", line)))
    assert refused.value.code == "bad_own"
    assert refused.value.fields["own"] == line[:MAX_OWN_CHARS]


def test_so_many_are_own_and_no_more() -> None:
    most = tuple(f"shop{n}.example" for n in range(MAX_OWN))
    assert len(checked(Content(own=most)).own) == MAX_OWN
    with pytest.raises(Refused) as refused:
        checked(Content(own=(*most, "more.example")))
    assert refused.value.code == "too_many_own"
