"""The search page: typed at, walked through, read aloud, and drawn in every theme."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from console.people.viewmodel import Directory
from console.search.model.saved import SAVED_MOST
from console.search.model.words import Term, spans
from console.search.viewmodel.found import SERVER, SHOWN
from console.search.viewmodel.search import Search, Target
from console.search.widgets.page import SearchPage
from console.search.widgets.painting import SERVER_HEIGHT, _formats
from console.sync.client import pipe
from console.ui.rows import row_at
from console.ui.slots import Slots
from console.ui.theme import THEMES, Theme
from tests.parts.acts import Case, note
from tests.parts.console import Console
from tests.parts.until import until

pytestmark = pytest.mark.anyio
Key = Qt.Key


class Shown:
    """The page in a window, over a case with three messages about a kettle, all in the index."""

    def __init__(self, console: Console, theme: Theme, qtbot: QtBot) -> None:
        self.console = console
        self.search = Search(console.local, Directory(console.local))
        self.slots = Slots()
        self.page = SearchPage(self.search, self.slots, theme, console.clock)
        self.testers = [
            QAbstractItemModelTester(v.model()) for v in (self.page.found, self.page.help)
        ]
        self.targets: list[Target] = []
        self.page.target_wanted.connect(self.targets.append)
        qtbot.addWidget(self.page)
        self.page.resize(900, 600)
        self.page.show()
        self.page.activateWindow()
        self.page.begin()

    async def type(self, text: str) -> None:
        QTest.keyClicks(self.page.line, text)
        await until(lambda: not self.search.busy, "the search")
        QApplication.processEvents()

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.page.line, key)

    @property
    def spoken(self) -> list[str]:
        model = self.page.found.model()
        role = Qt.ItemDataRole.AccessibleTextRole
        return [model.index(n, 0).data(role) for n in range(model.rowCount())]


@pytest.fixture
async def case(console: Console) -> Case:
    made = console.case("Kettle lost", body="My kettle never arrived", name="Lena Braun")
    made.hear("The kettle <b>again</b>")
    console.office.run(console.actor(), note(made.conversation_id, "Depot lost the kettle"))
    console.pull()
    while console.replica.index_some():
        pass
    return made


@pytest.fixture
async def shown(console: Console, theme: Theme, qtbot: QtBot, case: Case) -> Shown:
    return Shown(console, theme, qtbot)


async def test_what_is_typed_is_found_and_read_aloud(shown: Shown, case: Case) -> None:
    await shown.type("kettle")
    assert shown.spoken[0] == f"#{case.ticket.number} Kettle lost, Lena Braun, New"
    assert sorted(line.rpartition(", ")[2] for line in shown.spoken[1:-1]) == [
        "Depot lost the kettle", "My kettle never arrived", "The kettle <b>again</b>",
    ]  # fmt: skip
    assert shown.spoken[-1] == "Offline: only what is kept on this computer was searched."
    assert "internal note" in " ".join(shown.spoken)


async def test_arrows_walk_past_what_leads_nowhere_and_enter_leads_there(
    shown: Shown, case: Case
) -> None:
    await shown.type("kettle")
    for _ in range(9):
        shown.press(Key.Key_Down)
    assert shown.page.found.currentIndex().row() == 3, "the server's line leads nowhere"
    shown.press(Key.Key_Up)
    shown.press(Key.Key_PageUp)
    assert shown.page.found.currentIndex().row() == 0
    shown.page.enter()
    assert shown.targets == [Target(case.ticket.id)]


async def test_enter_with_nothing_chosen_takes_the_first_message(shown: Shown, case: Case) -> None:
    await shown.type('"never arrived"')
    shown.page.enter()
    (target,) = shown.targets
    assert (target.ticket_id, target.pos) == (case.ticket.id, 1)
    assert shown.page.found.currentIndex().row() == 1


async def test_a_click_leads_there_too(shown: Shown, case: Case) -> None:
    await shown.type("depot")
    view = shown.page.found
    place = view.visualRect(view.model().index(1, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert shown.targets[0].ticket_id == case.ticket.id


async def test_nothing_found_and_what_is_wrong_is_said(shown: Shown) -> None:
    await shown.type("zzz is:opne ")
    assert shown.page._nothing.isVisible()
    assert shown.page._nothing.accessibleName().startswith("Nothing found here Try fewer words")
    assert shown.page.found.height() <= SERVER_HEIGHT, "what the server says stays above"
    assert shown.page._notes.text().startswith("is:opne is not known.")
    shown.page.enter()
    assert shown.targets == []


async def test_an_empty_line_shows_what_can_be_typed_and_takes_it_over(shown: Shown) -> None:
    assert shown.page.help.isVisible()
    shown.search.lines.used("depot")
    shown.press(Key.Key_Down)
    row = row_at(shown.page.help.currentIndex())
    assert (row.kind, row.line) == ("recent", "depot")
    shown.press(Key.Key_Down)
    assert row_at(shown.page.help.currentIndex()).kind == "operator", "a heading is stepped over"
    shown.press(Key.Key_Up)
    shown.page.enter()
    await until(lambda: not shown.search.busy, "the search")
    assert (shown.page.line.text(), shown.page.found.isVisible()) == ("depot", True)
    assert shown.page.line.hasFocus()


async def test_a_search_is_saved_and_let_go(shown: Shown) -> None:
    assert not shown.page.star.isVisible()
    await shown.type("kettle")
    QTest.mouseClick(shown.page.star, Qt.MouseButton.LeftButton)
    await shown.slots.done(5)
    assert (shown.search.lines.saved, shown.page.star.text()) == (["kettle"], "Saved")
    assert shown.page.star.accessibleName() == "Let go of this saved search"
    QTest.mouseClick(shown.page.star, Qt.MouseButton.LeftButton)
    await shown.slots.done(5)
    assert (shown.search.lines.saved, shown.page.star.text()) == ([], "Save search")


async def test_one_search_too_many_is_refused_in_words(shown: Shown) -> None:
    for n in range(SAVED_MOST):
        await shown.search.lines.save(f"line {n}")
    told: list[str] = []
    shown.slots.failed.connect(told.append)
    await shown.type("kettle")
    shown.page.toggle_saved()
    await shown.slots.done(5)
    assert told == [f"At most {SAVED_MOST} searches are kept: let go of one first."]


async def test_many_places_open_and_fold_by_key_and_are_read_aloud(
    shown: Shown, case: Case
) -> None:
    shown.console.talk(case, *["the kettle again"] * SHOWN)
    shown.console.pull()
    while shown.console.replica.index_some():
        pass
    await shown.type("kettle")
    folded = SHOWN + 2
    assert shown.spoken[2] == f"{folded} more places in this ticket, folded"
    assert shown.page._count.text() == f"{folded + 1} places"
    rows = len(shown.spoken)
    for _ in range(3):
        shown.press(Key.Key_Down)
    shown.page.enter()
    assert shown.targets == [], "it leads nowhere but opens"
    assert shown.spoken[2] == f"{folded} more places in this ticket, open"
    assert len(shown.spoken) == rows + folded
    shown.page.enter()
    assert len(shown.spoken) == rows, "the same row folds them again"


async def test_the_order_is_chosen_and_remembered(shown: Shown) -> None:
    assert not shown.page.order.isVisible()
    await shown.type("kettle")
    newest, best = shown.page.order.findChildren(QPushButton)
    assert (newest.isChecked(), best.isChecked()) == (True, False)
    QTest.mouseClick(best, Qt.MouseButton.LeftButton)
    assert shown.search.lines.best
    shown.page.turn_order()
    assert (newest.isChecked(), shown.search.lines.best) == (True, False)


async def test_the_server_stands_below_and_says_how_it_is(shown: Shown) -> None:
    shown.console.stand("live")
    await shown.type("kettle")
    assert shown.spoken[-1] == "Searching the server's whole history…"
    shown.console.local.hear(pipe.Sought(shown.search._number, None, "unavailable"))
    assert shown.spoken[-1] == "Offline: only what is kept on this computer was searched."
    assert list(shown.search.rows)[-1] == SERVER


@pytest.mark.parametrize("name", THEMES)
async def test_it_is_drawn_in_every_theme(shown: Shown, theme: Theme, name: str) -> None:
    await shown.type("kettle")
    theme.use(name)
    assert not shown.page.grab().isNull()
    shown.page.line.clear()
    assert not shown.page.help.grab().isNull()
    theme.use("light")


def test_marks_stand_on_the_right_letters_beyond_the_first_plane(theme: Theme) -> None:
    text = "🫖🫖 kettle here"
    (part,) = _formats(text, text, spans(text, (Term(("kettle",)),)), theme.tokens)
    assert (part.start, part.length) == (5, 6)
    assert _formats("🫖…", text, spans(text, (Term(("kettle",)),)), theme.tokens) == []
