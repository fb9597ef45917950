"""What every test has: asyncio alone, both databases, and no error in the log that nobody expected."""

import asyncio
import gc
import logging
import os
import sys
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from console.desktop.garbage import Garbage
from console.desktop.guard import unhook_imports
from console.people.model import Actor
from tests.fakes.clock import ManualClock
from tests.parts.acts import Case, begin_case
from tests.parts.console import Begun, Console, begin, console_at
from tests.parts.databases import Databases, Postgres, PostgresMissing
from tests.parts.desk import Desks
from tests.parts.office import Office
from tests.parts.server import LiveServer, live_server

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from console.ui.theme import Theme
    from tests.screens.shop import Made

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LC_ALL"] = "C.UTF-8"  # what is on screen is asked for in English
unhook_imports()  # pytest-qt has loaded Qt


def pytest_collection_finish() -> None:
    """What was loaded to find the tests stays: a quarter of their time was looking through it for garbage."""
    gc.collect()
    gc.freeze()


GARBAGE = Garbage()
"""Servers' threads must not end the Qt objects of this test or of those before it."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """What a test left is freed after it, in the thread of the tests."""
    done = yield
    GARBAGE.look()
    return done


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio alone."""
    return "asyncio"


class Errors(logging.Handler):
    """What our loggers said at ERROR; `expect` names events that are part of the test."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []
        self.expected: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        trace = logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
        self.seen.append(f"{record.msg}\n{trace}" if trace else str(record.msg))

    def expect(self, *events: str) -> None:
        """These events may be logged as errors in this test."""
        self.expected.update(events)

    @property
    def events(self) -> list[str]:
        """The events seen, in order."""
        return [said.split("\n", 1)[0] for said in self.seen]

    @property
    def unexpected(self) -> list[str]:
        """What was seen and not expected, with its trace."""
        return [said for said in self.seen if said.split("\n", 1)[0] not in self.expected]


@pytest.fixture(autouse=True)
def expected_errors() -> Iterator[Errors]:
    """An error in our log fails the test, unless the test said `expected_errors.expect(event)`."""
    errors = Errors()
    logger = logging.getLogger("console")
    logger.addHandler(errors)
    try:
        yield errors
    finally:
        logger.removeHandler(errors)
    if errors.unexpected:
        pytest.fail("unexpected errors in the log:\n" + "\n".join(errors.unexpected))


@pytest.fixture(autouse=True)
def no_widget_stays() -> Iterator[None]:
    """What a test shows is gone after it: without an event loop nothing that waits is deleted."""
    yield
    core = sys.modules.get("PySide6.QtCore")  # Qt only where a test shows something
    if core is not None and core.QCoreApplication.instance() is not None:
        core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete)


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Where fresh databases come from; PostgreSQL starts when first asked for."""
    made = Databases(tmp_path_factory.mktemp("databases"), Postgres())
    yield made
    made.close()


@pytest.fixture(autouse=True)
def no_database_stays(request: pytest.FixtureRequest) -> Iterator[None]:
    """Databases of a server are a test's until it ends: whoever uses one has closed it then."""
    yield
    if "databases" in request.fixturenames:
        request.getfixturevalue("databases").give_back()


def _dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, databases: Databases) -> str:
    """A fresh database at this release's schema, with nothing in it."""
    return _offered(databases, _dialect(request), migrated=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, databases: Databases) -> str:
    """A fresh database without any table."""
    return _offered(databases, _dialect(request), migrated=False)


@pytest.fixture
def postgres_url(databases: Databases) -> str:
    """A fresh PostgreSQL database at this release's schema, for what several processes share."""
    return _offered(databases, "postgresql", migrated=True)


def _offered(databases: Databases, dialect: str, *, migrated: bool) -> str:
    try:
        return databases.fresh(dialect, migrated=migrated)
    except PostgresMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture
def clock() -> ManualClock:
    """A clock that the test moves."""
    return ManualClock()


@pytest.fixture
def office(database_url: str, clock: ManualClock) -> Iterator[Office]:
    """The server's writing half without its web face: transactions and commands."""
    opened = Office(database_url, clock)
    yield opened
    opened.close()


@pytest.fixture
def ana(office: Office) -> Actor:
    """Ana, an agent."""
    return office.actor(office.user("Ana Kovac"))


@pytest.fixture
def ben(office: Office) -> Actor:
    """Ben, an agent too."""
    return office.actor(office.user("Ben Ode"))


@pytest.fixture
def case(office: Office) -> Case:
    """A ticket over a conversation with one message."""
    return begin_case(office)


@pytest.fixture(scope="session")
def begun(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Begun:
    """What every console begins with, made once."""
    return begin(databases.fresh("sqlite", migrated=True), tmp_path_factory.mktemp("begun"))


@pytest.fixture
async def console(
    begun: Begun, databases: Databases, clock: ManualClock, tmp_path: Path
) -> AsyncIterator[Console]:
    """Ana's console over an empty shop, in the test's loop."""
    async with console_at(begun, databases.like(begun.shop), clock, tmp_path) as made:
        yield made


@pytest.fixture(scope="session")
def one_theme(qapp: "QApplication") -> "Theme":
    """The theme of the one application."""
    from console.ui.theme import Theme  # Qt only where a test shows something

    return Theme(qapp)


@pytest.fixture
def theme(one_theme: "Theme") -> "Theme":
    """The light theme; a test that switches it does so for itself alone."""
    one_theme.use("light")
    one_theme.arrange("comfortable")
    one_theme.quieten(still=False)
    return one_theme


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> "Made":
    """The shop of the pictures, made once; each scene works on a copy of its cache."""
    from tests.screens.shop import make_shop

    return asyncio.run(make_shop(tmp_path_factory.mktemp("shop")))


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[LiveServer]:
    """A running server on loopback."""
    with live_server(tmp_path / "server", database_url) as running:
        yield running


@pytest.fixture
def desks(server: LiveServer, tmp_path: Path) -> Desks:
    """Desks of the server, each in a folder of its own; close them in the test's loop."""
    return Desks(server, tmp_path)
