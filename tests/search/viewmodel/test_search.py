"""The search as a person meets it: hits as they type, what is pending too, and the server's below."""

import asyncio

import pytest
from msgspec import structs

from console.conversations.records import CONVERSATION, SendReply
from console.fields.model import Content, CustomField, Option, checked
from console.fields.records import FIELD
from console.kernel.ids import new_id
from console.people.server.scopes import org_scopes
from console.search.tables import conditions
from console.search.tables import rows as reads
from console.search.viewmodel import search as module
from console.search.viewmodel.found import (
    SERVER,
    SHOWN,
    HitRow,
    MoreRow,
    TicketRow,
    there,
)
from console.search.viewmodel.search import Target
from console.search.widgets.painting import state_words
from console.sync.asking import Searched
from console.sync.client import pipe
from console.tickets.model import Status
from console.tickets.records import TICKET, Merge, SetField, SetStatus
from tests.parts.acts import Case
from tests.parts.console import Console
from tests.search.viewmodel.sought import Sought, answer

pytestmark = pytest.mark.anyio


async def test_hits_stand_under_their_ticket_with_what_was_typed_marked(
    sought: Sought, case: Case
) -> None:
    await sought.type("kettle")
    assert sought.tickets == ["Kettle lost"]
    assert set(sought.texts) == {
        "My kettle never arrived", "The KETTLE is on its way", "Depot lost the kettle",
    }  # fmt: skip
    for row in sought.search.rows.values():
        if isinstance(row, HitRow):
            ((start, end),) = row.marks
            assert row.text[start:end].lower() == "kettle"
    (ticket,) = (r for r in sought.search.rows.values() if isinstance(r, TicketRow))
    assert (ticket.requester, ticket.marks, ticket.number) == (
        "Lena Braun", ((0, 6),), case.ticket.number,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("kett", 3),
        ("ket ", 0),
        ('"never arrived"', 1),
        ("kettle -depot -way", 1),
        ("kettle is:note", 1),
        ("kettle from:lena", 1),
        ("kettle from:me", 2),
        ("kettle to:lena", 1),
        ("kettle is:open", 3),
        ("kettle is:solved", 0),
        ("kettle order:303", 3),
        ("kettle team:europe", 3),
        ("kettle team:asia", 0),
        ("kettle after:2020", 3),
        ("kettle before:2020", 0),
        ("kettle has:attachment", 0),
        ("-from:me kettle", 1),
    ],
)
async def test_the_line_narrows(sought: Sought, case: Case, line: str, expected: int) -> None:
    await sought.type(line)
    assert len(sought.texts) == expected, sought.texts


@pytest.mark.parametrize(
    "line",
    ["is:open", "is:unassigned", "order:303-91", "from:lena", "lena braun", "303-91", "is:note"],
)
async def test_tickets_are_found_by_operators_and_names_alone(
    sought: Sought, case: Case, line: str
) -> None:
    await sought.type(line)
    assert (sought.tickets, sought.texts) == (["Kettle lost"], [])


async def test_a_reply_that_waits_to_be_sent_is_found_first(
    console: Console, sought: Sought, case: Case
) -> None:
    await console.local.do(
        CONVERSATION, case.conversation_id,
        SendReply(message_id=new_id(), lane="buyer", body="A new kettle goes out"),
        lane=case.ticket.id, about="Reply",
    )  # fmt: skip
    await sought.type("kettle")
    first = next(row for row in sought.search.rows.values() if isinstance(row, HitRow))
    assert (first.text, first.pending) == ("A new kettle goes out", True)
    await sought.type("kettle is:note")
    assert "A new kettle goes out" not in sought.texts


async def test_states_are_those_that_somebody_sees_here(
    console: Console, sought: Sought, case: Case
) -> None:
    wish = SetStatus(status=Status.SOLVED, seen=case.ticket.status)
    await console.local.do(TICKET, case.ticket.id, wish, lane=case.ticket.id, about="Solve")
    await sought.type("kettle is:open")
    assert sought.tickets == []
    await sought.type("kettle is:solved")
    assert sought.tickets == ["Kettle lost"]


async def test_only_the_answer_to_the_last_line_is_shown(sought: Sought, case: Case) -> None:
    while sought.console.replica.index_some():
        pass
    for end in range(1, len("kettle") + 1):
        sought.search.type("kettle"[:end])
        await asyncio.sleep(0)
    sought.search.type("depot")
    await sought.here()
    assert sought.texts == ["Depot lost the kettle"]
    await sought.ended()
    assert sought.texts == ["Depot lost the kettle"]


async def test_an_empty_line_shows_nothing(sought: Sought, case: Case) -> None:
    await sought.type("kettle")
    await sought.type("")
    assert (sought.search.rows, sought.search.count) == ({}, 0)


async def test_older_hits_follow_when_asked_for(console: Console, sought: Sought) -> None:
    case = console.case()
    console.talk(case, *[f"kettle {n}" for n in range(reads.HITS + 20)])
    console.fetch()
    await sought.type("kettle")
    assert (len(sought.texts), sought.search.more) == (reads.HITS, True)
    assert sought.texts[0] == f"kettle {reads.HITS + 19}"
    sought.search.older()
    await sought.ended()
    assert (len(sought.texts), sought.search.more) == (reads.HITS + 20, False)
    assert sought.texts[-1] == "kettle 0"


async def test_tickets_found_by_operators_alone_follow_too(
    console: Console, sought: Sought
) -> None:
    cases = console.cases(*[f"Kettle {n}" for n in range(reads.HITS + 20)])
    await sought.type("is:open")
    assert (sought.search.count, sought.search.more) == (reads.HITS, True)
    sought.search.older()
    await sought.ended()
    found = [key for key, row in sought.search.rows.items() if isinstance(row, TicketRow)]
    assert {sought.search.target(key).ticket_id for key in found} == {each.id for each in cases}
    assert not sought.search.more
    assert sought.search.notes == []


async def test_so_many_tickets_are_held_against_operators_alone(
    console: Console, sought: Sought, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "TICKETS_SCANNED", reads.HITS + 10)
    console.cases(*[f"Kettle {n}" for n in range(reads.HITS + 20)])
    await sought.type("is:open")
    assert sought.search.notes == []
    sought.search.older()
    await sought.ended()
    assert (sought.search.count, sought.search.more) == (reads.HITS + 10, False)
    assert sought.search.notes == [
        "Only the newest matches were looked through: add a word to find older ones."
    ]


async def test_a_screenful_stands_there_before_the_others_are_looked_up(
    console: Console, sought: Sought
) -> None:
    console.talk(console.case(), *[f"kettle {n}" for n in range(reads.HITS + 20)])
    console.fetch()
    counts: list[int] = []
    sought.search.changed.connect(lambda _: counts.append(sought.search.count))
    await sought.type("kettle")
    assert counts == [0, module.FIRST, reads.HITS]


async def test_many_places_of_a_ticket_are_one_row_that_opens(
    console: Console, sought: Sought
) -> None:
    few, many = console.case("Few"), console.case("Many", email="many@mail.test")
    console.talk(few, *["kettle"] * SHOWN)
    console.talk(many, *[f"kettle {n}" for n in range(SHOWN + 1)])
    console.pull()
    await sought.type("kettle")
    key = ("more", False, many.ticket.id)
    assert [type(row).__name__ for row in sought.search.rows.values()] == [
        "TicketRow", "HitRow", "MoreRow", *["HitRow"] * SHOWN, "TicketRow", *["HitRow"] * SHOWN,
        "ServerRow",
    ]  # fmt: skip
    assert sought.search.rows[key] == MoreRow(many.ticket.id, SHOWN, is_open=True)
    assert sought.search.unfold(key)
    assert sought.texts[:2] == [f"kettle {SHOWN}", "kettle"], "folded again"
    assert sought.search.count == 2 * SHOWN + 1, "what is folded counts"
    assert sought.search.target(key) is None
    assert not sought.search.unfold(("ticket", many.ticket.id))


async def test_what_fits_best_comes_first_when_asked_for(console: Console, sought: Sought) -> None:
    often, subject, late = (
        console.case(name, email=f"{name[0]}@mail.test") for name in ("Often", "Kettle", "Late")
    )
    console.talk(often, "kettle kettle kettle kettle", "boiler")
    console.talk(subject, "boiler")
    console.talk(late, "kettle")
    console.pull()
    await sought.type("kettle")
    assert sought.tickets[0] == "Late"
    sought.search.lines.order(best=True)
    await sought.here()
    assert sought.tickets == ["Kettle", "Often", "Late"]
    await sought.type("kettle is:open")
    assert sought.tickets == ["Kettle", "Often", "Late"]
    await sought.type("is:new")
    assert len(sought.tickets) == 3, "operators alone have no best"
    sought.search.lines.order(best=False)
    await sought.type("kettle")
    assert sought.tickets[0] == "Late"


async def test_the_best_go_on_below_and_have_an_end_that_is_told(
    console: Console, sought: Sought, monkeypatch: pytest.MonkeyPatch
) -> None:
    ranked = reads.HITS + 5
    monkeypatch.setattr(reads, "RANKED", ranked)
    monkeypatch.setattr(module, "RANKED", ranked)
    case = console.case()
    console.talk(case, *[f"kettle {n}" + " kettle" * (n % 7) for n in range(reads.HITS + 20)])
    console.fetch()
    sought.search.lines.order(best=True)
    await sought.type("kettle")
    assert (len(sought.texts), sought.search.more) == (reads.HITS, True)
    sought.search.older()
    await sought.ended()
    assert (len(sought.texts), sought.search.more) == (ranked, False)
    assert len(set(sought.texts)) == ranked
    counts = [text.count("kettle") for text in sought.texts]
    assert counts == sorted(counts, reverse=True)
    assert sought.search.notes == [
        f"The best of the newest {ranked} matches: add a word to find older ones."
    ]


async def test_quoted_lines_are_shown_without_their_marks(
    console: Console, sought: Sought, case: Case
) -> None:
    case.hear("On Friday you wrote:\n> > the samovar\n> is yours")
    console.pull()
    await sought.type("samovar")
    assert sought.texts == ["On Friday you wrote: the samovar is yours"]


@pytest.mark.parametrize("rare", [1_000, 0])
async def test_a_custom_field_narrows_what_is_found_also_while_its_value_waits(
    console: Console, sought: Sought, case: Case, monkeypatch: pytest.MonkeyPatch, rare: int
) -> None:
    monkeypatch.setattr(conditions, "RARE", rare)
    content = checked(
        Content(name="Order size", type="choice", options=(Option("XL"), Option("S")))
    )
    field = CustomField(id=new_id(), content=content)
    console.office.write(lambda tx: tx.record(FIELD, field, org_scopes()))
    console.pull()
    assert sought.search.lines.fields == [('field:"order size"=xl', "XL, S")]
    await sought.type("kettle")
    here, lines = set(sought.texts), sought.search.lines
    assert here
    asked = lines.fields[0][0]
    for before in ("kettle ", ""):
        await sought.type(before + asked)
        assert sought.tickets == []
    give = SetField(field_id=field.id, value="1", seen=None)
    await console.local.do(TICKET, case.ticket.id, give, lane=case.ticket.id, about="")
    await sought.type(f"{asked} ")
    assert sought.tickets == ["Kettle lost"]
    await sought.type(f"kettle {asked} ")
    assert set(sought.texts) == here
    await sought.type(f"kettle -{asked}")
    assert sought.texts == []
    for line, sentence in (
        ("field:colour=red", "field:colour is no custom field in use here."),
        ("field:size=m", "Order size has no value m. There are XL, S."),
        ("field:size>xl", 'Order size is not more or less: write field:"order size"=xl.'),
    ):
        await sought.type(line)
        assert sentence in sought.search.notes


async def test_notes_say_what_is_wrong_and_what_is_missing(sought: Sought, case: Case) -> None:
    sought.search.type("kettle from:nobodyhere is:opne")
    await sought.here()
    notes = sought.search.notes
    assert notes[0].startswith("is:opne is not known.")
    assert notes[1] == "from:nobodyhere is nobody known here."
    assert notes[2].startswith("The search is still being prepared"), "nothing was indexed yet"


async def test_what_is_looked_through_has_an_end_that_is_told(
    sought: Sought, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "SCANNED", 2)
    monkeypatch.setattr(reads, "PLACES_MOST", 2)
    await sought.type("kettle from:lena")
    assert sought.search.notes == [
        "Only the newest matches were looked through: add a word to find older ones."
    ]


@pytest.mark.parametrize("line", ["kettle from:lena", "kettle order:303 is:open", "kettle to:lena"])
async def test_somebody_with_few_messages_is_found_among_any_number_of_others(
    sought: Sought, case: Case, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setattr(reads, "SCANNED", 1)
    await sought.type(line)
    assert (sought.texts == [], sought.search.notes) == (False, [])


async def test_a_row_leads_to_its_place_and_the_line_is_remembered(
    console: Console, sought: Sought, case: Case
) -> None:
    await sought.type('"never arrived"')
    (hit,) = (r for r in sought.search.rows.values() if isinstance(r, HitRow))
    assert sought.search.target(("hit", hit.message_id)) == Target(
        case.ticket.id, hit.message_id, 1
    )
    assert sought.search.target(("ticket", case.ticket.id)) == Target(case.ticket.id)
    assert sought.search.target(SERVER) is None
    assert sought.search.lines.recent == ('"never arrived"',)


async def test_a_merged_ticket_says_where_it_went(
    console: Console, sought: Sought, case: Case
) -> None:
    into = console.case("Again", body="Still no kettle")
    console.pull()
    merge = Merge(ticket=case.ticket.id)
    await console.local.do(TICKET, into.ticket.id, merge, lane=into.ticket.id, about="")
    for _ in ("pending", "done"):
        await sought.type("")
        await sought.type("kettle")
        rows = [row for row in sought.search.rows.values() if isinstance(row, TicketRow)]
        assert {row.subject: state_words(row) for row in rows} == {
            "Kettle lost": f"Merged into #{into.ticket.number}", "Again": "New",
        }  # fmt: skip
        await console.push()
    told = answer(case, new_id())
    gone = structs.replace(told.hits[1], into=7)
    row, _ = there(Searched((gone,)), (), ()).values()
    assert isinstance(row, TicketRow)
    assert (row.there, state_words(row)) == (True, "Merged into #7")


async def test_a_cache_that_is_made_anew_is_searched_anew(
    console: Console, sought: Sought, case: Case
) -> None:
    await sought.type("kettle")
    console.local.hear(pipe.Opened(usable=True))
    await sought.here()
    assert len(sought.texts) == 3
    console.local.shut_cache()
    console.local.opened.emit(None)
    await sought.here()
    assert sought.search.rows == {}


async def test_a_ticket_that_changes_looks_so(console: Console, sought: Sought, case: Case) -> None:
    await sought.type("kettle")
    wish = SetStatus(status=Status.PENDING, seen=case.ticket.status)
    await console.local.do(TICKET, case.ticket.id, wish, lane=case.ticket.id, about="Pending")
    (ticket,) = (r for r in sought.search.rows.values() if isinstance(r, TicketRow))
    assert ticket.status == "pending"


async def test_what_nobody_looks_at_follows_once_somebody_does(
    console: Console, sought: Sought, case: Case
) -> None:
    await sought.type("kettle")
    sought.search.watch(False)
    before = sought.search.rows
    wish = SetStatus(status=Status.PENDING, seen=case.ticket.status)
    await console.local.do(TICKET, case.ticket.id, wish, lane=case.ticket.id, about="Pending")
    assert sought.search.rows is before, "typing elsewhere does not pay for it"
    sought.search.watch(True)
    (ticket,) = (r for r in sought.search.rows.values() if isinstance(r, TicketRow))
    assert ticket.status == "pending"
