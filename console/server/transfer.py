"""All that a server keeps, from one database into another, and the proof that it arrived."""

from collections.abc import Mapping

from sqlalchemy import Connection, text

from console.kernel.errors import Unusable
from console.store import blocks, indexes, migrate
from console.store.rowhash import Fingerprint, RowHash
from console.sync.server import counters
from console.sync.server.schema import sync_state

Fingerprints = Mapping[str, Fingerprint]
"""By table: how many rows, and their hash. `sync_state` stands for the sequences too."""
_COUNTERS = ("k", "v")


def copy(
    source: Connection, target: Connection, version: str, *, indexed: bool = True
) -> Fingerprints:
    """Make the schema of the source's version in a target that has none, and copy every table.

    Reads one snapshot, in blocks. Tables of others beside ours are left alone. The target is read
    again and compared with what was read from the source: raises Unusable `copy_differs` when one
    table differs. Without `indexed` the target keeps no indexes but those of its keys. Commits
    nothing.
    """
    others = set(blocks.table_names(target))
    migrate.bring_to(target, version)
    if not indexed:
        migrate.drop_derived(target)
    names = [name for name in blocks.table_names(target) if name not in others]
    later = indexes.drop(target, names)
    read: dict[str, Fingerprint] = {}
    for name in names:
        if name == sync_state.name:
            rows = counters.read(source)
            counters.write(target, rows)
            read[name] = _counted(rows)
        else:
            target.execute(text(f'DELETE FROM "{name}"'))  # what the migrations put there
            read[name] = blocks.copy(source, target, name)
    if indexed:
        indexes.make(target, later)
    written = fingerprints(target, names)
    differing = [name for name in names if read[name] != written[name]]
    if differing:
        told = f"The copy differs from its source in {', '.join(differing)}: it was thrown away."
        raise Unusable("copy_differs", told)
    return read


def fingerprints(connection: Connection, names: list[str]) -> Fingerprints:
    """What these tables hold."""
    return {
        name: _counted(counters.read(connection))
        if name == sync_state.name
        else blocks.fingerprint(connection, name)
        for name in names
    }


def _counted(rows: list[counters.Row]) -> Fingerprint:
    seen = RowHash(_COUNTERS)
    seen.add(rows)
    return seen.fingerprint
