"""The one list of record kinds, in the order a console fetches them."""

from sqlalchemy import Table

from console.catalog import catalog
from console.kernel.codec import Record
from console.store.schema import records


def test_every_kind_is_listed_once_with_a_table_of_its_own() -> None:
    tables: list[Table] = [t for entry in catalog().tables.values() for t in entry.tables]
    assert len({table.name for table in tables}) == len(tables)
    assert {table.name for table in tables} == set(records.tables)


def test_what_the_first_screen_shows_comes_first() -> None:
    names = catalog().names
    assert names.index("ticket") < names.index("conversation") < names.index("message")
    assert names.index("role") < names.index("user") < names.index("ticket")


def test_every_body_is_a_record() -> None:
    assert all(issubclass(entry.kind.body, Record) for entry in catalog().tables.values())
