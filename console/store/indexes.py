"""Indexes taken away for as long as a table is filled: made afterwards they cost a fraction."""

from collections.abc import Iterable

from sqlalchemy import Connection, text

_SQLITE = "SELECT name, sql, tbl_name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
_POSTGRES = """
    SELECT indexname, indexdef, tablename FROM pg_indexes
    WHERE schemaname = current_schema() AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""


def drop(connection: Connection, tables: Iterable[str]) -> list[str]:
    """Drop the indexes of these tables but for those of keys; returns what makes them again."""
    mine = frozenset(tables)
    sql = _POSTGRES if connection.dialect.name == "postgresql" else _SQLITE
    found = [row for row in connection.execute(text(sql)) if row[2] in mine]
    for name, _, _ in found:
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
    return [made for _, made, _ in found]


def make(connection: Connection, statements: Iterable[str]) -> None:
    """Make again what `drop` returned."""
    for statement in statements:
        connection.exec_driver_sql(statement)
