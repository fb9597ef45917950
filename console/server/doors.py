"""How command-line tools reach a server: over HTTP when one runs, else by opening its data."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from console.catalog import catalog
from console.kernel import codec
from console.kernel.clock import SystemClock
from console.kernel.errors import Denied, Refused, SignedOut, Unavailable, Unusable
from console.kernel.logs import log_to
from console.people.model import Actor
from console.people.records import TEAM
from console.server import auth, lock
from console.server.admin_routes import (
    Erase,
    NewUser,
    TeamsOf,
    UserAdded,
    add_user,
    set_teams,
)
from console.server.config import LOOPBACK, ServerConfig
from console.server.core import Core, open_core
from console.server.erasing import erase_ticket
from console.server.field_routes import FieldKept, Fields, KeepField, all_fields, keep_field
from console.server.figures import Figures, figures
from console.store import migrate
from console.store.engine import Database, open_database
from console.store.writer import BATCH
from console.sync import wire
from console.sync.asking import Bootstrap
from console.sync.records import (
    MAX_COMMANDS,
    MAX_COMMANDS_BYTES,
    Change,
    Command,
    Commands,
    Result,
    Results,
)
from console.tickets.server.erasure import TicketErased

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")
Connect = Callable[[str, str | None], "httpx.AsyncClient"]
"""Makes a client for an address, trusting one certificate or (None) the system's store.

Handed in by the command line: the maker of HTTP clients is the console's, which no server sees.
"""
Ask = Callable[[], tuple[str, str]]
ANNOUNCE_S = 5.0
_PAUSE_S = 0.1
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}  # noqa: S104 - what to dial, not to bind


@dataclass(frozen=True)
class Outside:
    """What tools take from their surroundings: clients, a session token, somebody to ask.

    `ask` gives an e-mail address and a password; None when nobody is there.
    """

    connect: Connect
    token: str | None = None
    ask: Ask | None = None


@dataclass(frozen=True)
class Place:
    """Which server is meant: the one at an address, else the one of a data folder."""

    data: Path
    server: str | None = None


class Door(Protocol):
    """What a tool can ask of a server. At most `max_commands` of `max_bytes` in all at a time."""

    max_commands: int
    max_bytes: int | None

    async def execute(self, commands: Sequence[Command]) -> Sequence[Result]:
        """One result for each command, in their order."""

    async def figures(self) -> Figures:
        """What `parley status` tells."""

    async def add_user(self, asked: NewUser) -> UserAdded:
        """Add a user. Raises Refused."""

    async def set_teams(self, asked: TeamsOf) -> UserAdded:
        """Put a user in exactly these teams. Raises Refused."""

    async def keep_field(self, asked: KeepField) -> FieldKept:
        """Make or change a custom field. Raises Refused."""

    async def fields(self) -> Fields:
        """All custom fields in their order."""

    async def erase(self, asked: Erase) -> TicketErased:
        """Erase a ticket for good. Raises Refused."""

    async def teams(self) -> Mapping[str, UUID]:
        """The teams' ids by name."""


class Within:
    """The core in this very process, acting as the operator."""

    max_commands = BATCH
    max_bytes: int | None = None

    def __init__(self, core: Core, operator: Actor) -> None:
        self._core = core
        self._operator = operator

    async def execute(self, commands: Sequence[Command]) -> Sequence[Result]:
        return await self._core.execute(self._operator, commands)

    async def figures(self) -> Figures:
        core = self._core
        return await core.read(lambda reader: figures(reader, core.catalog, 0))

    async def add_user(self, asked: NewUser) -> UserAdded:
        return await add_user(self._core, asked)

    async def set_teams(self, asked: TeamsOf) -> UserAdded:
        return await set_teams(self._core, self._operator, asked)

    async def keep_field(self, asked: KeepField) -> FieldKept:
        return await keep_field(self._core, self._operator, asked)

    async def fields(self) -> Fields:
        return await all_fields(self._core)

    async def erase(self, asked: Erase) -> TicketErased:
        return await erase_ticket(self._core, self._operator, asked.number)

    async def teams(self) -> Mapping[str, UUID]:
        found = await self._core.read(lambda reader: reader.rows("SELECT name, id FROM teams"))
        return {row[0]: UUID(bytes=bytes(row[1])) for row in found}


class OverHttp:
    """A server that runs, here or elsewhere."""

    max_commands = MAX_COMMANDS
    max_bytes: int | None = MAX_COMMANDS_BYTES

    def __init__(self, client: "httpx.AsyncClient") -> None:
        self._client = client

    def take(self, token: str | None) -> None:
        """Present `token` from now on; None presents nothing."""
        self._client.headers.pop("authorization", None)
        if token:
            self._client.headers["authorization"] = f"Bearer {token}"

    async def sign_in(self, email: str, password: str) -> None:
        """Begin a session. Raises Refused `wrong_password`."""
        asked = auth.SignIn(email=email, password=password)
        signed_in = await self._ask("POST", "/auth/sign-in", auth.SignedIn, asked)
        self.take(signed_in.token)

    async def sign_out(self) -> None:
        """End the session."""
        await self._send("POST", "/auth/sign-out")
        self.take(None)

    async def execute(self, commands: Sequence[Command]) -> Sequence[Result]:
        asked = Commands(commands=tuple(commands))
        return (await self._ask("POST", "/sync/v1/commands", Results, asked)).results

    async def figures(self) -> Figures:
        return await self._ask("GET", "/status", Figures)

    async def add_user(self, asked: NewUser) -> UserAdded:
        return await self._ask("POST", "/admin/users", UserAdded, asked)

    async def set_teams(self, asked: TeamsOf) -> UserAdded:
        return await self._ask("POST", "/admin/teams", UserAdded, asked)

    async def keep_field(self, asked: KeepField) -> FieldKept:
        return await self._ask("POST", "/admin/fields", FieldKept, asked)

    async def fields(self) -> Fields:
        return await self._ask("GET", "/admin/fields", Fields)

    async def erase(self, asked: Erase) -> TicketErased:
        return await self._ask("POST", "/admin/erase", TicketErased, asked)

    async def teams(self) -> Mapping[str, UUID]:
        answer = await self._send("POST", "/sync/v1/bootstrap", Bootstrap(kinds=(TEAM.name,)))
        found = [line for line in wire.Lines().feed(answer.content) if isinstance(line, Change)]
        return {TEAM.read(change.id, bytes(change.doc)).name: change.id for change in found}

    async def _ask(self, method: str, path: str, kind: type[T], body: object = None) -> T:
        return codec.decode((await self._send(method, path, body)).content, kind)

    async def _send(self, method: str, path: str, body: object = None) -> "httpx.Response":
        import httpx  # a quarter of a second, which tools beside no server need not wait

        content = None if body is None else codec.encode(body)
        headers = {} if body is None else {"content-type": "application/json"}
        try:
            answer = await self._client.request(method, path, content=content, headers=headers)
        except httpx.TimeoutException as error:
            raise Unavailable(f"The server at {self._where} does not answer in time.") from error
        except httpx.TransportError as error:
            text = f"No Parley server answers at {self._where}: start it, or check the address."
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                text = f"The certificate of {self._where} is not trusted on this machine."
            raise Unavailable(text) from error
        if not answer.is_success:
            self._refuse(answer)
        return answer

    @property
    def _where(self) -> str:
        return str(self._client.base_url).rstrip("/")

    def _refuse(self, answer: "httpx.Response") -> None:
        try:
            told = codec.decode(answer.content, _Told)
        except Refused as error:
            text = f"{self._where} answers, but not as a Parley server does."
            raise Unusable("not_parley", text) from error
        match answer.status_code:
            case 401:
                raise SignedOut(f"{self._where} does not know this token: sign in anew.")
            case 403:
                raise Denied(f"You may not do this at {self._where}.")
            case 503:
                wait_s = float(answer.headers.get("retry-after", "5"))
                raise Unavailable(told.message, retry_after_s=wait_s)
            case 404 | 405:
                raise Unusable("not_parley", f"{self._where} is not a Parley server of this kind.")
            case _:
                raise Refused(told.code, told.message, fields=told.fields)


class _Told(codec.Record, frozen=True):
    """How a server words a refusal."""

    code: str
    message: str
    fields: dict[str, str] = {}


@asynccontextmanager
async def open_door(place: Place, outside: Outside) -> AsyncIterator[Door]:
    """The way to a server. Raises Unusable, Refused or Unavailable in one plain sentence.

    A data folder that nobody holds is opened in this process and held meanwhile; one that is new
    is made.
    """
    if place.server is not None:
        async with _far(place.server, outside) as far:
            yield far
    elif (running := await _running(place.data)) is not None:
        async with _own(running, outside) as own:
            yield own
    else:
        async with _within(place.data) as within:
            yield within


async def read_figures(place: Place, outside: Outside) -> Figures:
    """What `parley status` tells. Changes nothing, makes nothing, waits for no lock."""
    if place.server is not None:
        async with _far(place.server, outside) as far:
            return await far.figures()
    running = lock.running_on(place.data) if lock.is_held(place.data) else None
    if running is not None:
        async with _own(running, outside) as own:
            return await own.figures()
    _check_folder(place.data, making=False)
    database = open_database(ServerConfig(place.data).url)
    try:
        _check_schema(place.data, database)
        return await database.read(lambda reader: figures(reader, catalog(), 0))
    finally:
        database.close()


@asynccontextmanager
async def _own(running: lock.Running, outside: Outside) -> AsyncIterator[OverHttp]:
    async with outside.connect(_dialled(running.url), running.cert) as client:
        door = OverHttp(client)
        door.take(running.token)
        yield door


@asynccontextmanager
async def _far(url: str, outside: Outside) -> AsyncIterator[OverHttp]:
    running = _own_server_at(url) if outside.token is None else None
    if running is not None:
        async with _own(running, outside) as own:
            yield own
        return
    async with outside.connect(url, None) as client:
        door = OverHttp(client)
        if outside.token is not None:
            door.take(outside.token)
            yield door
            return
        if outside.ask is None:
            text = f"Set PARLEY_TOKEN to a session token of {url}: nobody is here to sign in."
            raise Unusable("no_token", text)
        await door.sign_in(*outside.ask())
        try:
            yield door
        finally:
            await door.sign_out()


def _own_server_at(url: str) -> lock.Running | None:
    """This machine's server at that address; nobody else's may ever be shown its token."""
    parts = urlsplit(url if "://" in url else f"//{url}")
    if parts.hostname not in LOOPBACK or parts.port is None:
        return None
    running = lock.running_at(f"http://{parts.hostname}:{parts.port}")
    known = urlsplit(running.url) if running else None
    same = known is not None and known.port == parts.port
    return running if same and parts.scheme in ("", known and known.scheme) else None


def _dialled(url: str) -> str:
    for anywhere, here in _ANYWHERE.items():
        url = url.replace(f"//{anywhere}:", f"//{here}:")
    return url


@asynccontextmanager
async def _within(data: Path) -> AsyncIterator[Within]:
    _check_folder(data, making=True)
    config = ServerConfig(data)
    config.check()
    with lock.holding(data):
        # What fails in here is told in a log beside the server's, not on the screen.
        log_to(config.logs, "tools", stderr_level=None)
        core = await open_core(
            open_database(config.url), SystemClock(), serving=False, stones=config.stones
        )
        try:
            yield Within(core, await auth.operator(core))
        finally:
            core.close()


async def _running(data: Path) -> lock.Running | None:
    """The server that holds the folder; one that is about to start is waited for a moment."""
    deadline = asyncio.get_running_loop().time() + ANNOUNCE_S
    while lock.is_held(data):
        if (running := lock.running_on(data)) is not None:
            return running
        if asyncio.get_running_loop().time() > deadline:
            text = f"Another Parley command is at work on {data}: try again when it has ended."
            raise Unusable("folder_in_use", text)
        await asyncio.sleep(_PAUSE_S)
    return None


def _check_schema(data: Path, database: Database) -> None:
    """Raise Unusable for any schema but this release's; nothing is upgraded by looking at it."""
    found, known = migrate.version_of(database), migrate.versions()
    if found is None or found in known[:-1]:
        text = f"The data in {data} is of an earlier Parley: start its server once, then ask again."
        raise Unusable("older_schema", text)
    migrate.upgrade(database)


def _check_folder(data: Path, *, making: bool) -> None:
    """Raise Unusable for a folder without a database in which a server ran, or where none ever did."""
    if (data / "parley.db").exists():
        return
    if (ServerConfig(data).logs / "server.log").exists():
        text = (
            f"The server of {data} keeps its data in PostgreSQL and does not run:"
            " start it first, or name another with --server."
        )
        raise Unusable("not_running", text)
    if not making:
        text = f"There is no Parley data in {data}: name its folder with --data."
        raise Unusable("no_data", text)
