"""The one policy as it is stored and read, on both databases."""

from console.masking.model.policy import POLICY_ID, Content, MaskingPolicy
from console.masking.records import MASKING
from console.masking.tables import rows
from console.people.server.scopes import org_scopes
from tests.parts.office import Office


def test_there_is_none_until_one_is_written(office: Office) -> None:
    assert office.read(rows.policy) is None
    policy = MaskingPolicy(id=POLICY_ID, content=Content(seller=()))
    office.write(lambda tx: tx.record(MASKING, policy, org_scopes()))
    assert office.read(rows.policy) == policy
