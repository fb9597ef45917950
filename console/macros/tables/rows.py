"""Reads of macros, and the query columns their documents project to."""

from uuid import UUID

from console.macros.model import Macro
from console.macros.records import MACRO
from console.store.reader import Reader, Value


def macro_columns(macro: Macro) -> dict[str, Value]:
    """Query columns of a macro."""
    return {"name": macro.content.name, "gone": int(macro.gone)}


def macros(reader: Reader) -> list[Macro]:
    """All macros that are here, by name; without those whose deletion waits."""
    found = reader.rows("SELECT name, id, doc FROM macros WHERE gone = 0 ORDER BY name, id")
    return [MACRO.read(UUID(bytes=bytes(row[1])), row[2]) for row in found]
