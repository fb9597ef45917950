"""A view in the order of a custom field: as values are meant, in both directions, page by page."""

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from console.fields.model import Content, CustomField, FieldType, Option, Value
from console.fields.records import FIELD
from console.kernel.codec import NIL
from console.kernel.ids import new_id
from console.people.model import INTAKE_SCOPE
from console.people.server.scopes import org_scopes
from console.tickets.model import Sort, Ticket, View, ViewName
from console.tickets.model.orders import ByField, order_of, word_of
from console.tickets.records import TICKET
from console.tickets.tables import by_field
from console.tickets.tables.by_field import FieldOrder
from tests.parts.acts import AT
from tests.parts.office import Office

VIEW = View(name=ViewName.ACTIVE)
OPTIONS = tuple(Option(name, key) for name, key in (("L", "10"), ("S", "2"), ("M", "1")))
VALUES: dict[FieldType, list[Value]] = {
    "number": [-1200.5, -3.0, 0.0, 2.0, 10.0, 10.25, 1e10],
    "date": ["2025-12-31", "2026-01-02", "2026-11-23"],
    "text": ["apple", "Banana", "cherry", "Äpfel", "عربي"],
    "yesno": [False, True],
    "choice": ["10", "2", "1"],
}
"""Of each type, the smallest first."""


def make(office: Office, kind: FieldType, **content: Any) -> CustomField:
    options = OPTIONS if kind == "choice" else ()
    field = CustomField(id=new_id(), content=Content("A field", kind, options, **content))
    office.write(lambda tx: tx.record(FIELD, field, org_scopes()))
    return field


def fill(office: Office, field: CustomField, count: int = 60) -> list[Ticket]:
    """Tickets of which two in three have a value."""
    choice, pool = random.Random(7), VALUES[field.content.type]
    made = [
        Ticket(
            id=new_id(), number=n, conversation_id=NIL, subject=f"t{n}", created_at=AT,
            updated_at=AT + timedelta(minutes=choice.randint(0, 700)),
            fields={field.id: choice.choice(pool)} if n % 3 else {},
        )
        for n in range(count)
    ]  # fmt: skip
    office.write(lambda tx: [tx.record(TICKET, t, frozenset({INTAKE_SCOPE})) for t in made])
    return made


def order(office: Office, field: CustomField, *, down: bool) -> FieldOrder:
    found = office.read(lambda r: by_field.standing(r, ByField(field.id, down)))
    assert isinstance(found, FieldOrder)
    return found


@pytest.fixture(params=["few", "bites", "gathered"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of the three ways in which a page is found, on a desk of few tickets."""
    if request.param != "few":
        monkeypatch.setattr(by_field, "FEW", 3)
        monkeypatch.setattr(by_field, "BITE", 4)
        monkeypatch.setattr(by_field, "PROBED", 8 if request.param == "gathered" else 1_000)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("kind", list(VALUES))
@pytest.mark.parametrize("down", [False, True])
def test_values_come_in_their_order_and_those_without_last(
    office: Office, kind: FieldType, down: bool
) -> None:
    field = make(office, kind)
    made = {t.id.bytes: t for t in fill(office, field)}
    asked = order(office, field, down=down)
    every: list[by_field.Place] = []
    while True:
        after = every[-1] if every else None
        page = office.read(
            lambda r: by_field.places(r, VIEW, NIL, asked, 7, after=after, now=AT)  # noqa: B023
        )
        every += page
        if len(page) < 7:
            break
    assert len(every) == len({raw for _, raw in every}) == len(made)
    assert every == sorted(every), "a place sorts as it stands"
    got = [made[raw].fields.get(field.id) for _, raw in every]
    having = [value for value in got if value is not None]
    pool = VALUES[kind]
    assert [pool.index(v) for v in having] == sorted(map(pool.index, having), reverse=down)
    assert got[len(having) :] == [None] * 20
    bare = [made[raw].updated_at for _, raw in every[len(having) :]]
    assert bare == sorted(bare, reverse=True)
    some = [UUID(bytes=raw) for _, raw in every[5:45:3]]
    only = office.read(lambda r: by_field.places(r, VIEW, NIL, asked, 99, only=some, now=AT))
    assert only == every[5:45:3], "one that is looked up has the same place"


def test_a_field_that_is_gone_or_unused_leaves_the_newest_first(office: Office) -> None:
    off = make(office, "number", active=False)
    for field_id in (off.id, new_id()):
        assert office.read(lambda r: by_field.standing(r, ByField(field_id))) == Sort.NEWEST  # noqa: B023
    assert office.read(lambda r: by_field.standing(r, Sort.WAITING)) == Sort.WAITING


def test_an_order_is_named_by_a_word() -> None:
    field_id = new_id()
    orders = [*Sort, ByField(field_id), ByField(field_id, down=True)]
    assert [order_of(word_of(each)) for each in orders] == orders
    for word in ("", "sideways", "field_x", f"field_{field_id.hex}_up", f"field_{field_id}"):
        assert order_of(word) is None
