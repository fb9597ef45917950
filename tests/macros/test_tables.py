"""Reads of macros: by name, without those that are going."""

from msgspec import structs

from console.kernel.ids import new_id
from console.macros.model import Content, Macro
from console.macros.records import MACRO
from console.macros.tables import rows
from console.people.server.scopes import org_scopes
from tests.parts.office import Office


def test_macros_by_name_without_those_that_are_going(office: Office) -> None:
    me = new_id()
    made = [
        Macro(id=new_id(), content=Content(name=name, text="x"), owner_id=me, changed_by=me)
        for name in ("Refund", "Late", "Address")
    ]
    made[1] = structs.replace(made[1], gone=True)
    for macro in made:
        office.write(lambda tx, m=macro: tx.record(MACRO, m, org_scopes()))
    assert office.read(rows.macros) == [made[2], made[0]]
