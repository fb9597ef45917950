"""Crash points: named places where a test lets this process die, as a power cut would there.

Each name begins with the process it is in. Nothing happens unless the environment names a point:
`PARLEY_CRASH=server.commit:3` ends the process, without any farewell, at the third visit there.
"""

import os
import threading

VARIABLE = "PARLEY_CRASH"
EXIT_CODE = 86

POINTS = (
    # the work file, and the pipe's end that the console holds
    "console.work.opened",
    "console.device.named",
    "console.put",
    "console.put.done",
    "console.answer",
    "console.answer.done",
    "console.settle",
    "console.settle.copied",
    "console.settle.done",
    "console.discard.done",
    "console.retry.queued",
    "console.revive",
    "console.revived",
    "console.revoke",
    "console.revoked",
    "console.draft",
    "console.draft.done",
    "console.draft.dropped",
    "console.heard",
    "console.sent",
    # the engine: its files, its session, the cache's transactions
    "engine.begin",
    "engine.opened",
    "engine.outbox",
    "engine.outbox.read",
    "engine.sign_in",
    "engine.signed_in",
    "engine.sign_out",
    "engine.pipe.in",
    "engine.pipe.out",
    "engine.pipe.told",
    "engine.hello",
    "engine.greet",
    "engine.greeted",
    "engine.rescope",
    "engine.rescoped",
    "engine.post",
    "engine.answered",
    "engine.say",
    "engine.said",
    "engine.report",
    "engine.absorb",
    "engine.absorbed",
    "engine.acked",
    "engine.fetch",
    "engine.fetch.begun",
    "engine.page",
    "engine.fetched",
    "engine.fetch.done",
    "engine.compare",
    "engine.mend",
    "engine.mended",
    "engine.supply",
    "engine.supplied",
    "engine.lost",
    "engine.commit",
    "engine.committed",
    # the server: its start and end, its writer, its doors
    "server.migrate",
    "server.migrated",
    "server.migrate.done",
    "server.epoch",
    "server.epoch.begun",
    "server.epoch.done",
    "server.announce",
    "server.announced",
    "server.withdraw",
    "server.withdrawn",
    "server.begin",
    "server.decided",
    "server.again",
    "server.numbered",
    "server.written",
    "server.commit",
    "server.committed",
    "server.told",
    "server.settled",
    "server.commands",
    "server.commands.decided",
    "server.said",
    "server.said.decided",
    "server.bootstrap",
    "server.page",
    "server.page.last",
    "server.sign_in",
    "server.signed_in",
    "server.signed_out",
    "server.welcome",
    "server.welcomed",
    "server.send",
    "server.sent",
    "server.scope",
    "server.ack",
)
"""Every name that `crash_here` is called with, once each."""

_counting = threading.Lock()
_armed: dict[str, int] = {}  # the point at which to die, and the visits that are still survived


def crash_here(name: str) -> None:
    """End the process with EXIT_CODE if this point is armed and its visit has come."""
    if name in _armed:
        _visit(name)


def _visit(name: str) -> None:
    with _counting:
        _armed[name] -= 1
        if _armed[name] == 0:
            os._exit(EXIT_CODE)


def arm(order: str) -> None:
    """Die at `NAME` or, from now on, at its `NAME:VISIT`; an empty order disarms.

    Raises ValueError for a name that is not in POINTS and a visit that is no number from 1 on.
    """
    name, _, visit = order.partition(":")
    if order and (name not in POINTS or not (visit or "1").isdecimal() or visit == "0"):
        raise ValueError(f"{VARIABLE}={order!r} names no crash point: write NAME or NAME:VISIT.")
    _armed.clear()
    if order:
        _armed[name] = int(visit or 1)


arm(os.environ.get(VARIABLE, ""))
