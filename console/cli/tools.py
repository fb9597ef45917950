"""`parley import` and `parley status`."""

import argparse
from pathlib import Path
from typing import Any

from console.cli.errors import part_missing
from console.cli.options import add_place
from console.cli.surroundings import outside, place, run

_IMPORT_HELP = """\
turns  one JSON object a line: {"id", "turns": [{"role", "content"}]}; roles are user, buyer or
       customer, seller, agent, assistant or support, note; other keys are ignored
jsonl  {"id", "messages": [{"from", "body", "at"?}], "subject"?, "requester"?: {"name", "email", …},
       "channel"?, "order"?, "orders"?, "status"?, "priority"?, "tags"?, "team"?}; a line in the
       other format is taken too
Plain, .gz and .zip files are read as they are. The same conversation again, from whatever file,
changes nothing. Lines that cannot be imported are named here and kept in FILE.rejected."""


def add_import(commands: Any) -> None:
    """`parley import FILE`."""
    importing = commands.add_parser(
        "import",
        allow_abbrev=False,
        help="bring conversations from elsewhere",
        epilog=_IMPORT_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    importing.add_argument("file", type=Path, metavar="FILE")
    importing.add_argument("--format", required=True, choices=("turns", "jsonl"))
    add_place(importing)
    importing.set_defaults(run=_import)


def add_status(commands: Any) -> None:
    """`parley status`."""
    status = commands.add_parser("status", allow_abbrev=False, help="what a server holds")
    add_place(status)
    status.add_argument("--json", action="store_true", help="for programs")
    status.set_defaults(run=_status)


def _import(options: argparse.Namespace) -> int:
    return run(tools().import_file(options.file, options.format, place(options), outside()))


def _status(options: argparse.Namespace) -> int:
    return run(tools().status(place(options), outside(), as_json=options.json))


def tools() -> Any:
    """The server's tools. Raises Unusable when the server's part is not installed."""
    try:
        from console.server import tools as found
    except ModuleNotFoundError as error:
        raise part_missing(error, "server") from error
    return found
