"""What the link has its session do, and how the link is: values, carried out in order."""

from dataclasses import dataclass
from typing import Literal

from msgspec import UNSET, UnsetType

from console.sync.client.freight import Carry
from console.sync.client.mode import Mode
from console.sync.client.standing import Boot
from console.sync.frames import Batch, Lost
from console.sync.records import Command, Epoch, Result, Scopes, Seq


@dataclass(frozen=True)
class Status:
    """What the console shows of the link. `done` of `total` while loading or catching up."""

    mode: Mode = "offline"
    done: int = 0
    total: int = 0


# Actions, carried out in order.


@dataclass(frozen=True)
class Connect:
    """Open the live socket and greet with where the replica stands."""


@dataclass(frozen=True)
class Fetch:
    """Fetch pages: of everything, or of some scopes beside the live frames.

    Over an older cache it is of what is newer than `since`, and then to `compare` all that is held;
    `force` when another history wrote that.
    """

    boot: Boot | None
    scopes: tuple[int, ...] = ()
    since: Seq = 0
    compare: bool = False
    force: bool = False


@dataclass(frozen=True)
class Supply:
    """Fetch what surrounds the records that are listed as lacking, beside the live frames."""


@dataclass(frozen=True)
class Audit:
    """Compare the cache with the server as a whole, beside the live frames."""


@dataclass(frozen=True)
class Post:
    """Send these commands, numbered in the epoch of that number."""

    commands: tuple[Command, ...]
    epoch: int


@dataclass(frozen=True)
class Say:
    """Send this command over the live socket, numbered in the epoch that its welcome told."""

    command: Command


@dataclass(frozen=True)
class Absorb:
    """Apply a batch and acknowledge it."""

    batch: Batch


@dataclass(frozen=True)
class Greeted:
    """Keep what the welcome said: epoch, scopes, head, and where the working set ends."""

    epoch: Epoch
    scopes: Scopes
    head: Seq
    border: int
    installation: int | UnsetType = UNSET


@dataclass(frozen=True)
class Empty:
    """Another installation is at this address: nothing that is kept of the one before is its."""

    installation: int


@dataclass(frozen=True)
class Missing:
    """Tell which parts of the log the server has lost: what was accepted there is not done."""

    lost: tuple[Lost, ...]


@dataclass(frozen=True)
class Rescope:
    """Keep only what these scopes show."""

    scopes: Scopes


@dataclass(frozen=True)
class Report:
    """Give these final results to the console."""

    results: tuple[Result, ...]


@dataclass(frozen=True)
class Tell:
    """Show this status."""

    status: Status


@dataclass(frozen=True)
class Wake:
    """Call `tick` again at this monotonic time."""

    at: float


@dataclass(frozen=True)
class Hang:
    """Close the socket."""


@dataclass(frozen=True)
class Stop:
    """Nothing more can be done: signed out, or this console is too old."""

    reason: Literal["signed_out", "outdated"]


Action = (
    Connect | Fetch | Supply | Audit | Post | Say | Absorb | Greeted | Empty | Missing | Rescope | Report | Tell
    | Wake | Hang | Stop | Carry
)  # fmt: skip
News = Missing | Report | Tell | Stop
"""Those that only tell something."""
