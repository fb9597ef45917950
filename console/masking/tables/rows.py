"""Reads of the masking policy, which has no query columns."""

from console.masking.model.policy import POLICY_ID, MaskingPolicy
from console.masking.records import MASKING
from console.store.reader import Reader, Value


def masking_columns(_: MaskingPolicy) -> dict[str, Value]:
    """Query columns of the policy: none, there is but one."""
    return {}


def policy(reader: Reader) -> MaskingPolicy | None:
    """The policy, None while nobody has set one."""
    row = reader.row("SELECT doc FROM masking WHERE id = :id", id=POLICY_ID.bytes)
    return MASKING.read(POLICY_ID, row[0]) if row else None
