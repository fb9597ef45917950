"""Moving a server's data to another database, SQLite or PostgreSQL, whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect

from console.kernel.clock import Clock
from console.kernel.errors import Unusable
from console.server import exclusive, transfer
from console.server.config import make_private
from console.server.transfer import Fingerprints
from console.store import files, migrate
from console.store.engine import open_database
from console.sync.server import epoch


def move(source_url: str, target_url: str, clock: Clock) -> Fingerprints:
    """Copy everything from one database into another, empty one; neither may be in use.

    The target has the source's schema version first, is compared with it table by table, and is
    then brought to this release's; its log begins a new epoch. The source stays as it is. When
    anything fails the target is as empty as before. Raises Unusable in one sentence.
    """
    source_file, target_file = exclusive.file_of(source_url), exclusive.file_of(target_url)
    if source_file is not None and not source_file.is_file():
        raise Unusable("no_data", f"There is no database {source_file}.")
    if target_file is not None:
        make_private(target_file.parent)
    folders = [path.parent for path in (source_file, target_file) if path is not None]
    with exclusive.held(*folders):
        if source_file is not None:
            files.fold_in(source_file)
        source = open_database(source_url)
        try:
            with (
                exclusive.alone(source),
                _target(target_url, target_file) as target,
                source.readers.connect() as reading,
            ):
                return _fill(reading, target, clock)
        finally:
            source.close()


def _fill(source: Connection, target: Connection, clock: Clock) -> Fingerprints:
    version = migrate.version_on(source)
    if version is None:
        raise Unusable("no_data", "The database to move from holds nothing of Parley yet.")
    migrate.check_known(version)
    copied = transfer.copy(source, target, version)
    migrate.bring_to(target)
    epoch.begin(target, clock.now())
    return copied


@contextmanager
def _target(url: str, file: Path | None) -> Iterator[Connection]:
    """One transaction on the empty target. Raises Unusable `not_empty`."""
    if file is not None and not file.exists():
        with files.built(file) as connection:
            yield connection
        return
    database = open_database(url)
    try:
        with exclusive.alone(database), database.writing() as connection:
            if inspect(connection).get_table_names():
                text = "The database to move to is not empty: name one that is."
                raise Unusable("not_empty", text)
            yield connection
    finally:
        database.close()
