"""Slots: what a click starts ends well, or in a sentence; nothing is lost and nothing escapes."""

import asyncio

import pytest

from console.kernel.errors import Bug, Refused, Unavailable
from console.ui.slots import Slots
from tests.conftest import Errors

pytestmark = pytest.mark.anyio


class Heard:
    """Slots, and the sentences they had to say."""

    def __init__(self) -> None:
        self.slots = Slots()
        self.said: list[str] = []
        self.slots.failed.connect(self.said.append)

    async def run(self, error: BaseException | None = None) -> list[str]:
        async def work() -> None:
            await asyncio.sleep(0)
            if error is not None:
                raise error

        self.slots.start(work(), "work")
        await asyncio.gather(*self.slots._tasks._running)
        return self.said


async def test_what_goes_well_says_nothing() -> None:
    assert await Heard().run() == []


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (Refused("odd", "It cannot be done."), "It cannot be done."),
        (Refused("odd"), "odd"),
        (Unavailable("The server is away."), "The server is away."),
        (Bug("we never come here"), "we never come here"),
    ],
)
async def test_what_we_raise_on_purpose_is_said(error: Exception, sentence: str) -> None:
    assert await Heard().run(error) == [sentence]


async def test_what_breaks_is_logged_and_said(expected_errors: Errors) -> None:
    expected_errors.expect("slot_failed")
    said = await Heard().run(ZeroDivisionError("division by zero"))
    assert said == ["That did not work; the reason is in the log."]
    assert expected_errors.events == ["slot_failed"]
    assert "ZeroDivisionError" in expected_errors.seen[0]


async def test_quitting_ends_what_runs_without_a_word() -> None:
    heard = Heard()
    forever = asyncio.Event()
    heard.slots.start(forever.wait(), "waits")
    await asyncio.sleep(0)
    assert heard.slots._tasks.names == ["waits"]
    await heard.slots.close()
    assert (heard.slots._tasks.names, heard.said) == ([], [])


async def test_what_comes_too_late_is_not_begun() -> None:
    slots, seen = Slots(), []

    async def work() -> None:
        seen.append("begun")

    slots.start(work(), "ended before it began")
    await slots.close()
    slots.start(work(), "after the end")
    assert seen == []
