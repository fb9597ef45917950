"""Reads of saved views: those that are there, in order."""

from console.kernel.codec import NIL
from console.kernel.ids import new_id
from console.people.model import ORG_SCOPE
from console.views.model import SavedView
from console.views.records import VIEW
from console.views.tables import rows
from tests.parts.office import Office


def test_views_come_in_order_without_those_deleted(office: Office) -> None:
    made = [
        SavedView(id=new_id(), name=name, position=position, gone=gone, owner_id=new_id())
        for name, position, gone in (("c", 3, False), ("a", 1, False), ("x", 2, True), ("b", 2, False))
    ]  # fmt: skip
    office.write(lambda tx: [tx.record(VIEW, view, frozenset({ORG_SCOPE})) for view in made])
    assert [view.name for view in office.read(rows.views)] == ["a", "b", "c"]
    gone = office.read(lambda reader: rows.view(reader, made[2].id))
    assert gone == made[2]
    assert office.read(lambda reader: rows.view(reader, new_id())) is None


def test_a_view_counts_against_whoever_keeps_it() -> None:
    owner, team = new_id(), new_id()
    assert rows.kept_by(SavedView(name="x", owner_id=owner)) == owner
    assert rows.kept_by(SavedView(name="x", owner_id=owner, audience="team", team_id=team)) == team
    assert rows.kept_by(SavedView(name="x", owner_id=owner, audience="shared")) == NIL
