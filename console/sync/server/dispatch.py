"""From a command to its stored outcome: seen before? in order? understood? allowed? decided.

Every step happens in the transaction that holds the effects, so a command that is sent again
after any crash gets the same answer and has no second effect.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from msgspec import Raw

from console.kernel import codec
from console.kernel.codec import Strict
from console.kernel.crash import crash_here
from console.kernel.errors import Denied, Refused
from console.sync.records import (
    Accepted,
    Change,
    Command,
    Kind,
    Merged,
    Rejected,
    Retry,
    Seq,
    sees,
)
from console.sync.registry import Actor
from console.sync.server import answers, schema
from console.sync.server.answers import Decision
from console.sync.server.ledger import LogEntry
from console.sync.server.tx import PENDING, Stored, Tx

A = TypeVar("A", bound=Strict)
Theirs = dict[str, Any]


@dataclass(frozen=True)
class Request(Generic[A]):
    """A command on its way to its handler: who asks, of which record, seen at which revision."""

    actor: Any
    cmd_id: UUID
    target: UUID
    base_rev: Seq
    args: A


@dataclass(frozen=True)
class Handles(Generic[A]):
    """One kind of command: its arguments, the action it needs leave for, and who decides.

    `target` is the kind of record it is aimed at, which must exist and be visible to the actor;
    None for commands that make their target. The handler writes through the Tx; it returns what
    it overrode or gave way to (the outcome is then Merged) or None, and raises Refused when the
    command cannot be done.
    """

    args: type[A]
    action: str
    target: Kind[Any] | None
    handle: Callable[[Tx, Request[A]], Theirs | None]


Permit = Callable[[Any, str, Stored[Any] | None], None]
"""Raises Denied unless the actor may do the action to the object; handed in by the root."""


class Dispatch:
    """Runs commands; knows no room, only what the rooms handed in."""

    def __init__(self, handlers: Iterable[Handles[Any]], permit: Permit) -> None:
        self._handlers: Mapping[str, Handles[Any]] = {h.args.__name__: h for h in handlers}
        self._permit = permit

    @property
    def handlers(self) -> Mapping[str, Handles[Any]]:
        """Every command understood, by its type."""
        return self._handlers

    def foresee(self, tx: Tx, commands: Sequence[Command]) -> None:
        """Read at once what each of these commands will ask for first: its answer, its target."""
        targets: dict[str, set[UUID]] = {}
        for command in commands:
            handler = self._handlers.get(command.type)
            if handler is not None and handler.target is not None:
                targets.setdefault(handler.target.name, set()).add(command.target)
        for kind, ids in sorted(targets.items()):
            tx.foresee(tx.catalog[kind].kind, ids)
        # After the locks: whoever held them may have answered the same command.
        answers.foresee(tx, commands)

    def execute(self, tx: Tx, actor: Actor, command: Command, epoch_no: int = 0) -> Decision:
        """Decide one command inside `tx`. Refusals are outcomes, not exceptions.

        One that is new and was numbered in another epoch than the present one is not decided.
        """
        digest = command.digest()
        if (known := answers.given(tx, command.cmd_id)) is not None:
            if known.digest != digest:
                return _no(digest, Rejected("idempotency_mismatch"))
            crash_here("server.again")
            return self._repeated(tx, actor, command, known)
        if answers.of_another_epoch(tx, epoch_no):
            return Decision(digest, outcome=Retry(answers.GREET_ANEW_S))
        if (early := answers.out_of_order(tx, actor, command)) is not None:
            return Decision(digest, outcome=early)
        tx.actor_id, tx.cmd_id = actor.user_id, command.cmd_id
        theirs: Theirs | None = None
        try:
            theirs = self._decide(tx, actor, command)
            decision = Decision(digest)
        except Refused as refusal:
            tx.undo()
            current = self._current(tx, actor, command)
            decision = _no(digest, Rejected(refusal.code, refusal.fields, current))
        crash_here("server.decided")
        self._keep(tx, actor, command, decision, theirs)
        return decision

    def _repeated(self, tx: Tx, actor: Actor, command: Command, known: Decision) -> Decision:
        """The answer given before; a refusal with the record as it is by now."""
        again = Decision(known.digest, known.rejected, first=known)
        if isinstance(known.outcome, Rejected):
            current = self._current(tx, actor, command)
            again.outcome = Rejected(known.outcome.code, known.outcome.fields, current)
        return again

    def give_up(self, tx: Tx, actor: Actor, command: Command) -> Decision:
        """Reject a command that a handler of ours failed on, so that those after it can go on."""
        digest = command.digest()
        if (known := answers.given(tx, command.cmd_id)) is not None:
            return Decision(digest, known.rejected, first=known)
        tx.actor_id, tx.cmd_id = actor.user_id, command.cmd_id
        decision = _no(digest, Rejected("server_error"))
        self._keep(tx, actor, command, decision, None)
        return decision

    def _keep(
        self, tx: Tx, actor: Actor, command: Command, decision: Decision, theirs: Theirs | None
    ) -> None:
        answers.keep(tx, actor, command, decision)

        def settle(entries: list[LogEntry]) -> None:
            if decision.outcome is None:
                seq = _visible_at(tx, entries, command.target)
                decision.outcome = Accepted(seq) if theirs is None else Merged(seq, theirs)
            tx.insert_new(schema.applied_command, **answers.row(tx, actor, command, decision))

        tx.when_numbered(settle)

    def _decide(self, tx: Tx, actor: Actor, command: Command) -> Theirs | None:
        handler = self._handlers.get(command.type)
        if handler is None:
            raise Refused("unknown_command", f"This server does not know {command.type}.")
        if command.after is not None:
            before = answers.given(tx, command.after)
            if before is None or before.rejected:
                raise Refused("dependency_rejected", "The action before this one was not done.")
        args = codec.decode(command.args, handler.args)
        target = None
        if handler.target is not None:
            target = tx.get(handler.target, command.target)
            if target is None:
                raise Denied
        self._permit(actor, handler.action, target)
        return handler.handle(
            tx, Request(actor, command.cmd_id, command.target, command.base_rev, args)
        )

    def _current(self, tx: Tx, actor: Actor, command: Command) -> Change | None:
        handler = self._handlers.get(command.type)
        if handler is None or handler.target is None:
            return None
        stored = tx.get(handler.target, command.target)
        if stored is None:
            return None
        if not sees(actor.scopes, stored.scopes, handler.target.internal(stored.record)):
            return None
        rev = 0 if stored.rev == PENDING else stored.rev
        return Change(
            handler.target.name, command.target, rev, doc=Raw(codec.write_record(stored.record))
        )


def _no(digest: bytes, outcome: Rejected) -> Decision:
    return Decision(digest, rejected=True, outcome=outcome)


def _visible_at(tx: Tx, entries: list[LogEntry], target: UUID) -> Seq:
    """Where the effects are in the log; for a command without any, where its target last was."""
    if entries:
        return entries[-1].seq
    changed = [entry.seq for entry in tx.log if entry.id == target]
    if changed:
        return changed[-1]
    rows = tx.rows("SELECT max(seq) FROM change_log WHERE entity_id = :id", id=target.bytes)
    return int(rows[0][0] or 0)
