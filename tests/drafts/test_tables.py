"""Reads of shared drafts."""

from console.drafts.model import SharedDraft, Version
from console.drafts.records import DRAFT
from console.drafts.tables import rows
from console.kernel.ids import new_id
from console.people.server.scopes import org_scopes
from tests.parts.acts import AT
from tests.parts.office import Office


def test_all_drafts_are_read(office: Office) -> None:
    made = [
        SharedDraft(
            id=new_id(), owner_id=new_id(), ticket_id=new_id(),
            version=Version("buyer", body, AT), device=new_id(),
        )
        for body in ("one", "two")
    ]  # fmt: skip
    for draft in made:
        office.write(lambda tx, d=draft: tx.record(DRAFT, d, org_scopes()))
    assert {draft.id: draft for draft in office.read(rows.drafts)} == {d.id: d for d in made}
    columns = rows.draft_columns(made[0])
    assert columns == {"ticket_id": made[0].ticket_id.bytes}
