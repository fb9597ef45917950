"""Answers already given: a command's outcome is kept with its effects and repeated on request."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec
from msgspec import structs

from console.kernel import codec
from console.kernel.clock import to_ms
from console.kernel.errors import Bug
from console.store.reader import Value, listed
from console.sync.records import Accepted, Command, Expected, Final, Merged, Outcome, Rejected
from console.sync.registry import Actor
from console.sync.server import schema
from console.sync.server.tx import Tx

GREET_ANEW_S = 1.0
"""After this a console may ask again that does not know yet that the server has started anew."""

_final: msgspec.json.Decoder[Final] = msgspec.json.Decoder(Final)


@dataclass
class Decision:
    """What becomes of a command; `outcome` is known once its transaction finishes.

    `first` is the decision that this one repeats; its outcome counts unless there is one here.
    """

    digest: bytes
    rejected: bool = False
    outcome: Outcome | None = None
    first: "Decision | None" = None

    @property
    def settled(self) -> Outcome:
        """The outcome. Raises Bug before the transaction has finished."""
        outcome = self.outcome or (self.first.outcome if self.first else None)
        if outcome is None:
            raise Bug("asked for an outcome before its transaction finished")
        return outcome


def given(tx: Tx, cmd_id: UUID) -> Decision | None:
    """The decision on this command id, from this transaction or an earlier one."""
    noted = tx.noted(("answer", cmd_id))
    if isinstance(noted, Decision):
        return noted
    if cmd_id not in tx.answered:
        _look_up(tx, [cmd_id])
    stored = tx.answered[cmd_id]
    return None if stored is None else _decision(*stored)


def foresee(tx: Tx, commands: Iterable[Command]) -> None:
    """Look up at once what `given` will be asked about each of these and what it follows."""
    _look_up(tx, [i for command in commands for i in (command.cmd_id, command.after) if i])


def _look_up(tx: Tx, cmd_ids: Sequence[UUID]) -> None:
    names, params = listed("c", cmd_ids)
    sql = f"SELECT cmd_id, req_hash, status, result FROM applied_command WHERE cmd_id IN {names}"
    tx.answered |= dict.fromkeys(cmd_ids)
    for raw_id, *stored in tx.rows(sql, **params):
        tx.answered[UUID(bytes=bytes(raw_id))] = tuple(stored)


def _decision(digest: bytes, status: str, result: str) -> Decision:
    return Decision(bytes(digest), status == "rejected", _final.decode(result))


def of_another_epoch(tx: Tx, epoch_no: int) -> bool:
    """Whether a request comes from another epoch than the present one; 0 is of none.

    A network may deliver it long after its sender gave it up. If the server was put back meanwhile,
    the sender has taken back what was lost: its replies wait there for somebody's word.
    """
    if not epoch_no:
        return False
    present: int | None = tx.noted(("epoch",))
    if present is None:
        present = tx.rows("SELECT max(no) FROM epoch")[0][0]
        tx.note(("epoch",), present)
    return epoch_no != present


def out_of_order(tx: Tx, actor: Actor, command: Command) -> Outcome | None:
    """What to answer when commands are missing before this one, or it is older than the record.

    Ids make retries harmless, numbers only keep one device's order; 0 asks for none.
    """
    if actor.device is None or command.n == 0:
        return None
    last_n, pruned_n = device_numbers(tx, actor.device)
    if command.n > last_n + 1:
        return Expected(last_n + 1)
    return Rejected("already_processed") if command.n <= pruned_n else None


def device_numbers(tx: Tx, device: UUID) -> tuple[int, int]:
    """The highest number answered for this device, and the highest whose answer is pruned."""
    noted: tuple[int, int] | None = tx.noted(("device", device))
    if noted is not None:
        return noted
    rows = tx.locked("SELECT last_n, pruned_n FROM device WHERE id = :id", id=device.bytes)
    return (rows[0][0], rows[0][1]) if rows else (0, 0)


def keep(tx: Tx, actor: Actor, command: Command, decision: Decision) -> None:
    """Store the decision with the effects; its outcome gets its place in the log at the end."""
    tx.note(("answer", command.cmd_id), decision)
    if actor.device is not None and command.n:
        last_n, pruned_n = device_numbers(tx, actor.device)
        last_n = max(last_n, command.n)
        tx.note(("device", actor.device), (last_n, pruned_n))
        tx.insert(
            schema.device,
            id=actor.device.bytes,
            user_id=actor.user_id.bytes,
            last_n=last_n,
            pruned_n=pruned_n,
            seen_at=to_ms(tx.at),
        )


def forget(tx: Tx, highest: Mapping[bytes, int]) -> None:
    """Answers up to these numbers are gone: by device, in its 16 bytes, the highest of each."""
    sql = "SELECT user_id, seen_at FROM device WHERE id = :id"
    for device_id in sorted(highest):  # always in one order, so that two of us never cross
        device = UUID(bytes=device_id)
        last_n, pruned_n = device_numbers(tx, device)
        pruned_n = max(pruned_n, highest[device_id])
        tx.note(("device", device), (last_n, pruned_n))
        for user_id, seen_at in tx.rows(sql, id=device_id):
            tx.insert(
                schema.device, id=device_id, user_id=user_id, last_n=last_n, pruned_n=pruned_n,
                seen_at=seen_at,
            )  # fmt: skip


def quote_nothing(tx: Tx, lines: str, **params: Value) -> None:
    """Empty what answers quote whose changes are in these lines of the log (an SQL condition).

    The answers stay, so that no command is done again.
    """
    columns = [column.name for column in schema.applied_command.columns]
    found = tx.rows(
        f"SELECT {', '.join(columns)} FROM applied_command WHERE status = 'merged' AND cmd_id IN"
        f" (SELECT cmd_id FROM change_log WHERE {lines})",
        **params,
    )
    for stored in found:
        values = dict(zip(columns, stored, strict=True))
        outcome = _final.decode(values["result"])
        if isinstance(outcome, Merged):
            values["result"] = codec.encode(structs.replace(outcome, theirs={})).decode()
            tx.insert(schema.applied_command, **values)


def row(tx: Tx, actor: Actor, command: Command, decision: Decision) -> dict[str, object]:
    """The settled decision as its table row. The current record is left out: it is read anew."""
    outcome = decision.settled
    kept = Rejected(outcome.code, outcome.fields) if isinstance(outcome, Rejected) else outcome
    return {
        "cmd_id": command.cmd_id.bytes,
        "device": actor.device.bytes if actor.device else None,
        "n": command.n,
        "user_id": actor.user_id.bytes,
        "req_hash": decision.digest,
        "status": type(outcome).__name__.lower(),
        "result": codec.encode(kept).decode(),
        "seq": outcome.seq if isinstance(outcome, Accepted | Merged) else None,
        "at": to_ms(tx.at),
    }
