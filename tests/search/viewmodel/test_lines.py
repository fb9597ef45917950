"""Recent and saved searches: in order, limited, there after a restart and encrypted."""

import pytest

from console.kernel.errors import Refused
from console.search.model.query import MAX_QUERY_CHARS
from console.search.model.saved import SAVED_MOST, saved_id
from console.search.records import DropSearch, SaveSearch
from console.search.viewmodel.lines import RECENT_MOST, Lines
from console.sync.records import Accepted
from tests.parts.acts import act
from tests.parts.console import Console

pytestmark = pytest.mark.anyio


async def test_lines_are_there_after_a_restart(console: Console) -> None:
    lines = Lines(console.local)
    lines.used("from:lena")
    lines.used(" kettle ")
    lines.used("from:lena")
    await lines.save("is:open ")
    await lines.save("is:open")
    lines.order(best=True)
    await console.settled()
    await console.reopen()
    again = Lines(console.local)
    assert (again.recent, again.saved) == (("from:lena", "kettle"), ["is:open"])
    assert again.best
    await again.let_go("is:open ")
    await again.let_go("never kept")
    assert again.saved == []
    outcomes = await console.push()
    assert [type(outcome) for outcome in outcomes] == [Accepted, Accepted]


async def test_what_is_kept_is_kept_on_all_computers(console: Console) -> None:
    lines = Lines(console.local)
    await lines.save("is:open")
    console.clock.advance(60)
    await lines.save("tag:vip")
    await console.push()
    assert lines.saved == ["is:open", "tag:vip"]
    gone = act(saved_id(console.ana.id, "is:open"), DropSearch())
    console.office.run(console.actor(), gone)  # at another computer
    console.clock.advance(60)
    line = act(
        saved_id(console.ana.id, "kettle"), SaveSearch(line="kettle", at=console.clock.now())
    )
    console.office.run(console.actor(), line)
    console.pull()
    assert lines.saved == ["tag:vip", "kettle"]


async def test_there_is_an_end_to_both(console: Console) -> None:
    lines = Lines(console.local)
    for n in range(RECENT_MOST + 3):
        lines.used(f"line {n}")
    assert (len(lines.recent), lines.recent[0]) == (RECENT_MOST, f"line {RECENT_MOST + 2}")
    for n in range(SAVED_MOST):
        await lines.save(f"line {n}")
    with pytest.raises(Refused, match=f"At most {SAVED_MOST} searches are kept") as refused:
        await lines.save("one more")
    assert refused.value.code == "too_many_searches"
    assert len(lines.saved) == SAVED_MOST


@pytest.mark.parametrize("line", ["  ", "x" * (MAX_QUERY_CHARS + 1), "a\nb"])
async def test_what_cannot_be_searched_for_is_not_kept(console: Console, line: str) -> None:
    lines = Lines(console.local)
    with pytest.raises(Refused, match="visible characters") as refused:
        await lines.save(line)
    assert (refused.value.code, lines.saved) == ("bad_search", [])


async def test_an_empty_line_was_not_used(console: Console) -> None:
    lines = Lines(console.local)
    lines.used("  ")
    assert lines.recent == ()


async def test_nothing_of_them_is_in_clear_on_the_disk(console: Console) -> None:
    Lines(console.local).used("zanzibarcanary")
    await console.settled()
    files = [path.read_bytes() for path in console.folder.rglob("*") if path.is_file()]
    assert files
    assert not any(b"zanzibarcanary" in told for told in files)
