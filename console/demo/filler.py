"""Runs the past as commands through a core whose clock goes along with it."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from console.conversations.model import Attachment
from console.conversations.records import ReceiveMessage
from console.demo.files import bytes_of
from console.demo.script import SHOP, Step
from console.kernel.errors import Bug
from console.people.model import Actor
from console.server.core import Core
from console.store.reader import Reader, listed
from console.store.writer import BATCH
from console.sync.blobs import BlobAsked
from console.sync.records import Accepted, Command, Merged, command
from console.sync.server import blobs
from console.sync.server.tx import Tx


class PastClock:
    """A clock that stands where the filling is in the past year."""

    def __init__(self, at: datetime) -> None:
        self._now = at

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._now.timestamp()

    def go_to(self, at: datetime) -> None:
        """Move on; never back."""
        self._now = max(self._now, at)


class Filler:
    """Runs steps as commands, the server's clock standing where each step is."""

    def __init__(self, core: Core, clock: PastClock, actors: dict[str, Actor]) -> None:
        self._core = core
        self._clock = clock
        self._actors = actors
        self._tickets: dict[UUID, UUID] = {}
        self._begun: set[UUID] = set()
        self._waiting: list[Step] = []

    async def run(self, steps: Sequence[Step], done: Callable[[int], None]) -> None:
        """Every step, oldest first; `done` hears how many more are. Raises Bug at a refusal."""
        for group in _groups(steps):
            if group[0].by == SHOP:
                self._waiting += group
                if len(self._waiting) >= BATCH:
                    await self._flush()
            else:
                await self._colleague(group)
            done(len(group))
        await self._flush()

    async def _colleague(self, group: Sequence[Step]) -> None:
        """One colleague's doing at one moment, after everything that came before it."""
        tickets = {step.target for step in group if step.on == "ticket"}
        if not tickets <= self._tickets.keys():
            await self._flush()
            await self._learn()
        before, self._waiting = self._waiting, []
        self._clock.go_to(group[-1].at)
        await self._upload(before)
        await asyncio.gather(self._execute(before), self._execute(group))

    async def _flush(self) -> None:
        """Decide what waits."""
        steps, self._waiting = self._waiting, []
        if steps:
            self._clock.go_to(steps[-1].at)
            await self._upload(steps)
            await self._execute(steps)

    async def _learn(self) -> None:
        """Learn which tickets the conversations have that began since the last time."""
        begun, self._begun = self._begun, set()

        def look(reader: Reader) -> dict[UUID, UUID]:
            names, params = listed("c", begun)
            sql = f"SELECT conversation_id, id FROM tickets WHERE conversation_id IN {names}"
            found = reader.rows(sql, **params)
            return {UUID(bytes=bytes(row[0])): UUID(bytes=bytes(row[1])) for row in found}

        self._tickets |= await self._core.read(look)

    async def _execute(self, steps: Sequence[Step]) -> None:
        """Decide steps of one actor."""
        if not steps:
            return
        began = {step.target for step in steps if step.on == "conversation"}
        self._begun |= began - self._tickets.keys()
        asked = [self._command(step) for step in steps]
        results = await self._core.execute(self._actors[steps[0].by], asked)
        for told, result in zip(asked, results, strict=True):
            if not isinstance(result.outcome, Accepted | Merged):
                raise Bug(f"the sandbox's {told.type} {told.cmd_id} was not done: {result.outcome}")

    async def _upload(self, steps: Sequence[Step]) -> None:
        """Bring the files that messages carry, as their channel would have done before them."""
        for step in steps:
            actor, args = self._actors[step.by], step.args
            for file in args.attachments if isinstance(args, ReceiveMessage) else ():
                await self._core.write(partial(bring, actor=actor, file=file))

    def _command(self, step: Step) -> Command:
        target = self._tickets[step.target] if step.on == "ticket" else step.target
        return command(target, step.args, cmd_id=step.cmd_id)


def bring(tx: Tx, actor: Actor, file: Attachment) -> None:
    """Have a file here that `actor` is about to name."""
    asked = BlobAsked(id=file.id, size=file.size, sha256=file.sha256, type=file.type)
    known = blobs.begin(tx, actor, asked)
    if not known.complete:
        blobs.append(tx, actor, known, bytes_of(file))


def _groups(steps: Sequence[Step]) -> Iterator[Sequence[Step]]:
    """Neighbours that one colleague does at one moment; the shop's, one by one."""
    start = 0
    for n, step in enumerate(steps):
        first = steps[start]
        if n > start and (step.by != first.by or step.at != first.at or step.by == SHOP):
            yield steps[start:n]
            start = n
    if steps:
        yield steps[start:]
