"""The words beside the records: written with them, changed with them, erased with them."""

import pytest

from console.search.model.words import plain
from console.store import migrate
from console.tickets.records import ChangeTags
from console.tickets.server.erasure import erase_ticket
from tests.parts.acts import act, begin_case, note, told_order
from tests.parts.office import Office

CANARY = "kanarienvogel"


def words(office: Office, kind: str) -> list[str]:
    sql = "SELECT words FROM search_text WHERE kind = :kind ORDER BY at, words"
    return [row[0] for row in office.rows(sql, kind=kind)]


def test_the_words_of_a_case_are_there_with_its_records(office: Office) -> None:
    case = begin_case(office, body="Wo ist mein Päckchen? 包裹", subject="Paket", name="Zoë Braun")
    ana = office.actor(office.user("Ana Kovac"))
    office.run(ana, note(case.conversation_id, "Ask the depot."))
    office.run(case.shop, told_order("303-9182736"))
    assert sorted(words(office, "message")) == ["ask the depot", "wo ist mein packchen 包 裹"]
    assert words(office, "ticket") == [f"{case.ticket.number} paket"]
    assert words(office, "party") == ["zoe braun lena mail test"]
    assert words(office, "order") == ["303 9182736"]


def test_a_record_that_changes_has_its_new_words_alone(office: Office) -> None:
    case = begin_case(office, subject="Paket")
    ana = office.actor(office.user("Ana Kovac"))
    office.run(ana, act(case.ticket.id, ChangeTags(add=("fragile",))))
    assert words(office, "ticket") == [f"{case.ticket.number} paket fragile"]


def test_what_is_erased_leaves_no_word(office: Office) -> None:
    case = begin_case(office, body=CANARY, subject=CANARY, name=CANARY, order_number=CANARY)
    assert [len(words(office, k)) for k in ("message", "ticket", "party", "order")] == [1, 1, 1, 1]
    office.write(lambda tx: erase_ticket(tx, case.ticket))
    assert office.rows("SELECT * FROM search_text") == []


# PostgreSQL's index is its own matter: vacuum takes what is dead.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_byte_of_what_is_erased_stays_in_the_index(office: Office) -> None:
    case = begin_case(office, body=f"{CANARY} " * 50)
    parts = "SELECT block FROM search_words_data"
    assert any(CANARY.encode() in bytes(row[0]) for row in office.rows(parts))
    office.write(lambda tx: erase_ticket(tx, case.ticket))
    assert not any(CANARY.encode() in bytes(row[0]) for row in office.rows(parts))


def test_an_older_database_gets_the_words_of_what_is_there(office: Office) -> None:
    """The migration says by itself what the code says: it may not use it."""
    case = begin_case(
        office, body="Wo ist mein Päckchen? 包裹, e-mail 303-91", subject="Ähm", name="Zoë",
        order_number="A-1",
    )  # fmt: skip
    office.run(office.actor(office.user("Ana Kovac")), note(case.conversation_id, "Ask."))
    rows = "SELECT id, kind, at, words FROM search_text ORDER BY id"
    before = office.rows(rows)
    assert len(before) == 5
    with office.database.writing() as connection:
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(migrate._FOLDER))
        config.attributes["connection"] = connection
        versions = migrate.versions()
        command.downgrade(config, versions[versions.index("0009") - 1])
    migrate.upgrade(office.database)
    assert office.rows(rows) == before


def test_plain_words() -> None:
    assert plain("Éclair_x-1 (twice)!") == "eclair x 1 twice"
    assert plain("ÄB 荷物。") == "ab 荷 物"
