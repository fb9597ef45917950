"""The rooms that the server runs: every command once, every table known to the migrations."""

from console.catalog import catalog
from console.server import rooms


def test_no_two_commands_share_a_name() -> None:
    from console.conversations.server import HANDLERS as CONVERSATIONS
    from console.drafts.server import HANDLERS as DRAFTS
    from console.fields.server import HANDLERS as FIELDS
    from console.macros.server import HANDLERS as MACROS
    from console.masking.server import HANDLERS as MASKING
    from console.orders.server import HANDLERS as ORDERS
    from console.people.server.notes import HANDLERS as NOTES
    from console.search.server.saved import HANDLERS as SEARCHES
    from console.tickets.server import HANDLERS as TICKETS
    from console.views.server import HANDLERS as VIEWS

    rooms_own = (
        VIEWS, NOTES, FIELDS, ORDERS, CONVERSATIONS, TICKETS, MACROS, DRAFTS, SEARCHES, MASKING,
    )  # fmt: skip
    handlers = [handler for own in rooms_own for handler in own]
    declared = [handler.args.__name__ for handler in handlers]
    assert sorted(declared) == sorted(rooms.dispatch().handlers)


def test_all_tables_are_on_the_two_lists() -> None:
    records, spine = rooms.metadata()
    assert set(records.tables) == {
        t.name for entry in catalog().tables.values() for t in entry.tables
    }
    assert {"change_log", "session", "credential", "ticket_link", "device"} <= set(spine.tables)
    assert set(records.tables).isdisjoint(spine.tables)
