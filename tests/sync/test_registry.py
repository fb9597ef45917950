"""What rooms declare of themselves: kinds by name, children with their parents."""

from console.catalog import catalog
from console.conversations.records import CONVERSATION, MESSAGE
from console.tickets.records import TICKET


def test_kinds_are_found_by_name() -> None:
    known = catalog()
    assert known["ticket"] is known.of(TICKET)
    assert known.get("hologram") is None
    assert set(known.names) == set(known.tables)


def test_children_are_listed_under_their_parent() -> None:
    known = catalog()
    assert known.children[CONVERSATION.name] == [known.of(MESSAGE)]
    assert known.children[TICKET.name] == []


def test_a_childs_table_has_its_parents_column_and_whether_it_is_internal() -> None:
    for entry in catalog().tables.values():
        if entry.kind.parent is not None:
            assert {entry.parent, "internal"} <= set(entry.table.c.keys())
