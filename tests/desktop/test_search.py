"""The search by keyboard alone, in the whole window: in, to the message, and back to where one was."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from console.conversations.tables import rows as rows_of
from console.desktop.pages import INBOX, OUTBOX, SEARCH
from console.desktop.workspace import Workspace
from console.search.viewmodel.found import HitRow, TicketRow
from console.search.viewmodel.search import Target
from console.tickets.records import TICKET, Merge
from console.tickets.tables import rows
from console.ui.theme import Theme
from tests.parts.seat import press, type_text
from tests.parts.until import until
from tests.screens.shop import Made
from tests.screens.stage import Scene
from tests.screens.states import LENA

Work = Callable[[Scene, Workspace], Awaitable[None]]


def at_desk(made: Made, theme: Theme, work: Work) -> None:
    async def run() -> None:
        async with Scene(made, theme) as scene:
            await work(scene, await scene.work(LENA))

    asyncio.run(run())


async def find(scene: Scene, workspace: Workspace, line: str) -> None:
    press("/")
    type_text(line)
    await until(lambda: not workspace.search.busy, "the search")
    await scene.settle()


def test_a_hit_opens_its_ticket_at_the_message_which_is_marked(made: Made, theme: Theme) -> None:
    async def work(scene: Scene, workspace: Workspace) -> None:
        await find(scene, workspace, "screw from:tomas ")
        press("Down")
        press("Down")
        press("Down")
        press("Return")  # what is folded opens
        for _ in range(13):
            press("Down")
        hit = workspace.search.rows[
            workspace.search_page._rows.key(workspace.search_page.found.currentIndex().row())
        ]
        press("Return")
        await scene.settle()
        timeline = workspace.page.timeline
        assert workspace.shown_page == INBOX
        assert workspace.opened.timeline.seeking.marked == hit.message_id
        assert timeline.hasFocus()
        shown = timeline.visualRect(timeline.currentIndex())
        assert timeline.viewport().rect().contains(shown.center())
        assert timeline.verticalScrollBar().value() < timeline.verticalScrollBar().maximum()
        press("/")
        assert (workspace.shown_page, workspace.search_page.line.text()) == (
            SEARCH,
            "screw from:tomas ",
        )
        assert workspace.search_page.line.selectedText() == "screw from:tomas "

    at_desk(made, theme, work)


def test_a_hit_in_a_merged_ticket_opens_the_one_that_stays(made: Made, theme: Theme) -> None:
    async def work(scene: Scene, workspace: Workspace) -> None:
        assert workspace.opened.state is not None
        assert scene.local.reader is not None
        into = workspace.opened.state.ticket
        other = next(t for t in made.tickets if made.tickets[t] != into.id)
        gone = made.tickets[other]
        merge = Merge(ticket=gone, mixed=True)
        await scene.local.do(TICKET, into.id, merge, lane=into.id, about="")
        await scene.settle()
        ticket = rows.ticket(scene.local.reader, gone)
        assert ticket is not None
        await find(scene, workspace, f'"{ticket.subject}"')
        await until(lambda: not workspace.search.busy, "the search")
        found = {k: r for k, r in workspace.search.rows.items() if isinstance(r, TicketRow)}
        assert found["ticket", gone].into == into.number
        (said,) = rows_of.messages(scene.local.reader, ticket.conversation_id, limit=1)
        hit = HitRow(gone, said.id, said.pos, "", "buyer", said.at, said.body, ())
        workspace.finding.open(Target(gone, hit.message_id, hit.pos))
        await scene.settle()
        assert workspace.opened.ticket_id == into.id
        assert workspace.opened.timeline.seeking.marked == hit.message_id

    at_desk(made, theme, work)


@pytest.mark.parametrize("page", [INBOX, OUTBOX])
def test_escape_goes_back_to_where_one_was(made: Made, theme: Theme, page: str) -> None:
    async def work(scene: Scene, workspace: Workspace) -> None:
        workspace.show_page(page)
        if page == INBOX:
            workspace.page.timeline.setFocus()
        before = workspace.window().focusWidget()
        await find(scene, workspace, "parcel")
        press("Esc")
        assert (workspace.shown_page, workspace.window().focusWidget()) == (page, before)

    at_desk(made, theme, work)


def test_letters_typed_into_the_line_are_letters(made: Made, theme: Theme) -> None:
    async def work(scene: Scene, workspace: Workspace) -> None:
        await find(scene, workspace, "jkrnampstexg? /")
        assert workspace.search_page.line.text() == "jkrnampstexg? /"
        assert workspace.shown_page == SEARCH

    at_desk(made, theme, work)
