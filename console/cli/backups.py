"""`parley backup` and `parley restore`."""

import argparse
from pathlib import Path
from typing import Any

from console.cli.errors import part_missing
from console.cli.options import add_database
from console.cli.surroundings import kept_at, new_passphrase, passphrase


def add_backup(commands: Any) -> None:
    """`parley backup FILE`."""
    backup = commands.add_parser(
        "backup", allow_abbrev=False, help="write all data into one file, beside a running server"
    )
    backup.add_argument("file", type=Path, metavar="FILE")
    add_database(backup)
    backup.add_argument(
        "--encrypt", action="store_true", help="with a passphrase, asked for or read from stdin"
    )
    backup.add_argument("--force", action="store_true", help="replace FILE if it is there")
    backup.set_defaults(run=_backup)


def add_restore(commands: Any) -> None:
    """`parley restore FILE`."""
    restore = commands.add_parser(
        "restore", allow_abbrev=False, help="put a backup in the place of a server's data"
    )
    restore.add_argument("file", type=Path, metavar="FILE")
    add_database(restore)
    restore.set_defaults(run=_restore)


def _backup(options: argparse.Namespace) -> int:
    ask = new_passphrase if options.encrypt else None
    done: int = upkeep().back_up(options.file, kept_at(options), ask=ask, force=options.force)
    return done


def _restore(options: argparse.Namespace) -> int:
    done: int = upkeep().bring_back(options.file, kept_at(options), passphrase)
    return done


def upkeep() -> Any:
    """What is done to the data as a whole. Raises Unusable without the server's part."""
    try:
        from console.server import upkeep as found
    except ModuleNotFoundError as error:
        raise part_missing(error, "server") from error
    return found
