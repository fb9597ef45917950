"""Who has seen where they are mentioned: kept once, by themselves alone, for themselves alone."""

from uuid import UUID

import pytest

from console.conversations.model import Mention, sighting_id
from console.conversations.records import SIGHTING, SeeMention
from console.kernel.ids import new_id
from console.people.model import Actor
from console.people.records import USER
from console.sync.records import Command, Rejected
from console.tickets.server.erasure import erase_ticket
from tests.parts.acts import Case, act, note, team_named
from tests.parts.office import Office


@pytest.fixture
def ana(office: Office) -> Actor:
    team_named(office, "Europe")
    return office.actor(office.user("Ana", "agent", ("Europe",)))


@pytest.fixture
def ben(office: Office) -> Actor:
    return office.actor(office.user("Ben", "agent", ("Europe",)))


def mention(office: Office, case: Case, by: Actor, of: Actor) -> UUID:
    """A note that mentions somebody; the message's id."""
    wish = note(case.conversation_id, f"See @{of.name}", mentions=(Mention(of.user_id, of.name),))
    office.run(by, wish)
    (raw,) = office.rows("SELECT id FROM messages WHERE mentions <> '' ORDER BY pos DESC LIMIT 1")
    return UUID(bytes=bytes(raw[0]))


def see(actor: Actor, message_id: UUID) -> Command:
    return act(sighting_id(actor.user_id, message_id), SeeMention(message_id=message_id))


def kept(office: Office) -> list[tuple[UUID, UUID]]:
    """Who has seen which message."""
    found = office.rows("SELECT owner_id, message_id FROM sightings")
    return [(UUID(bytes=bytes(owner)), UUID(bytes=bytes(of))) for owner, of in found]


def test_whoever_is_mentioned_has_seen_it_once_and_it_is_theirs_alone(
    office: Office, ana: Actor, ben: Actor, case: Case
) -> None:
    message = mention(office, case, ben, ana)
    assert kept(office) == []
    for _ in ("at one computer", "at the other"):
        assert type(office.run(ana, see(ana, message))).__name__ == "Accepted"
    assert kept(office) == [(ana.user_id, message)]
    owner = office.get(USER, ana.user_id)
    stored = office.get(SIGHTING, sighting_id(ana.user_id, message))
    assert owner is not None
    assert stored is not None
    assert stored.scopes == frozenset((owner.record.scope,))


def test_nobody_sees_for_somebody_else_or_what_does_not_mention_them(
    office: Office, ana: Actor, ben: Actor, case: Case
) -> None:
    message = mention(office, case, ben, ana)
    refused = office.run(ben, see(ana, message))
    assert isinstance(refused, Rejected)
    assert refused.code == "wrong_target"
    for actor, of in ((ben, message), (ana, new_id())):
        assert type(office.run(actor, see(actor, of))).__name__ == "Accepted"
    assert kept(office) == []


def test_who_mentions_themselves_has_seen_it(office: Office, ana: Actor, case: Case) -> None:
    message = mention(office, case, ana, ana)
    assert kept(office) == [(ana.user_id, message)]


def test_what_was_seen_goes_with_the_message(
    office: Office, ana: Actor, ben: Actor, case: Case
) -> None:
    message = mention(office, case, ben, ana)
    office.run(ana, see(ana, message))
    office.write(lambda tx: erase_ticket(tx, case.ticket))
    assert kept(office) == []
