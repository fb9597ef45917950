"""Others in the header: words if there is room, initials always, and nothing else moves."""

from uuid import UUID

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.kernel.codec import NIL
from console.people.viewmodel import Directory
from console.tickets.viewmodel.opened import Opened
from console.tickets.widgets.header import Header
from console.tickets.widgets.others import FACE, FACES, OthersStrip
from console.ui.theme import THEMES, Theme
from tests.parts.console import Console

pytestmark = pytest.mark.anyio


class Shown:
    """A header over Ana's open ticket."""

    def __init__(self, console: Console, theme: Theme, qtbot: QtBot) -> None:
        self.console = console
        (ticket,) = console.cases("Where is my parcel")
        self.ticket = ticket.id
        self.opened = Opened(console.local, Directory(console.local))
        self.header = Header(self.opened.timeline, self.opened.others, theme)
        self.open(self.ticket)
        qtbot.addWidget(self.header)
        self.wide(700)
        self.header.show()

    def open(self, ticket_id: UUID) -> None:
        self.opened.open(ticket_id)
        assert self.opened.state is not None
        self.header.show_state(self.opened.state)

    @property
    def strip(self) -> OthersStrip:
        return self.header.others

    def wide(self, width: int) -> None:
        self.header.resize(width, self.header.sizeHint().height())
        self.turn()

    def turn(self) -> None:
        QApplication.processEvents()

    def places(self) -> list[QRect]:
        """Where everything else in the header is."""
        self.turn()
        found = [w for w in self.header.children() if w.isWidgetType() and w is not self.strip]
        return [w.geometry() for w in found]


@pytest.fixture
async def shown(console: Console, theme: Theme, qtbot: QtBot) -> Shown:
    return Shown(console, theme, qtbot)


async def test_nobody_there_takes_no_room_and_has_no_name(shown: Shown) -> None:
    assert shown.strip.width() == 0
    assert shown.strip.accessibleName() == ""


async def test_whoever_comes_and_goes_moves_nothing(shown: Shown) -> None:
    console, before = shown.console, shown.places()
    tall = shown.header.sizeHint().height()
    for user, what in (
        (console.ben, "viewing"), (console.cara, "noting"), (console.ben, "typing"),
        (console.cara, "left"),
    ):  # fmt: skip
        console.meet(user, shown.ticket, what)
        assert shown.places() == before
        assert shown.header.sizeHint().height() == tall
        assert shown.header.rect().contains(shown.strip.geometry())
    right = shown.strip.geometry().right()
    console.meet(console.ben, shown.ticket)
    shown.turn()
    assert shown.strip.geometry().right() == right, "initials stay where they are"


async def test_it_is_told_to_those_who_do_not_see_it(shown: Shown) -> None:
    shown.console.meet(shown.console.ben, shown.ticket, "typing:buyer")
    interface = QAccessible.queryAccessibleInterface(shown.strip)
    assert interface.text(QAccessible.Text.Name) == "Ben Ode is typing a reply…"
    assert shown.strip.toolTip() == "Ben Ode is typing a reply…"


async def test_a_name_is_never_read_as_markup(shown: Shown) -> None:
    user = shown.console.office.user("<b>Bo</b> Lee")
    shown.console.pull()
    shown.console.meet(user, shown.ticket)
    assert "&lt;b&gt;Bo" in shown.strip.toolTip()


async def test_less_is_said_where_there_is_less_room(shown: Shown) -> None:
    shown.console.meet(shown.console.ben, shown.ticket)
    shown.console.meet(shown.console.cara, shown.ticket, "typing")
    said = []
    for room in (600, 240, 180, 120):
        shown.strip.fit(room)
        assert shown.strip.width() <= room
        said.append(shown.strip._words)
    whole, brief = "Cara is typing a reply… · Ben is viewing", "Cara is typing a reply… +1"
    assert said == [whole, brief, brief, ""]
    assert shown.strip.width() >= 2 * FACE, "initials are always there"


async def test_a_subject_is_cut_for_initials_but_not_for_words(shown: Shown) -> None:
    (ticket,) = shown.console.cases("A very long subject indeed " * 8)
    shown.open(ticket.id)
    shown.console.meet(shown.console.ben, ticket.id, "typing")
    shown.turn()
    assert shown.strip._words == ""
    assert shown.strip.width() >= FACE
    assert shown.header.rect().contains(shown.strip.geometry())


async def test_many_have_a_few_faces(shown: Shown) -> None:
    for n in range(FACES + 3):
        shown.console.meet(shown.console.office.user(f"P{n} Q"), shown.ticket)
    shown.console.pull()
    assert shown.strip._faces() == FACES * FACE + (FACES - 1) * 4
    assert shown.opened.others.state.words == "P0, P1 and 4 others are viewing"


@pytest.mark.parametrize("name", THEMES)
async def test_it_is_painted_in_every_theme(shown: Shown, theme: Theme, name: str) -> None:
    shown.console.meet(shown.console.ben, shown.ticket, "typing")
    theme.use(name)
    image = shown.strip.grab().toImage()
    words = image.copy(0, 0, image.width() - FACE, image.height())
    assert len({words.pixel(x, y) for x in range(words.width()) for y in range(words.height())}) > 8
    shown.strip.fit(50)
    pen = shown.strip.grab().toImage()
    assert len({pen.pixel(x, y) for x in range(14) for y in range(pen.height())}) > 3
    shown.opened.open(NIL)
    shown.turn()
    assert shown.strip.width() == 0
