"""What waits to be sent takes hits away: those behind are found all the same, each page once."""

import pytest

from console.search.viewmodel import search as module
from console.tickets.model import Status
from console.tickets.records import TICKET, SetStatus
from tests.parts.console import Console
from tests.search.viewmodel.sought import Sought

pytestmark = pytest.mark.anyio
_WORD, _PAGE = "kettle", 4


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of four hits, of which the first two are shown first."""
    monkeypatch.setattr(module, "FIRST", 2)
    monkeypatch.setattr(module, "HITS", _PAGE)


async def solved(console: Console, count: int, newest: int) -> None:
    """So many tickets, of which all but the oldest and the `newest` are solved while offline."""
    tickets = console.cases(*(f"Kettle {n}" for n in range(count)))
    for ticket in tickets[1 : count - newest]:
        wish = SetStatus(status=Status.SOLVED, seen=ticket.status)
        await console.local.do(TICKET, ticket.id, wish, lane=ticket.id, about="Solve")


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("newest", [0, 1])
async def test_open_tickets_behind_many_solved_offline_are_found(
    sought: Sought, console: Console, newest: int
) -> None:
    await solved(console, 14, newest)
    await sought.type(f"{_WORD} is:open")
    for _ in range(14):  # as somebody scrolls, or the page does while it has room
        await sought.ended()
        sought.search.older()
    await sought.ended()
    assert not sought.search.more
    assert len(sought.tickets) == 1 + newest
    assert sought.tickets[-1] == "Kettle 0"
