"""Values of custom fields at a desk: given at once, demanded before solving, for many tickets."""

import pytest

from console.fields.model import Content, CustomField, Value
from console.kernel import codec
from console.kernel.errors import Refused
from console.people.viewmodel import Directory
from console.sync.records import Accepted, Merged
from console.tickets.model import Deeds, Status, together
from console.tickets.records import TICKET, SetField, SetStatus
from console.tickets.viewmodel.bulk import Bulk
from console.tickets.viewmodel.bulk_deeds import Become
from console.tickets.viewmodel.bulk_values import GiveValue
from console.tickets.viewmodel.deeds import Afterwards, plan, read, written
from console.tickets.viewmodel.triage import Done
from tests.parts.acts import act
from tests.parts.console import Console
from tests.tickets.viewmodel.test_triage import Desk
from tests.tickets.widgets.test_fields import put

pytestmark = pytest.mark.anyio


@pytest.fixture
async def desk(console: Console) -> Desk:
    return Desk(console)


def field(console: Console, name: str = "Sum", **content: object) -> CustomField:
    (made,) = put(console, Content(**{"name": name, "type": "number", **content}))
    return made


async def test_a_value_shows_at_once_and_can_be_taken_back(desk: Desk) -> None:
    sum_ = field(desk.console)
    await desk.triage.set_field(desk.id, sum_, 12.5)
    assert desk.ticket.fields == {sum_.id: 12.5}
    assert desk.done[-1].text == f"#{desk.ticket.number} Sum: 12.5"
    assert desk.queued == ["Set “Sum”"]
    await desk.triage.set_field(desk.id, sum_, 12.5)
    assert desk.queued == ["Set “Sum”"], "it is so already"
    await desk.undo()
    assert desk.ticket.fields == {}
    await desk.agreed()


async def test_the_last_one_wins_over_a_colleague_unseen(desk: Desk) -> None:
    sum_ = field(desk.console)
    console = desk.console
    ben = console.office.run(
        console.actor(console.ben), act(desk.id, SetField(field_id=sum_.id, value=3.0))
    )
    assert isinstance(ben, Accepted)
    await desk.triage.set_field(desk.id, sum_, 7.0)
    (outcome,) = await console.push()
    assert isinstance(outcome, Merged)
    assert desk.ticket.fields == {sum_.id: 7.0}


async def test_solving_asks_for_what_must_be_filled_in(desk: Desk) -> None:
    must, other = (field(desk.console, name, required=True) for name in ("Sum", "Tax"))
    wanted: list[object] = []
    desk.triage.field_wanted.connect(wanted.append)
    for status in (Status.SOLVED, Status.CLOSED):
        await desk.triage.set_status(desk.id, status)
    told = f"#{desk.ticket.number} is not solved yet. Fill in first: Sum, Tax."
    assert desk.refused == [told, told]
    assert wanted == [must.id, must.id]
    assert desk.queued == []
    await desk.triage.set_status(desk.id, Status.PENDING)
    for each in (must, other):
        await desk.triage.set_field(desk.id, each, 0.0)
    await desk.triage.set_status(desk.id, Status.SOLVED)
    assert desk.ticket.status == Status.SOLVED
    await desk.agreed()


async def test_nothing_is_sent_that_would_solve_it_too_early(desk: Desk) -> None:
    must = field(desk.console, required=True)
    after = Afterwards(desk.console.local, Directory(desk.console.local))
    wanted: list[object] = []
    after.field_wanted.connect(wanted.append)
    for then, solve in (({}, True), (written(Deeds(status=Status.CLOSED)), False)):
        with pytest.raises(Refused) as refused:
            after.deeds(desk.id, then, solve=solve, public=True)
        assert "Fill in first: Sum" in refused.value.message
    assert wanted == [must.id, must.id]
    assert after.deeds(desk.id, written(Deeds(status=Status.HOLD)), solve=False, public=True)
    await desk.triage.set_field(desk.id, must, 1.0)
    (deed,) = after.deeds(desk.id, {}, solve=True, public=True)
    assert isinstance(deed.args, SetStatus)
    assert deed.kind is TICKET


async def test_several_deeds_give_a_value_and_take_it_back(desk: Desk) -> None:
    must = field(desk.console, required=True)
    deeds = Deeds(fields={must.id: 5.0}, status=Status.SOLVED)
    give, solve = plan(desk.ticket, deeds, desk.console.ana.id)
    assert give.args == SetField(field_id=must.id, value=5.0)
    assert give.back == SetField(field_id=must.id, seen=5.0)
    assert isinstance(solve.args, SetStatus), "behind the value, which it waits for"
    after = Afterwards(desk.console.local, Directory(desk.console.local))
    assert after.words(written(deeds)) == "Sum: 5 · solve it"
    found = after.deeds(desk.id, written(deeds), solve=False, public=True)
    assert [type(deed.args) for deed in found] == [SetField, SetStatus]
    kept = after.again([(type(d.args).__name__, codec.encode(d.args)) for d in found])
    assert read(kept) == deeds
    later = together(deeds, Deeds(fields={must.id: 6.0}))
    assert later.fields == {must.id: 6.0}


class Many:
    """Several tickets and what is done to all of them."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.ids = [ticket.id for ticket in console.cases("one", "two", "three")]
        self.bulk = Bulk(console.local)
        self.done: list[Done] = []
        self.bulk.done.connect(self.done.append)

    def values(self, field_: CustomField) -> list[Value | None]:
        reader = self.console.local.reader
        assert reader is not None
        from console.tickets.tables import rows

        found = rows.tickets(reader, self.ids)
        return [found[key].fields.get(field_.id) for key in self.ids]


async def test_many_tickets_get_a_value_and_lose_it_again(console: Console) -> None:
    many, sum_ = Many(console), field(console)
    await console.local.do(
        TICKET, many.ids[0], SetField(field_id=sum_.id, value=1.0), lane=many.ids[0], about=""
    )
    await many.bulk.wish(GiveValue(sum_, 5.0), many.ids)
    assert many.values(sum_) == [5.0, 5.0, 5.0]
    assert many.done[-1].text == "3 tickets: Sum is “5”"
    undo = many.done[-1].undo
    assert undo is not None
    await undo()
    assert many.values(sum_) == [1.0, None, None]
    assert all(isinstance(o, Accepted) for o in await console.push())


async def test_a_deed_says_what_it_will_do(console: Console) -> None:
    sum_ = field(console)
    deed = GiveValue(sum_, 5.0)
    assert deed.will(2) == "2 tickets will get “5” as Sum."
    assert GiveValue(sum_, None).will(1) == "1 ticket will get “no value” as Sum."
    assert (deed.about, deed.did(1)) == ("Set “Sum”", "1 ticket: Sum is “5”")


async def test_many_are_solved_but_for_those_that_lack_a_value(console: Console) -> None:
    many, must = Many(console), field(console, required=True)
    await console.local.do(
        TICKET, many.ids[1], SetField(field_id=must.id, value=1.0), lane=many.ids[1], about=""
    )
    preview = await many.bulk._looked(Become(Status.SOLVED, (must,)), many.ids)
    assert list(preview.ids) == [many.ids[1]]
    assert preview.sentences == ["1 ticket will be solved.", "2 cannot: “Sum” is empty."]


async def test_a_field_is_for_its_teams_tickets(console: Console) -> None:
    many = Many(console)
    from tests.parts.acts import team_named

    asia = field(console, teams=(team_named(console.office, "Asia").id,))
    preview = await many.bulk._looked(GiveValue(asia, 1.0), many.ids)
    assert preview.cannot == {"their team does not have the field": 3}
