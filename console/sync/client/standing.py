"""Where a replica stands: values that the engine decides by and keeps with the rows."""

from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from console.sync.client.lease import Lease
from console.sync.records import Epoch, Seq

Touched = dict[str, list[UUID]]
"""Ids of records that changed, by kind."""


class Boot(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A bootstrap under way: resumed with `token` after any crash.

    `scopes` is empty for a fetch of everything, `since` for one of what is newer; `border` is where
    its working set ends. `granted` is what its first answer covered, whatever was granted since;
    `seen` the newest place in the log that a page was read at. After the pages (`paged`) one over
    an older cache is to `compare` what it holds; `force` when another history wrote that.
    """

    start: Seq
    epoch: Epoch
    totals: dict[str, int] = {}
    got: int = 0
    token: str | None = None
    scopes: tuple[int, ...] = ()
    granted: tuple[int, ...] = ()
    seen: Seq = 0
    since: Seq = 0
    border: int = 0
    paged: bool = False
    compare: bool = False
    force: bool = False


class Standing(Struct, frozen=True, kw_only=True):
    """Where the cache stands: `cursor` None until everything was fetched once.

    `server` is the address it is reached at, `installation` what it is: 0 until it was met.

    `wanted` are those of `scopes` whose older rows are still to be fetched; `lacks` says that
    records are listed in the cache whose surroundings are. `border` is where the working set ends
    (server's time in ms), `audited` when the cache was last compared with the server as a whole.
    """

    shape: int = 0
    server: str = ""
    installation: int = 0
    user: UUID | None = None
    cursor: Seq | None = None
    hwm: Seq = 0
    epoch: Epoch | None = None
    scopes: tuple[int, ...] = ()
    wanted: tuple[int, ...] = ()
    boot: Boot | None = None
    border: int = 0
    audited: int = 0
    lacks: bool = False
    lease: Lease = Lease()

    def is_of_another(self, installation: int | UnsetType) -> bool:
        """Whether this is of another installation than one that was met, as far as both are known."""
        return self.installation != 0 and self.met(installation) != self.installation

    def met(self, installation: int | UnsetType) -> int:
        """The installation that was met: the one before where none was told."""
        return self.installation if installation is UNSET else installation
