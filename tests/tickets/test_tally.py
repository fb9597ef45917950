"""Counting bite by bite: the same as at once, whatever the view, and a bite is never the whole."""

from datetime import timedelta

import pytest

from console.kernel.codec import NIL
from console.kernel.ids import new_id
from console.people.model import INTAKE_SCOPE
from console.tickets.model import ME, SOME, Sort, Status, Ticket, View, ViewName
from console.tickets.records import TICKET
from console.tickets.tables import rows, tally
from console.tickets.tables.conditions import IN_OUR_COURT
from console.tickets.tables.tally import Borders, Tally
from console.views.model import Condition
from tests.parts.acts import AT
from tests.parts.office import Office

ANA = new_id()
LATER = AT + timedelta(hours=6)


def asked(*conditions: Condition) -> View:
    return View(name=ViewName.FILTER, conditions=conditions)


VIEWS = (
    View(name=ViewName.ACTIVE),
    View(name=ViewName.SOLVED),
    asked(),
    asked(IN_OUR_COURT),
    asked(IN_OUR_COURT, Condition(field="due", values=("soon",))),
    asked(IN_OUR_COURT, Condition(field="waiting", values=("0",))),
    asked(IN_OUR_COURT, Condition(field="assignee", values=(ME,))),
    asked(IN_OUR_COURT, Condition(field="assignee", values=(ME,), without=True)),
    asked(Condition(field="unread", values=(SOME,))),
    asked(Condition(field="unread", values=(SOME,)), Condition(field="tag", values=("vip",))),
    asked(Condition(field="status", values=("open", "solved"))),
    asked(Condition(field="mentions", values=(ME,))),
    asked(Condition(field="mentions", values=(ME,)), IN_OUR_COURT),
)


@pytest.fixture
def fifty(office: Office) -> None:
    """Tickets of all sorts; many were touched at the same moment."""
    made = [
        Ticket(
            id=new_id(), number=n, conversation_id=NIL, subject=f"t{n}", created_at=AT,
            updated_at=AT + timedelta(minutes=n // 7), unread=n % 3,
            status=list(Status)[n % len(Status)], assignee_id=ANA if n % 4 else NIL,
            waiting_since=AT if n % 2 else None, tags=("vip",) if n % 5 == 0 else (),
        )
        for n in range(50)
    ]  # fmt: skip
    office.write(lambda tx: [tx.record(TICKET, t, frozenset({INTAKE_SCOPE})) for t in made])


@pytest.mark.usefixtures("fifty")
def test_bites_make_the_whole(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "BITE", 6)
    steps: dict[View, int] = {}
    with office.database.reading() as reader:
        borders: Borders = {}
        for view in VIEWS:
            told = Tally(reader, view, ANA, now=LATER, most=1_000, borders=borders)
            steps[view] = 1
            while told.step():
                steps[view] += 1
            places = rows.places(reader, view, ANA, Sort.NEWEST, 100, now=LATER)
            assert told.count == len(places), view
    assert steps[asked()] == 8, "those touched at one moment are counted together"
    assert steps[asked(IN_OUR_COURT)] == 1, "an index of its own counts it"
    assert steps[VIEWS[-1]] == 1, "few are looked up"


@pytest.mark.usefixtures("fifty")
def test_counting_ends_at_the_most(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "BITE", 6)
    with office.database.reading() as reader:
        told = Tally(reader, asked(), ANA, now=LATER, most=10)
        steps = 1
        while told.step():
            steps += 1
    assert (told.count, steps) == (10, 2)
