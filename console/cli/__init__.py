"""The command `parley`: the console, its server, the sandbox, and the tools around them.

argparse, because importing typer or cyclopts costs 140 to 170 ms of the 650 ms that the console
has to start. For the same reason every command imports its own part, and nothing else, when it
runs. This is also the edge where errors become one plain sentence and an exit code: 2 for how
the command was written, 1 for all else.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from console import __version__
from console.cli.admin import add_admin
from console.cli.backups import add_backup, add_restore
from console.cli.errors import FAILED_CODE, part_missing, sentence, unheard
from console.cli.options import (
    USAGE_CODE,
    Parser,
    add_data,
    add_database,
    add_port,
    ticket_number,
    without_links,
)
from console.cli.surroundings import log_folder, user_folder
from console.cli.tools import add_import, add_status

INTERRUPTED_CODE = 130
ENGINE = "engine"
TICKET = "ticket"


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line (`sys.argv` without the program when None); returns the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run_words(words)
    except KeyboardInterrupt:
        return INTERRUPTED_CODE
    except BrokenPipeError:
        return unheard()
    except Exception as error:  # noqa: BLE001 - the edge: told in one sentence
        sys.stderr.write(f"parley: {sentence(error)}\n")
        return FAILED_CODE


def _run_words(words: list[str]) -> int:
    try:
        if words[:1] == [ENGINE]:
            return _engine(words[1:])
        options = _parser().parse_args(without_links(words))
        _check_mix(options)
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    finally:
        if sys.stdout is not None:
            sys.stdout.flush()  # here, where a reader who has gone is nothing bad


# -- commands


def _console(options: argparse.Namespace) -> int:
    try:
        from console.desktop.app import DesktopOptions, run
    except ModuleNotFoundError as error:
        raise part_missing(error, "desktop") from error
    profile = options.profile or user_folder("profile")
    same = (("--profile", options.profile), ("--server", options.console))
    again = [word for name, told in same if told for word in (name, str(told))]
    return run(
        DesktopOptions(
            server=options.console,
            profile=profile,
            screenshot=options.screenshot,
            ticket=options.number,
            again=(sys.executable, "-m", "console", *again),
        )
    )


def _engine(words: Sequence[str]) -> int:
    """The console's own engine process; the word is the folder of its log."""
    from console.desktop import engine

    return engine.main(Path(words[0]) if words else None)


def _serve(options: argparse.Namespace) -> int:
    try:
        from console.server.config import ServerConfig
        from console.server.serve import serve
    except ModuleNotFoundError as error:
        raise part_missing(error, "server") from error
    serve(
        ServerConfig(
            data=options.data or user_folder("server"),
            host=options.host,
            port=options.port,
            database_url=options.database,
            tls_cert=options.tls_cert,
            tls_key=options.tls_key,
            nats_url=options.nats,
            scan_url=options.scan,
        )
    )
    return 0


def _demo(options: argparse.Namespace) -> int:
    try:
        from console.demo.main import run
    except ModuleNotFoundError as error:
        raise part_missing(error, "server,desktop") from error
    return run(
        data=options.data or user_folder("sandbox"), port=options.port, headless=options.headless
    )


def _doctor(_: argparse.Namespace) -> int:
    from console.desktop import doctor

    return doctor.run(data=user_folder("server"), profile=user_folder("profile"), logs=log_folder())


# -- the command line


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="parley", allow_abbrev=False, description="The Parley console.")
    parser.add_argument("--version", action="version", version=f"parley {__version__}")
    parser.add_argument("--server", dest="console", metavar="URL", help="the server to sign in to")
    parser.add_argument(
        "--profile", type=Path, metavar="DIR", help="where cache, drafts and settings are kept"
    )
    parser.add_argument(
        "--screenshot", type=Path, metavar="FILE", help="write the first page as a PNG and quit"
    )
    parser.set_defaults(run=_console, command=None, number=None)
    commands = parser.add_subparsers(title="other commands", metavar="COMMAND", dest="command")
    ticket = commands.add_parser("ticket", allow_abbrev=False, help="open the console at a ticket")
    ticket.add_argument("number", type=ticket_number, metavar="NUMBER", help="such as 48213")
    _add_serve(commands)
    _add_demo(commands)
    add_import(commands)
    add_admin(commands)
    add_status(commands)
    add_backup(commands)
    add_restore(commands)
    doctor = commands.add_parser("doctor", help="check this machine and say what to mend")
    doctor.set_defaults(run=_doctor)
    return parser


def _add_serve(commands: Any) -> None:
    serve = commands.add_parser("serve", allow_abbrev=False, help="run a server")
    add_database(serve)
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    add_port(serve)
    serve.add_argument("--nats", metavar="URL", help="nats://…, where several servers share one")
    serve.add_argument("--scan", metavar="URL", help="clamd://…, ClamAV sees every file first")
    serve.add_argument("--tls-cert", type=Path, metavar="FILE", help="certificate chain, PEM")
    serve.add_argument("--tls-key", type=Path, metavar="FILE", help="its private key, PEM")
    serve.set_defaults(run=_serve)


def _add_demo(commands: Any) -> None:
    demo = commands.add_parser(
        "demo", allow_abbrev=False, help="a sandbox shop with a console signed in to it"
    )
    add_data(demo)
    add_port(demo)
    demo.add_argument(
        "--headless", action="store_true", help="play a short shift off screen, write pictures"
    )
    demo.set_defaults(run=_demo)


def _check_mix(options: argparse.Namespace) -> None:
    """The console's own options mean nothing to the other commands: better said than ignored."""
    told = [n for n in ("console", "profile", "screenshot") if getattr(options, n) is not None]
    if options.command not in (None, TICKET) and told:
        name = "server" if told[0] == "console" else told[0]
        sys.stderr.write(
            f"parley: --{name} before {options.command} is the console's: put it after.\n"
        )
        sys.exit(USAGE_CODE)
