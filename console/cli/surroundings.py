"""What commands take from around them: folders of the user, somebody to ask, standard input."""

import argparse
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.kernel.errors import Refused

if TYPE_CHECKING:
    from httpx import AsyncClient

    from console.server.config import ServerConfig
    from console.server.doors import Outside, Place


def user_folder(name: str) -> Path:
    """Where Parley keeps `name` for this user."""
    from platformdirs import user_data_path

    return user_data_path("parley", appauthor=False) / name


def log_folder() -> Path:
    """Where Parley's commands write what went wrong."""
    from platformdirs import user_log_path

    return user_log_path("parley", appauthor=False)


def run(work: Coroutine[Any, Any, int]) -> int:
    """The exit code that a coroutine ends with."""
    import asyncio

    return asyncio.run(work)


def place(options: argparse.Namespace) -> "Place":
    """Which server a command means."""
    from console.server.doors import Place

    return Place(options.data or user_folder("server"), getattr(options, "server", None))


def kept_at(options: argparse.Namespace) -> "ServerConfig":
    """Where the data is that a command means, said as to `parley serve`."""
    from console.server.config import ServerConfig

    return ServerConfig(options.data or user_folder("server"), database_url=options.database)


def outside() -> "Outside":
    """Clients, a session token, somebody to ask."""
    import os

    from console.server.doors import Outside

    ask = _ask if _somebody_there() else None
    return Outside(_connect, os.environ.get("PARLEY_TOKEN") or None, ask)


def _somebody_there() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _connect(url: str, certificate: str | None) -> "AsyncClient":
    from console.sync.client.http import make_client

    return make_client(url, certificate)


def _ask() -> tuple[str, str]:
    import getpass

    sys.stderr.write("E-mail: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip(), getpass.getpass("Password: ")


def password() -> str:
    """A new password, asked for or from standard input. Raises Refused when there is none."""
    if _somebody_there():
        return _typed_twice("Password: ", "passwords")
    told = _all_of_stdin()
    if not told:
        raise Refused("password_short", "Write the password to this command's standard input.")
    return told


def passphrase() -> str:
    """A backup's passphrase, asked for or from standard input. Raises Refused when there is none."""
    if _somebody_there():
        import getpass

        return getpass.getpass("Passphrase of the backup: ")
    told = _all_of_stdin()
    if not told:
        text = "Write the backup's passphrase to this command's standard input."
        raise Refused("passphrase_missing", text)
    return told


def new_passphrase() -> str:
    """The same for a new backup; who types it types it twice. Raises Refused when they differ."""
    if _somebody_there():
        return _typed_twice("Passphrase of the backup: ", "passphrases")
    return passphrase()


def _typed_twice(prompt: str, what: str) -> str:
    import getpass

    told = getpass.getpass(prompt)
    if getpass.getpass("The same once more: ") != told:
        raise Refused("typed_differently", f"These were two different {what}.")
    return told


def _all_of_stdin() -> str:
    return sys.stdin.read().rstrip("\r\n") if sys.stdin is not None else ""
