"""The voice: said when it changes, again while it lasts, never in a hurry or to nobody."""

import itertools

import pytest

from console.kernel.ids import new_id
from console.sync.client.voice import SETTLE_S, WRITING_S, Voice
from console.sync.presence import GLANCE_S, LIST, REPEAT_S, THROTTLE_S, glance, topic_of
from tests.fakes.clock import ManualClock

pytestmark = pytest.mark.anyio
A, B = new_id(), new_id()
NAMES = {topic_of(A): "A", topic_of(B): "B", LIST: "list"}


class Speaker:
    """A voice with a socket, at which time passes only as it asks."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock, self.voice = clock, Voice(clock)
        self.said: list[str] = []

    def hear(self) -> list[str]:
        """What is said now."""
        now = [
            f"{NAMES[frame.topic]} {frame.what}" for frame in self.voice.due(self.clock.monotonic())
        ]
        self.said += now
        return now

    def wait(self, seconds: float) -> list[str]:
        """What is said in the next seconds, each when the voice wakes for it."""
        heard, until = self.hear(), self.clock.monotonic() + seconds
        while True:
            now = self.clock.monotonic()
            wakes_at = self.voice.wakes_at(now)
            if wakes_at is None or wakes_at > until:
                self.clock.advance(until - now)
                return heard + self.hear()
            assert wakes_at > now, "it would spin"
            self.clock.advance(wakes_at - now)
            heard += self.hear()


@pytest.fixture
def at(clock: ManualClock) -> Speaker:
    return Speaker(clock)


def test_who_stays_looks_and_it_is_said_again_while_it_lasts(at: Speaker) -> None:
    at.voice.attend(A, "viewing")
    assert at.hear() == []
    assert at.wait(SETTLE_S) == ["A viewing"]
    assert at.wait(2 * REPEAT_S) == ["A viewing"] * 2


def test_who_hurries_through_a_list_is_nowhere(at: Speaker) -> None:
    for n in range(40):
        at.voice.attend((A, B)[n % 2], "viewing")
        assert at.wait(SETTLE_S / 2) == []
    at.voice.attend(None, "viewing")
    assert at.wait(60) == []
    assert at.voice.wakes_at(at.clock.monotonic()) is None


def test_leaving_is_said_at_once(at: Speaker) -> None:
    at.voice.attend(A, "viewing")
    at.wait(1)
    at.voice.attend(B, "viewing")
    assert at.hear() == ["A left"]
    assert at.wait(1) == ["B viewing"]
    at.voice.attend(None, "viewing")
    assert at.hear() == ["B left"]
    assert at.wait(60) == []


def test_writing_is_said_at_once_and_ends_a_while_after_the_last_letter(at: Speaker) -> None:
    at.voice.attend(A, "typing:buyer")
    assert at.hear() == ["A typing:buyer"]
    for _ in range(8):
        at.wait(1)
        at.voice.attend(A, "typing:buyer")
    assert at.said == ["A typing:buyer"] * 2
    assert at.wait(WRITING_S) == ["A typing:buyer", "A viewing"]


def test_the_same_is_not_said_twice_within_the_throttle_however_it_changes(at: Speaker) -> None:
    at.voice.attend(A, "viewing")
    at.wait(1)
    times: dict[str, list[float]] = {}
    for n in range(60):
        at.voice.attend(A, ("noting", "typing:buyer", "viewing")[n % 3])
        for said in at.hear():
            times.setdefault(said, []).append(at.clock.monotonic())
        at.clock.advance(0.25)
    assert set(times) == {"A noting", "A typing:buyer", "A viewing"}
    for said in times.values():
        assert all(b - a >= THROTTLE_S for a, b in itertools.pairwise(said))
    at.voice.attend(A, "noting")
    assert at.wait(THROTTLE_S)[-1] == "A noting", "what holds is said once it may be"


def test_who_comes_back_at_once_is_announced_when_it_may_be(at: Speaker) -> None:
    at.voice.attend(A, "viewing")
    at.wait(1)
    at.voice.attend(B, "viewing")
    at.wait(1)
    at.voice.attend(A, "viewing")
    assert at.wait(0.9) == ["B left"]
    assert at.wait(THROTTLE_S) == ["A viewing"]


async def test_a_new_socket_hears_everything_again(at: Speaker) -> None:
    at.voice.attend(A, "viewing")
    at.wait(1)
    heard: list[str] = []

    class Closed(Exception):
        pass

    async def send(frame: object) -> None:
        heard.append(NAMES[frame.topic])
        raise Closed

    with pytest.raises(Closed):
        await at.voice.speak(send)
    assert heard == ["A"]


def test_what_is_in_sight_is_said_at_once_then_not_too_often(at: Speaker) -> None:
    at.voice.glance([A])
    assert at.hear() == [f"list {glance([A])}"]
    for n in range(20):
        at.voice.glance([(A, B)[n % 2]])
    assert at.hear() == []
    assert at.wait(GLANCE_S) == [f"list {glance([B])}"], "only what is so by then"
    assert at.wait(60) == [], "it holds until something else is in sight"
    at.voice.glance([])
    assert at.hear() == ["list "]


async def test_what_is_in_sight_is_said_to_every_new_socket(at: Speaker) -> None:
    at.voice.glance([A])
    at.hear()
    heard: list[str] = []

    class Closed(Exception):
        pass

    async def send(frame: object) -> None:
        heard.append(frame.what)
        raise Closed

    with pytest.raises(Closed):
        await at.voice.speak(send)
    assert heard == [glance([A])]
