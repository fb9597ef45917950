"""The words of presence: topics name tickets and nothing else, writing says to whom."""

import pytest

from console.kernel.ids import new_id
from console.sync.presence import (
    DOINGS,
    LEFT,
    MOST_GLANCED,
    REPEAT_S,
    THROTTLE_S,
    TTL_S,
    glance,
    glanced,
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


def test_rows_in_sight_are_told_in_words() -> None:
    tickets = tuple(new_id() for _ in range(MOST_GLANCED))
    assert glanced(glance(tickets)) == tickets
    assert glanced(glance([])) == ()
    assert glanced(glance(tickets[:1] * 2)) == tickets[:1], "each once"


@pytest.mark.parametrize("words", ["x", "0" * 31, "0" * 33, "x" * 100_000, "\u0660" * 3])
def test_what_is_no_ticket_is_not_understood(words: str) -> None:
    assert glanced(words) is None


def test_too_many_rows_are_not_understood() -> None:
    assert glanced(glance([new_id() for _ in range(MOST_GLANCED + 1)])) is None
