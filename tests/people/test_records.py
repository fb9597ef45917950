"""People on the wire: kinds with scopes of their own."""

import pytest

from console.kernel.ids import new_id
from console.kernel.money import Money
from console.people.model import Party
from console.people.records import PARTY, ROLE, TEAM, USER


@pytest.mark.parametrize("kind", [ROLE, TEAM, USER, PARTY], ids=lambda kind: kind.name)
def test_nobody_follows_a_parent(kind: object) -> None:
    assert kind.parent is None


def test_a_party_survives_its_document() -> None:
    from console.kernel.codec import write_record

    party = Party(
        id=new_id(), side="seller", name="Nora", email="n@x.y", orders=3, spent=Money(1250, "EUR")
    )
    doc = write_record(party)
    assert PARTY.read(party.id, doc) == party
    assert b"phone" not in doc
