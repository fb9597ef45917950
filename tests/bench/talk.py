"""How the window under measure speaks with whoever started it, and steps outside its own tasks."""

import asyncio
import json
import sys
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


def tell(**words: Any) -> None:
    """One line to whoever started us."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


async def ask(what: str, **words: Any) -> Any:
    """Ask whoever started us to do something; the answer."""
    tell(ask=what, **words)
    return json.loads(await asyncio.to_thread(sys.stdin.readline))


async def outside(work: Callable[[], T], after_ms: int = 0) -> T:
    """`work()` as the event loop calls it, outside every task: only there events can be handled."""
    from PySide6.QtCore import Qt, QTimer

    answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()

    def call() -> None:
        try:
            found = work()
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            answer.set_exception(error)
        else:
            answer.set_result(found)

    timer = QTimer(singleShot=True, timerType=Qt.TimerType.PreciseTimer, interval=after_ms)
    timer.timeout.connect(call)
    timer.start()
    return await answer
