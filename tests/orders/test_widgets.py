"""The order's card as it looks and is read aloud, from a bare number to a parcel that is late."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from console.kernel.money import Money
from console.orders.model import (
    Address,
    EventName,
    Fulfilment,
    Order,
    OrderEvent,
    OrderLine,
    Payment,
    Stage,
)
from console.orders.viewmodel import card
from console.orders.widgets import EVENTS, STAGES, OrderCardWidget, StageChip, Steps
from console.ui.theme import THEMES, Theme, load
from console.ui.widgets import Elided

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FULL = Order(
    number="303-91",
    lines=(
        OrderLine("MUG", "Mug, blue", 2, Money(1250, "EUR")),
        OrderLine("TEA", "Tea", 1, Money(900, "EUR")),
    ),
    shipping=Money(490, "EUR"),
    total=Money(3890, "EUR"),
    payment=Payment("card", "Visa ···· 4242"),
    ship_to=Address("Lena Braun", "Elbchaussee 1", "Hamburg", "22765", "DE"),
    fulfilments=(Fulfilment("DHL", "JJD000390", NOW - HOUR),),
    events=(
        OrderEvent(NOW - 3 * HOUR, EventName.PLACED),
        OrderEvent(NOW - 2 * HOUR, EventName.DELAYED, "Leipzig", "machine down"),
    ),
)


@pytest.fixture
def widget(theme: Theme, qtbot: QtBot) -> OrderCardWidget:
    made = OrderCardWidget(theme)
    qtbot.addWidget(made)
    made.resize(316, 500)
    made.show()
    return made


def said(widget: OrderCardWidget) -> list[str]:
    QApplication.processEvents()  # what joins a visible layout is shown a turn later
    lines = [line.text() for line in widget.findChildren(Elided) if line.isVisibleTo(widget)]
    labels = [label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]
    return [*lines, *labels]


def test_everything_the_shop_told(widget: OrderCardWidget) -> None:
    widget.show_card(card(FULL, NOW))
    found = said(widget)
    for text in (
        "ORDER 303-91",
        "2 × Mug, blue",
        "€25.00",
        "Tea",
        "€9.00",
        "Shipping",
        "Paid · Visa ···· 4242",
        "€38.90",
        "DHL",
        "JJD000390",
        "Lena Braun, Elbchaussee 1, 22765 Hamburg, DE",
    ):
        assert text in found, text
    assert widget.accessibleName() == "Order 303-91"


def test_the_way_and_the_stage_are_read_aloud(widget: OrderCardWidget) -> None:
    widget.show_card(card(FULL, NOW))
    (steps,) = widget.findChildren(Steps)
    placed, delayed, due = steps.accessibleName().split("; ")
    assert placed.startswith("Placed ")
    assert delayed.startswith("Delayed, Leipzig ")
    assert due.startswith("Delivered due ")
    (chip,) = widget.findChildren(StageChip)
    assert (chip.accessibleName(), chip.isVisibleTo(widget)) == ("Delayed", True)


def test_a_bare_number_says_so_and_shows_no_stage(widget: OrderCardWidget) -> None:
    widget.show_card(card(FULL, NOW))
    widget.show_card(card(Order(number="A-1"), NOW))
    assert "The shop has told nothing of it yet." in said(widget)
    assert "€38.90" not in said(widget)
    (chip,) = widget.findChildren(StageChip)
    (steps,) = widget.findChildren(Steps)
    assert (chip.isVisibleTo(widget), steps.isVisibleTo(widget)) == (False, False)


def test_every_stage_and_event_has_words_and_colours_that_every_theme_has() -> None:
    assert set(STAGES) == set(Stage)
    assert set(EVENTS) == set(EventName)
    for name in THEMES:
        tokens = load(name)
        for _, ground, ink in STAGES.values():
            assert tokens[ground].isValid()
            assert tokens[ink].isValid()


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_is_drawn(stage: Stage, theme: Theme, qtbot: QtBot) -> None:
    chip = StageChip(theme)
    qtbot.addWidget(chip)
    chip.show_stage(stage)
    picture = chip.grab().toImage()
    assert picture.width() == chip.sizeHint().width() * chip.devicePixelRatio()
    assert chip.isHidden() == (stage == Stage.UNKNOWN)


@pytest.mark.parametrize("name", list(EventName))
def test_every_step_is_drawn(name: EventName, theme: Theme, qtbot: QtBot) -> None:
    steps = Steps(theme)
    qtbot.addWidget(steps)
    told = Order(number="A-1", events=(OrderEvent(NOW, name, "Łódź"),))
    steps.show_steps(card(told, NOW).steps)
    steps.resize(240, max(1, steps.sizeHint().height()))
    picture = steps.grab().toImage()
    blank = {picture.pixel(x, y) for x in range(picture.width()) for y in range(picture.height())}
    assert (len(blank) > 1) == bool(card(told, NOW).steps)
