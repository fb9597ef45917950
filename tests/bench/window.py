"""The real window in a process of its own, measured from inside: what the desktop group starts.

`python -m tests.bench.window PLAN` opens a profile exactly as `parley` does, with a keyring that
holds the plan's secret, does what the plan says and tells it in lines of JSON. Lines that ask for
something are answered on standard input. Times are of the monotonic clock that processes share.
"""

import json
import sys
import time
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6 import QtCore

from console.desktop.app import DesktopOptions, run
from console.desktop.guard import unhook_imports
from tests.bench.talk import tell

if TYPE_CHECKING:
    from console.desktop.desk import Desk


class Plan:
    """What to do: `do` names the scenario, `times` says how often."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.do: str = told["do"]
        self.profile = Path(told["profile"])
        self.secret: str = told["secret"]
        self.times: int = told.get("times", 0)


class Keyring:
    """A keyring that holds one secret, loaded at the price of the real one."""

    def __init__(self, secret: str, real: Callable[[], Any]) -> None:
        real()
        self._secret = secret

    def get_password(self, _service: str, _entry: str) -> str:
        return self._secret

    def set_password(self, _service: str, _entry: str, secret: str) -> None:
        self._secret = secret


def main() -> int:
    """Open the profile and measure; the desktop's exit code."""
    assert QtCore  # loaded by now, as `run` does it first
    unhook_imports()
    from console.desktop import keystore
    from console.desktop.desk import Desk

    plan = Plan(json.loads(sys.argv[1]))
    real, live = keystore.backend, Desk.live
    keystore.backend = lambda: Keyring(plan.secret, real)
    painted = Painted()

    async def watched(desk: Desk) -> None:
        from console.kernel.tasks import Tasks  # what is timed here loads no more than it would

        tell(whole=time.monotonic())
        painted.tell()
        tasks = Tasks()
        tasks.spawn(_scenario(desk, plan, painted), name="scenario")
        await live(desk)

    Desk.live = watched
    paint = Desk.paint

    def seen(desk: Desk) -> None:
        paint(desk)
        if painted.rows:
            painted.tell()

    Desk.paint = seen
    return run(DesktopOptions(server=None, profile=plan.profile))


async def _scenario(desk: "Desk", plan: Plan, painted: "Painted") -> None:
    from tests.bench import scenes  # loaded after the first paint, which is timed

    try:
        scene: Callable[[Any, int, Painted], Awaitable[dict[str, Any]]] = scenes.SCENES[plan.do]
        tell(done=await scene(desk, plan.times, painted))
    except Exception:  # noqa: BLE001 - told to whoever waits for it
        tell(failed=traceback.format_exc())
    finally:
        desk.window.close()


class Painted:
    """Every row that the queue painted looking other than before: id, priority, when."""

    def __init__(self) -> None:
        from console.tickets.widgets.row import QueueDelegate
        from console.ui.rows import row_at

        self.rows = 0
        self._told = False
        self.log: list[tuple[str, str, float]] = []
        self._last: dict[str, str] = {}
        paint = QueueDelegate.paint

        def watched(delegate: QueueDelegate, painter: Any, option: Any, index: Any) -> None:
            paint(delegate, painter, option, index)
            self.rows += 1
            row = row_at(index)
            if row is not None and self._last.get(str(row.id)) != row.priority:
                self._last[str(row.id)] = row.priority
                self.log.append((str(row.id), str(row.priority), time.monotonic()))

        QueueDelegate.paint = watched

    def tell(self) -> None:
        """Tell, once, that the queue is painted by now, with how many rows."""
        if not self._told:
            self._told = True
            tell(painted=time.monotonic(), rows=self.rows)


if __name__ == "__main__":
    sys.exit(main())
