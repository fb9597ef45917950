"""Accounts, sessions, scopes and parties on the server, on both databases."""

from datetime import timedelta

import pytest

from console.kernel.errors import Denied, Refused, SignedOut
from console.kernel.ids import new_id
from console.people.model import INTAKE_SCOPE, ROLES, Actor, Party
from console.people.records import PARTY, ROLE, USER
from console.people.server import accounts, sessions
from console.people.server.parties import ensure_party, show_party
from console.people.server.scopes import new_scope, queue_scopes, regrant
from tests.parts.acts import team_named
from tests.parts.office import Office

QUEUE = frozenset({INTAKE_SCOPE})


def granted(office: Office, user_id: object) -> set[int]:
    sql = "SELECT scope_id FROM scope_grant WHERE user_id = :u"
    return {row[0] for row in office.rows(sql, u=user_id.bytes)}


# -- accounts


def test_a_new_installation_has_its_roles_once(office: Office) -> None:
    office.write(accounts.found_organisation)
    roles = {s.record.name: s.record.actions for s in office.write(lambda tx: tx.all(ROLE))}
    assert roles == {name: frozenset(actions) for name, actions in ROLES.items()}


@pytest.mark.parametrize(
    ("email", "name", "role", "code"),
    [
        ("nobody", "Ana", "agent", "bad_email"),
        ("@desk.test", "Ana", "agent", "bad_email"),
        ("a@", "Ana", "agent", "bad_email"),
        ("a@b@c", "Ana", "agent", "bad_email"),
        ("a@b.c", "  ", "agent", "bad_name"),
        ("a@b.c", "Ana", "wizard", "bad_role"),
    ],
)
def test_a_user_that_cannot_be(office: Office, email: str, name: str, role: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        office.write(lambda tx: accounts.add_user(tx, email, name, role, ()))
    assert refusal.value.code == code
    assert office.rows("SELECT 1 FROM users") == []


def test_an_address_is_taken_whatever_its_letter_case_also_in_one_transaction(
    office: Office,
) -> None:
    found = office.together(
        lambda tx: accounts.add_user(tx, "ana@desk.test", "Ana", "agent", ()),
        lambda tx: accounts.add_user(tx, "ANA@desk.test", "Anna", "agent", ()),
    )
    assert isinstance(found[1], Refused)
    assert found[1].code == "email_taken"


def test_teams_are_made_once_with_a_queue_each(office: Office) -> None:
    office.user("Ana Kovac", teams=("Europe", " Asia  West "))
    again = team_named(office, "Asia West")
    teams = office.rows("SELECT name FROM teams ORDER BY name")
    assert teams == [("Asia West",), ("Europe",)]
    assert again.scope % 2 == 0
    with pytest.raises(Refused):
        team_named(office, "  ")


def test_a_new_team_is_seen_by_those_who_see_all_teams(office: Office) -> None:
    boss, ana = office.user("Boss", "supervisor"), office.user("Ana Kovac")
    team = team_named(office, "Asia")
    assert {team.scope, team.scope + 1} <= granted(office, boss.id)
    assert team.scope not in granted(office, ana.id)


def test_what_a_user_sees_follows_their_teams_at_once(office: Office) -> None:
    ana = office.user("Ana Kovac", teams=("Europe",))
    europe, asia = team_named(office, "Europe"), team_named(office, "Asia")
    office.write(lambda tx: accounts.set_teams(tx, ana.id, ["Asia"]))
    assert granted(office, ana.id) >= {asia.scope, asia.scope + 1}
    assert europe.scope not in granted(office, ana.id)
    office.write(lambda tx: accounts.set_teams(tx, ana.id, []))
    assert granted(office, ana.id) == {2, 4, 5, ana.scope}
    with pytest.raises(Refused):
        office.write(lambda tx: accounts.set_teams(tx, new_id(), []))


def test_an_inactive_user_sees_nothing(office: Office) -> None:
    from msgspec import structs

    ana = office.user("Ana Kovac", teams=("Europe",))

    def leave(tx: object) -> None:
        gone = structs.replace(ana, active=False)
        tx.record(USER, gone)
        regrant(tx, gone)

    office.write(leave)
    assert granted(office, ana.id) == set()


# -- passwords


@pytest.mark.parametrize(
    ("password", "code"), [("x" * 7, "password_short"), ("x" * 257, "password_long")]
)
def test_passwords_have_bounds(password: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        accounts.hashed(password)
    assert refusal.value.code == code
    assert password not in refusal.value.message


def test_a_password_is_kept_as_an_argon2id_hash_of_its_own_salt() -> None:
    first, second = accounts.hashed("correct horse"), accounts.hashed("correct horse")
    assert first.startswith("$argon2id$")
    assert first != second
    assert accounts.matches(first, "correct horse")
    assert not accounts.matches(first, "correct horse ")


def test_an_unknown_address_costs_the_same_work_as_a_wrong_password() -> None:
    """The stand-in hash asks argon2 for exactly the work of a real one, and matches nothing."""
    cost = accounts.hashed("correct horse").split("$")[:4]
    assert accounts._NOBODYS.split("$")[:4] == cost
    assert accounts._hasher.verify is not None
    assert [accounts.matches(None, word) for word in ("", "correct horse")] == [False, False]
    assert not accounts.matches("no hash at all", "correct horse")


def test_a_new_password_ends_every_session(office: Office) -> None:
    ana = office.user("Ana Kovac")
    token = office.write(lambda tx: sessions.open_session(tx, ana.id, None)).token
    office.write(lambda tx: accounts.set_password(tx, ana.id, "hash"))
    with pytest.raises(SignedOut):
        _who(office, token)


# -- sessions


def _who(office: Office, token: str) -> Actor:
    return office.read(lambda r: sessions.actor_of(r, token, office.clock.now()))


def test_a_token_is_told_once_and_kept_as_a_hash(office: Office) -> None:
    ana = office.user("Ana Kovac", teams=("Europe",))
    device = new_id()
    opened = office.write(lambda tx: sessions.open_session(tx, ana.id, device))
    who = _who(office, opened.token)
    assert (who.user_id, who.device, who.session, who.role) == (ana.id, device, opened.id, "agent")
    assert who.scopes == frozenset(granted(office, ana.id))
    assert who.actions == ROLES["agent"]
    stored = office.rows("SELECT token_hash FROM session")
    assert bytes(stored[0][0]) == sessions.token_hash(opened.token)
    assert opened.token.encode() not in bytes(stored[0][0])


def test_a_session_ends_by_sign_out_and_by_time(office: Office) -> None:
    ana = office.user("Ana Kovac")
    one, two = (
        office.write(lambda tx: sessions.open_session(tx, ana.id, None)).token for _ in "12"
    )
    office.write(lambda tx: sessions.close_session(tx, one))
    office.write(lambda tx: sessions.close_session(tx, "unknown"))
    with pytest.raises(SignedOut):
        _who(office, one)
    office.clock.advance(sessions.LIFETIME.total_seconds() - 1)
    assert _who(office, two).user_id == ana.id
    office.clock.advance(1)
    with pytest.raises(SignedOut):
        _who(office, two)
    assert timedelta(days=1) < sessions.LIFETIME


def test_all_sessions_of_a_user_end_together(office: Office) -> None:
    ana, ben = office.user("Ana Kovac"), office.user("Ben Ode")
    tokens = [
        office.write(lambda tx, u=user: sessions.open_session(tx, u.id, None)).token
        for user in (ana, ana, ben)
    ]
    office.write(lambda tx: sessions.close_sessions(tx, ana.id))
    for token in tokens[:2]:
        with pytest.raises(SignedOut):
            _who(office, token)
    assert _who(office, tokens[2]).user_id == ben.id


@pytest.mark.parametrize("token", ["", "unknown", "x" * 10_000])
def test_unknown_tokens_are_nobody(office: Office, token: str) -> None:
    with pytest.raises(SignedOut):
        _who(office, token)


def test_a_session_of_an_inactive_user_is_nobody(office: Office) -> None:
    from msgspec import structs

    ana = office.user("Ana Kovac")
    token = office.write(lambda tx: sessions.open_session(tx, ana.id, None)).token
    office.write(lambda tx: tx.record(USER, structs.replace(ana, active=False)))
    with pytest.raises(SignedOut):
        _who(office, token)


def test_a_device_belongs_to_who_used_it_first(office: Office) -> None:
    ana, ben, device = office.user("Ana Kovac"), office.user("Ben Ode"), new_id()
    office.write(lambda tx: sessions.open_session(tx, ana.id, device))
    office.write(lambda tx: sessions.open_session(tx, ana.id, device))
    with pytest.raises(Denied):
        office.write(lambda tx: sessions.open_session(tx, ben.id, device))


def test_a_device_belongs_to_one_also_when_two_claim_it_in_one_transaction(office: Office) -> None:
    ana, ben, device = office.user("Ana Kovac"), office.user("Ben Ode"), new_id()
    found = office.together(
        lambda tx: sessions.open_session(tx, ana.id, device),
        lambda tx: sessions.open_session(tx, ben.id, device),
    )
    assert isinstance(found[1], Denied)
    assert len(office.rows("SELECT 1 FROM session")) == 1


# -- scopes


def test_scopes_are_handed_out_in_pairs_once_a_name(office: Office) -> None:
    found = office.together(
        lambda tx: new_scope(tx, "queue:a"),
        lambda tx: new_scope(tx, "queue:b"),
        lambda tx: new_scope(tx, "queue:a"),
    )
    found.append(office.write(lambda tx: new_scope(tx, "queue:b")))
    assert found[0] == found[2] != found[1] == found[3]
    assert all(scope % 2 == 0 and scope >= 16 for scope in found)


def test_the_intake_is_everybodys_and_an_unknown_team_nobodys(office: Office) -> None:
    from console.kernel.codec import NIL

    assert office.write(lambda tx: queue_scopes(tx, NIL)) == QUEUE
    with pytest.raises(Refused) as refusal:
        office.write(lambda tx: queue_scopes(tx, new_id()))
    assert refusal.value.code == "no_team"


# -- parties


def told(**more: str) -> Party:
    return Party(side="buyer", name=more.pop("name", "Lena"), **more)


def test_a_party_is_known_by_side_and_address(office: Office) -> None:
    def meet(party: Party) -> Party:
        return office.write(lambda tx: ensure_party(tx, party, QUEUE))

    first = meet(told(email="lena@mail.test", city="Graz"))
    again = meet(told(name="Lena Braun", email="LENA@mail.test", phone="1"))
    assert again.id == first.id
    assert (again.name, again.city, again.phone) == ("Lena Braun", "Graz", "1")
    seller = meet(Party(side="seller", name="Lena", email="lena@mail.test"))
    assert seller.id != first.id
    assert meet(told()).id != meet(told()).id


def test_a_party_is_seen_wherever_it_wrote_to(office: Office) -> None:
    first = office.write(lambda tx: ensure_party(tx, told(email="l@x.y"), QUEUE))
    head = office.head()
    office.write(lambda tx: ensure_party(tx, told(email="l@x.y"), QUEUE))
    assert office.head() == head
    office.write(lambda tx: ensure_party(tx, told(email="l@x.y"), frozenset({20})))
    stored = office.get(PARTY, first.id)
    assert stored is not None
    assert stored.scopes == QUEUE | {20}
    office.write(lambda tx: show_party(tx, first.id, frozenset({30})))
    stored = office.get(PARTY, first.id)
    assert stored is not None
    assert stored.scopes == {30}
