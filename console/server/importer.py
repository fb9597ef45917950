"""The import itself: lines to commands, several batches under way, each answer counted."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from msgspec import structs

from console.conversations.model import MAX_BODY_CHARS
from console.kernel.codec import NIL
from console.kernel.errors import Denied, Refused, Unavailable
from console.kernel.ids import new_id
from console.server.doors import Door
from console.server.files import Format, Found, command_for, found_in
from console.server.lines import MAX_LINE_BYTES, Aside, Line, Lines
from console.sync.records import Command, Rejected, Result, Retry
from console.tickets.server.imports import MAX_ORDERS, MAX_TURNS

FLIGHTS = 4
"""Batches under way at once, so that the server's one writer always has the next at hand."""
MAX_TRIES = 8
_ENVELOPE_BYTES = 400
_THERE = "already_there"
_WORDS: Mapping[str, str] = {
    "empty_message": "A message is empty",
    "message_too_long": f"A message has more than {MAX_BODY_CHARS:,} characters",
    "bad_size": f"It has more than {MAX_TURNS:,} messages or {MAX_ORDERS} orders",
    "bad_order_number": "An order number is too long or has invisible characters",
    "server_error": "The server failed on it; its log says where",
}


@dataclass
class Tally:
    """What became of the conversations so far.

    `orders` are the distinct numbers linked; `handled` counts the messages of those that were
    there already too.
    """

    imported: int = 0
    messages: int = 0
    present: int = 0
    handled: int = 0
    linked: int = 0
    orders: set[str] = field(default_factory=set)

    def count(self, item: "Item") -> None:
        """One more conversation is in."""
        self.imported += 1
        self.messages += item.messages
        self.linked += bool(item.orders)
        self.orders.update(item.orders)


class Item(NamedTuple):
    """A conversation on its way, with the line it came from."""

    line: Line
    command: Command
    messages: int
    orders: tuple[str, ...]


class Batch(NamedTuple):
    """Items that travel together; `position` is how far the file had been read."""

    items: list[Item]
    position: int


class Import:
    """One run over one file.

    `tell` hears of every line set aside; `moved(position, tally)` after every batch.
    """

    def __init__(
        self,
        door: Door,
        aside: Aside,
        tell: Callable[[str], None],
        moved: Callable[[int, Tally], None],
    ) -> None:
        self.tally = Tally()
        self._door = door
        self._aside = aside
        self._tell = tell
        self._moved = moved
        self._teams: Mapping[str, UUID] = {}

    async def run(self, lines: Lines, written_as: Format) -> Tally:
        """Import all lines. Raises Denied, Unavailable and what reading the file raises.

        What had been decided before stands; running again goes on from there.
        """
        if written_as == "jsonl":
            self._teams = {_folded(name): i for name, i in (await self._door.teams()).items()}
        batches = self._batches(lines, written_as)
        await asyncio.gather(*(self._work(batches) for _ in range(FLIGHTS)))
        return self.tally

    async def _work(self, batches: Iterator[Batch]) -> None:
        for batch in batches:
            await self._import(batch.items)
            self._moved(batch.position, self.tally)

    # -- reading

    def _batches(self, lines: Lines, written_as: Format) -> Iterator[Batch]:
        items: list[Item] = []
        size = 0
        for item in self._items(lines, written_as):
            added = _size(item)
            full = self._door.max_bytes is not None and size + added > self._door.max_bytes
            if items and (full or len(items) == self._door.max_commands):
                yield Batch(items, lines.position)
                items, size = [], 0
            items.append(item)
            size += added
        yield Batch(items, lines.size)

    def _items(self, lines: Lines, written_as: Format) -> Iterator[Item]:
        for line in lines:
            if line.overlong:
                self._set_aside(line, f"The line is longer than {MAX_LINE_BYTES >> 20} MiB")
            elif not line.raw.isspace():
                try:
                    yield self._item(line, found_in(line.raw, written_as))
                except Refused as refusal:
                    self._set_aside(line, refusal.message)

    def _item(self, line: Line, found: Found) -> Item:
        args = found.args
        if found.team:
            team_id = self._teams.get(_folded(found.team), NIL)
            if team_id == NIL:
                raise Refused("bad_line", f"There is no team {found.team[:80]!r}")
            args = structs.replace(args, team_id=team_id)
        item = Item(line, command_for(args), len(args.turns), args.order_numbers)
        if self._door.max_bytes is not None and _size(item) > self._door.max_bytes:
            text = (
                f"It is larger than a server takes at once ({self._door.max_bytes >> 10} KiB);"
                " with the server stopped, --data imports it"
            )
            raise Refused("bad_line", text)
        return item

    def _set_aside(self, line: Line, reason: str) -> None:
        self._aside.put(line)
        if not line.more:
            self._tell(f"{line.name} set aside: {reason.rstrip('.')}.")

    # -- asking

    async def _import(self, items: list[Item]) -> None:
        again = await self._round(items)
        for tries in range(MAX_TRIES):
            if not again:
                return
            await asyncio.sleep(min(again.wait_s, 2.0**tries))
            again = await self._round(again.items)
        raise Unavailable("The server cannot take more now: run the same command again later.")

    async def _round(self, items: list[Item]) -> "_Again | None":
        if not items:
            return None
        results = await self._door.execute([item.command for item in items])
        waiting, wait_s = [], 0.0
        for item, result in zip(items, results, strict=True):
            if isinstance(result.outcome, Retry):
                waiting.append(item)
                wait_s = max(wait_s, result.outcome.after_s)
            elif _is_old_refusal(result):
                # Refused in an earlier run, and mended since: asked under a new id. The
                # conversation's own id still keeps it from being there twice.
                fresh = structs.replace(item.command, cmd_id=new_id())
                waiting.append(item._replace(command=fresh))
            else:
                self._settle(item, result)
        return _Again(waiting, wait_s) if waiting else None

    def _settle(self, item: Item, result: Result) -> None:
        outcome = result.outcome
        self.tally.handled += item.messages
        if not isinstance(outcome, Rejected):
            if result.again:
                self.tally.present += 1
            else:
                self.tally.count(item)
        elif outcome.code == _THERE:
            self.tally.present += 1
        elif outcome.code == "denied":
            raise Denied("You may not import conversations into this server.")
        else:
            self._set_aside(item.line, _WORDS.get(outcome.code, f"Refused as {outcome.code}"))


class _Again(NamedTuple):
    items: list[Item]
    wait_s: float


def _is_old_refusal(result: Result) -> bool:
    outcome = result.outcome
    if not isinstance(outcome, Rejected) or outcome.code == _THERE:
        return False
    return result.again or outcome.code == "idempotency_mismatch"


def _size(item: Item) -> int:
    return len(bytes(item.command.args)) + _ENVELOPE_BYTES


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
