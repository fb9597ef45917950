"""Seeded data for benchmarks: a shop of any size, made through the import command."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from console.conversations.records import Sender
from console.kernel.ids import derived_id, new_id
from console.people.model import Actor
from console.sync.records import Command, command
from console.tickets.model import Priority, Status
from console.tickets.records import ImportConversation, ImportTurn
from tests.parts.server import LiveServer

_WORDS = [
    "parcel",
    "order",
    "refund",
    "tracking",
    "seller",
    "address",
    "invoice",
    "broken",
    "size",
    "colour",
    "late",
    "missing",
    "courier",
    "payment",
    "voucher",
    "return",
    "label",
    "exchange",
    "receipt",
    "delivery",
    "customs",
    "gift",
    "wrong",
    "damaged",
    "please",
    "thanks",
    "when",
    "where",
    "could",
    "would",
    "still",
    "waiting",
    "bank",
    "charged",
    "twice",
    "photo",
    "attached",
    "reply",
]
_STATUSES = (Status.OPEN, Status.NEW, Status.OPEN, Status.PENDING, Status.SOLVED, Status.HOLD)
_AT_ONCE = 64
TURNS = (5, 10)
LONG, LONG_THREADS, LONGEST = 200, 16, 10_000


@dataclass(frozen=True)
class Scale:
    """How much to make and how often to measure."""

    tickets: int = 10_000
    big: int = 100_000
    runs: int = 7
    consoles: int = 50
    presses: int = 200
    crowd: int = 200
    throng: int = 1_000
    events: int = 200
    live_s: float = 10.0
    away: int = 50_000
    commands: int = 4_000
    drained: int = 2_000
    kills: int = 4
    cycle_s: float = 6.0
    boots: int = 3
    bulk: int = 2_000
    large: bool = False

    @classmethod
    def quick(cls) -> "Scale":
        """A tenth of everything, for trying the benchmarks themselves."""
        return cls(
            tickets=1_000, big=5_000, runs=3, consoles=10, presses=50, crowd=40, throng=100,
            events=40, live_s=2.0, away=3_000, commands=400, drained=200, kills=2, cycle_s=4.0, boots=2,
            bulk=500,
        )  # fmt: skip

    def postgres(self) -> "Scale":
        """For the second engine: less of what only takes long, so that a run stays short."""
        tickets = max(2 * self.tickets // 5, min(self.tickets, 800))
        return replace(self, tickets=tickets, boots=2, commands=self.commands // 2)


def text(rng: random.Random, words: int) -> str:
    """So many words."""
    return " ".join(rng.choices(_WORDS, k=words))


def conversations(
    count: int, teams: list[UUID], seed: int = 1, turns: tuple[int, int] = TURNS
) -> Iterator[Command]:
    """`count` conversations of so many messages each, about 300 characters a message."""
    rng = random.Random(seed)
    for number in range(count):
        said = tuple(
            ImportTurn(author=rng.choice(("buyer", "agent")), body=text(rng, rng.randint(20, 70)))
            for _ in range(rng.randint(*turns))
        )
        target = derived_id("bench", str(seed), str(number))
        args = ImportConversation(
            external_id=f"bench-{number}",
            turns=said,
            requester=Sender(side="buyer", name=f"Buyer {number}", email=f"b{number}@bench.test"),
            subject=text(rng, 7),
            order_numbers=(f"{seed:03d}-{number:07d}-0000000",),
            status=rng.choice(_STATUSES),
            priority=rng.choice(list(Priority)),
            team_id=rng.choice(teams),
        )
        yield command(target, args, cmd_id=derived_id("bench-cmd", str(seed), str(number)))


def fill(
    server: LiveServer, actor: Actor, count: int, teams: list[UUID], seed: int = 1,
    turns: tuple[int, int] = TURNS,
) -> None:  # fmt: skip
    """Put `count` conversations into a server."""
    batch: list[Command] = []
    for wish in conversations(count, teams, seed, turns):
        batch.append(wish)
        if len(batch) == _AT_ONCE * 4:
            server.execute(actor, *batch)
            batch = []
    if batch:
        server.execute(actor, *batch)


def add_long(server: LiveServer, actor: Actor, teams: list[UUID]) -> None:
    """Put in the newest conversations: LONG_THREADS of LONG messages, last one of LONGEST."""
    rng = random.Random(7)
    for number in range(LONG_THREADS + 1):
        count = LONG if number < LONG_THREADS else LONGEST
        turns = tuple(
            ImportTurn(author=("buyer", "agent")[n % 2], body=text(rng, rng.randint(20, 70)))
            for n in range(count)
        )
        args = ImportConversation(
            external_id=f"long-{number}",
            turns=turns,
            requester=Sender(side="buyer", name=f"Patient {number}", email=f"p{number}@bench.test"),
            subject=text(rng, 7),
            team_id=teams[0],
        )
        server.execute(actor, command(derived_id("bench-long", str(number)), args, cmd_id=new_id()))
