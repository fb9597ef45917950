"""What a console may be sent before it has to acknowledge something, and since when it owes that."""

from collections import deque

from console.sync.frames import ACK_TIMEOUT_S, MAX_UNACKED_BYTES, MAX_UNACKED_CHANGES
from console.sync.records import Seq
from console.sync.server.fanout import Frame


class Credit:
    """The account of one session. `now` is the clock's monotonic time everywhere, in seconds."""

    def __init__(self, now: float) -> None:
        self._unacked: deque[tuple[Seq, int, int]] = deque()  # to_seq, changes, bytes of a frame
        self._last_ack = now

    def sent(self, frame: Frame, now: float) -> None:
        """A frame is on its way."""
        if not self._unacked:
            self._last_ack = now
        self._unacked.append((frame.to_seq, frame.changes, len(frame.data)))

    def acknowledged(self, seq: Seq, now: float) -> None:
        """The console has everything up to and with `seq`."""
        while self._unacked and self._unacked[0][0] <= seq:
            self._unacked.popleft()
        self._last_ack = now

    def owed(self) -> tuple[int, int]:
        """How many changes, and how many bytes, are sent and not acknowledged."""
        return sum(entry[1] for entry in self._unacked), sum(entry[2] for entry in self._unacked)

    @property
    def spent(self) -> bool:
        """Whether nothing more may be sent for now."""
        changes, size = self.owed()
        return changes >= MAX_UNACKED_CHANGES or size >= MAX_UNACKED_BYTES

    def silent_s(self, now: float) -> float:
        """Since when an acknowledgement is owed; 0 when none is."""
        return now - self._last_ack if self._unacked else 0.0

    def overdue(self, now: float) -> bool:
        """Whether it was owed for too long."""
        return self.silent_s(now) > ACK_TIMEOUT_S
