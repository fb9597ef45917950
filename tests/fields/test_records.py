"""Custom fields on the wire: their document, and commands that refuse what they do not know."""

import pytest

from console.fields.model import Content, CustomField, Option
from console.fields.records import FIELD, ChangeField, CreateField, MoveField
from console.kernel import codec
from console.kernel.codec import write_record
from console.kernel.errors import Refused
from console.kernel.ids import new_id


def test_a_field_survives_its_document() -> None:
    content = Content(
        name="Reason", type="choice", options=(Option("Late", "1"), Option("Old", "2", gone=True)),
        teams=(new_id(),), required=True,
    )  # fmt: skip
    field = CustomField(id=new_id(), content=content, position=7, changed_by=new_id())
    doc = write_record(field)
    assert FIELD.read(field.id, doc) == field
    assert b"active" not in doc, "defaults are left out"
    assert FIELD.parent is None


@pytest.mark.parametrize("args", [CreateField, ChangeField, MoveField])
def test_what_is_unknown_is_refused(args: type) -> None:
    with pytest.raises(Refused):
        codec.decode(b'{"content":{"name":"x"},"position":1,"colour":"red"}', args)
