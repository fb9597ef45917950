"""What a console asks for: requests are strict, control lines are told from rows at their beginning."""

import msgspec
import pytest
from msgspec import Struct

from console.kernel.ids import new_id
from console.sync.asking import (
    BOOT_CONTROL,
    BootEnd,
    BootLine,
    BootPage,
    BootStart,
    Bootstrap,
    Compared,
    Older,
    Search,
    Summed,
    Wanted,
)
from console.sync.records import Change, Epoch


@pytest.mark.parametrize("kind", [Bootstrap, Wanted, Older, Compared, Search, Summed])
def test_an_unknown_field_in_a_request_is_refused(kind: type[Struct]) -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field `sudo`"):
        msgspec.json.decode(b'{"sudo":1}', type=kind)


def test_a_bootstrap_asks_for_everything_unless_told() -> None:
    assert msgspec.json.decode(b"{}", type=Bootstrap) == Bootstrap(
        scopes=(), kinds=(), resume=None, working=False, since=0
    )


@pytest.mark.parametrize(
    "line", [BootStart(1, Epoch(1, 2), (2,), {"ticket": 3}), BootPage("x", 4), BootEnd(5)]
)
def test_a_control_line_begins_as_no_row_does(line: BootLine) -> None:
    assert msgspec.json.encode(line).startswith(BOOT_CONTROL)
    assert not msgspec.json.encode(Change("ticket", new_id(), 1)).startswith(BOOT_CONTROL)
