"""Files for tests: their bytes, what a message says of them, and the way onto a server."""

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from console.conversations.model import Attachment
from console.kernel.ids import new_id
from console.people.model import Actor
from console.sync.blobs import MAX_PATCH_BYTES, BlobAsked
from console.sync.server import blobs
from console.sync.server.blobs import Blob
from console.sync.server.tx import Tx


def noise(size: int, seed: int = 1) -> bytes:
    """So many bytes that no compression makes smaller, the same for the same seed."""
    return random.Random(seed).randbytes(size)


@dataclass(frozen=True)
class Sample:
    """A file: bytes, name, type, and an id of its own."""

    data: bytes
    name: str = "photo.png"
    type: str = "image/png"
    id: UUID = field(default_factory=new_id)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @property
    def attachment(self) -> Attachment:
        """What a message says of it."""
        return Attachment(self.id, self.name, self.type, len(self.data), self.sha256)

    @property
    def asked(self) -> BlobAsked:
        """How its upload begins."""
        return BlobAsked(id=self.id, size=len(self.data), sha256=self.sha256, type=self.type)


class Writes(Protocol):
    """An office or a running server."""

    def write(self, work: Callable[[Tx], Blob]) -> Blob:
        """The result of `work(tx)`, committed."""


def put(office: Writes, actor: Actor, sample: Sample, most: int | None = None) -> Sample:
    """Upload a file, or its first `most` bytes, past the web face."""
    known = office.write(lambda tx: blobs.begin(tx, actor, sample.asked))
    end = len(sample.data) if most is None else most
    while known.received < end:
        data = sample.data[known.received : min(known.received + MAX_PATCH_BYTES, end)]
        known = office.write(lambda tx, k=known, d=data: blobs.append(tx, actor, k, d))
    return sample
