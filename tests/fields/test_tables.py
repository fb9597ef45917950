"""Reads of custom fields: in their order, those that are not in use too."""

from console.fields.model import Content, CustomField
from console.fields.records import FIELD
from console.fields.tables import rows
from console.kernel.ids import new_id
from console.people.server.scopes import org_scopes
from tests.parts.office import Office


def test_fields_come_in_their_order(office: Office) -> None:
    made = [
        CustomField(
            id=new_id(), content=Content(name=f"n{place}", active=place != 1), position=place
        )
        for place in (2, 1, 3)
    ]
    for field in made:
        office.write(lambda tx, f=field: tx.record(FIELD, f, org_scopes()))
    assert office.read(rows.fields) == [made[1], made[0], made[2]]
