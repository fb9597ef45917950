"""What a search line finds on the server, and that nobody finds what they may not see."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from console.conversations.model import Mention
from console.fields.model import Content, CustomField, FieldType, Option, Value, checked
from console.fields.records import FIELD
from console.kernel.ids import new_id
from console.people.model import Actor
from console.people.server.scopes import org_scopes
from console.search.server import finding
from console.search.tables import conditions
from console.sync.asking import Search, Searched
from console.sync.records import Accepted
from console.tickets.model import Status
from console.tickets.records import ChangeTags, Merge, SetField, SetStatus
from tests.parts.acts import AT, Case, act, begin_case, note, reply
from tests.parts.office import Office


def found(office: Office, actor: Actor, line: str) -> Searched:
    postgres = office.database.dialect == "postgresql"
    asked = Search(text=line, now=AT)
    return office.read(
        lambda r: finding.search(r, asked, actor.user_id, actor.scopes, postgres=postgres)
    )


def texts(office: Office, actor: Actor, line: str) -> Sequence[str]:
    return [hit.excerpt for hit in found(office, actor, line).hits]


@pytest.fixture
def ana(office: Office) -> Actor:
    return office.actor(office.user("Ana Kovac", "agent", ("Europe",)))


@pytest.fixture
def fielded(office: Office, ana: Actor) -> None:
    """Three tickets with values: One has them all, Two a few, Three none."""
    made = {
        name: CustomField(
            id=new_id(), content=checked(Content(name=name, type=kind, options=options))
        )
        for name, kind, options in FIELDS
    }
    office.write(lambda tx: [tx.record(FIELD, field, org_scopes()) for field in made.values()])
    told: dict[str, dict[str, Value]] = {
        "One": {"Order size": "1", "Shoe size": "XL wide", "Sum": 250.0, "Due": "2026-03-02", "Gift": True},
        "Two": {"Order size": "2", "Sum": -3.5, "Due": "2026-04-30", "Gift": False},
        "Three": {},
    }  # fmt: skip
    for subject, values in told.items():
        ticket = begin_case(office, team="Europe", body="kettle", subject=subject).ticket
        for name, value in values.items():
            give = SetField(field_id=made[name].id, value=value, seen=None)
            assert isinstance(office.run(ana, act(ticket.id, give)), Accepted)


FIELDS: tuple[tuple[str, FieldType, tuple[Option, ...]], ...] = (
    ("Order size", "choice", (Option("XL"), Option("Small & light"))),
    ("Shoe size", "text", ()), ("Sum", "number", ()), ("Due", "date", ()), ("Gift", "yesno", ()),
)  # fmt: skip


@pytest.mark.usefixtures("fielded")
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('field:"order size"=xl', {"One"}),
        ("field:size=xl", {"One"}),
        ('field:"Order size"=light', {"Two"}),
        ('field:"Order size"', {"One", "Two"}),
        ('-field:"Order size"', {"Three"}),
        ('-field:"Order size"=XL', {"Two", "Three"}),
        ('field:"shoe size"=wide', {"One"}),
        ("field:sum>=250", {"One"}),
        ("field:sum<250", {"Two"}),
        ("field:sum=-3.5", {"Two"}),
        ("field:due=2026-03", {"One"}),
        ("field:due>2026-03", {"Two"}),
        ("field:due<=2026-04-30", {"One", "Two"}),
        ("field:due=today", {"One"}),
        ("field:due<today", set()),
        ("field:gift=yes", {"One"}),
        ("field:gift=no -field:sum>0", {"Two"}),
        ("field:gift=maybe", set()),
        ("field:colour=red", set()),
    ],
)
@pytest.mark.parametrize("rare", [1_000, 0])
def test_tickets_are_found_by_values_of_custom_fields(
    office: Office, ana: Actor, line: str, expected: set[str], rare: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(conditions, "RARE", rare)
    assert {hit.subject for hit in found(office, ana, line).hits} == expected
    assert {hit.subject for hit in found(office, ana, f"kettle {line}").hits} == expected


@pytest.fixture
def case(office: Office, ana: Actor) -> Case:
    made = begin_case(
        office, team="Europe", body="My kettle never arrived", subject="Kettle lost",
        name="Lena Braun", order_number="303-91",
    )  # fmt: skip
    office.run(ana, reply(made.conversation_id, "The kettle is on its way", anyway=True))
    office.run(ana, note(made.conversation_id, "Depot lost the kettle"))
    return made


def test_messages_are_found_newest_first_with_where_they_stand(
    office: Office, ana: Actor, case: Case
) -> None:
    hits = [hit for hit in found(office, ana, "kettle").hits if hit.pos]
    assert {hit.excerpt for hit in hits} == {
        "My kettle never arrived", "The kettle is on its way", "Depot lost the kettle",
    }  # fmt: skip
    first = next(hit for hit in hits if hit.pos == 1)
    assert (first.ticket, first.number, first.subject) == (
        case.ticket.id, case.ticket.number, "Kettle lost",
    )  # fmt: skip
    assert (first.author, first.by, first.lane, first.at) == ("Lena Braun", "party", "buyer", AT)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('"never arrived"', ["My kettle never arrived"]),
        ("kett arriv", []),
        ("kettle arriv", ["My kettle never arrived"]),
        ("kettle -depot -way -lost", ["My kettle never arrived"]),
        ("from:lena kettle", ["My kettle never arrived", "Kettle lost"]),
        ("kettle is:note", ["Depot lost the kettle"]),
        ("kettle to:lena", ["The kettle is on its way", "Kettle lost"]),
        ("kettle has:attachment", []),
        ("kettle before:2026-01-01", []),
        ("is:open tag:fragile", ["Kettle lost"]),
        ("order:303", ["Kettle lost"]),
        ("lena braun", ["Kettle lost"]),
        ("303-91", ["Kettle lost"]),
        ("team:europe assignee:nobody", ["Kettle lost"]),
        ("assignee:me", []),
        ("is:solved kettle", []),
        ("is:unread", []),
        ("nowhere", []),
        ("", []),
    ],
)
def test_operators(office: Office, ana: Actor, case: Case, line: str, expected: list[str]) -> None:
    office.run(ana, act(case.ticket.id, ChangeTags(add=("fragile",))))
    assert sorted(texts(office, ana, line)) == sorted(expected)


def test_nobody_finds_what_they_may_not_see(office: Office, ana: Actor, case: Case) -> None:
    other = office.actor(office.user("Omar Diaz", "agent", ("Asia",)))
    for line in ("kettle", "lena", "303-91", "from:lena", "is:open", "order:303"):
        assert found(office, other, line).hits == ()
        assert found(office, ana, line).hits


def test_a_customer_and_an_order_are_found_by_their_newest_ticket_that_is_seen(
    office: Office, ana: Actor
) -> None:
    """They write to several teams: what is with another one hides nothing."""
    ours = begin_case(office, team="Europe", order_number="A-1", name="Lena Braun")
    later = AT + timedelta(minutes=5)
    office.clock.advance(600)
    theirs = begin_case(office, team="Asia", order_number="A-1", name="Lena Braun", at=later)
    assert theirs.ticket.requester_id == ours.ticket.requester_id
    ben = office.actor(office.user("Ben Ode", "agent", ("Asia",)))
    for line in ("Lena", "A-1"):
        for who, case in ((ana, ours), (ben, theirs)):
            led = [hit.ticket for hit in found(office, who, line).hits]
            assert led == [case.ticket.id], (line, who.name)


def test_mentions_are_found_by_whoever_sees_the_notes(
    office: Office, ana: Actor, case: Case
) -> None:
    mentions = (Mention(ana.user_id, "Ana"),)
    office.run(ana, note(case.conversation_id, "Ask @Ana of the shelf", mentions=mentions))
    ben = office.actor(office.user("Ben Ode", "agent", ("Europe",)))
    for who, line in ((ana, "mentions:me"), (ben, "mentions:ana"), (ben, "mentions:kovac")):
        assert texts(office, who, line) == ["Kettle lost"]
        assert texts(office, who, f"shelf {line}") == ["Ask @Ana of the shelf"]
    for who, line in ((ben, "mentions:me"), (ana, "mentions:ben"), (ana, "mentions:zoe")):
        assert texts(office, who, line) == []
    assert texts(office, ana, "kettle mentions:me") == ["Kettle lost"]
    assert "Depot lost the kettle" in texts(office, ana, "kettle -mentions:me")
    assert texts(office, case.shop, "mentions:ana") == []
    omar = office.actor(office.user("Omar Diaz", "agent", ("Asia",)))
    assert texts(office, omar, "mentions:ana") == []


def test_integrations_find_no_notes(office: Office, ana: Actor, case: Case) -> None:
    assert "Depot lost the kettle" in texts(office, ana, "depot")
    assert texts(office, case.shop, "depot") == []
    assert texts(office, case.shop, "is:note") == []
    assert "My kettle never arrived" in texts(office, case.shop, "kettle")


def test_a_merged_ticket_tells_where_it_went(office: Office, ana: Actor, case: Case) -> None:
    into = begin_case(office, team="Europe", body="Still no kettle", subject="Again")
    office.run(ana, act(into.ticket.id, Merge(ticket=case.ticket.id)))
    went = {hit.ticket: hit.into for hit in found(office, ana, "kettle").hits}
    assert went == {case.ticket.id: into.ticket.number, into.ticket.id: 0}


def test_the_newest_are_told_and_that_there_are_more(office: Office, ana: Actor) -> None:
    case = begin_case(office, team="Europe")
    for n in range(finding.MOST + 5):
        case.hear(f"kettle {n}", at=AT + timedelta(minutes=n))
    told = found(office, ana, "kettle")
    assert (len(told.hits), told.capped) == (finding.MOST, True)
    assert told.hits[0].excerpt == f"kettle {finding.MOST + 4}"


def test_a_conversations_newest_ticket_is_where_a_message_leads(
    office: Office, ana: Actor, case: Case
) -> None:
    first = case.ticket
    for status, seen in ((Status.SOLVED, first.status), (Status.CLOSED, Status.SOLVED)):
        office.run(ana, act(first.id, SetStatus(status=status, seen=seen)))
    case.hear("One more about the kettle")
    second = case.ticket
    assert second.id != first.id
    hits = found(office, ana, '"never arrived"').hits
    assert [hit.ticket for hit in hits] == [second.id]
