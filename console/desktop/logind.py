"""What the system says of its sleep: logind's signal on the system bus, where there is one."""

import asyncio
import logging
import sys
from typing import Any

from PySide6.QtCore import QObject, Signal

from console.kernel.tasks import Tasks

MOST_HEARD = 16
"""Signals that wait to be looked at; nobody sleeps more often within a turn of the loop."""
_SENDER, _PATH = "org.freedesktop.login1", "/org/freedesktop/login1"
_NAME, _SLEEP = "org.freedesktop.login1.Manager", "PrepareForSleep"

log = logging.getLogger(__name__)


class Logind(QObject):
    """`woken` when the system is awake again; where there is no system bus, never."""

    woken = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._tasks = Tasks()
        self._bus: Any = None

    def begin(self) -> None:
        """Listen from now on; needs the running loop."""
        if sys.platform.startswith("linux"):
            self._tasks.spawn(self._listen(), name="logind")

    async def close(self) -> None:
        """Listen no more."""
        await self._tasks.close()

    async def _listen(self) -> None:
        # Not needed for the first paint.
        from jeepney import MatchRule
        from jeepney.bus_messages import message_bus
        from jeepney.io.asyncio import Proxy, open_dbus_router

        told = {"type": "signal", "interface": _NAME, "path": _PATH, "member": _SLEEP}
        try:
            async with open_dbus_router(bus="SYSTEM") as router:
                heard: asyncio.Queue[Any] = asyncio.Queue(MOST_HEARD)
                with router.filter(MatchRule(**told), queue=heard):
                    # The bus knows who has logind's name; what comes names a connection alone.
                    await Proxy(message_bus, router).AddMatch(MatchRule(**told, sender=_SENDER))
                    self._bus = router
                    while True:
                        self._hear(await heard.get())
        except (OSError, EOFError, KeyError, ValueError, RuntimeError) as problem:
            log.info("no_system_bus", extra={"cause": type(problem).__name__})
        finally:
            self._bus = None

    def _hear(self, message: Any) -> None:
        if message.body == (False,):  # True comes before it sleeps
            self.woken.emit()
