"""Desks at work behind a network that does its worst, by a schedule made of a seed."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import uvicorn

from console.conversations.records import AddNote, SendReply
from console.kernel.ids import new_id
from console.people.model import User
from console.sync.client import http, pipe
from console.sync.server import credit, live
from console.tickets.model import Priority
from console.tickets.records import SetPriority
from tests.faults.proxy import FaultProxy, Weather
from tests.faults.tally import Deed, Tally, There, judge_deeds, judge_rows, look
from tests.parts import server as parts
from tests.parts.acts import act, received
from tests.parts.desk import Desk
from tests.parts.replaced import replaced
from tests.parts.server import LiveServer

PING_S, ANSWER_S, CLOSE_S = 0.25, 0.5, 0.1
GUSTS = 4
"""How many faults follow one another before all must agree."""
LULL_S = 0.02
QUIET_S = 30.0


@contextmanager
def quick() -> Iterator[None]:
    """Both sides notice within a second what they else notice within a minute."""
    usual = parts.uvicorn_config

    def quicker(*asked: Any) -> uvicorn.Config:
        config = usual(*asked)
        config.ws_ping_interval = config.ws_ping_timeout = PING_S
        return config

    with (
        replaced(http, PING_S=PING_S, ANSWER_S=ANSWER_S, CLOSE_S=CLOSE_S),
        replaced(live, ACK_TIMEOUT_S=2 * ANSWER_S),
        replaced(credit, ACK_TIMEOUT_S=2 * ANSWER_S),
        replaced(parts, uvicorn_config=quicker),
    ):
        yield


class Behind:
    """A server as it is seen from behind a proxy."""

    def __init__(self, server: LiveServer, proxy: FaultProxy) -> None:
        self.server, self.url = server, proxy.url

    def token(self, user: User, device: UUID | None = None) -> str:
        """A session, as its own door would give."""
        return self.server.token(user, device)


class Hand:
    """Somebody at a desk behind the proxy, and what they did."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.deeds: list[Deed] = []

    async def acts(self, dice: random.Random, talk: UUID, ticket: UUID) -> None:
        """A note, a reply or a priority."""
        n = len(self.deeds)
        text = f"{self.desk.user.name} {n}"
        args: Any = dice.choice(
            (
                AddNote(message_id=new_id(), body=text),
                SendReply(message_id=new_id(), lane="buyer", body=text, anyway=True),
                SetPriority(priority=dice.choice(list(Priority)), seen=Priority.NORMAL),
            )
        )
        plain = isinstance(args, SetPriority)
        made = act(ticket if plain else talk, args)
        self.deeds.append(Deed(n, made.type, talk, "" if plain else text, made.cmd_id))
        await self.desk.do(made, ticket)

    def states(self) -> dict[UUID, str]:
        """The work file: cmd_id → where it stands."""
        rows = self.desk.work.execute(
            "SELECT cmd_id, 'journal' FROM journal UNION ALL SELECT cmd_id, state FROM outbox"
        ).fetchall()
        return {UUID(bytes=row[0]): row[1] for row in rows}


class Storm:
    """Two desks behind a proxy before a server, and the weather between them."""

    def __init__(self, server: LiveServer, proxy: FaultProxy, folder: Path, seed: int) -> None:
        self.server, self.proxy, self.folder = server, proxy, folder
        self.dice = random.Random(seed)
        self.hands: list[Hand] = []
        self.gusts: Counter[str] = Counter()
        self._talks: list[tuple[UUID, UUID]] = []

    async def open(self) -> "Storm":
        """Conversations, and two desks that become live."""
        for n in range(2):
            first = received(email=f"{n}@mail.test", name=f"Buyer {n}")
            self.server.execute(self.server.operator(), first)
        rows = self._read(lambda r: r.rows("SELECT id, conversation_id FROM tickets"))
        self._talks = [(UUID(bytes=bytes(c)), UUID(bytes=bytes(t))) for t, c in rows]
        for name in ("Ana Kovac", "Ben Ode"):
            folder = self.folder / name
            folder.mkdir(parents=True)
            desk = Desk(folder, Behind(self.server, self.proxy), self.server.add_user(name))
            self.hands.append(Hand(await desk.open()))
        return self

    def _read(self, work: Callable[[Any], Any]) -> Any:
        return self.server.call(self.server.core.read(work))

    async def close(self) -> None:
        """Everybody goes home."""
        self.proxy.calm()
        for hand in self.hands:
            await hand.desk.close()

    async def rage(self, *, gusts: int = 0, seconds: float = 0.0) -> Tally:
        """So many faults, or faults for so long; what went wrong when all had to agree."""
        end = time.monotonic() + seconds
        blown = 0
        while blown < gusts or time.monotonic() < end:
            for _ in range(GUSTS):
                await self._gust()
                blown += 1
            found = await self.calm()
            if not found.clean:
                return found
        return Tally()

    async def _gust(self) -> None:
        blow = self.dice.choice(FAULTS)
        self.gusts[blow.__name__] += 1
        blow(self.proxy, self.dice)
        for _ in range(self.dice.randint(1, 6)):
            hand = self.dice.choice(self.hands)
            await hand.acts(self.dice, *self.dice.choice(self._talks))
            if self.dice.random() < 0.3:
                talk, _ = self.dice.choice(self._talks)
                heard = received(talk, "And now?", email="0@mail.test")
                self.server.execute(self.server.operator(), heard)
            await asyncio.sleep(self.dice.random() * LULL_S)  # the weather needs time to act
        if self.dice.random() < 0.5:
            self.proxy.calm()
        for hand in self.hands:
            await hand.desk.tell(pipe.Hurry())

    async def calm(self) -> Tally:
        """Fine weather; what is wrong once all agree, or still after QUIET_S."""
        self.proxy.calm()
        found = Tally()
        try:
            async with asyncio.timeout(QUIET_S):
                while not (found := self._judge()).clean:
                    for hand in self.hands:
                        if hand.desk.mode != "live":
                            await hand.desk.tell(pipe.Hurry())
                    await asyncio.sleep(LULL_S)
        except TimeoutError:
            pass
        return found

    def _judge(self) -> Tally:
        tally = Tally()
        for hand in self.hands:
            user = hand.desk.user
            there: There = self._read(lambda reader, u=user.id: look(reader, u))
            if hand.desk.mode != "live" or "queued" in hand.states().values():
                tally.lost.append(f"{user.name} is not quiet: {hand.desk.mode}")
            tally.add(judge_deeds(hand.deeds, hand.states(), there))
            rows = {name: hand.desk.rows(name) for name in there.shown}
            tally.add(judge_rows(rows, there.shown, there.needed, user.name))
        return tally


def _of(proxy: FaultProxy, dice: random.Random) -> list[Weather]:
    return dice.choice(([proxy.up], [proxy.down], [proxy.up, proxy.down]))


def latency(proxy: FaultProxy, dice: random.Random) -> None:
    """Everything takes longer."""
    for weather in _of(proxy, dice):
        weather.latency_s = dice.random() * 0.05


def bandwidth(proxy: FaultProxy, dice: random.Random) -> None:
    """A narrow line."""
    for weather in _of(proxy, dice):
        weather.bytes_per_s = dice.randint(20_000, 500_000)


def crumbs(proxy: FaultProxy, dice: random.Random) -> None:
    """Bytes come in small pieces."""
    for weather in _of(proxy, dice):
        weather.slice_bytes = dice.randint(1, 20)


def blackhole(proxy: FaultProxy, dice: random.Random) -> None:
    """Nothing gets through in one direction, or in both."""
    for weather in _of(proxy, dice):
        weather.hole = True


def vanish(proxy: FaultProxy, dice: random.Random) -> None:
    """One side is gone, and the other hears nothing of it."""
    proxy.vanish(dice.choice(("client", "server")))


def cut(proxy: FaultProxy, dice: random.Random) -> None:
    """Connections are reset after some bytes."""
    proxy.reset_after = lambda: dice.randint(200, 8_000)


def reset(proxy: FaultProxy, _: random.Random) -> None:
    """All connections are reset now."""
    proxy.reset()


def duplicate(proxy: FaultProxy, _: random.Random) -> None:
    """The server hears everything twice."""
    proxy.duplicate = True


FAULTS = (latency, bandwidth, crumbs, blackhole, vanish, cut, reset, duplicate)
