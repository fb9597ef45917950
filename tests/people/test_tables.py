"""Reads of people: by id, by name, by address whatever its letter case."""

import pytest

from console.kernel.ids import new_id
from console.people.model import INTAKE_SCOPE, Party
from console.people.records import PARTY
from console.people.tables import rows
from tests.parts.acts import team_named
from tests.parts.office import Office


def test_staff_by_name_id_and_address(office: Office) -> None:
    zoe, ana = office.user("Zoe Adams", teams=("Europe",)), office.user("Ana Kovac")
    assert [user.name for user in office.read(rows.users)] == ["Ana Kovac", "Zoe Adams"]
    assert office.read(lambda r: rows.user(r, zoe.id)) == zoe
    assert office.read(lambda r: rows.user(r, new_id())) is None
    assert office.read(lambda r: rows.user_by_email(r, "ANA@Desk.Test")) == ana
    assert office.read(lambda r: rows.user_by_email(r, "nobody@desk.test")) is None


def test_teams_and_roles(office: Office) -> None:
    europe, asia = team_named(office, "Europe"), team_named(office, "Asia")
    assert office.read(rows.teams) == [asia, europe]
    agent = office.read(lambda r: rows.role(r, "agent"))
    assert agent is not None
    assert "conversation.reply" in agent.actions
    assert office.read(lambda r: rows.role(r, "wizard")) is None


def test_parties_by_id_and_by_side_and_address(office: Office) -> None:
    buyer = Party(id=new_id(), side="buyer", name="Lena", email="Lena@Mail.Test")
    seller = Party(id=new_id(), side="seller", name="Lena", email="lena@mail.test")
    for party in (buyer, seller):
        office.write(lambda tx, p=party: tx.record(PARTY, p, frozenset({INTAKE_SCOPE})))
    assert office.read(lambda r: rows.parties(r, [buyer.id, new_id()])) == {buyer.id: buyer}
    for side, party in (("buyer", buyer), ("seller", seller)):
        handle = rows.handle(side, "LENA@mail.test")
        found = office.write(lambda tx, h=handle: tx.find(PARTY, "handle", h))
        assert [stored.record for stored in found] == [party]


@pytest.mark.parametrize(("email", "handle"), [("", ""), ("A@B.c", "buyer:a@b.c")])
def test_a_party_without_an_address_has_no_handle(email: str, handle: str) -> None:
    assert rows.handle("buyer", email) == handle
