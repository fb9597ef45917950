"""Every test runs commands as a user of its own; those that only look share one server."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from console.server.config import ServerConfig
from tests.cli.parley import Parley
from tests.parts.databases import Databases


class Served(NamedTuple):
    """A server that runs, and the command for the user it belongs to."""

    parley: Parley
    data: Path
    url: str


def _home(folder: Path) -> Parley:
    home = folder / "home"
    home.mkdir()
    return Parley(home)


def _prepared(folder: Path, databases: Databases) -> Path:
    """A data folder whose database has its schema: making that costs a second each time."""
    folder.mkdir(mode=0o700)
    made = Path(databases.fresh("sqlite", migrated=True).removeprefix("sqlite:///"))
    made.rename(ServerConfig(folder).url.removeprefix("sqlite:///"))
    return folder


@pytest.fixture
def parley(tmp_path: Path) -> Parley:
    """The command, for a user who has nothing yet."""
    return _home(tmp_path)


@pytest.fixture
def data(tmp_path: Path, databases: Databases) -> Path:
    """A data folder with an empty database."""
    return _prepared(tmp_path / "data", databases)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[Served]:
    """A server for a whole module."""
    folder = tmp_path_factory.mktemp("served")
    parley, data = _home(folder), _prepared(folder / "data", databases)
    with parley.serving("--data", data) as (url, _):
        yield Served(parley, data, url)
