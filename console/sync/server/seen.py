"""Who sees which rows, in SQL."""

from typing import Any

from console.store.reader import Value, listed
from console.sync.records import Scopes, internal_scope
from console.sync.registry import RecordTable
from console.sync.working import FIRST_ALONE


def visible(
    table: RecordTable[Any], scopes: Scopes, row: str = "t"
) -> tuple[str, dict[str, Value]]:
    """The SQL condition on a record table `t`, or `row`, that whoever holds `scopes` sees it.

    By kind and id its few scopes are found at once; the `+` keeps SQLite from looking for each of
    the asker's instead, which are many for a supervisor.
    """
    names, params = listed("s", sorted(scopes))
    if table.kind.parent is None:
        where = f"s.kind = '{table.kind.name}' AND s.id = {row}.id AND +s.scope_id IN {names}"
    else:
        inside = sorted(s - 1 for s in scopes if s == internal_scope(s))
        inner, inner_params = listed("n", inside)
        params |= inner_params
        where = (
            f"s.kind = '{table.kind.parent}' AND s.id = {row}.{table.parent}"
            f" AND (({row}.internal = 0 AND +s.scope_id IN {names})"
            f" OR ({row}.internal = 1 AND +s.scope_id IN {inner}))"
        )
    return f"EXISTS (SELECT 1 FROM record_scope s WHERE {where} {FIRST_ALONE})", params
