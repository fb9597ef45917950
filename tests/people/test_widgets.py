"""The customer's card: who writes and where they are, with everything the shop knows, or little."""

from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from console.kernel.money import Money
from console.people.model import Party
from console.people.widgets import CustomerCard, place_and_time
from console.ui.theme import Theme
from console.ui.widgets import Elided, Pair

NOW = datetime(2026, 3, 2, 14, 8, tzinfo=UTC)
LENA = Party(
    side="buyer",
    name="Lena Braun",
    email="lena@mail.test",
    city="Hamburg",
    country="DE",
    language="de-DE",
    zone="Europe/Berlin",
    since=datetime(2021, 5, 1, tzinfo=UTC),
    orders=12,
    spent=Money(184_210, "EUR"),
)


@pytest.fixture
def card(theme: Theme, qtbot: QtBot) -> CustomerCard:
    made = CustomerCard(theme)
    qtbot.addWidget(made)
    made.show()
    return made


def said(card: CustomerCard) -> list[str]:
    QApplication.processEvents()  # what joins a visible layout is shown a turn later
    lines = [line.text() for line in card.findChildren(Elided) if line.isVisibleTo(card)]
    labels = [label.text() for label in card.findChildren(QLabel) if label.isVisibleTo(card)]
    return [text for text in (*lines, *labels) if text]


def test_everything_the_shop_knows(card: CustomerCard) -> None:
    card.show_party(LENA, 2, NOW)
    assert card.heading.text() == "CUSTOMER"
    found = said(card)
    for text in (
        "SINCE 2021",
        "Lena Braun",
        "Hamburg · German · 15:08 there",
        "lena@mail.test",
        "12 · €1,842.10",
        "2 tickets",
    ):
        assert text in found, text
    assert len([pair for pair in card.findChildren(Pair) if pair.isVisibleTo(card)]) == 2


def test_a_seller_of_whom_only_the_name_is_known(card: CustomerCard) -> None:
    card.show_party(LENA, 2, NOW)
    card.show_party(Party(side="seller", name="Nordlicht"), 1, NOW)
    assert card.heading.text() == "SELLER"
    found = said(card)
    assert "1 ticket" in found
    assert not [text for text in found if "Lena" in text or "SINCE" in text or "lena@" in text]


def test_nobody_yet_takes_no_room(card: CustomerCard) -> None:
    card.show_party(None, 0, NOW)
    assert card.isHidden()
    card.show_party(LENA, 0, NOW)
    assert not card.isHidden()


def test_it_can_be_drawn_and_read_aloud(card: CustomerCard) -> None:
    name = "<b>Bobby</b> & " + "ﷺ" * 200
    card.show_party(Party(side="buyer", name=name), 1, NOW)
    card.resize(300, 200)
    assert not card.grab().isNull()
    assert name in [line.accessibleName() for line in card.findChildren(Elided)]


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "Europe", "../etc/passwd", "a\0b", "x" * 300])
def test_a_zone_nobody_knows_is_left_out(zone: str) -> None:
    party = Party(side="buyer", name="x", city="Oslo", language="tlh", zone=zone)
    assert place_and_time(party, NOW) == "Oslo"


def test_the_country_stands_in_for_the_city() -> None:
    assert place_and_time(Party(side="buyer", name="x", country="NO"), NOW) == "NO"
    assert place_and_time(Party(side="buyer", name="x"), NOW) == ""
