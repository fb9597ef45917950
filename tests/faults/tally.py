"""What was done and what became of it: lost, doubled, leaked, each thing by name."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from console.catalog import catalog
from console.store.reader import Reader
from console.sync.records import Scopes
from tests.parts.compare import Rows, shown


@dataclass
class Deed:
    """Something somebody did: `cmd_id` is None until the console said that it is kept."""

    serial: int
    kind: str
    conversation: UUID
    text: str = ""
    cmd_id: UUID | None = None
    discarded: bool = False


@dataclass
class Tally:
    """What went wrong, in words; empty lists when nothing did."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    leaked: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether nothing went wrong."""
        return not (self.lost or self.doubled or self.leaked)

    def add(self, other: "Tally") -> None:
        """Take in what another found."""
        self.lost += other.lost
        self.doubled += other.doubled
        self.leaked += other.leaked

    def __str__(self) -> str:
        return f"lost={len(self.lost)} doubled={len(self.doubled)} leaked={len(self.leaked)}"


@dataclass(frozen=True)
class There:
    """What a server shows to a user, what of it a cache must hold, and every effect."""

    shown: Rows
    needed: Rows
    bodies: Counter[str]
    order: dict[UUID, list[str]]
    applied: dict[UUID, str]
    effects: dict[UUID, int]


def look(reader: Reader, user: UUID) -> There:
    """What the server shows to a user, and what it did."""
    messages = [
        (UUID(bytes=bytes(row[0])), row[1])
        for row in reader.rows("SELECT conversation_id, doc FROM messages ORDER BY pos")
    ]
    message = catalog()["message"].kind
    order: dict[UUID, list[str]] = {}
    for conversation, doc in messages:
        order.setdefault(conversation, []).append(message.read(conversation, doc).body)
    answers = reader.rows("SELECT cmd_id, status FROM applied_command")
    effects = reader.rows(
        "SELECT cmd_id, count(DISTINCT txn_last) FROM change_log"
        " WHERE cmd_id IS NOT NULL GROUP BY cmd_id"
    )
    return There(
        *shown(reader, catalog(), grants(reader, user)),
        Counter(body for bodies in order.values() for body in bodies),
        order,
        {UUID(bytes=bytes(row[0])): row[1] for row in answers},
        {UUID(bytes=bytes(row[0])): row[1] for row in effects},
    )


def grants(reader: Reader, user: UUID) -> Scopes:
    """The scopes a user holds."""
    rows = reader.rows("SELECT scope_id FROM scope_grant WHERE user_id = :u", u=user.bytes)
    return frozenset(row[0] for row in rows)


def judge_rows(here: Rows, there: Rows, needed: Rows, whose: str) -> Tally:
    """A cache against what the server shows: a missing or other row is lost, one more is leaked."""
    tally = Tally()
    for name, theirs in there.items():
        mine = here.get(name, {})
        tally.leaked += [f"{whose}: {name} {k.hex()}" for k in mine.keys() - theirs.keys()]
        wrong = needed[name].keys() - mine.keys()
        wrong |= {key for key, row in mine.items() if theirs.get(key, row) != row}
        tally.lost += [f"{whose}: {name} {k.hex()}" for k in wrong]
    return tally


def judge_deeds(deeds: Iterable[Deed], states: dict[UUID, str], there: There) -> Tally:
    """Every deed against its effects. `states` is the work file: cmd_id → where it stands."""
    tally = Tally()
    for deed in deeds:
        name = f"{deed.kind} {deed.serial} {deed.text}"
        found = there.bodies[deed.text] if deed.text else 0
        if found > 1:
            tally.doubled.append(f"{name}: {found} times")
        if deed.cmd_id is None or deed.discarded:
            continue
        state = states.get(deed.cmd_id)
        if state is None:
            tally.lost.append(f"{name}: in neither outbox nor journal")
        elif state == "rejected" and found:
            tally.doubled.append(f"{name}: refused, and done")
        elif state in ("accepted", "journal"):
            if there.applied.get(deed.cmd_id) not in ("accepted", "merged"):
                tally.lost.append(f"{name}: acknowledged, and unknown to the server")
            elif deed.text and not found:
                tally.lost.append(f"{name}: acknowledged, without its effect")
    tally.doubled += [f"{cmd} has effects {n} times" for cmd, n in there.effects.items() if n > 1]
    tally.lost += out_of_order(deeds, there)
    return tally


def out_of_order(deeds: Iterable[Deed], there: There) -> list[str]:
    """Conversations in which what one author did does not stand as they did it."""
    serials = {deed.text: deed.serial for deed in deeds if deed.text}
    wrong = []
    for conversation, bodies in there.order.items():
        mine = [serials[body] for body in bodies if body in serials]
        if mine != sorted(mine):
            wrong.append(f"{conversation} stands in the order {mine}")
    return wrong
