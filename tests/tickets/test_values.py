"""Values of custom fields: given, overtaken, demanded before solving, asked for, erased."""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from console.fields.model import (
    MAX_KEPT,
    MAX_TEXT_CHARS,
    Content,
    CustomField,
    FieldType,
    Option,
    Value,
    checked,
    column_of,
)
from console.fields.records import FIELD
from console.kernel.codec import NIL
from console.kernel.ids import new_id
from console.people.model import INTAKE_SCOPE, Actor
from console.people.server.scopes import org_scopes
from console.sync.records import Accepted, Merged, Outcome, Rejected
from console.tickets.model import Sort, Status, Ticket, View, ViewName
from console.tickets.model.days import TODAY
from console.tickets.records import TICKET, SetField, SetStatus
from console.tickets.server.erasure import erase_ticket
from console.tickets.tables import rows
from console.tickets.tables import values as values_asked
from console.tickets.tables.conditions import timed
from console.tickets.tables.values import fields_column, stood
from console.views.model import Condition
from tests.parts.acts import AT, Case, act, team_named
from tests.parts.office import Office
from tests.tickets.test_erasure import CANARY, everything

OPTIONS = (Option("Late"), Option("Broken"))
ENTRY_BYTES = 2_600
"""What PostgreSQL's indexes hold of an entry, with room for its frame."""


def make(office: Office, kind: FieldType = "text", **content: Any) -> CustomField:
    """A field that is there."""
    told = Content(**{"name": f"A {kind}", "type": kind, "options": OPTIONS, **content})
    field = CustomField(id=new_id(), content=checked(told))
    office.write(lambda tx: tx.record(FIELD, field, org_scopes()))
    return field


def give(
    case: Case, who: Actor, field: CustomField, value: Value | None, seen: Value | None = None
) -> Outcome:
    wish = SetField(field_id=field.id, value=value, seen=seen)
    return case.office.run(who, act(case.ticket.id, wish))


def code(outcome: Outcome) -> str:
    return outcome.code if isinstance(outcome, Rejected) else type(outcome).__name__


def test_values_are_given_and_taken_away(office: Office, case: Case, ana: Actor) -> None:
    reason, sum_, day = make(office), make(office, "number"), make(office, "date")
    assert give(case, ana, reason, "  lost   parcel ") == Accepted(office.head())
    assert (
        code(give(case, ana, sum_, 12.5)) == code(give(case, ana, day, "2026-11-30")) == "Accepted"
    )
    assert case.ticket.fields == {reason.id: "lost parcel", sum_.id: 12.5, day.id: "2026-11-30"}
    head = office.head()
    assert code(give(case, ana, reason, "lost parcel", "lost parcel")) == "Accepted"
    assert office.head() == head, "nothing is written that is so already"
    assert code(give(case, ana, sum_, None, 12.5)) == "Accepted"
    assert case.ticket.fields == {reason.id: "lost parcel", day.id: "2026-11-30"}


def test_the_last_one_wins_each_field_and_is_told(
    office: Office, case: Case, ana: Actor, ben: Actor
) -> None:
    one, other = make(office), make(office, "yesno")
    give(case, ana, one, "Ana's")
    assert give(case, ben, one, "Ben's") == Merged(
        office.head(), {"field": str(one.id), "value": "Ana's"}
    )
    assert code(give(case, ben, other, True)) == "Accepted", "another field is no conflict"
    assert code(give(case, ana, one, "Ben's", "Ana's")) == "Accepted", "both want the same"
    assert case.ticket.fields == {one.id: "Ben's", other.id: True}


def test_what_a_field_does_not_take_is_refused(office: Office, case: Case, ana: Actor) -> None:
    choice, off = make(office, "choice"), make(office, active=False, name="off")
    assert code(give(case, ana, choice, "Late")) == "bad_value"
    assert code(give(case, ana, choice, "1")) == "Accepted"
    assert code(give(case, ana, off, "x")) == "no_field"
    unknown = CustomField(id=new_id(), content=Content(name="x"))
    assert code(give(case, ana, unknown, "x")) == "no_field"
    shop = office.actor(office.user("Zed", "integration"))
    assert code(give(case, shop, choice, "2")) == "denied"


def set_status(case: Case, who: Actor, status: Status) -> Outcome:
    wish = SetStatus(status=status, seen=case.ticket.status)
    return case.office.run(who, act(case.ticket.id, wish))


@pytest.mark.parametrize("status", [Status.SOLVED, Status.CLOSED])
def test_a_ticket_is_finished_once_its_fields_say_so(
    office: Office, case: Case, ana: Actor, status: Status
) -> None:
    must = make(office, "yesno", required=True, name="Refunded?")
    make(office, required=True, name="of Asia", teams=(team_named(office, "Asia").id,))
    outcome = set_status(case, ana, status)
    assert isinstance(outcome, Rejected)
    assert (outcome.code, outcome.fields) == ("fields_missing", {str(must.id): "Refunded?"})
    assert code(set_status(case, ana, Status.PENDING)) == "Accepted"
    give(case, ana, must, False)
    assert code(set_status(case, ana, status)) == "Accepted"


def test_what_is_finished_may_be_closed_whatever_was_demanded_since(
    office: Office, case: Case, ana: Actor
) -> None:
    set_status(case, ana, Status.SOLVED)
    make(office, required=True)
    assert code(set_status(case, ana, Status.CLOSED)) == "Accepted"


def test_values_are_erased_with_the_person(
    office: Office, case: Case, ana: Actor, ben: Actor
) -> None:
    note = make(office)
    give(case, ana, note, CANARY)
    assert isinstance(give(case, ben, note, "other"), Merged), "an answer quotes it"
    give(case, ana, note, CANARY, "other")
    give(case, ben, make(office, "date", name="d"), CANARY)
    assert CANARY in everything(office)
    office.write(lambda tx: erase_ticket(tx, case.ticket))
    assert CANARY not in everything(office)
    assert CANARY.lower() not in everything(office)


# -- asked for

TEXT, NUMBER, DAY, YES, CHOICE = (
    CustomField(id=new_id(), content=checked(Content(name=kind, type=kind, options=OPTIONS)))
    for kind in ("text", "number", "date", "yesno", "choice")
)
TEXTS = ("Lost Parcel", "lost", "100%", "a_b", "axb", "one|two", "ÄRGER", "=1|")
Rule = Callable[[dict[UUID, Value]], bool]


def asked(field: CustomField, *values: str, without: bool = False) -> Condition:
    return Condition(field=column_of(field.id), values=values, without=without)


CASES: list[tuple[Condition, Rule]] = [
    (asked(TEXT, "=lost parcel"), lambda v: v.get(TEXT.id) == "Lost Parcel"),
    (asked(TEXT, "~lost"), lambda v: "lost" in str(v.get(TEXT.id, "")).lower()),
    (asked(TEXT, "~100%", "~a_b"), lambda v: v.get(TEXT.id) in ("100%", "a_b")),
    (asked(TEXT, "=one|two"), lambda v: v.get(TEXT.id) == "one|two"),
    (asked(TEXT, "~ärg"), lambda v: v.get(TEXT.id) == "ÄRGER"),
    (asked(TEXT, ""), lambda v: TEXT.id not in v),
    (asked(YES, "=yes"), lambda v: v.get(YES.id) is True),
    (asked(YES, "=no", ""), lambda v: v.get(YES.id) is not True),
    (asked(CHOICE, "=1"), lambda v: v.get(CHOICE.id) == "1"),
    (asked(CHOICE, "=1", "=2"), lambda v: CHOICE.id in v),
    (asked(CHOICE, ""), lambda v: CHOICE.id not in v),
    (asked(NUMBER, ""), lambda v: NUMBER.id not in v),
]
RANGES: list[tuple[Condition, Rule, Rule]] = [
    (
        asked(NUMBER, f">={border}"),
        lambda v, b=border: NUMBER.id in v and v[NUMBER.id] >= b,
        lambda v, b=border: NUMBER.id in v and v[NUMBER.id] < b,
    )
    for border in (-7, -0.5, 0, 3.25, 1000)
] + [
    (
        asked(DAY, ">=2026-03-05"),
        lambda v: str(v.get(DAY.id, "")) >= "2026-03-05",
        lambda v: DAY.id in v and str(v[DAY.id]) < "2026-03-05",
    ),
    (
        asked(DAY, "@0..2"),  # today is 2 March
        lambda v: v.get(DAY.id) == "2026-03-04",
        lambda v: DAY.id in v and v[DAY.id] != "2026-03-04",
    ),
    (
        asked(DAY, "@..-31"),
        lambda v: str(v.get(DAY.id, "x")) < "2026-01-30",
        lambda v: DAY.id in v and str(v[DAY.id]) >= "2026-01-30",
    ),
    (
        asked(DAY, "@3.."),
        lambda v: str(v.get(DAY.id, "")) >= "2026-03-05",
        lambda v: DAY.id in v and str(v[DAY.id]) < "2026-03-05",
    ),
]


WAYS = {"few": (250, 10_000), "some": (0, 10_000), "many": (0, 0)}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answered by looking up few, gathering some, or asking one after another: the same."""
    few, some = WAYS[request.param]
    monkeypatch.setattr(values_asked, "FEW", few)
    monkeypatch.setattr(values_asked, "SOME", some)
    monkeypatch.setattr(values_asked, "MOST_SETS", 1 if request.param == "some" else 200)


@pytest.fixture
def tickets(office: Office) -> list[Ticket]:
    """Two hundred tickets with all sorts of values."""
    choice = random.Random(5)
    pools: list[tuple[CustomField, list[Value]]] = [
        (TEXT, list(TEXTS)),
        (NUMBER, [-1000.0, -7.0, -0.5, -0.25, 0.0, 3.25, 3.5, 20.0, 99_999_999_999.0]),
        (DAY, ["2025-12-31", "2026-03-04", "2026-03-05", "2026-11-30"]),
        (YES, [True, False]),
        (CHOICE, ["1", "2"]),
    ]
    made = []
    for n in range(200):
        some = [pool for pool in pools if choice.random() < 0.6]
        values = {field.id: choice.choice(found) for field, found in some}
        touched = AT + timedelta(minutes=choice.randint(0, 700))
        made.append(
            Ticket(
                id=new_id(), number=n, conversation_id=NIL, subject=f"t{n}", created_at=AT,
                updated_at=touched, fields=values,
            )
        )  # fmt: skip
    office.write(lambda tx: [tx.record(TICKET, t, frozenset({INTAKE_SCOPE})) for t in made])
    return made


def found(office: Office, *parts: Condition) -> set[UUID]:
    view = View(name=ViewName.FILTER, conditions=parts)
    places = office.read(lambda r: rows.places(r, view, NIL, Sort.NEWEST, 500, now=AT))
    assert office.read(lambda r: rows.count(r, view, NIL, now=AT)) == len(places)
    assert [key for key, _ in places] == sorted((key for key, _ in places), reverse=True)
    return {UUID(bytes=raw) for _, raw in places}


@pytest.mark.usefixtures("way")
def test_each_condition_and_its_opposite(office: Office, tickets: list[Ticket]) -> None:
    for condition, rule in CASES:
        expected = {t.id for t in tickets if rule(t.fields)}
        assert expected, condition
        assert found(office, condition) == expected, condition
        opposite = Condition(field=condition.field, values=condition.values, without=True)
        assert found(office, opposite) == {t.id for t in tickets} - expected, opposite


@pytest.mark.usefixtures("way")
def test_ranges_leave_out_what_has_no_value_either_way(
    office: Office, tickets: list[Ticket]
) -> None:
    for condition, least, less in RANGES:
        expected = {t.id for t in tickets if least(t.fields)}
        assert expected, condition
        assert found(office, condition) == expected, condition
        opposite = Condition(field=condition.field, values=condition.values, without=True)
        assert found(office, opposite) == {t.id for t in tickets if less(t.fields)}, opposite


def test_days_are_those_of_whoever_looks_and_turn_with_the_day(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Ticket(
        id=new_id(), number=1, conversation_id=NIL, subject="x", created_at=AT, updated_at=AT,
        fields={DAY.id: "2026-03-03"},
    )  # fmt: skip
    office.write(lambda tx: tx.record(TICKET, told, frozenset({INTAKE_SCOPE})))
    view = View(name=ViewName.FILTER, conditions=(asked(DAY, TODAY.value),))
    assert timed(view.conditions)
    assert not timed((asked(DAY, ">=2026-03-03"), Condition(field="tag", values=("@home",))))

    def count(at: datetime) -> int:
        return office.read(lambda r: rows.count(r, view, NIL, now=at))

    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    for zone, there in (("UTC", 0), ("Europe/Zagreb", 1), ("America/New_York", 0)):
        with monkeypatch.context() as patched:
            patched.setenv("TZ", zone)
            time.tzset()
            assert (count(late), count(late + timedelta(hours=7))) == (there, 1), zone
    time.tzset()


@pytest.mark.usefixtures("way")
def test_conditions_hold_together(office: Office, tickets: list[Ticket]) -> None:
    both = (asked(YES, "=yes"), asked(NUMBER, ">=0"), Condition(field="status", values=("new",)))
    expected = {
        t.id
        for t in tickets
        if t.fields.get(YES.id) is True and float(t.fields.get(NUMBER.id, -1)) >= 0
    }
    assert expected
    assert found(office, *both) == expected


def test_what_nobody_knows_matches_nothing(office: Office, tickets: list[Ticket]) -> None:
    assert tickets
    other = CustomField(id=new_id(), content=Content(name="other"))
    for condition in (
        asked(other, "=1"), asked(NUMBER), asked(NUMBER, ">=much"), asked(DAY, "@soon"),
        asked(DAY, "@5..1"), asked(DAY, "@.."), asked(DAY, "@0..9999"),
        Condition(field="field_x", values=("=1",)),
    ):  # fmt: skip
        assert found(office, condition) == set(), condition


def test_an_index_entry_has_room_for_all_fields_there_ever_are_and_the_longest_value() -> None:
    every: dict[UUID, Value] = {new_id(): True for _ in range(MAX_KEPT)}
    assert len(fields_column(every)) <= ENTRY_BYTES
    assert fields_column({}) == ""
    longest = "\u0390" * MAX_TEXT_CHARS  # three letters without case
    assert len(stood(longest).encode()) + 2 * len(NIL.bytes) <= ENTRY_BYTES
