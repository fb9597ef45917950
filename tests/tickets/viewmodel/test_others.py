"""Others at the open ticket: who, what they do, in words, as it is now and no longer."""

import pytest

from console.kernel.codec import NIL
from console.kernel.ids import new_id
from console.people.viewmodel import Directory
from console.sync.client import pipe
from console.tickets.viewmodel.opened import Opened
from console.tickets.viewmodel.others import Others, OthersState
from tests.parts.acts import Case
from tests.parts.console import Console

pytestmark = pytest.mark.anyio


class Watched:
    """The open ticket, who else is there, and what the engine was told of Ana."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.told: list[pipe.ToEngine] = []
        console.local.company.tell = self.told.append
        self.case: Case = console.case()
        console.pull()
        self.ticket = self.case.ticket.id
        self.opened = Opened(console.local, Directory(console.local))
        self.others: Others = self.opened.others
        self.said: list[str] = []
        self.others.changed.connect(self._changed)
        self.opened.open(self.ticket)

    def _changed(self, _: None) -> None:
        self.said.append(self.others.state.words)


@pytest.fixture
async def watched(console: Console) -> Watched:
    return Watched(console)


async def test_who_is_there_and_what_they_do_in_words(watched: Watched) -> None:
    console, ticket = watched.console, watched.ticket
    console.meet(console.ben, ticket)
    console.meet(console.ben, ticket, "typing:buyer")
    console.meet(console.ben, ticket, "noting")
    console.meet(console.ben, ticket, "typing")
    console.meet(console.ben, ticket, "left")
    assert watched.said == [
        "Ben is viewing", "Ben is typing a reply…", "Ben is writing a note…",
        "Ben is typing a reply…", "",
    ]  # fmt: skip
    assert watched.others.state == OthersState()


async def test_several_are_told_together_writers_first(watched: Watched) -> None:
    console, ticket = watched.console, watched.ticket
    console.meet(console.ben, ticket)
    console.meet(console.cara, ticket)
    assert watched.others.state.words == "Ben and Cara are viewing"
    assert watched.others.state.brief == "Ben and Cara are viewing"
    console.meet(console.cara, ticket, "noting")
    state = watched.others.state
    assert state.words == "Cara is writing a note… · Ben is viewing"
    assert state.brief == "Cara is writing a note… +1"
    assert state.whole == "Cara Lind is writing a note… · Ben Ode is viewing"
    assert [(o.name, o.initials, o.writes) for o in state.people] == [
        ("Cara Lind", "CL", True), ("Ben Ode", "BO", False),
    ]  # fmt: skip


async def test_other_tickets_and_repetitions_are_no_news(watched: Watched) -> None:
    console = watched.console
    for _ in range(3):
        console.meet(console.ben, watched.ticket)
    console.meet(console.ben, new_id(), "typing")
    assert watched.said == ["Ben is viewing"]


async def test_another_ticket_has_others_at_it(watched: Watched) -> None:
    console = watched.console
    (other,) = console.cases("Other")
    console.meet(console.ben, watched.ticket)
    console.meet(console.cara, other.id)
    watched.opened.open(other.id)
    assert watched.said == ["Ben is viewing", "Cara is viewing"]
    watched.opened.open(NIL)
    assert watched.said[-1] == ""


async def test_a_new_name_is_shown(watched: Watched) -> None:
    from msgspec import structs

    from console.people.records import USER

    console = watched.console
    console.meet(console.ben, watched.ticket)
    renamed = structs.replace(console.ben, name="Benno Ode")
    console.office.write(lambda tx: tx.record(USER, renamed))
    console.pull()
    assert watched.said == ["Ben is viewing", "Benno is viewing"]


@pytest.mark.parametrize("mode", ["offline", "connecting", "loading", "signed_out", "stuck"])
async def test_without_a_link_nobody_is_shown(watched: Watched, mode: str) -> None:
    console = watched.console
    console.stand("live")
    console.meet(console.ben, watched.ticket, "typing")
    console.stand("catchup")
    assert watched.others.state.people
    console.stand(mode)
    assert watched.said == ["Ben is typing a reply…", ""]


async def test_others_hear_at_which_ticket_one_is(watched: Watched) -> None:
    console = watched.console
    (other,) = console.cases("Other")
    watched.opened.open(other.id)
    watched.opened.open(new_id())
    watched.opened.open(NIL)
    assert watched.told == [
        pipe.Attend(watched.ticket, "viewing"), pipe.Attend(other.id, "viewing"),
        pipe.Attend(None, "viewing"),
    ]  # fmt: skip
