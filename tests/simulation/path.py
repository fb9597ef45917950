"""The way from one desk to the server: how slow it is, what goes wrong on it, what runs over it."""

import asyncio
import random
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, Protocol
from uuid import UUID

from console.sync.frames import Welcome
from tests.simulation.wires import Wire

if TYPE_CHECKING:
    from tests.simulation.server import SimServer

Mishap = Literal["lose", "lose_answer", "cut_answer", "duplicate", "stale", "delay"]
MISHAPS: tuple[Mishap, ...] = (
    "lose", "lose_answer", "cut_answer", "duplicate", "stale", "delay",
)  # fmt: skip
"""What can happen to an HTTP request: not delivered; executed and the answer lost; the answer
broken off; delivered twice; delivered long after the console gave up; slow."""
Direction = Literal["up", "down"]
SILENCE_S = (20.0, 40.0)
"""After how long one end notices that it hears nothing: a ping each 20 s, and 20 s for its answer."""


SLOWNESS = (1.0, 1.0, 1.0, 8.0, 40.0)
"""One connection may be much slower than another: what was sent later then comes first."""


class Connection(Protocol):
    """Something that runs over the path."""

    up: Wire
    down: Wire

    def cut(self) -> None:
        """Both ends learn that it is broken."""

    def lose(self, end: Direction) -> None:
        """One end gives it up: `up` the server's, `down` the desk's."""


class Path:
    """One desk's network."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        name: str,
        user_id: UUID,
        dice: random.Random,
        server: "Callable[[], SimServer]",
        note: Callable[[str], None],
    ) -> None:
        self.loop = loop
        self.name = name
        self.user_id = user_id
        self.dice = dice
        self._server = server
        self.note = lambda text: note(f"{name} {text}")
        self.down = False
        self.slow = 1.0
        self.muted: set[Direction] = set()
        self.mishaps: deque[Mishap] = deque()
        self.ambient = 0.0
        self.cut_after: int | None = None
        self.welcomed: Callable[[Connection, Welcome], None] = lambda connection, frame: None
        self.connections: dict[Connection, None] = {}

    @property
    def server(self) -> "SimServer":
        """Whoever answers at the server's address now."""
        return self._server()

    @property
    def reachable(self) -> bool:
        """Whether a new connection finds anybody."""
        return not self.down and self.server.up

    def latency(self) -> float:
        """Seconds that one thing takes in one direction."""
        return self.dice.uniform(0.0005, 0.008) * self.slow

    def wire(self, direction: Direction, deliver: Callable[[object], None]) -> Wire:
        """A wire of a new connection."""
        slow = self.dice.choice(SLOWNESS)
        wire = Wire(self.loop, lambda: slow * self.latency(), deliver)
        wire.hold(direction in self.muted)
        return wire

    def mishap(self) -> Mishap | None:
        """What happens to the next request."""
        if self.mishaps:
            return self.mishaps.popleft()
        return self.dice.choice(MISHAPS) if self.dice.random() < self.ambient else None

    # -- connections

    def opened(self, connection: Connection) -> None:
        """A connection begins."""
        self.connections[connection] = None
        for direction in self.muted:
            self._give_up_later(connection, direction)

    def closed(self, connection: Connection) -> None:
        """A connection has ended."""
        self.connections.pop(connection, None)

    def cut(self) -> None:
        """Break every connection."""
        for connection in list(self.connections):
            connection.cut()

    def counted(self, connection: Connection) -> None:
        """A frame went over a socket; it may have been the last."""
        if self.cut_after is not None:
            self.cut_after -= 1
            if self.cut_after <= 0:
                self.cut_after = None
                self.note("cut by count")
                connection.cut()

    def mute(self, direction: Direction) -> None:
        """Let nothing through in one direction; the ends notice when their pings go unanswered."""
        self.muted.add(direction)
        for connection in list(self.connections):
            getattr(connection, direction).hold(True)
            self._give_up_later(connection, direction)

    def _give_up_later(self, connection: Connection, direction: Direction) -> None:
        for end in ("up", "down"):
            after = self.dice.uniform(*SILENCE_S)
            self.loop.call_later(after, self._give_up, connection, direction, end)

    def _give_up(self, connection: Connection, direction: Direction, end: Direction) -> None:
        if direction in self.muted and connection in self.connections:
            connection.lose(end)

    def heal(self) -> None:
        """Nothing is wrong any more."""
        self.down, self.slow, self.ambient, self.cut_after = False, 1.0, 0.0, None
        self.mishaps.clear()
        self.muted.clear()
        for connection in list(self.connections):
            connection.up.hold(False)
            connection.down.hold(False)
