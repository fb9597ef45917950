"""A table's fingerprint: the same rows give the same one, in any order and on either engine."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any

from msgspec import Struct, msgpack

HASH_BYTES = 16
_MASK = (1 << 8 * HASH_BYTES) - 1
_encode = msgpack.Encoder().encode


class Fingerprint(Struct, frozen=True):
    """How many rows a table has, and their hash in hex."""

    rows: int
    hash: str


class RowHash:
    """Adds up the hashes of rows whose values come in the order of `columns`.

    Each row is encoded with the types of its values (nothing, whole number, fraction, text,
    bytes), so 1 and "1" differ, and NULL and "" do. The sum finds what broke by accident; it is
    no signature, for whoever can change rows can change it too.
    """

    def __init__(self, columns: Sequence[str]) -> None:
        self.rows = 0
        self._sum = _number(tuple(columns))

    def add(self, rows: Iterable[Sequence[Any]]) -> int:
        """Take rows in; returns how many bytes their values are."""
        size = total = 0
        for row in rows:
            encoded = _encode(row)
            size += len(encoded)
            total += int.from_bytes(blake2b(encoded, digest_size=HASH_BYTES).digest(), "big")
            self.rows += 1
        self._sum = (self._sum + total) & _MASK
        return size

    @property
    def fingerprint(self) -> Fingerprint:
        """What was taken in so far."""
        return Fingerprint(self.rows, f"{self._sum:0{2 * HASH_BYTES}x}")


def _number(values: Sequence[Any]) -> int:
    return int.from_bytes(blake2b(_encode(values), digest_size=HASH_BYTES).digest(), "big")
