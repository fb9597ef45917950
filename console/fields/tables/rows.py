"""Reads of custom fields, and the query columns their documents project to."""

from uuid import UUID

from console.fields.model import CustomField
from console.fields.records import FIELD
from console.store.reader import Reader, Value


def field_columns(field: CustomField) -> dict[str, Value]:
    """Query columns of a custom field."""
    return {"place": field.position}


def fields(reader: Reader) -> list[CustomField]:
    """All custom fields in their order, also those that are not in use."""
    found = reader.rows("SELECT place, id, doc FROM fields ORDER BY place, id")
    return [FIELD.read(UUID(bytes=bytes(row[1])), row[2]) for row in found]
