"""One sandbox, filled once after a first attempt was killed; each test that writes has a copy."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from console.conversations.model import Conversation, Message
from console.conversations.records import CONVERSATION, MESSAGE
from console.demo.content import Library, load
from console.demo.fill import SEED, fill
from console.demo.history import History, write_history
from console.demo.marker import DATABASE, Marker
from console.demo.script import Roster
from console.fields.model import CustomField
from console.fields.records import FIELD
from console.kernel.ids import derived_id
from console.macros.model import Macro
from console.macros.records import MACRO
from console.orders.model import Order
from console.orders.records import ORDER
from console.people.model import Party, PartyNote, User
from console.people.records import PARTY, PARTY_NOTE, USER
from console.search.model.saved import SavedSearch
from console.search.records import SAVED_SEARCH
from console.store.engine import open_sqlite
from console.store.reader import Reader
from console.sync.records import Kind
from console.tickets.model import Ticket
from console.tickets.records import TICKET

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
"""When the sandbox was filled: a Monday morning, the time at which a ManualClock begins."""


FILLING_S = 300
"""A busy machine may take minutes for a year; whichever test needs it first waits for it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the sandbox may wait for it."""
    for item in items:
        if "sandbox" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(FILLING_S))


class Silent:
    """Nobody watches."""

    def begin(self, what: str, total: int) -> None: ...
    def step(self, count: int) -> None: ...
    def end(self) -> None: ...


@dataclass(frozen=True)
class Sandbox:
    """A filled folder; `left_by_kill` are the files that a killed filling had left in it."""

    folder: Path
    marker: Marker
    left_by_kill: set[str]


@dataclass(frozen=True)
class Shelf:
    """Every record of the filled sandbox, by id."""

    users: dict[UUID, User]
    parties: dict[UUID, Party]
    orders: dict[UUID, Order]
    conversations: dict[UUID, Conversation]
    messages: dict[UUID, Message]
    tickets: dict[UUID, Ticket]
    fields: dict[UUID, CustomField]
    notes: dict[UUID, PartyNote]
    macros: dict[UUID, Macro]
    searches: dict[UUID, SavedSearch]


@pytest.fixture(scope="session")
def library() -> Library:
    return load()


@pytest.fixture(scope="session")
def roster(library: Library) -> Roster:
    """Colleagues and teams of a server that does not exist."""
    users = {member.key: derived_id("user", member.key) for member in library.shop.staff}
    return Roster(users, {name: derived_id("team", name) for name in library.shop.teams})


@pytest.fixture(scope="session")
def history(library: Library, roster: Roster) -> History:
    """The year as the seed tells it."""
    return write_history(library, SEED, NOW, roster)


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """Filled by a process that was killed in the middle, then once more to the end."""
    folder = tmp_path_factory.mktemp("sandbox")
    _fill_and_kill(folder)
    left = {path.name for path in folder.iterdir()}
    return Sandbox(folder, fill(folder, Silent(), now=NOW), left)


def _fill_and_kill(folder: Path) -> None:
    words = f"""
import sys
from pathlib import Path
from console.demo.fill import fill
from console.demo.progress import Bar
fill(Path({str(folder)!r}), Bar())
"""
    command = [sys.executable, "-c", words]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("A year of"):
                break
        process.kill()


@pytest.fixture
def copy(sandbox: Sandbox, tmp_path: Path) -> Path:
    """A sandbox of the test's own."""
    return shutil.copytree(sandbox.folder, tmp_path / "copy")


@pytest.fixture(scope="session")
def shelf(sandbox: Sandbox) -> Shelf:
    """All that the server was told."""
    database = open_sqlite(sandbox.folder / DATABASE)
    try:
        with database.reading() as reader:
            return Shelf(
                _all(reader, "users", USER),
                _all(reader, "parties", PARTY),
                _all(reader, "orders", ORDER),
                _all(reader, "conversations", CONVERSATION),
                _all(reader, "messages", MESSAGE),
                _all(reader, "tickets", TICKET),
                _all(reader, "fields", FIELD),
                _all(reader, "party_notes", PARTY_NOTE),
                _all(reader, "macros", MACRO),
                _all(reader, "saved_searches", SAVED_SEARCH),
            )
    finally:
        database.close()


def _all(reader: Reader, table: str, kind: Kind) -> dict:
    found = reader.rows(f"SELECT id, doc FROM {table}")
    ids = [(UUID(bytes=bytes(row[0])), row[1]) for row in found]
    return {key: kind.read(key, doc.encode() if isinstance(doc, str) else doc) for key, doc in ids}
