"""The words of presence: topics name tickets and nothing else, writing says to whom."""

import pytest

from console.kernel.ids import new_id
from console.sync.presence import (
    DOINGS,
    LEFT,
    REPEAT_S,
    THROTTLE_S,
    TTL_S,
    ticket_of,
    topic_of,
    typing_to,
)


def test_a_topic_names_its_ticket() -> None:
    ticket = new_id()
    assert ticket_of(topic_of(ticket)) == ticket


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "ticket:",
        "ticket:" + "x" * 36,
        "order:0198f3c2-7d10-7001-8000-000000000001",
        "ticket:0198F3C2-7D10-7001-8000-000000000001",
        "ticket:{0198f3c27d1070018000000000000001}--",
        "ticket:0198f3c2-7d10-7001-8000-000000000001 ",
        "x" * 100_000,
    ],
    ids=lambda topic: topic[:50],
)
def test_what_is_no_topic_names_nothing(topic: str) -> None:
    assert ticket_of(topic) is None


def test_writing_says_to_whom() -> None:
    told = [typing_to(lane) for lane in ("buyer", "seller", "internal")]
    assert told == ["typing:buyer", "typing:seller", "noting"]
    assert DOINGS.issuperset({*told, "typing", "viewing"})
    assert LEFT not in DOINGS


def test_it_is_said_again_before_it_is_over_and_not_too_soon() -> None:
    assert THROTTLE_S < REPEAT_S < TTL_S
    assert 2 * REPEAT_S <= TTL_S, "one word may be lost on the way"
