"""Recent and saved searches: in order, limited, there after a restart and encrypted."""

import pytest

from console.kernel.errors import Refused
from console.search.viewmodel.lines import RECENT_MOST, SAVED_MOST, Lines
from tests.parts.console import Console

pytestmark = pytest.mark.anyio


async def test_lines_are_there_after_a_restart(console: Console) -> None:
    lines = Lines(console.local)
    lines.used("from:lena")
    lines.used(" kettle ")
    lines.used("from:lena")
    lines.save("is:open ")
    lines.save("is:open")
    await console.settled()
    await console.reopen()
    again = Lines(console.local)
    assert (again.recent, again.saved) == (("from:lena", "kettle"), ("is:open",))
    again.let_go("is:open")
    assert again.saved == ()


async def test_there_is_an_end_to_both(console: Console) -> None:
    lines = Lines(console.local)
    for n in range(RECENT_MOST + 3):
        lines.used(f"line {n}")
    assert (len(lines.recent), lines.recent[0]) == (RECENT_MOST, f"line {RECENT_MOST + 2}")
    for n in range(SAVED_MOST):
        lines.save(f"line {n}")
    with pytest.raises(Refused, match=f"At most {SAVED_MOST} searches are kept") as refused:
        lines.save("one more")
    assert refused.value.code == "too_many_searches"
    assert len(lines.saved) == SAVED_MOST


async def test_empty_lines_are_not_kept(console: Console) -> None:
    lines = Lines(console.local)
    lines.used("  ")
    lines.save("  ")
    assert (lines.recent, lines.saved) == ((), ())


async def test_nothing_of_them_is_in_clear_on_the_disk(console: Console) -> None:
    Lines(console.local).used("zanzibarcanary")
    await console.settled()
    files = [path.read_bytes() for path in console.folder.rglob("*") if path.is_file()]
    assert files
    assert not any(b"zanzibarcanary" in told for told in files)
