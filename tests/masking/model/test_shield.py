"""The shield before a party: what they know already passes, the rest is covered in their language."""

from dataclasses import replace

import pytest

from console.masking.model.policy import Content
from console.masking.model.shield import COVER, Shield, covers, shield_for, unmarked
from console.people.model import Party, User

LENA = Party(
    side="buyer",
    name="Lena",
    email="Lena@mail.example",
    phone="+49 171 2345678",
    country="DE",
    language="de-AT",
)
SHOP = Party(
    side="seller",
    name="Nord",
    email="nord@nord.example",
    phone="+34 612 345 678",
    country="es",
    language="en",
)
ANA = User(name="Ana", email="ana@desk.example", role="agent")


def before(
    party: Party, *others: Party, content: Content | None = None, author: User = ANA
) -> Shield:
    return shield_for(content or Content(), party.side, party, others, author)


def test_the_other_sides_contact_data_is_covered_in_words() -> None:
    told = before(SHOP, LENA).cover("Write to lena@mail.example or 0171 2345678.")
    assert told.text == "Write to •••• (e-mail address removed) or •••• (telephone number removed)."
    assert told.kinds == ("email", "phone")


def test_the_words_are_in_the_language_of_whoever_gets_them() -> None:
    assert before(LENA, SHOP).cover("nord@nord.example").text == "•••• (E-Mail-Adresse entfernt)"
    other = replace(before(LENA, SHOP), language="xx")
    assert other.cover("nord@nord.example").text == "•••• (e-mail address removed)"


@pytest.mark.parametrize(
    "own",
    ["lena@mail.example", "0171 2345678", "help@desk.example", "https://desk.example/faq", "sub.desk.example/x",
     "https://www.dhl.de/track?id=1"],
)  # fmt: skip
def test_the_recipients_own_and_the_exchanges_pass(own: str) -> None:
    assert before(LENA, SHOP).cover(f"See {own} there").kinds == ()


@pytest.mark.parametrize(
    "foreign",
    [
        "nord@nord.example",
        "https://desk.example.evil.example/",
        "notdesk.com",
        "612 345 678",
        "x@dhl.de.example",
    ],
)
def test_what_only_looks_like_it_does_not(foreign: str) -> None:
    assert before(LENA, SHOP).cover(f"See {foreign} there").kinds != ()


def test_a_free_mailbox_makes_nobody_the_exchange() -> None:
    sue = User(name="Sue", email="sue@gmail.com", role="agent")
    shield = before(LENA, SHOP, author=sue)
    assert shield.cover("sue@gmail.com").kinds == ()
    assert shield.cover("nord@gmail.com").kinds == ("email",)


def test_only_the_kinds_of_the_policy_are_covered_for_each_side() -> None:
    content = Content(buyer=("email",), seller=(), own=("+34 612 345 678",))
    text = "nord@nord.example, +44 20 7946 0958"
    assert before(LENA, SHOP, content=content).cover(text).kinds == ("email",)
    assert before(SHOP, LENA, content=content).cover(text).text == text
    every = Content(own=content.own)
    assert before(LENA, SHOP, content=every).cover("call 612 345 678").kinds == (), "their own line"


def test_an_address_inside_a_link_goes_with_the_link_or_by_itself() -> None:
    shield = before(SHOP, LENA)
    assert (
        shield.cover("https://evil.example/?u=lena@mail.example !").text == "•••• (link removed) !"
    )
    own = shield.cover("https://desk.example/?u=lena@mail.example !")
    assert own.kinds == ("email",)


def test_covered_passages_are_known_again_and_read_aloud_without_their_signs() -> None:
    text = f"a {before(LENA, SHOP).cover('nord@nord.example').text} b {COVER} c •••• (link removed)"
    assert [text[start:end] for start, end in covers(text)] == [
        "•••• (E-Mail-Adresse entfernt)", "•••• (link removed)",
    ]  # fmt: skip
    assert unmarked("x •••• (link removed)") == "x (link removed)"


def test_what_was_covered_is_not_covered_again() -> None:
    shield = before(SHOP, LENA)
    once = shield.cover("lena@mail.example, t.me/lena, DE89 3704 0044 0532 0130 00, x.example/y")
    assert len(once.kinds) == 4
    assert shield.cover(once.text).kinds == ()
