"""What somebody wants done, before it is a command of the outbox."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from console.kernel.codec import Strict
from console.sync.records import Kind


@dataclass(frozen=True)
class Deed:
    """Something to be done: the record meant, the command's arguments, and what it is in words."""

    kind: Kind[Any]
    target: UUID
    args: Strict
    about: str
    requires: tuple[UUID, ...] = ()
