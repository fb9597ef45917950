"""Saved views on the server: kept, shared and deleted by those who may, seen by nobody else."""

from typing import Any
from uuid import UUID

import pytest

from console.kernel.codec import NIL, Strict
from console.kernel.ids import new_id
from console.people.model import Actor, User
from console.people.server import accounts
from console.sync.records import Accepted, Outcome, Rejected
from console.sync.server.seen import visible
from console.views import server
from console.views.model import Condition, SavedView
from console.views.records import (
    VIEW,
    ChangeView,
    CreateView,
    DeleteView,
    MoveView,
    RestoreView,
    ShareView,
)
from tests.parts.acts import act, team_named
from tests.parts.office import Office

LATE = (Condition(field="waiting", values=("3600",)),)


class Staff:
    """Ana and Ben of Europe, Mei of Asia, Cara who leads, and the shop's integration."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.ana = office.user("Ana Kovac", teams=("Europe",))
        self.ben = office.user("Ben Ode", teams=("Europe",))
        self.mei = office.user("Mei Lin", teams=("Asia",))
        self.cara = office.user("Cara Lind", "supervisor")
        self.shop = office.user("Shop", "integration")
        self.europe = team_named(office, "Europe").id
        self.asia = team_named(office, "Asia").id

    def do(self, user: User, target: UUID, args: Strict) -> Outcome:
        return self.office.run(self.office.actor(user), act(target, args))

    def keep(self, user: User, **more: Any) -> UUID:
        target = new_id()
        outcome = self.do(user, target, CreateView(**{"name": "Late", "conditions": LATE, **more}))
        assert isinstance(outcome, Accepted), outcome
        return target

    def view(self, view_id: UUID) -> SavedView:
        found = self.office.record(VIEW, view_id)
        assert isinstance(found, SavedView)
        return found

    def see(self, user: User) -> set[str]:
        """The names of the views that somebody's console is sent."""
        actor: Actor = self.office.actor(user)
        condition, params = visible(self.office.catalog.of(VIEW), actor.scopes)
        sql = f"SELECT t.id FROM views t WHERE {condition}"
        ids = [UUID(bytes=bytes(row[0])) for row in self.office.rows(sql, **params)]
        return {self.view(i).name for i in ids}


@pytest.fixture
def staff(office: Office) -> Staff:
    return Staff(office)


def code(outcome: Outcome) -> str:
    return outcome.code if isinstance(outcome, Rejected) else type(outcome).__name__


def test_each_audience_sees_its_own(staff: Staff) -> None:
    staff.keep(staff.ana, name="Anas")
    staff.keep(staff.cara, name="Caras")
    staff.keep(staff.ana, name="Europes", audience="team", team_id=staff.europe)
    staff.keep(staff.cara, name="Everybodys", audience="shared")
    assert staff.see(staff.ana) == {"Anas", "Europes", "Everybodys"}
    assert staff.see(staff.ben) == {"Europes", "Everybodys"}
    assert staff.see(staff.mei) == {"Everybodys"}
    assert staff.see(staff.cara) == {"Caras", "Europes", "Everybodys"}, "not even who leads"


def test_what_one_may_not_keep_is_denied(staff: Staff) -> None:
    for user, args in (
        (staff.ana, CreateView(name="x", audience="shared")),
        (staff.ana, CreateView(name="x", audience="team", team_id=staff.asia)),
        (staff.shop, CreateView(name="x")),
    ):
        assert code(staff.do(user, new_id(), args)) == "denied"
    assert staff.office.rows("SELECT id FROM views") == []


@pytest.mark.parametrize(
    "args",
    [ChangeView(name="y"), ShareView(audience="shared"), MoveView(position=1), DeleteView(),
     RestoreView()],
    ids=lambda args: type(args).__name__,
)  # fmt: skip
def test_nobody_changes_what_is_not_theirs(staff: Staff, args: Strict) -> None:
    mine = staff.keep(staff.ana)
    shared = staff.keep(staff.cara, audience="shared")
    before = [staff.view(mine), staff.view(shared)]
    assert code(staff.do(staff.ben, mine, args)) == "denied", "personal"
    assert code(staff.do(staff.cara, mine, args)) == "denied", "personal, and who leads"
    assert code(staff.do(staff.ben, shared, args)) == "denied", "everybody's"
    assert [staff.view(mine), staff.view(shared)] == before


def test_a_change_leaves_the_rest(staff: Staff) -> None:
    view_id = staff.keep(staff.ana, name="Late", icon="clock", sort="waiting")
    staff.do(staff.ana, view_id, ChangeView(name=" Very  late "))
    staff.do(staff.ana, view_id, ChangeView(conditions=(), columns=("number", "subject")))
    staff.do(staff.ana, view_id, MoveView(position=5))
    view = staff.view(view_id)
    assert (view.name, view.icon, view.sort) == ("Very late", "clock", "waiting")
    assert (view.conditions, view.columns, view.position) == ((), ("number", "subject"), 5)
    assert code(staff.do(staff.ana, view_id, ChangeView(name=""))) == "bad_view"
    assert staff.view(view_id) == view


def test_of_two_who_change_the_same_the_last_wins(staff: Staff) -> None:
    view_id = staff.keep(staff.ana, audience="team", team_id=staff.europe)
    for user, name in ((staff.ana, "Ana's"), (staff.ben, "Ben's")):
        assert isinstance(staff.do(user, view_id, ChangeView(name=name)), Accepted)
    assert staff.view(view_id).name == "Ben's"


def test_sharing_moves_it_where_others_see_it_and_back(staff: Staff) -> None:
    view_id = staff.keep(staff.cara)
    staff.do(staff.cara, view_id, ShareView(audience="shared"))
    assert staff.see(staff.mei) == {"Late"}
    staff.do(staff.cara, view_id, ShareView(audience="team", team_id=staff.europe))
    assert (staff.see(staff.mei), staff.see(staff.ben)) == (set(), {"Late"})
    staff.do(staff.cara, view_id, ShareView(audience="personal"))
    assert (staff.see(staff.ben), staff.see(staff.cara)) == (set(), {"Late"})


def test_nobody_takes_a_teams_view_for_themselves(staff: Staff) -> None:
    """It stays its owner's; a colleague who makes it personal would take it from both."""
    view_id = staff.keep(staff.ana, audience="team", team_id=staff.europe)
    assert code(staff.do(staff.ben, view_id, ShareView(audience="personal"))) == "denied"
    shared = ShareView(audience="shared")
    assert code(staff.do(staff.ana, view_id, shared)) == "denied"
    assert staff.view(view_id).audience == "team"


def test_deleting_is_taken_back(staff: Staff) -> None:
    view_id = staff.keep(staff.ana)
    for args in (DeleteView(), DeleteView()):
        assert isinstance(staff.do(staff.ana, view_id, args), Accepted)
    assert staff.view(view_id).gone
    assert code(staff.do(staff.ana, view_id, ChangeView(name="y"))) == "view_gone"
    for args in (RestoreView(), RestoreView()):
        assert isinstance(staff.do(staff.ana, view_id, args), Accepted)
    assert not staff.view(view_id).gone


def test_an_id_is_used_once(staff: Staff) -> None:
    view_id = staff.keep(staff.ana)
    assert code(staff.do(staff.ana, view_id, CreateView(name="again"))) == "already_there"
    assert code(staff.do(staff.ana, new_id(), ChangeView(name="y"))) == "denied"


def test_a_team_must_be_there(staff: Staff) -> None:
    nowhere = CreateView(name="x", audience="team", team_id=new_id())
    assert code(staff.do(staff.cara, new_id(), nowhere)) == "no_team"
    assert code(staff.do(staff.cara, new_id(), CreateView(name="x", audience="team"))) == "bad_view"
    assert staff.europe != NIL


def test_so_many_and_no_more(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MAX_VIEWS", 2)
    first = staff.keep(staff.ana)
    staff.keep(staff.ana)
    assert code(staff.do(staff.ana, new_id(), CreateView(name="third"))) == "too_many_views"
    staff.keep(staff.ben)
    staff.keep(staff.ana, audience="team", team_id=staff.europe)
    staff.do(staff.ana, first, DeleteView())
    staff.keep(staff.ana)
    assert code(staff.do(staff.ana, first, RestoreView())) == "too_many_views"


def test_roles_of_an_earlier_release_may_keep_views(staff: Staff) -> None:
    from msgspec import structs

    from console.people.records import ROLE

    def forget(tx: Any) -> None:
        for stored in tx.all(ROLE):
            less = stored.record.actions - {"view.write"}
            tx.record(ROLE, structs.replace(stored.record, actions=less))

    staff.office.write(forget)
    assert code(staff.do(staff.ana, new_id(), CreateView(name="x"))) == "denied"
    staff.office.write(accounts.found_organisation)
    staff.keep(staff.ana)
    assert code(staff.do(staff.shop, new_id(), CreateView(name="x"))) == "denied"
