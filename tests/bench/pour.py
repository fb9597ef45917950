"""Changes from elsewhere while a console is watched: a stream of them, or single ones by the clock."""

import itertools
import threading
import time
from typing import Any
from uuid import UUID

import httpx

from console.kernel import codec
from console.kernel.ids import new_id
from console.sync.records import Accepted, Command, Commands, Merged, Results, command
from console.tickets.model import Priority
from console.tickets.records import ChangeTags, SetPriority
from tests.bench.process import Served

RATE = 500
AT_ONCE = 10
DRIP_S = 0.1
TAGS = 8
_CYCLE = (Priority.URGENT, Priority.NORMAL, Priority.HIGH, Priority.LOW)


class Tap:
    """A colleague's commands. What they change is the newest tickets of everybody's queue."""

    def __init__(self, server: Served, token: str) -> None:
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        self._client = httpx.Client(base_url=server.url, headers=headers)
        listed = self._client.get("/api/v1/tickets?view=active&limit=200").json()["tickets"]
        self._tickets = [UUID(ticket["id"]) for ticket in listed]
        self._shut = threading.Event()
        self._thread: threading.Thread | None = None
        self._sent = 0
        self._begun = 0.0

    def open(self) -> dict[str, Any]:
        """Send RATE changes a second from now on."""
        self._shut.clear()
        self._begun, self._sent = time.monotonic(), 0
        self._thread = threading.Thread(target=self._pour, name="pour")
        self._thread.start()
        return {}

    def close(self) -> dict[str, Any]:
        """Stop; how many were sent in how many seconds."""
        self._shut.set()
        assert self._thread is not None, "closed after it was opened"
        self._thread.join()
        return {"sent": self._sent, "seconds": time.monotonic() - self._begun}

    def _pour(self) -> None:
        targets = itertools.cycle(self._tickets)
        while not self._shut.is_set():
            # One tag in place of the one before: each is a change, and no ticket has ever more.
            step = self._sent // len(self._tickets)
            args = ChangeTags(add=(f"p{step % TAGS}",), remove=(f"p{(step - 1) % TAGS}",))
            self._post([command(next(targets), args, cmd_id=new_id()) for _ in range(AT_ONCE)])
            self._sent += AT_ONCE
            due = self._begun + self._sent / RATE
            self._shut.wait(max(0.0, due - time.monotonic()))

    def drip(self, tickets: dict[str, str], times: int) -> dict[str, Any]:
        """One change each DRIP_S to the tickets in turn: which got what priority, and when."""
        sent, now = [], dict(tickets)
        for _, ticket in zip(range(times), itertools.cycle(tickets), strict=False):
            before = Priority(now[ticket])
            after = _CYCLE[(_CYCLE.index(before) + 1) % len(_CYCLE)]
            args = SetPriority(priority=after, seen=before)
            began = time.monotonic()
            self._post([command(UUID(ticket), args, cmd_id=new_id())])
            sent.append((ticket, str(after), began))
            now[ticket] = str(after)
            time.sleep(DRIP_S)
        return {"sent": sent}

    def _post(self, commands: list[Command]) -> None:
        body = codec.encode(Commands(commands=tuple(commands)))
        answer = self._client.post("/sync/v1/commands", content=body).raise_for_status()
        refused = [each for each in codec.decode(answer.content, Results).results
                   if not isinstance(each.outcome, Accepted | Merged)]  # fmt: skip
        assert not refused, refused
