"""The commands still to be answered, each in its ticket's lane: which are sent next."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from msgspec import structs

from console.sync.client.freight import Freight
from console.sync.records import (
    MAX_COMMANDS,
    MAX_COMMANDS_BYTES,
    Command,
    Expected,
    Result,
    Retry,
)

SAID_MOST_BYTES = 16 * 1024
"""A command with longer arguments is posted: on the socket it would hold up what comes after it."""


@dataclass
class Lanes:
    """Commands still to be answered, in order, each in its ticket's lane."""

    waiting: dict[UUID, tuple[UUID, Command]] = field(default_factory=dict)
    answered: set[UUID] = field(default_factory=set)
    in_flight: tuple[UUID, ...] = ()
    said: UUID | None = None  # over the socket, and not answered there
    held: dict[UUID, float] = field(default_factory=dict)
    next_n: int = 1
    alone: bool = False
    not_before: float = 0.0

    def replace(self, entries: Iterable[tuple[UUID, Command]]) -> None:
        """Take the outbox as it is now; what was answered is not sent again."""
        listed = {command.cmd_id: (lane, command) for lane, command in entries}
        self.answered &= listed.keys()
        self.waiting = {k: v for k, v in listed.items() if k not in self.answered}
        self.alone = self.alone and bool(self.waiting)

    def next_batch(self, now: float, files: Freight) -> tuple[Command, ...]:
        """The commands to send next, numbered: in order, a held lane's left out.

        A command whose files are still to be sent shuts its lane for what comes behind it.
        """
        shut = {lane for lane, until in self.held.items() if until > now}
        chosen: list[Command] = []
        size = 0
        for lane, command in self.waiting.values():
            if lane in shut or files.blocks(command):
                shut.add(lane)
                continue
            size += len(bytes(command.args)) + 256
            if len(chosen) == (1 if self.alone else MAX_COMMANDS) or (
                chosen and size > MAX_COMMANDS_BYTES
            ):
                break
            chosen.append(structs.replace(command, n=self.next_n + len(chosen)))
        self.in_flight = tuple(command.cmd_id for command in chosen)
        return tuple(chosen)

    def may_say(self, batch: tuple[Command, ...]) -> bool:
        """Whether these go over the socket, which is faster, instead of being posted.

        What got no answer there is posted the next time: a command that ends the socket must not
        do so for ever, and a refused post says why.
        """
        if len(batch) != 1 or self.alone:
            return False
        return batch[0].cmd_id != self.said and len(bytes(batch[0].args)) <= SAID_MOST_BYTES

    def answer(
        self, results: Iterable[Result], now: float
    ) -> tuple[tuple[Result, ...], list[float]]:
        """Take the answers to what is in flight: the final ones, and when held lanes may go on."""
        final, later = list[Result](), list[float]()
        self.in_flight = ()
        for result in results:
            match result.outcome:
                case Expected(n):
                    self.next_n = n
                    break
                case Retry(after_s):
                    if result.cmd_id in self.waiting:
                        lane, _ = self.waiting[result.cmd_id]
                        self.held[lane] = now + after_s
                        later.append(now + after_s)
                case _:
                    self.next_n += 1
                    self.waiting.pop(result.cmd_id, None)
                    self.answered.add(result.cmd_id)
                    final.append(result)
        return tuple(final), later
