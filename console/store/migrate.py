"""Bring a server's database to this release's schema; refuse one from a newer release."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from console.kernel.crash import crash_here
from console.kernel.errors import Unusable
from console.store.engine import Database

_DERIVED = ("search_words", "ix_search_words")
_FOLDER = Path(__file__).parent / "migrations"


def derived(name: str | None) -> bool:
    """Whether a table or index is made of others by the database itself: the full-text index.

    It is in no metadata, and is never copied: it fills as what it is made of is written.
    """
    return name is not None and name.startswith(_DERIVED)


def drop_derived(connection: Connection) -> None:
    """Take away what is made of other tables: for a file that is kept and not worked with."""
    if connection.dialect.name != "sqlite":
        return
    sql = "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
    for (name,) in connection.exec_driver_sql(sql).fetchall():
        if derived(name):
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    for table in ("search_words", "search_words_late"):
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")


def declared(name: str | None, _kind: str, _parents: object) -> bool:
    """For Alembic's `include_name`: whether a name is to be compared with the metadata."""
    return not derived(name)


def versions() -> list[str]:
    """The schema versions this release knows, oldest first."""
    return sorted(path.name[:4] for path in (_FOLDER / "versions").glob("[0-9]*.py"))


def version_of(database: Database) -> str | None:
    """The schema version a database has, None for an empty one."""
    with database.readers.connect() as connection:
        return version_on(connection)


def version_on(connection: Connection) -> str | None:
    """The same, as this connection sees it."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found) if found else None


def upgrade(database: Database) -> None:
    """Create or upgrade the schema, in one transaction; nothing to do costs one query.

    Raises Unusable `newer_schema` when a newer release wrote the database.
    """
    found = version_of(database)
    if found == versions()[-1]:
        return
    check_known(found)
    with database.writing() as connection:
        crash_here("server.migrate")
        bring_to(connection)
        crash_here("server.migrated")
    crash_here("server.migrate.done")


def check_known(version: str | None) -> None:
    """Raise Unusable `newer_schema` for a version that this release does not know."""
    known = versions()
    if version is not None and version not in known:
        raise Unusable(
            "newer_schema",
            f"This database was written by a newer Parley (schema {version}, this one knows"
            f" {known[-1]}): install that release, or restore a backup made before the upgrade.",
        )


def bring_to(connection: Connection, version: str = "head") -> None:
    """Upgrade the schema to a version, within the transaction that the connection is in."""
    # Alembic takes over a second to import, so only those who need it pay.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, version)
