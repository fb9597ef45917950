from asyncio import Queue
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import Any

from jeepney import MatchRule, Message

class DBusRouter:
    async def send_and_get_reply(self, message: Message) -> Message: ...
    def filter(
        self, rule: MatchRule, *, queue: Queue[Message]
    ) -> AbstractContextManager[Queue[Message]]: ...

class Proxy:
    def __init__(self, msggen: Any, router: DBusRouter) -> None: ...
    async def AddMatch(self, rule: MatchRule) -> Any: ...  # noqa: N802 - the bus calls it so

def open_dbus_router(bus: str = ...) -> AbstractAsyncContextManager[DBusRouter]: ...
