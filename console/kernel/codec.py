"""JSON in and out of typed structs, strict where we decide and tolerant where we replay."""

import hashlib
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec

from console.kernel.errors import Refused

T = TypeVar("T")
R = TypeVar("R", bound="Record")

_encoder = msgspec.json.Encoder(order=None)
_canonical = msgspec.json.Encoder(order="deterministic")


NIL = UUID(int=0)

MAX_WHOLE = (1 << 63) - 1
Whole = Annotated[int, msgspec.Meta(ge=-MAX_WHOLE, le=MAX_WHOLE)]
"""A whole number that a database keeps; JSON's have no end, and a larger one is refused."""

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""A time with its zone, as others must tell it; one without is refused where it comes in."""


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of record bodies: immutable, defaults left off the wire, unknown fields ignored.

    The id travels beside the document, not in it: `write_record` leaves it out and
    `read_record` puts it back.
    """

    id: UUID = NIL


class Strict(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Base of what others ask of us: an unknown field is refused, not dropped."""


_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}


def decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    """The decoder of `kind`, made once."""
    known = _decoders.get(kind)
    if known is None:
        known = _decoders[kind] = msgspec.json.Decoder(kind)
    return known


def encode(value: object) -> bytes:
    """Compact JSON. NaN and infinity become null, as JSON has neither."""
    return _encoder.encode(value)


def decode(data: bytes | str, kind: type[T]) -> T:
    """`data` as `kind`; raises Refused `bad_input` that names the field at fault."""
    try:
        return decoder(kind).decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused("bad_input", f"Not understood: {error}") from error


def write_record(record: Record) -> bytes:
    """The document of `record`: its JSON without the id."""
    return _encoder.encode(msgspec.structs.replace(record, id=NIL))


def read_record(kind: type[R], record_id: UUID, doc: bytes | str) -> R:
    """The record in a stored or received document."""
    record = decoder(kind).decode(doc)
    msgspec.structs.force_setattr(record, "id", record_id)
    return record


def digest(value: object) -> bytes:
    """SHA-256 over the canonical JSON of `value`: equal values, equal bytes, on any machine."""
    return hashlib.sha256(_canonical.encode(value)).digest()
