"""Who else is at the tickets looked at here and what they do, and what is done here, for them."""

from collections.abc import Callable, Iterable
from uuid import UUID

from console.kernel.clock import Clock
from console.kernel.signal import Signal
from console.sync.client import pipe
from console.sync.client.pace import Later, Timer, on_the_loop
from console.sync.presence import LEFT, MOST_GLANCED, TTL_S, VIEWING

AGAIN_S = 1.0
"""The engine need not hear more often that somebody still writes."""
MOST = 256
"""So many are kept; who is told of on top is left out."""


class Company:
    """Others at our tickets. `changed` names the ticket at which something is not as it was.

    What is not told again in time is over, whatever becomes of engine and network.
    """

    def __init__(self, clock: Clock, later: Later = on_the_loop) -> None:
        self.changed: Signal[UUID] = Signal()
        self.tell: Callable[[pipe.ToEngine], None] = lambda frame: None
        self.attending = pipe.Attend(None, VIEWING)
        self._at: pipe.Attend | None = None  # where somebody was who is not there now
        self._told_at = -AGAIN_S
        self._clock = clock
        self._later = later
        self._timer: Timer | None = None
        self._others: dict[tuple[UUID, UUID], tuple[str, float]] = {}
        self._sights: dict[object, tuple[UUID, ...]] = {}
        self.glancing = pipe.Glance(())

    # -- what is done here

    def attend(self, ticket_id: UUID | None, what: str = VIEWING) -> None:
        """Somebody here is at this ticket now (None: at none) and does this."""
        now, frame = self._clock.monotonic(), pipe.Attend(ticket_id, what)
        if self._at is not None and what == VIEWING:
            self._at = frame  # a list that moves by itself brings nobody back
            return
        self._at = None
        again = what != VIEWING and now - self._told_at >= AGAIN_S
        if frame != self.attending or again:
            self.attending, self._told_at = frame, now
            self.tell(frame)

    def rest(self, resting: bool) -> None:
        """Nobody is there for a while: at no ticket; or somebody is again, where they were."""
        if resting and self._at is None:
            at = pipe.Attend(self.attending.ticket, VIEWING)
            self.attend(None)
            self._at = at
        elif not resting and self._at is not None:
            at, self._at = self._at, None
            self.attend(at.ticket)

    def glance(self, where: object, tickets: Iterable[UUID]) -> None:
        """One list shows these tickets' rows now; none when nobody looks at it any more."""
        self._sights[where] = tuple(tickets)
        if not self._sights[where]:
            del self._sights[where]
        found = dict.fromkeys(ticket for sight in self._sights.values() for ticket in sight)
        frame = pipe.Glance(tuple(found)[:MOST_GLANCED])
        if frame != self.glancing:
            self.glancing = frame
            self.tell(frame)

    # -- what others do

    def of(self, ticket_id: UUID) -> dict[UUID, str]:
        """The others at a ticket and what each does, in the order in which they came."""
        now = self._clock.monotonic()
        return {
            who: what
            for (ticket, who), (what, until) in self._others.items()
            if ticket == ticket_id and now < until
        }

    def hear(self, told: pipe.Present) -> None:
        """Somebody else does this now."""
        key = told.ticket, told.who
        before = self._others.get(key, ("", 0.0))[0]
        if told.what == LEFT:
            self._others.pop(key, None)
        elif before or len(self._others) < MOST:
            self._others[key] = told.what, self._clock.monotonic() + TTL_S
            self._wait()
        if before != self._others.get(key, ("", 0.0))[0]:
            self.changed.emit(told.ticket)

    def clear(self) -> None:
        """Nothing is known of others any more: there is no link."""
        self._drop(list(self._others))

    def close(self) -> None:
        """Hear and wait no more."""
        self._others.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wait(self) -> None:
        if self._timer is None and self._others:
            first = min(until for _, until in self._others.values())
            self._timer = self._later(max(0.0, first - self._clock.monotonic()), self._due)

    def _due(self) -> None:
        self._timer = None
        now = self._clock.monotonic()
        self._drop([key for key, (_, until) in self._others.items() if until <= now])
        self._wait()

    def _drop(self, keys: list[tuple[UUID, UUID]]) -> None:
        for key in keys:
            del self._others[key]
        for ticket in dict.fromkeys(ticket for ticket, _ in keys):
            self.changed.emit(ticket)
