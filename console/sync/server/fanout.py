"""What many consoles are sent alike is rendered and packed once."""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import structs

from console.sync import wire
from console.sync.frames import Batch
from console.sync.records import Change, Seq

PART_BYTES = 4 * 1024 * 1024
KEPT_MOST = 8
"""So many batches are kept until something new is committed: consoles that keep up need one or two."""


class Frame(NamedTuple):
    """A batch, or a part of one, as it is sent; `changes` counts those in it."""

    to_seq: Seq
    changes: int
    data: str | bytes


class Fanout:
    """The batches last packed. Lives on the loop's thread."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Seq, Seq, bool, int], tuple[Batch, tuple[Frame, ...]]] = {}

    def forget(self) -> None:
        """Something new was committed: what comes next is another batch."""
        self._kept.clear()

    def frames(self, batch: Batch) -> tuple[Frame, ...]:
        """The batch as it is sent, cut where it would make too large a frame.

        Packed once for all whose batch has the same tuple of changes and the same ends.
        """
        # The batch is kept with its frames: as long as it is, no other tuple has that number.
        key = batch.from_seq, batch.to_seq, batch.more, id(batch.changes)
        if key not in self._kept:
            if len(self._kept) >= KEPT_MOST:
                self._kept.clear()
            parts = _parts(batch)
            made = tuple(Frame(p.to_seq, len(p.changes), wire.pack(p)) for p in parts)
            self._kept[key] = batch, made
        return self._kept[key][1]


def _parts(batch: Batch) -> Iterator[Batch]:
    """The batch, cut where it would make too large a frame; all but the last stay at its start."""
    part: list[Change] = []
    size = 0
    for change in batch.changes:
        part.append(change)
        size += len(bytes(change.doc))
        if size > PART_BYTES and len(part) < len(batch.changes):
            yield Batch(batch.from_seq, batch.from_seq, tuple(part), more=True)
            part, size = [], 0
    yield structs.replace(batch, changes=tuple(part))
