"""Files on their way between console and server: how large, in which parts, and what is told of them."""

import re
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from console.kernel.codec import Strict

MAX_BLOB_BYTES = 25 * 1024 * 1024
"""The largest file that goes with a message: what mail servers commonly take."""
PART_BYTES = 256 * 1024
"""Files are kept and sent in parts of this size; the last one may be shorter."""
MAX_PATCH_BYTES = 2 * PART_BYTES
"""The most that one request brings of a file."""
BLOBS = "/api/v1/blobs"
OFFSET, LENGTH = "upload-offset", "upload-length"
PLAIN_TYPE = "application/octet-stream"

_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Attached(Protocol):
    """What a record says of a file it carries; `sha256` in lower-case hex."""

    @property
    def id(self) -> UUID:
        """The file's own id."""

    @property
    def size(self) -> int:
        """Bytes."""

    @property
    def sha256(self) -> str:
        """What its bytes hash to."""


class BlobAsked(Strict, frozen=True):
    """Body of POST blobs: a file to come. The id is whoever uploads it's to choose, a UUIDv7."""

    id: UUID
    size: int
    sha256: str
    type: str = PLAIN_TYPE


class BlobBegun(Struct, frozen=True):
    """Answer: send the bytes from `offset` on; all of them are here when it is the size."""

    id: UUID
    offset: int


def checked_type(told: str) -> str:
    """A media type as it is kept: lower case, without parameters, PLAIN_TYPE if it is none."""
    bare = told.partition(";")[0].strip().lower()
    return bare if _TYPE.fullmatch(bare) else PLAIN_TYPE


def is_sha256(told: str) -> bool:
    """Whether this is a SHA-256 in lower-case hex."""
    return _SHA256.fullmatch(told) is not None


def part_size(size: int, n: int) -> int:
    """How many bytes the `n`-th part (from 0) of a file of `size` bytes has."""
    return max(0, min(PART_BYTES, size - n * PART_BYTES))
