"""The pace: at once when it was quiet, gathered when not, and always in order."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from console.kernel.ids import new_id
from console.sync.client import pipe
from console.sync.client.mode import Mode
from console.sync.client.pace import Pace

ONE, TWO, THREE = new_id(), new_id(), new_id()
AT = datetime(2026, 3, 1, tzinfo=UTC)


class Later:
    """The one timer that runs, if one does."""

    def __init__(self) -> None:
        self.work: Callable[[], None] | None = None

    def __call__(self, _delay_s: float, work: Callable[[], None]) -> "Later":
        assert self.work is None, "one timer at a time"
        self.work = work
        return self

    def cancel(self) -> None:
        self.work = None

    def ring(self) -> None:
        work, self.work = self.work, None
        assert work is not None, "a timer runs"
        work()


@pytest.fixture
def later() -> Later:
    return Later()


@pytest.fixture
def said() -> list[pipe.FromEngine]:
    return []


@pytest.fixture
def pace(said: list[pipe.FromEngine], later: Later) -> Pace:
    return Pace(said.append, later)


def standing(mode: Mode, done: int = 0, total: int = 0) -> pipe.Standing:
    return pipe.Standing(mode, done, total, cursor=0, synced_at=None, since=AT)


def test_a_change_after_quiet_is_told_at_once(
    pace: Pace, later: Later, said: list[pipe.FromEngine]
) -> None:
    for number in (1, 2):
        change = pipe.Changed({"ticket": [ONE]}, number)
        pace.tell(change)
        assert said[-1] == change
        later.ring()
        assert later.work is None
    assert len(said) == 2


def test_what_follows_soon_is_one_word(
    pace: Pace, later: Later, said: list[pipe.FromEngine]
) -> None:
    pace.tell(pipe.Changed({}, 1))
    pace.tell(pipe.Changed({"ticket": [ONE]}, 2))
    pace.tell(pipe.Changed({"ticket": [TWO, ONE], "party": [THREE]}, 3))
    assert said == [pipe.Changed({}, 1)]
    later.ring()
    assert said[1:] == [pipe.Changed({"ticket": [ONE, TWO], "party": [THREE]}, 3)]
    pace.tell(pipe.Changed({"ticket": [ONE]}, 4))
    assert len(said) == 2, "that was told just now"
    later.ring()
    assert said[2:] == [pipe.Changed({"ticket": [ONE]}, 4)]


def test_of_progress_the_newest_is_told_behind_its_changes(
    pace: Pace, later: Later, said: list[pipe.FromEngine]
) -> None:
    pace.tell(standing("loading"))
    for done in (10, 20, 30):
        pace.tell(pipe.Changed({"ticket": [ONE]}, 0))
        pace.tell(standing("loading", done, 90))
    assert said == [standing("loading"), pipe.Changed({"ticket": [ONE]}, 0)]
    later.ring()
    assert said[2:] == [pipe.Changed({"ticket": [ONE]}, 0), standing("loading", 30, 90)]


@pytest.mark.parametrize(
    "frame", [standing("live"), pipe.Answered(()), pipe.SignedOut(), pipe.Opened(usable=True)]
)
def test_any_other_frame_goes_at_once_behind_what_was_gathered(
    pace: Pace, later: Later, said: list[pipe.FromEngine], frame: pipe.FromEngine
) -> None:
    pace.tell(pipe.Changed({}, 1))
    pace.tell(pipe.Changed({"ticket": [ONE]}, 2))
    pace.tell(frame)
    assert said[1:] == [pipe.Changed({"ticket": [ONE]}, 2), frame]
    assert later.work is None


def test_how_it_is_now_is_never_held_back(pace: Pace, said: list[pipe.FromEngine]) -> None:
    pace.tell(pipe.Changed({}, 1))
    pace.tell(standing("live"))
    pace.tell(standing("live"))
    assert said[1:] == [standing("live"), standing("live")]


def test_the_end_tells_what_is_left(pace: Pace, later: Later, said: list[pipe.FromEngine]) -> None:
    pace.tell(pipe.Changed({}, 1))
    pace.tell(pipe.Changed({}, 2))
    pace.flush()
    pace.flush()
    assert (said, later.work) == ([pipe.Changed({}, 1), pipe.Changed({}, 2)], None)
