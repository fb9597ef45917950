"""Which file travels next, without a socket: one each way at a time, commands waiting for theirs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from console.sync.records import Command


@dataclass(frozen=True)
class Upload:
    """Send this file of the work file's, from wherever the server has it up to."""

    blob: UUID


@dataclass(frozen=True)
class Download:
    """Fetch this file, which that record in the cache carries, from wherever the cache has it to."""

    blob: UUID
    kind: str
    record: UUID


Carry = Upload | Download


@dataclass
class _Way:
    """The files of one direction, in order; `settled` are through, `refused` the server's not."""

    waiting: dict[UUID, Upload | Download] = field(default_factory=dict)
    settled: set[UUID] = field(default_factory=set)
    refused: set[UUID] = field(default_factory=set)
    flying: UUID | None = None
    not_before: float = 0.0

    def next(self, now: float) -> Upload | Download | None:
        if self.flying is not None or now < self.not_before:
            return None
        idle = self.settled | self.refused
        return next((a for blob, a in self.waiting.items() if blob not in idle), None)


class Freight:
    """What is to go up and come down; the link asks what is `due` while it is live."""

    def __init__(self) -> None:
        self._up = _Way()
        self._down = _Way()

    def kept(self, blobs: Iterable[UUID]) -> None:
        """The work file holds these files to send, in this order."""
        self._up.waiting = {blob: Upload(blob) for blob in blobs}
        self._up.settled &= self._up.waiting.keys()

    def needed(self, commands: Iterable[Command]) -> None:
        """These commands wait: a file of theirs that was refused is tried again."""
        self._up.refused -= {blob for command in commands for blob in command.requires}

    def asked(self, wish: Download) -> None:
        """Somebody wants to see a file."""
        self._down.waiting[wish.blob] = wish

    def again(self) -> None:
        """A new session: the server may not be the one it was, so every file is asked about."""
        for way in (self._up, self._down):
            way.settled.clear()
            way.refused.clear()
            way.not_before = 0.0

    def blocks(self, command: Command) -> bool:
        """Whether a command waits for a file that is still to be sent."""
        up = self._up
        return any(b in up.waiting and b not in up.settled for b in command.requires)

    def due(self, now: float) -> Iterator[Upload | Download]:
        """What sets out now."""
        for way in (self._up, self._down):
            action = way.next(now)
            if action is not None:
                way.flying = action.blob
                yield action

    def arrived(self, action: Upload | Download) -> None:
        """The file is through."""
        if isinstance(action, Upload):
            self._up.settled.add(action.blob)
        self._landed(action)

    def refused(self, action: Upload | Download) -> None:
        """The file will not go: it is not tried again until somebody asks anew."""
        if isinstance(action, Upload):
            self._up.refused.add(action.blob)
        self._landed(action)

    def broke_off(self, action: Upload | Download, not_before: float) -> None:
        """It goes on from where it was, not before then; those that are waited for take turns."""
        way = self._up if isinstance(action, Upload) else self._down
        if isinstance(action, Download) and action.blob in way.waiting:
            way.waiting[action.blob] = way.waiting.pop(action.blob)
        way.flying, way.not_before = None, not_before

    def _landed(self, action: Upload | Download) -> None:
        if isinstance(action, Upload):
            self._up.flying = None
        else:
            self._down.flying = None
            self._down.waiting.pop(action.blob, None)
