"""Times to send at: what is offered and what is understood, in the desk's zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.conversations.viewmodel import emoji, later

NOW = datetime(2026, 3, 6, 11, 10, tzinfo=UTC)  # a Friday


def test_the_usual_times_are_ahead_and_in_order() -> None:
    found = later.offered(NOW, UTC)
    assert [told.words for told in found] == [
        "In half an hour", "In an hour", "This afternoon", "In three hours",
        "Tomorrow morning", "Monday morning",
    ]  # fmt: skip
    assert all(told.at > NOW for told in found)
    assert found[-1].at == datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


def test_in_the_evening_no_afternoon_and_on_sunday_monday_is_tomorrow() -> None:
    sunday = datetime(2026, 3, 8, 19, 0, tzinfo=UTC)
    told = [each.words for each in later.offered(sunday, UTC)]
    assert "This afternoon" not in told
    assert "Monday morning" not in told


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("45", NOW + timedelta(minutes=45)),
        ("45 min", NOW + timedelta(minutes=45)),
        ("3 h", NOW + timedelta(hours=3)),
        ("2d", NOW + timedelta(days=2)),
        ("16:30", NOW.replace(hour=16, minute=30)),
        ("9.00", NOW.replace(hour=9, minute=0) + timedelta(days=1)),
        ("2026-12-01 9:00", datetime(2026, 12, 1, 9, 0, tzinfo=UTC)),
        (f"{later.MOST_DAYS} d", NOW + timedelta(days=later.MOST_DAYS)),
        (f"{later.MOST_DAYS + 1} d", None),
        ("0", None),
        ("25:00", None),
        ("2026-02-30 9:00", None),
        ("2020-01-01 9:00", None),
        ("soon", None),
    ],
)
def test_what_is_typed_is_a_time_or_nothing(text: str, at: datetime | None) -> None:
    told = later.typed(text, NOW, UTC)
    assert (told.at if told else None) == at


def test_a_time_of_day_is_that_of_the_day_it_is_on_though_clocks_change_before() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    before = datetime(2026, 3, 28, 9, 10, tzinfo=UTC)  # the Saturday; clocks go forward that night
    told = {each.words: each.at for each in later.offered(before, berlin)}
    for words, day in (("Tomorrow morning", 29), ("Monday morning", 30)):
        assert told[words] == datetime(2026, 3, day, 9, 0, tzinfo=berlin)
    for text, at in (
        ("2026-12-01 9:00", datetime(2026, 12, 1, 9, 0, tzinfo=berlin)),
        ("2026-07-01 9:00", datetime(2026, 7, 1, 9, 0, tzinfo=berlin)),
        ("8:00", datetime(2026, 3, 29, 8, 0, tzinfo=berlin)),
    ):
        typed = later.typed(text, before, berlin)
        assert typed is not None
        assert typed.at.astimezone(UTC) == at.astimezone(UTC)


def test_pictograms_are_found_by_their_names_the_beginnings_first() -> None:
    assert emoji.find("thumbs_u", 3) == [("👍", "thumbs_up")]
    assert [sign for sign, _ in emoji.find("heart", 2)] == ["😍", "❤️"]
    assert emoji.find("nothing-like-this", 5) == []
