"""Custom fields on the wire: their document, and commands that refuse what they do not know."""

from pathlib import Path
from typing import Any

import pytest

from console.fields.model import Content, CustomField, Option
from console.fields.records import FIELD, ChangeField, CreateField, MoveField
from console.kernel import codec
from console.kernel.codec import write_record
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.people.records import PARTY_NOTE
from console.sync.frames import PROTO
from console.sync.records import Change, Command, Kind
from console.tickets.records import TICKET, SetField

WIRE = Path(__file__).resolve().parents[1] / "wire" / f"v{PROTO}"


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


@pytest.mark.parametrize(
    ("name", "kind"), [("field", FIELD), ("fields", TICKET), ("party_note", PARTY_NOTE)]
)
def test_what_is_kept_of_fields_and_notes_stays_as_it_is_on_the_wire(
    name: str, kind: Kind[Any]
) -> None:
    golden = codec.decode((WIRE / f"Change-{name}.json").read_bytes(), Change)
    record = kind.read(golden.id, bytes(golden.doc))
    assert write_record(record) == bytes(golden.doc)


def test_the_command_stays_as_it_is_on_the_wire() -> None:
    golden = codec.decode((WIRE / "Command-set-field.json").read_bytes(), Command)
    args = codec.decode(bytes(golden.args), SetField)
    assert (golden.type, codec.encode(args)) == ("SetField", bytes(golden.args))
