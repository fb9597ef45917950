"""Where a replica stands: values that the engine decides by and keeps with the rows."""

from uuid import UUID

from msgspec import Struct

from console.sync.records import Epoch, Seq

Touched = dict[str, list[UUID]]
"""Ids of records that changed, by kind."""


class Boot(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A bootstrap under way: resumed with `token` after any crash.

    `scopes` is empty for a fetch of everything; `sweep` replaces an older cache. `granted` is
    what its first answer covered, whatever was granted since; `seen` the newest place in the
    log that a page was read at.
    """

    start: Seq
    epoch: Epoch
    totals: dict[str, int] = {}
    got: int = 0
    token: str | None = None
    scopes: tuple[int, ...] = ()
    sweep: bool = False
    granted: tuple[int, ...] = ()
    seen: Seq = 0


class Standing(Struct, frozen=True, kw_only=True):
    """Where the cache stands: `cursor` None until everything was fetched once.

    `wanted` are those of `scopes` whose older rows are still to be fetched.
    """

    shape: int = 0
    server: str = ""
    user: UUID | None = None
    cursor: Seq | None = None
    hwm: Seq = 0
    epoch: Epoch | None = None
    scopes: tuple[int, ...] = ()
    wanted: tuple[int, ...] = ()
    boot: Boot | None = None
