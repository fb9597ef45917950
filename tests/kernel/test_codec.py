"""The codec: strict towards what is asked of us, tolerant towards what is replayed."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.kernel import codec
from console.kernel.codec import NIL, Record, Strict
from console.kernel.errors import Refused
from console.kernel.ids import new_id


class Asked(Strict, frozen=True):
    """What somebody asks."""

    name: str
    count: int = 0


class Kept(Record, frozen=True, kw_only=True):
    """What is stored."""

    name: str
    count: int = 0


json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def test_an_unknown_field_is_refused_where_we_decide() -> None:
    with pytest.raises(Refused) as refusal:
        codec.decode(b'{"name":"x","sudo":true}', Asked)
    assert refusal.value.code == "bad_input"
    assert "sudo" in refusal.value.message


@pytest.mark.parametrize("data", [b"", b"{", b'{"name":1}', b"\xff", b'{"count":1}', b"[]"])
def test_what_is_not_understood_is_refused(data: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        codec.decode(data, Asked)
    assert refusal.value.code == "bad_input"


def test_an_unknown_field_is_ignored_where_we_replay() -> None:
    record_id = new_id()
    found = codec.read_record(Kept, record_id, b'{"name":"x","later":[1,2]}')
    assert found == Kept(id=record_id, name="x")


@given(st.text(), st.integers(-(2**63), 2**63 - 1), st.uuids())
def test_a_record_survives_without_its_id_in_the_document(
    name: str, count: int, record_id: UUID
) -> None:
    record = Kept(id=record_id, name=name, count=count)
    doc = codec.write_record(record)
    assert str(record_id).encode() not in doc
    assert codec.read_record(Kept, record_id, doc) == record
    assert record.id == record_id


def test_defaults_stay_off_the_wire() -> None:
    assert codec.write_record(Kept(id=NIL, name="x")) == b'{"name":"x"}'


def test_nan_becomes_null() -> None:
    assert codec.encode([float("nan"), float("inf")]) == b"[null,null]"


@given(st.dictionaries(st.text(), json))
def test_a_digest_does_not_depend_on_the_order_of_keys(value: dict[str, object]) -> None:
    turned = dict(reversed(list(value.items())))
    assert codec.digest(value) == codec.digest(turned)


def test_different_values_have_different_digests() -> None:
    values = [{"a": 1}, {"a": "1"}, {"a": [1]}, {"a": None}, {}, [], None, 1, "1"]
    assert len({codec.digest(value) for value in values}) == len(values)
