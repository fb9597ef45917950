"""Notes on parties: staff's alone, their authors' to change, gone with the party."""

from uuid import UUID

import pytest
from msgspec import structs

from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.people.model import MAX_NOTE_CHARS, MAX_NOTES, Actor, PartyNote, checked_note
from console.people.records import PARTY, PARTY_NOTE, ChangePartyNote, DeletePartyNote, NoteParty
from console.people.tables import rows
from console.people.viewmodel import Directory, PartyNotes
from console.sync.records import Accepted, Outcome, Rejected
from console.tickets.server.erasure import TicketErased, erase_ticket
from tests.parts.acts import Case, act, begin_case
from tests.parts.console import Console
from tests.parts.office import Office
from tests.tickets.test_erasure import CANARY, everything


def code(outcome: Outcome) -> str:
    return outcome.code if isinstance(outcome, Rejected) else type(outcome).__name__


def note(case: Case, who: Actor, body: str = "Calls on Mondays") -> tuple[UUID, Outcome]:
    """Somebody notes something of the case's customer."""
    note_id = new_id()
    args = NoteParty(party_id=case.ticket.requester_id, body=body)
    return note_id, case.office.run(who, act(note_id, args))


def kept(office: Office, case: Case) -> list[PartyNote]:
    return office.read(lambda r: rows.notes(r, case.ticket.requester_id))


@pytest.fixture
def case(office: Office) -> Case:
    return begin_case(office, team="Europe")


def test_staff_note_and_nobody_outside_sees_it(office: Office, case: Case) -> None:
    ana = office.actor(office.user("Ana", teams=("Europe",)))
    out, shop = office.actor(office.user("Zoe", teams=("Asia",))), case.shop
    note_id, outcome = note(case, ana, "  Calls on\r\nMondays ")
    assert isinstance(outcome, Accepted)
    assert code(note(case, out)[1]) == code(note(case, shop)[1]) == "denied"
    (found,) = kept(office, case)
    assert (found.id, found.author_id, found.body) == (note_id, ana.user_id, "Calls on\nMondays")
    told = office.read(lambda r: office.feed.changes(r, 0, ana.scopes)).changes
    assert any(change.k == PARTY_NOTE.name for change in told)
    told = office.read(lambda r: office.feed.changes(r, 0, shop.scopes)).changes
    assert not any(change.k == PARTY_NOTE.name for change in told)


def test_no_refusal_tells_of_a_note_to_who_sees_the_customer_alone(
    office: Office, case: Case
) -> None:
    note_id, _ = note(
        case, office.actor(office.user("Ana", teams=("Europe",))), "Lies about parcels"
    )
    shop = office.actor(office.user("Store", "integration"))
    party = office.get(PARTY, case.ticket.requester_id)
    assert party is not None
    assert party.scopes & shop.scopes
    for wish in (ChangePartyNote(body="x"), DeletePartyNote()):
        refused = office.run(shop, act(note_id, wish))
        assert refused == Rejected("denied")


def test_authors_change_theirs_and_those_who_lead_delete_any(office: Office, case: Case) -> None:
    ana, ben = (office.actor(office.user(n, teams=("Europe",))) for n in ("Ana", "Ben"))
    cara = office.actor(office.user("Cara", "supervisor"))
    note_id, _ = note(case, ana)
    change = ChangePartyNote(body="Calls daily")
    assert code(office.run(ben, act(note_id, change))) == "denied"
    assert code(office.run(cara, act(note_id, change))) == "denied"
    assert code(office.run(ana, act(note_id, change))) == "Accepted"
    (found,) = kept(office, case)
    assert found.body == "Calls daily"
    assert found.changed_at is not None
    assert code(office.run(ben, act(note_id, DeletePartyNote()))) == "denied"
    assert code(office.run(cara, act(note_id, DeletePartyNote()))) == "Accepted"
    assert kept(office, case) == []
    assert code(office.run(ana, act(note_id, change))) == "denied"


def test_an_id_is_used_once_and_a_party_must_be_there(office: Office, case: Case) -> None:
    ana = office.actor(office.user("Ana", teams=("Europe",)))
    note_id, _ = note(case, ana)
    again = NoteParty(party_id=case.ticket.requester_id, body="again")
    assert code(office.run(ana, act(note_id, again))) == "already_there"
    nobody = NoteParty(party_id=new_id(), body="x")
    assert code(office.run(ana, act(new_id(), nobody))) == "denied"


def test_limits_hold_to_the_character(office: Office, case: Case) -> None:
    assert checked_note("x" * MAX_NOTE_CHARS)
    for body, wanted in (("x" * (MAX_NOTE_CHARS + 1), "note_too_long"), (" \n", "empty_note")):
        with pytest.raises(Refused) as refused:
            checked_note(body)
        assert refused.value.code == wanted
    ana = office.actor(office.user("Ana", teams=("Europe",)))
    first, _ = note(case, ana)
    (found,) = kept(office, case)
    more = [structs.replace(found, id=new_id()) for _ in range(MAX_NOTES - 2)]
    office.write(lambda tx: [tx.record(PARTY_NOTE, each) for each in more])
    assert code(note(case, ana)[1]) == "Accepted"
    assert code(note(case, ana)[1]) == "too_many_notes"
    assert len(kept(office, case)) == MAX_NOTES
    assert first in {each.id for each in kept(office, case)}


def test_notes_are_erased_with_the_person(office: Office, case: Case) -> None:
    ana = office.actor(office.user("Ana", teams=("Europe",)))
    note(case, ana, f"Her name is {CANARY}")
    assert CANARY in everything(office)
    gone = office.write(lambda tx: erase_ticket(tx, case.ticket))
    assert gone == TicketErased(tickets=1, messages=1, orders=0, parties=1)
    assert CANARY not in everything(office)
    kinds = {row[0] for row in office.rows("SELECT kind FROM tombstone")}
    assert PARTY_NOTE.name in kinds


# -- at a console


class Noting:
    """Ana's notes on one customer."""

    def __init__(self, console: Console) -> None:
        self.console, self.case = console, console.case()
        console.pull()
        self.notes = PartyNotes(console.local, Directory(console.local))
        self.notes.show(self.case.ticket.requester_id)

    def bodies(self) -> list[str]:
        return [line.body for line in self.notes.lines]


@pytest.mark.anyio
async def test_notes_are_there_at_once_and_after_a_restart(console: Console) -> None:
    noting = Noting(console)
    await noting.notes.add("Calls on Mondays")
    (line,) = noting.notes.lines
    assert (line.who, line.body, line.mine, line.removable) == (
        "Ana Kovac", "Calls on Mondays", True, True,
    )  # fmt: skip
    await noting.notes.change(line.id, "Calls daily")
    assert noting.bodies() == ["Calls daily"]
    await console.reopen()
    again = PartyNotes(console.local, Directory(console.local))
    again.show(noting.case.ticket.requester_id)
    assert [line.body for line in again.lines] == ["Calls daily"]
    assert [type(o) for o in await console.push()] == [Accepted, Accepted]
    assert [line.body for line in again.lines] == ["Calls daily"]
    assert console.local.entries == {}


@pytest.mark.anyio
async def test_a_deleted_note_comes_back(console: Console) -> None:
    noting = Noting(console)
    await noting.notes.add("Calls on Mondays")
    await console.push()
    undo = await noting.notes.delete(noting.notes.lines[0].id)
    assert noting.bodies() == []
    noting.notes.show(new_id())
    await undo()
    assert noting.bodies() == []
    noting.notes.show(noting.case.ticket.requester_id)
    assert noting.bodies() == ["Calls on Mondays"]
    await console.push()
    assert noting.bodies() == ["Calls on Mondays"]


@pytest.mark.anyio
async def test_a_colleagues_note_is_read_and_left_alone(console: Console) -> None:
    noting = Noting(console)
    note(noting.case, console.actor(console.ben))
    console.pull()
    (line,) = noting.notes.lines
    assert (line.who, line.mine, line.removable) == ("Ben Ode", False, False)


@pytest.mark.anyio
async def test_what_cannot_be_noted_is_refused_here(console: Console) -> None:
    noting = Noting(console)
    for body in (" ", "x" * (MAX_NOTE_CHARS + 1)):
        with pytest.raises(Refused):
            await noting.notes.add(body)
    assert console.local.entries == {}
