"""Waiting for what comes in its own time: looked for until it is there, and said when it never is."""

import asyncio
from collections.abc import Callable

PATIENCE_S = 30.0
"""More than anything takes on a busy machine: whoever waits so long waits for a fault."""
QUICK_TURNS = 100
"""As long as this what is waited for is usually one of the loop's next turns away."""
LOOK_S = 0.01


async def until(
    holds: Callable[[], object],
    what: str = "",
    *,
    news: asyncio.Event | None = None,
    seen: Callable[[], object] | None = None,
) -> None:
    """Wait until `holds()`, with the loop running: it is looked at after every `news`, or all the time.

    Raises AssertionError after PATIENCE_S, with `what` was waited for and what was `seen` instead.
    """
    turns = 0
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                if news is not None:
                    news.clear()
                    await news.wait()
                else:
                    await asyncio.sleep(0 if turns < QUICK_TURNS else LOOK_S)
                    turns += 1
    except TimeoutError:
        instead = f"; seen: {seen()}" if seen is not None else ""
        raise AssertionError(f"waited in vain for {what or holds}{instead}") from None
