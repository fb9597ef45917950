"""The policy on the wire: its document, and a command that keeps what its author does not know."""

import pytest

from console.kernel import codec
from console.kernel.codec import write_record
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.masking.model.policy import POLICY_ID, Content, MaskingPolicy
from console.masking.records import FIRST, KNOWN, MASKING, SetMasking


def test_a_policy_survives_its_document() -> None:
    policy = MaskingPolicy(
        id=POLICY_ID, content=Content(buyer=(), own=("shop.example",)), changed_by=new_id()
    )
    doc = write_record(policy)
    assert MASKING.read(POLICY_ID, doc) == policy
    assert b"seller" not in doc, "defaults are left out"
    assert MASKING.read(POLICY_ID, b'{"content":{}}').content == Content()


def test_the_command_says_what_its_author_knows_and_refuses_what_it_does_not() -> None:
    assert set(FIRST) <= set(KNOWN)
    assert codec.decode(b'{"content":{}}', SetMasking).knows == FIRST
    for wrong in (b'{"content":{},"colour":"red"}', b'{"content":{"buyer":["pigeon"]}}'):
        with pytest.raises(Refused):
            codec.decode(wrong, SetMasking)
