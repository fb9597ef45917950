"""Tickets that mention somebody: found by the ticket that goes on, within limits, after a migration."""

from pathlib import Path
from uuid import UUID

import pytest
from alembic import command
from alembic.config import Config

from console.conversations.model import MAX_MENTIONS, Mention
from console.conversations.tables.rows import mentions_column
from console.kernel.ids import new_id
from console.people.model import Actor
from console.store import migrate
from console.tickets.records import Merge, Split
from console.tickets.tables import mentions
from console.tickets.tables.mentions import mentioning_tickets
from tests.parts.acts import Case, act, begin_case, note, team_named
from tests.parts.office import Office


@pytest.fixture
def boss(office: Office) -> Actor:
    team_named(office, "Europe")
    return office.actor(office.user("Boss", "supervisor"))


def named(boss: Actor) -> tuple[Mention, ...]:
    return (Mention(boss.user_id, "Boss"),)


def told(office: Office, boss: Actor) -> set[int]:
    """The numbers of the tickets that mention the boss."""
    found = office.read(lambda r: mentioning_tickets(r, boss.user_id))
    numbers = office.rows("SELECT id, number FROM tickets")
    return {number for raw, number in numbers if any(each.bytes == bytes(raw) for each in found)}


def test_the_ticket_that_goes_on_tells_of_all_merged_into_it(office: Office, boss: Actor) -> None:
    first, second, third = (begin_case(office) for _ in range(3))
    office.run(boss, note(first.conversation_id, "See @Boss", mentions=named(boss)))
    numbers = [case.ticket.number for case in (first, second, third)]
    assert told(office, boss) == {numbers[0]}
    office.run(boss, act(second.ticket.id, Merge(ticket=first.ticket.id)))
    assert told(office, boss) == {numbers[1]}
    office.run(boss, act(third.ticket.id, Merge(ticket=second.ticket.id)))
    assert told(office, boss) == {numbers[2]}


def test_a_mention_goes_along_with_a_message_that_is_split_off(
    office: Office, boss: Actor, case: Case
) -> None:
    wish = note(case.conversation_id, "See @Boss", mentions=named(boss))
    office.run(boss, wish)
    old = case.ticket.number
    (raw,) = office.rows("SELECT id FROM messages WHERE mentions <> ''")
    split = Split(
        ticket_id=new_id(), conversation_id=new_id(), messages=(UUID(bytes=bytes(raw[0])),)
    )
    office.run(boss, act(case.ticket.id, split))
    assert len(told(office, boss) - {old}) == 1
    assert old not in told(office, boss)


def test_limits(office: Office, boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    everybody = [new_id() for _ in range(MAX_MENTIONS)]
    column = mentions_column([*everybody, everybody[0]])
    assert (column.count("|"), mentions_column([])) == (MAX_MENTIONS + 1, "")
    assert len(column) < 2_000, "an entry of PostgreSQL's indexes holds no more"
    cases = [begin_case(office, email=f"{n}@mail.test") for n in range(4)]
    for each in cases:
        office.run(boss, note(each.conversation_id, "See @Boss", mentions=named(boss)))
    monkeypatch.setattr(mentions, "MENTIONS_MOST", 3)
    newest = sorted(case.ticket.id for case in cases)[1:]
    found = office.read(lambda r: mentioning_tickets(r, boss.user_id))
    assert sorted(found) == newest


def test_what_was_there_before_the_column_is_found_too(office: Office, boss: Actor) -> None:
    first, second = begin_case(office), begin_case(office)
    office.run(boss, note(first.conversation_id, "See @Boss", mentions=named(boss)))
    office.run(boss, act(second.ticket.id, Merge(ticket=first.ticket.id)))
    number = next(Path(migrate._FOLDER, "versions").glob("*_mentions.py")).name[:4]
    config = Config()
    config.set_main_option("script_location", str(migrate._FOLDER))
    with office.database.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, f"{int(number) - 1:04d}")
    migrate.upgrade(office.database)
    assert told(office, boss) == {second.ticket.number}
