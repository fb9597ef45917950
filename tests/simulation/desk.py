"""A desk of the simulation: the real console half and the real engine over real files, and their pipe."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from pathlib import Path as File
from typing import Any, TypeVar
from uuid import UUID

from console.catalog import catalog
from console.desktop.rooms import rooms
from console.kernel.clock import Clock
from console.people.model import User
from console.store.worker import Worker
from console.sync.client import pipe
from console.sync.client.bridge import RESTART_AFTER_S
from console.sync.client.engine import Engine
from console.sync.client.http import Network
from console.sync.client.local import Local
from console.sync.client.work import CACHE_FILE, WORK_FILE
from console.sync.frames import Welcome
from console.tickets.model import Ticket
from console.tickets.records import TICKET
from tests.simulation.files import Files
from tests.simulation.http import Way
from tests.simulation.live import open_live
from tests.simulation.loop import VirtualLoop
from tests.simulation.path import Path
from tests.simulation.process import Process
from tests.simulation.watch import GREETED_S, Watch
from tests.simulation.wires import Wire

T = TypeVar("T")
URL = "http://127.0.0.1:8425"
KEY = bytes(range(32))


class SimDesk:
    """One user's console and engine, each a process that can be killed, and what it showed."""

    def __init__(
        self, loop: VirtualLoop, clock: Clock, dice: random.Random, folder: File, user: User,
        path: Path, watch: Watch,
    ) -> None:  # fmt: skip
        folder.mkdir()
        self.user = user
        self.path = path
        self.name = path.name
        self.device: UUID = Local.device_of(folder, KEY)
        self.files = Files(folder / CACHE_FILE, folder / WORK_FILE, KEY)
        self.token = ""
        self.offline = False
        self.mode = ""
        self.local: Local | None = None
        self.console: Process | None = None
        self.engine: Process | None = None
        self._watch = watch
        self._loop = loop
        self._clock = clock
        self._dice = dice
        self._folder = folder
        self._to_engine: Wire | None = None
        self._from_engine: Wire | None = None
        self._lives = 0
        self._line: object = None  # the newest socket that was welcomed
        self._grave: list[Any] = []
        self.network = Network(
            make_client=lambda url, _certificate: Way(path).client(url),
            open_live=lambda _url, _certificate: open_live(path),
        )
        path.welcomed = self._welcomed

    @property
    def open(self) -> bool:
        """Whether somebody sits at it."""
        return self.console is not None and self.console.alive

    def _welcomed(self, line: object, frame: Welcome) -> None:
        """The server has told what may be seen: a moment later nothing else is here."""

        def look() -> None:
            if line is self._line and line in self.path.connections:
                self._watch.greeted(self, frozenset(frame.scopes))

        self._line = line
        if frame.mode != "resync":
            self._loop.call_later(GREETED_S, look)

    # -- beginning and ending

    def start(self) -> None:
        """Open the console, which starts its engine."""
        self._lives += 1
        self.path.note("opens")
        console = Process(self._loop, f"{self.name}-console-{self._lives}", self._dice)
        self.console = console
        worker = Worker("work", console.executor())
        self.local = console.call(
            Local, self._folder, KEY, self.user.id, self._clock, rooms(), worker
        )
        self.local.say = self.say
        self.start_engine()

    def start_engine(self) -> None:
        """Start the engine and say Begin, as the bridge and the desk do."""
        if not self.open:
            return
        self._lives += 1
        engine = Process(self._loop, f"{self.name}-engine-{self._lives}", self._dice)
        self.engine = engine
        frames: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._to_engine = self._wire(frames.put_nowait)
        self._from_engine = self._wire(self._hear)
        engine.spawn(self._serve(engine, frames, self._from_engine), "engine")
        who = self.user.id, self.device
        self.say(pipe.Begin(URL, self.token, *who, str(self._folder), KEY, self.offline))

    def _wire(self, deliver: Callable[[Any], None]) -> Wire:
        return Wire(self._loop, lambda: self._dice.uniform(0.0, 0.002), deliver)

    async def _serve(
        self, process: Process, frames: asyncio.Queue[bytes | None], outgoing: Wire
    ) -> None:
        worker = Worker("cache", process.executor())
        engine = Engine(
            lambda frame: outgoing.put(pipe.packed(frame)), self._clock, catalog(),
            network=self.network, worker=worker,
        )  # fmt: skip
        process.at_death(lambda: self._grave.append(engine))
        while (frame := await frames.get()) is not None:
            await engine.take(pipe.to_engine.decode(frame[pipe.HEADER.size :]))
        await engine.close()
        process.kill()

    def say(self, frame: pipe.ToEngine) -> None:
        """Tell the engine something; dropped while it is not there."""
        if self._to_engine is not None and self.engine is not None and self.engine.alive:
            self._to_engine.put(pipe.packed(frame))

    def _hear(self, data: bytes) -> None:
        frame = pipe.from_engine.decode(data[pipe.HEADER.size :])
        if self.console is None or not self.console.alive or self.local is None:
            return
        if isinstance(frame, pipe.Standing) and frame.mode != self.mode:
            self.mode = frame.mode
            self.path.note(f"is {frame.mode}")
        self.console.call(self.local.hear, frame)
        self._watch.heard(self, frame)

    async def quit(self) -> None:
        """Close the console as a user does."""
        self.path.note("quits")
        console, engine, local = self.console, self.engine, self.local
        if console is None or local is None or self._to_engine is None:
            return
        self._to_engine.put(None)
        for _ in range(60):
            if engine is None or not engine.alive:
                break
            await asyncio.sleep(0.05)
        await asyncio.wait([console.spawn(local.close(), "close")], timeout=5.0)
        self.local = None
        console.kill()
        if engine is not None:
            engine.kill()

    def kill_engine(self) -> None:
        """The engine dies; the console starts another."""
        if self.engine is not None and self.engine.alive:
            self.path.note("engine dies")
            self._hang_up()
            self.engine.kill()
            self._loop.call_later(RESTART_AFTER_S, self._engine_again, self.console)

    def _engine_again(self, console: Process) -> None:
        if console is self.console and console.alive and not self._engine_alive:
            self.start_engine()

    @property
    def _engine_alive(self) -> bool:
        return self.engine is not None and self.engine.alive

    def kill(self, *, silent: bool = False) -> None:
        """Console and engine die at once; `silent` tells the server nothing, as a lost battery."""
        if not self.open:
            return
        self.path.note("dies" + (" silently" if silent else ""))
        self._hang_up(silent=silent)
        if self.local is not None:
            self._grave.append(self.local)
        self.local = None
        for process in (self.engine, self.console):
            if process is not None:
                process.kill()

    def _hang_up(self, *, silent: bool = False) -> None:
        for pipe_end in (self._to_engine, self._from_engine):
            if pipe_end is not None:
                pipe_end.cut()
        for connection in list(self.path.connections):
            if silent:
                connection.lose("down")
            else:
                connection.cut()

    def bury(self) -> None:
        """Close what killed processes left open, once nobody looks any more."""
        self.files.close()
        for dead in self._grave:
            for file in (getattr(dead, "_replica", None), getattr(dead, "_work", None)):
                if file is not None:
                    file.close()
            if isinstance(dead, Local):
                dead.shut_cache()

    # -- somebody at it

    def tickets(self) -> list[Ticket]:
        """All tickets that it shows: what waits there laid over what it knows."""
        if self.local is None or self.local.reader is None or not self.open:
            return []
        rows = self.local.reader.rows("SELECT id, doc FROM tickets ORDER BY id")
        return [TICKET.read(UUID(bytes=bytes(row[0])), row[1]) for row in rows]

    async def do(self, work: Callable[[Local], Coroutine[Any, Any, T]]) -> T | None:
        """What `work(local)` gives inside the console; None when it dies over it."""
        if self.local is None or self.console is None:
            return None
        task = self.console.spawn(work(self.local), "somebody")
        await asyncio.wait([task])
        return None if task.cancelled() else task.result()

    def go_offline(self, stay: bool) -> None:
        """Cut the network on purpose, or let it in again."""
        self.offline = stay
        self.say(pipe.GoOffline(stay))
