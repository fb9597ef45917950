"""Macros on the wire: their document, and commands that refuse what they do not know."""

import pytest

from console.kernel import codec
from console.kernel.codec import write_record
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.macros.model import Content, Macro
from console.macros.records import MACRO, ChangeMacro, CreateMacro, DeleteMacro
from console.tickets.model import Deeds, Priority


def test_a_macro_survives_its_document() -> None:
    me = new_id()
    deeds = Deeds(priority=Priority.HIGH, add_tags=("vip",), assignee_id=me)
    content = Content(name="Late", shortcut="late", text="Sorry", deeds=deeds, at_once=True)
    macro = Macro(id=new_id(), content=content, owner_id=me, changed_by=me)
    doc = write_record(macro)
    assert MACRO.read(macro.id, doc) == macro
    assert b"sharing" not in doc, "defaults are left out"
    assert MACRO.parent is None


@pytest.mark.parametrize("args", [CreateMacro, ChangeMacro, DeleteMacro])
def test_what_is_unknown_is_refused(args: type) -> None:
    with pytest.raises(Refused):
        codec.decode(b'{"content":{"name":"x"},"colour":"red"}', args)
