"""What the server finds stands below what is found here."""

import pytest

from console.kernel.ids import new_id
from console.search.viewmodel.found import (
    SERVER,
    HitRow,
)
from console.sync.asking import Searched, SearchHit
from console.sync.client import pipe
from tests.parts.acts import AT, Case
from tests.parts.console import Console
from tests.search.viewmodel.sought import Sought, answer

pytestmark = pytest.mark.anyio


async def test_the_server_is_asked_when_typing_pauses_and_its_hits_stand_below(
    console: Console, sought: Sought, case: Case
) -> None:
    console.stand("live")
    await sought.type("kettle")
    await sought.ended()
    (asked,) = sought.asked
    assert (asked.asked.text, sought.server.stands) == ("kettle", "asking")
    old = new_id()
    console.local.hear(pipe.Sought(asked.number - 1, answer(case, new_id())))
    assert sought.server.stands == "asking", "an answer to an older line"
    console.local.hear(pipe.Sought(asked.number, answer(case, old)))
    keys = list(sought.search.rows)
    assert keys[keys.index(SERVER) :][2:] == [("found-there", old)]
    assert sought.server.stands == "found"
    target = sought.search.target(("found-there", old))
    assert target is not None
    assert (target.message_id, target.pos) == (old, 3)


async def test_what_the_server_finds_of_what_is_here_is_not_shown_twice(
    console: Console, sought: Sought, case: Case
) -> None:
    console.stand("live")
    await sought.type('"never arrived"')
    await sought.ended()
    (hit,) = (r for r in sought.search.rows.values() if isinstance(r, HitRow))
    told = SearchHit(
        case.ticket.id, 1, "Kettle lost", "open", AT, "My kettle", hit.message_id, 1, "buyer",
    )  # fmt: skip
    console.local.hear(pipe.Sought(sought.asked[-1].number, Searched((told,))))
    assert sought.server.stands == "nothing"
    assert len(sought.texts) == 1


async def test_offline_only_what_is_here_is_searched_until_there_is_a_link(
    console: Console, sought: Sought, case: Case
) -> None:
    console.stand("offline")
    await sought.type("kettle")
    await sought.ended()
    assert (sought.server.stands, sought.asked) == ("away", [])
    console.stand("live")
    await sought.ended()
    assert [frame.asked.text for frame in sought.asked] == ["kettle"]
    console.local.hear(pipe.Sought(sought.asked[-1].number, None, "unavailable"))
    assert sought.server.stands == "away"
    console.local.hear(pipe.Sought(sought.asked[-1].number, None, "too_long"))
    assert sought.server.stands == "refused"
