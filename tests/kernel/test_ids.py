"""Ids: UUIDv7 for what is new, the same id for the same outside name."""

from hypothesis import given
from hypothesis import strategies as st

from console.kernel.ids import derived_id, new_id


def test_new_ids_are_version_7_and_carry_their_time() -> None:
    made = new_id(at_ms=1_700_000_000_123)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == 1_700_000_000_123


def test_new_ids_never_repeat() -> None:
    assert len({new_id(at_ms=5) for _ in range(10_000)}) == 10_000


def test_time_and_noise_make_an_id_repeatable() -> None:
    noise = bytes(range(10))
    assert new_id(7, noise) == new_id(7, noise)
    assert new_id(7, noise) != new_id(8, noise)


@given(st.lists(st.text(), min_size=1))
def test_derived_ids_follow_from_their_names(names: list[str]) -> None:
    made = derived_id(*names)
    assert made == derived_id(*names)
    assert made.version == 8
    assert made.variant == "specified in RFC 4122"


def test_derived_ids_keep_names_apart() -> None:
    assert derived_id("order", "12") != derived_id("order1", "2")
    assert derived_id("order", "12") != derived_id("party", "12")
