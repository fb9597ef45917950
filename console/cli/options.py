"""Options that several commands share, and a parser that says what is wrong in one sentence."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from console.kernel import links

USAGE_CODE = 2
DEFAULT_PORT = 8425
MAX_PORT = 65_535


class Parser(argparse.ArgumentParser):
    """Says in one sentence what is wrong with a command line."""

    def error(self, message: str) -> NoReturn:
        sys.stderr.write(f"{self.prog}: {message}; see {self.prog} --help.\n")
        sys.exit(USAGE_CODE)


def add_data(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """`--data`."""
    parser.add_argument("--data", type=Path, metavar="DIR", help="the server's data folder")


def add_database(parser: argparse.ArgumentParser) -> None:
    """`--data` and `--database`, as `parley serve` was told them."""
    add_data(parser)
    parser.add_argument("--database", metavar="URL", help="postgresql://…; else SQLite in DIR")


def add_place(parser: argparse.ArgumentParser) -> None:
    """`--data` or `--server`: which server is meant."""
    place = parser.add_mutually_exclusive_group()
    add_data(place)
    place.add_argument(
        "--server",
        metavar="URL",
        help="a running server; PARLEY_TOKEN or your password signs you in",
    )


def add_port(parser: Any) -> None:
    """`--port`."""
    parser.add_argument("--port", type=_port, default=DEFAULT_PORT, help="port (%(default)s)")


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > MAX_PORT:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to {MAX_PORT}, not {text!r}")
    return int(text)


def ticket_number(text: str) -> int:
    """The number of a ticket as it is written on a command line."""
    if not text.isascii() or not text.isdigit() or not 0 < len(text) < 13 or text[0] == "0":
        raise argparse.ArgumentTypeError(f"a ticket's number is written like 48213, not {text!r}")
    return int(text)


def without_links(words: Sequence[str]) -> list[str]:
    """A command line in which `parley://ticket/48213` is `ticket 48213`.

    Raises Refused `bad_link` for another link: browsers hand over whatever a page says.
    """
    found: list[str] = []
    for word in words:
        if word.casefold().startswith("parley:"):
            found += ["ticket", str(links.ticket_number(word))]
        else:
            found.append(word)
    return found
