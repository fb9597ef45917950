"""Who makes and changes custom fields, and what happens when two change one."""

from uuid import UUID

from msgspec import structs

from console.fields.model import MAX_FIELDS, MAX_KEPT, Content, CustomField, Option
from console.fields.records import FIELD, ChangeField, CreateField, MoveField
from console.fields.server import known
from console.kernel.ids import new_id
from console.people.model import ORG_SCOPE, Actor
from console.people.server.scopes import org_scopes
from console.sync.records import Accepted, Outcome, Rejected
from console.sync.server.tx import Tx
from tests.parts.acts import act, team_named
from tests.parts.office import Office


def code(outcome: Outcome) -> str:
    return outcome.code if isinstance(outcome, Rejected) else type(outcome).__name__


def make(office: Office, who: Actor, **content: object) -> tuple[UUID, Outcome]:
    """A field somebody tries to make."""
    target = new_id()
    told = Content(**{"name": "Reason", **content})
    return target, office.run(who, act(target, CreateField(content=told)))


def change(office: Office, who: Actor, target: UUID, base_rev: int, **content: object) -> str:
    told = Content(**{"name": "Reason", **content})
    return code(office.run(who, act(target, ChangeField(content=told), base_rev=base_rev)))


def record(office: Office, target: UUID) -> CustomField:
    found = office.record(FIELD, target)
    assert isinstance(found, CustomField)
    return found


def test_those_who_lead_make_fields_and_all_staff_see_them(office: Office) -> None:
    ana, sue = office.actor(office.user("Ana")), office.actor(office.user("Sue", "supervisor"))
    shop = office.actor(office.user("Shop", "integration"))
    assert code(make(office, ana)[1]) == code(make(office, shop)[1]) == "denied"
    target, outcome = make(office, sue)
    assert isinstance(outcome, Accepted)
    stored = office.get(FIELD, target)
    assert stored is not None
    assert stored.scopes == {ORG_SCOPE}
    assert ORG_SCOPE in ana.scopes
    assert ORG_SCOPE not in shop.scopes
    assert change(office, ana, target, stored.rev, name="Mine") == "denied"


def test_nobody_writes_over_a_colleagues_newer_content(office: Office) -> None:
    sue, tom = (office.actor(office.user(name, "supervisor")) for name in ("Sue", "Tom"))
    target, _ = make(office, sue)
    seen = office.get(FIELD, target)
    assert seen is not None
    assert change(office, tom, target, seen.rev, name="Tom's") == "Accepted"
    assert change(office, sue, target, seen.rev, name="Sue's") == "field_changed"
    assert change(office, tom, target, seen.rev, name="Tom again") == "Accepted"
    assert record(office, target).content.name == "Tom again"


def test_the_last_place_holds(office: Office) -> None:
    sue, tom = (office.actor(office.user(name, "supervisor")) for name in ("Sue", "Tom"))
    target, _ = make(office, sue)
    for who, place in ((sue, 7), (tom, 3), (tom, 3)):
        assert code(office.run(who, act(target, MoveField(position=place)))) == "Accepted"
    assert record(office, target).position == 3


def test_names_in_use_are_taken_and_teams_must_be_there(office: Office) -> None:
    sue = office.actor(office.user("Sue", "supervisor"))
    first, _ = make(office, sue)
    assert code(make(office, sue, name="REASON")[1]) == "field_name_taken"
    stored = office.get(FIELD, first)
    assert stored is not None
    assert change(office, sue, first, stored.rev, active=False) == "Accepted"
    second, outcome = make(office, sue)
    assert isinstance(outcome, Accepted), "one that is not in use takes no name"
    assert change(office, sue, first, office.head(), active=True) == "field_name_taken"
    assert code(make(office, sue, name="x", teams=(new_id(),))[1]) == "no_team"
    team = team_named(office, "Europe")
    assert code(make(office, sue, name="x", teams=(team.id,))[1]) == "Accepted"
    again = office.run(sue, act(second, CreateField(content=Content(name="y"))))
    assert code(again) == "already_there"


def test_there_are_so_many_and_no_more(office: Office) -> None:
    sue = office.actor(office.user("Sue", "supervisor"))

    def fill(count: int, *, active: bool) -> None:
        fields = [
            CustomField(id=new_id(), content=Content(name=f"n{n}{active}", active=active))
            for n in range(count)
        ]
        office.write(lambda tx: [tx.record(FIELD, f, org_scopes()) for f in fields])

    fill(MAX_FIELDS - 1, active=True)
    last, outcome = make(office, sue)
    assert isinstance(outcome, Accepted)
    assert code(make(office, sue, name="more")[1]) == "too_many_fields"
    assert change(office, sue, last, office.head(), active=False) == "Accepted"
    assert code(make(office, sue, name="more")[1]) == "Accepted"
    fill(MAX_KEPT - MAX_FIELDS - 1, active=False)
    assert code(make(office, sue, name="over")[1]) == "too_many_fields"


def test_what_cannot_be_kept_is_refused_here_too(office: Office) -> None:
    sue = office.actor(office.user("Sue", "supervisor"))
    assert code(make(office, sue, name="")[1]) == "bad_field_name"
    target, _ = make(office, sue, type="choice", options=(Option("Late"), Option("Broken")))
    assert change(office, sue, target, office.head(), type="number") == "field_type_fixed"
    assert change(office, sue, target, office.head(), type="choice") == "bad_options"


def test_a_field_of_this_very_transaction_is_known(office: Office) -> None:
    field = CustomField(id=new_id(), content=Content(name="x"))
    office.write(lambda tx: tx.record(FIELD, field, org_scopes()))
    newer = structs.replace(field, position=5)

    def look(tx: Tx) -> list[CustomField]:
        tx.record(FIELD, newer)
        return known(tx)

    assert office.write(look) == [newer]
