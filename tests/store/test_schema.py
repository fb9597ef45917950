"""How every record is stored: identity, revision, scopes, query columns, the raw document."""

import pytest
from sqlalchemy import BigInteger, LargeBinary, Table, Text

from console.catalog import catalog

TABLES = [entry.table for entry in catalog().tables.values()]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_record_table_has_the_common_columns(table: Table) -> None:
    assert [column.name for column in table.primary_key] == ["id"]
    assert isinstance(table.c.id.type, LargeBinary)
    assert isinstance(table.c.rev.type, BigInteger)
    assert isinstance(table.c.doc.type, Text)
    assert not any(column.nullable for column in table.columns)
    assert any(list(index.columns) == [table.c.rev] for index in table.indexes)


def test_a_column_may_sort_downwards_in_an_index() -> None:
    tickets = next(table for table in TABLES if table.name == "tickets")
    index = next(i for i in tickets.indexes if i.name == "ix_tickets_active_newest")
    assert [str(part) for part in index.expressions] == [
        "tickets.active",
        "tickets.updated_at DESC",
        "tickets.id",
        "tickets.waits_at",
    ]
