"""A policy set offline holds at this console at once; what a colleague set meanwhile stands."""

import pytest

from console.masking.model.policy import POLICY_ID, Content
from console.masking.records import KNOWN, MASKING, SetMasking
from console.masking.tables import rows
from tests.conversations.viewmodel.test_watch import lead
from tests.masking.test_server import put
from tests.parts.console import Console

pytestmark = pytest.mark.anyio


def shown(console: Console) -> Content | None:
    assert console.local.reader is not None
    policy = rows.policy(console.local.reader)
    return policy.content if policy else None


async def test_the_preview_is_what_the_server_makes_of_it(console: Console) -> None:
    lead(console)
    assert shown(console) is None
    args = SetMasking(content=Content(buyer=("link",), own=("Shop.example",)), knows=KNOWN)
    await console.local.do(MASKING, POLICY_ID, args, lane=POLICY_ID, about="")
    wanted = Content(buyer=("link",), own=("shop.example",))
    assert shown(console) == wanted
    await console.push()
    assert console.local.entries == {}
    assert shown(console) == wanted


async def test_a_colleagues_newer_one_is_not_written_over(console: Console) -> None:
    lead(console)
    args = SetMasking(content=Content(buyer=()), knows=KNOWN)
    await console.local.do(MASKING, POLICY_ID, args, lane=POLICY_ID, about="")
    assert put(console.office, console.actor(console.cara), seller=()) == "accepted"
    await console.push()
    (entry,) = console.local.entries.values()
    assert entry.refusal is not None
    assert entry.refusal.code == "masking_changed"
    console.pull()
    assert shown(console) == Content(seller=())
