"""From a Qt signal into async code and back: started by name, errors shown and never lost."""

import logging
from collections.abc import Coroutine
from typing import Any

from console.kernel.errors import ParleyError
from console.kernel.signal import Signal
from console.kernel.tasks import Tasks
from console.kernel.tongue import tr

log = logging.getLogger(__name__)


class Slots:
    """Starts the coroutines that widgets ask for. `failed` carries a sentence to show."""

    def __init__(self) -> None:
        self._tasks = Tasks()
        self.failed: Signal[str] = Signal()

    def start(self, work: Coroutine[Any, Any, Any], name: str) -> None:
        """Run `work` on the loop; what it refuses is shown, what breaks is logged and shown."""
        self._tasks.spawn(self._guarded(work), name=name)

    async def _guarded(self, work: Coroutine[Any, Any, Any]) -> None:
        try:
            await work
        except ParleyError as error:
            self.failed.emit(str(error))
        except Exception:
            log.exception("slot_failed")
            self.failed.emit(tr("That did not work; the reason is in the log."))

    async def close(self) -> None:
        """End what still runs."""
        await self._tasks.close()
