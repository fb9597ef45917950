"""The command `parley`: the console, its server, the sandbox, and the tools around them.

argparse, because importing typer or cyclopts costs 140 to 170 ms of the 650 ms that the console
has to start. For the same reason every command imports its own part, and nothing else, when it
runs. This is also the edge where errors become one plain sentence and an exit code: 2 for how
the command was written, 1 for all else.
"""

import argparse
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from console import __version__
from console.kernel.errors import Bug, ParleyError, Refused, Unavailable, Unusable

if TYPE_CHECKING:
    from httpx import AsyncClient

    from console.server.doors import Outside, Place

USAGE_CODE = 2
FAILED_CODE = 1
INTERRUPTED_CODE = 130
ENGINE = "engine"
DEFAULT_PORT = 8425
MAX_PORT = 65_535
_IMPORT_HELP = """\
turns  one JSON object a line: {"id", "turns": [{"role", "content"}]}; roles are user, buyer or
       customer, seller, agent, assistant or support, note; other keys are ignored
jsonl  {"id", "messages": [{"from", "body", "at"?}], "subject"?, "requester"?: {"name", "email", …},
       "channel"?, "order"?, "orders"?, "status"?, "priority"?, "tags"?, "team"?}; a line in the
       other format is taken too
Plain, .gz and .zip files are read as they are. The same conversation again, from whatever file,
changes nothing. Lines that cannot be imported are named here and kept in FILE.rejected."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line (`sys.argv` without the program when None); returns the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run_words(words)
    except KeyboardInterrupt:
        return INTERRUPTED_CODE
    except BrokenPipeError:
        return _unheard()
    except Exception as error:  # noqa: BLE001 - the edge: told in one sentence
        sys.stderr.write(f"parley: {_sentence(error)}\n")
        return FAILED_CODE


def _run_words(words: list[str]) -> int:
    try:
        if words[:1] == [ENGINE]:
            return _engine(words[1:])
        options = _parser().parse_args(words)
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
        raise _part_missing(error, "desktop") from error
    profile = options.profile or _user_folder("profile")
    return run(
        DesktopOptions(server=options.console, profile=profile, screenshot=options.screenshot)
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
        raise _part_missing(error, "server") from error
    serve(
        ServerConfig(
            data=options.data or _user_folder("server"),
            host=options.host,
            port=options.port,
            database_url=options.database,
            tls_cert=options.tls_cert,
            tls_key=options.tls_key,
            nats_url=options.nats,
        )
    )
    return 0


def _demo(options: argparse.Namespace) -> int:
    try:
        from console.demo.main import run
    except ModuleNotFoundError as error:
        raise _part_missing(error, "server,desktop") from error
    return run(
        data=options.data or _user_folder("sandbox"), port=options.port, headless=options.headless
    )


def _import(options: argparse.Namespace) -> int:
    tools = _tools()
    return _run(tools.import_file(options.file, options.format, _place(options), _outside()))


def _status(options: argparse.Namespace) -> int:
    tools = _tools()
    return _run(tools.status(_place(options), _outside(), as_json=options.json))


def _add_user(options: argparse.Namespace) -> int:
    tools = _tools()
    from console.server.admin_routes import NewUser

    asked = NewUser(
        email=options.email,
        name=options.name,
        role=options.role,
        password=_password(),
        teams=tuple(options.team),
    )
    return _run(tools.add_user(asked, _place(options), _outside()))


def _doctor(_: argparse.Namespace) -> int:
    from console.desktop import doctor

    return doctor.run(
        data=_user_folder("server"), profile=_user_folder("profile"), logs=_log_folder()
    )


# -- what commands need


def _tools() -> Any:
    try:
        from console.server import tools
    except ModuleNotFoundError as error:
        raise _part_missing(error, "server") from error
    return tools


def _run(work: Coroutine[Any, Any, int]) -> int:
    import asyncio

    return asyncio.run(work)


def _place(options: argparse.Namespace) -> "Place":
    from console.server.doors import Place

    return Place(options.data or _user_folder("server"), getattr(options, "server", None))


def _outside() -> "Outside":
    import os

    from console.server.doors import Outside

    ask = _ask if sys.stdin is not None and sys.stdin.isatty() else None
    return Outside(_connect, os.environ.get("PARLEY_TOKEN") or None, ask)


def _connect(url: str, certificate: str | None) -> "AsyncClient":
    from console.sync.client.http import make_client

    return make_client(url, certificate)


def _ask() -> tuple[str, str]:
    import getpass

    sys.stderr.write("E-mail: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip(), getpass.getpass("Password: ")


def _password() -> str:
    password = sys.stdin.read().rstrip("\r\n") if sys.stdin is not None else ""
    if not password:
        raise Refused("password_short", "Write the password to this command's standard input.")
    return password


def _user_folder(name: str) -> Path:
    from platformdirs import user_data_path

    return user_data_path("parley", appauthor=False) / name


def _log_folder() -> Path:
    from platformdirs import user_log_path

    return user_log_path("parley", appauthor=False)


# -- errors


def _sentence(error: Exception) -> str:
    """What to tell of an error; one that is ours is written to the log first."""
    match error:
        case Bug():
            return _written_down(error)
        case Refused() | Unavailable():
            return error.message
        case ParleyError():
            return str(error)
        case OSError():
            return _os_sentence(error)
        case _:
            return _written_down(error)


def _unheard() -> int:
    """Whoever read our output has gone (`parley status | head`): nothing is wrong, say nothing."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED_CODE


def _part_missing(error: ModuleNotFoundError, extra: str) -> Exception:
    if (error.name or "").startswith("console"):
        return error
    text = f"This installation lacks {error.name}: install parley-console[{extra}]."
    return Unusable("part_missing", text)


def _os_sentence(error: OSError) -> str:
    reason = error.strerror or str(error)
    subject = f"{error.filename} cannot be used" if error.filename else "The system refused"
    return f"{subject}: {reason}."


def _written_down(error: BaseException) -> str:
    """The sentence for an error of ours, after writing it to the log in use or to our own."""
    import logging

    from console.kernel.logs import log_to

    name = type(error).__name__
    files = [h for h in logging.getLogger().handlers if isinstance(h, logging.FileHandler)]
    try:
        path = Path(files[0].baseFilename) if files else log_to(_log_folder(), "parley")
        path.open("a").close()
        _silence_screen()
        logging.getLogger(__name__).critical("command_failed", exc_info=error)
    except OSError:
        return f"Parley itself failed ({name}), and its log cannot be written."
    return f"Parley itself failed ({name}): please report it with {path}."


def _silence_screen() -> None:
    import logging

    root = logging.getLogger()
    root.handlers[:] = [h for h in root.handlers if isinstance(h, logging.FileHandler)]


# -- the command line


class _Parser(argparse.ArgumentParser):
    """Says in one sentence what is wrong with a command line."""

    def error(self, message: str) -> NoReturn:
        sys.stderr.write(f"{self.prog}: {message}; see {self.prog} --help.\n")
        sys.exit(USAGE_CODE)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="parley", allow_abbrev=False, description="The Parley console.")
    parser.add_argument("--version", action="version", version=f"parley {__version__}")
    parser.add_argument("--server", dest="console", metavar="URL", help="the server to sign in to")
    parser.add_argument(
        "--profile", type=Path, metavar="DIR", help="where cache, drafts and settings are kept"
    )
    parser.add_argument(
        "--screenshot", type=Path, metavar="FILE", help="write the first page as a PNG and quit"
    )
    parser.set_defaults(run=_console, command=None)
    commands = parser.add_subparsers(title="other commands", metavar="COMMAND", dest="command")
    _add_serve(commands)
    _add_demo(commands)
    _add_import(commands)
    _add_admin(commands)
    _add_status(commands)
    doctor = commands.add_parser("doctor", help="check this machine and say what to mend")
    doctor.set_defaults(run=_doctor)
    return parser


def _add_serve(commands: Any) -> None:
    serve = commands.add_parser("serve", allow_abbrev=False, help="run a server")
    _add_data(serve)
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    serve.add_argument("--port", type=_port, default=DEFAULT_PORT, help="port (%(default)s)")
    serve.add_argument("--database", metavar="URL", help="postgresql://…; else SQLite in DIR")
    serve.add_argument("--nats", metavar="URL", help="nats://…, where several servers share one")
    serve.add_argument("--tls-cert", type=Path, metavar="FILE", help="certificate chain, PEM")
    serve.add_argument("--tls-key", type=Path, metavar="FILE", help="its private key, PEM")
    serve.set_defaults(run=_serve)


def _add_demo(commands: Any) -> None:
    demo = commands.add_parser(
        "demo", allow_abbrev=False, help="a sandbox shop with a console signed in to it"
    )
    _add_data(demo)
    demo.add_argument("--port", type=_port, default=DEFAULT_PORT, help="port (%(default)s)")
    demo.add_argument(
        "--headless", action="store_true", help="play a short shift off screen, write pictures"
    )
    demo.set_defaults(run=_demo)


def _add_import(commands: Any) -> None:
    importing = commands.add_parser(
        "import",
        allow_abbrev=False,
        help="bring conversations from elsewhere",
        epilog=_IMPORT_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    importing.add_argument("file", type=Path, metavar="FILE")
    importing.add_argument("--format", required=True, choices=("turns", "jsonl"))
    _add_place(importing)
    importing.set_defaults(run=_import)


def _add_admin(commands: Any) -> None:
    admin = commands.add_parser("admin", allow_abbrev=False, help="administer a server")
    nouns = admin.add_subparsers(metavar="user", dest="noun", required=True)
    user = nouns.add_parser("user", allow_abbrev=False, help="people who work here")
    verbs = user.add_subparsers(metavar="add", dest="verb", required=True)
    add = verbs.add_parser("add", allow_abbrev=False, help="add somebody")
    add.add_argument("email", metavar="EMAIL")
    add.add_argument("--name", required=True)
    add.add_argument("--role", required=True, help="agent, supervisor, admin or integration")
    add.add_argument("--team", action="append", default=[], help="may be given several times")
    add.add_argument("--password-stdin", action="store_true", required=True)
    _add_data(add)
    add.set_defaults(run=_add_user)


def _add_status(commands: Any) -> None:
    status = commands.add_parser("status", allow_abbrev=False, help="what a server holds")
    _add_place(status)
    status.add_argument("--json", action="store_true", help="for programs")
    status.set_defaults(run=_status)


def _add_data(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    parser.add_argument("--data", type=Path, metavar="DIR", help="the server's data folder")


def _add_place(parser: argparse.ArgumentParser) -> None:
    place = parser.add_mutually_exclusive_group()
    _add_data(place)
    place.add_argument(
        "--server",
        metavar="URL",
        help="a running server; PARLEY_TOKEN or your password signs you in",
    )


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > MAX_PORT:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to {MAX_PORT}, not {text!r}")
    return int(text)


def _check_mix(options: argparse.Namespace) -> None:
    """The console's own options mean nothing to the other commands: better said than ignored."""
    told = [n for n in ("console", "profile", "screenshot") if getattr(options, n) is not None]
    if options.command is not None and told:
        name = "server" if told[0] == "console" else told[0]
        sys.stderr.write(
            f"parley: --{name} before {options.command} is the console's: put it after.\n"
        )
        sys.exit(USAGE_CODE)
