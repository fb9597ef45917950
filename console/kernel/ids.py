"""Identity: UUIDv7 for what is new, derived UUIDs for what the outside world already named."""

import hashlib
import secrets
import time
from uuid import UUID


def new_id(at_ms: int | None = None, noise: bytes | None = None) -> UUID:
    """A UUIDv7 (RFC 9562): 48 bits of milliseconds, 74 random bits.

    Identity only: nothing is ordered by it. `at_ms` and ten bytes of `noise` make it
    repeatable for simulations; both default to the real thing.
    """
    ms = time.time_ns() // 1_000_000 if at_ms is None else at_ms
    rand = int.from_bytes(noise or secrets.token_bytes(10), "big")
    value = (ms & (1 << 48) - 1) << 80 | rand & (1 << 80) - 1
    return _stamped(value, version=7)


def derived_id(*names: str) -> UUID:
    """The same UUIDv8 for the same names, whatever machine asks: outside ids, retried imports."""
    digest = hashlib.sha256("\x1f".join(names).encode()).digest()
    return _stamped(int.from_bytes(digest[:16], "big"), version=8)


def _stamped(value: int, version: int) -> UUID:
    value = value & ~(0xF000 << 64) | version << 76
    value = value & ~(0xC000 << 48) | 0x8000 << 48
    return UUID(int=value)
