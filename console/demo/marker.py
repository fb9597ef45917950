"""What a data folder remembers of its sandbox: seed, time of filling, its people's passwords."""

import os
from datetime import datetime
from pathlib import Path
from uuid import UUID

from msgspec import Struct
from msgspec import json as msgjson

from console.demo.content import Library
from console.kernel.errors import Unusable

VERSION = 1
MARKER = "demo.json"
DATABASE = "parley.db"


class Marker(Struct, frozen=True):
    """The file `demo.json`, for its owner only. `passwords` are by colleague's key."""

    version: int
    seed: int
    filled_at: datetime
    passwords: dict[str, str]
    teams: dict[str, UUID] = {}


def new_marker(library: Library, seed: int, now: datetime) -> Marker:
    """A sandbox to be, with fresh random passwords."""
    from console.people.server.accounts import random_password  # slow, and needed once

    keys = [member.key for member in library.shop.staff]
    return Marker(VERSION, seed, now, {key: random_password() for key in keys})


def read_marker(data: Path) -> Marker | None:
    """The marker of a folder, None where there is none. Raises Unusable for a damaged one."""
    try:
        raw = (data / MARKER).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = error.strerror or str(error)
        raise Unusable("folder", f"The file {data / MARKER} cannot be read: {reason}.") from error
    try:
        return msgjson.decode(raw, type=Marker)
    except ValueError as error:
        text = f"The file {data / MARKER} is damaged: delete the folder to begin a new sandbox."
        raise Unusable("marker", text) from error


def write_marker(data: Path, marker: Marker) -> None:
    """Write it whole or not at all, readable by the owner alone."""
    fresh = data / f"{MARKER}.new"
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(msgjson.format(msgjson.encode(marker)))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(data / MARKER)


def is_filled(data: Path) -> bool:
    """Whether the folder holds a whole sandbox. Raises Unusable when it holds something else."""
    marked = read_marker(data) is not None
    there = (data / DATABASE).exists()
    if there and not marked:
        text = f"The folder {data} holds a Parley server's data, not a sandbox: choose another."
        raise Unusable("not_a_sandbox", text)
    return there and marked
