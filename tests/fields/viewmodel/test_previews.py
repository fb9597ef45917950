"""Custom fields before the server has answered: made, changed and moved at once, also offline."""

import pytest

from console.fields.model import Content, CustomField, Option
from console.fields.records import FIELD, ChangeField, CreateField, MoveField
from console.fields.viewmodel.shelf import Fields
from console.kernel.ids import new_id
from console.people.server.scopes import org_scopes
from console.sync.records import Accepted
from tests.parts.console import Console

pytestmark = pytest.mark.anyio


async def test_a_new_field_is_there_at_once_and_stays(console: Console) -> None:
    lead(console)
    fields, target = Fields(console.local), new_id()
    content = Content(name="Reason", type="choice", options=(Option("Late"),))
    for args in (
        CreateField(content=content, position=4),
        ChangeField(content=Content(name="Why", type="choice", options=(Option("Lost"),))),
        MoveField(position=9),
    ):
        await console.local.do(FIELD, target, args, lane=console.local.me, about="x")
    before = fields.all
    assert [(f.position, f.content.name) for f in before] == [(9, "Why")]
    assert [(o.name, o.key, o.gone) for o in before[0].content.options] == [
        ("Lost", "2", False), ("Late", "1", True),
    ]  # fmt: skip
    assert [type(o) for o in await console.push()] == [Accepted] * 3
    assert fields.all == before
    assert console.local.entries == {}


async def test_what_is_there_is_changed_in_place(console: Console) -> None:
    lead(console)
    made = [
        CustomField(id=new_id(), content=Content(name=n), position=p) for p, n in enumerate("ab")
    ]
    console.office.write(lambda tx: [tx.record(FIELD, f, org_scopes()) for f in made])
    console.pull()
    fields = Fields(console.local)
    move = MoveField(position=-1)
    await console.local.do(FIELD, made[1].id, move, lane=console.local.me, about="x")
    assert [field.content.name for field in fields.all] == ["b", "a"]


def lead(console: Console) -> None:
    """Make Ana one who may make fields."""
    from msgspec import structs

    from console.people.records import USER

    ana = structs.replace(console.ana, role="supervisor")
    console.office.write(lambda tx: tx.record(USER, ana))
    console.pull()
