"""Limits and spellings of files on the wire."""

import pytest

from console.sync.blobs import MAX_BLOB_BYTES as MOST
from console.sync.blobs import (
    MAX_PATCH_BYTES,
    PART_BYTES,
    PLAIN_TYPE,
    checked_type,
    is_sha256,
    part_size,
)


def test_the_limits_are_those_of_the_protocol() -> None:
    assert MOST == 25 * 1024 * 1024
    assert PART_BYTES == 256 * 1024
    assert MAX_PATCH_BYTES == 512 * 1024


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("image/png", "image/png"),
        ("Image/PNG; charset=x", "image/png"),
        ("application/vnd.ms-excel", "application/vnd.ms-excel"),
        ("", PLAIN_TYPE),
        ("text", PLAIN_TYPE),
        ("text/html\r\nset-cookie: x", PLAIN_TYPE),
        ("text/ht ml", PLAIN_TYPE),
        ("a/" + "b" * 65, PLAIN_TYPE),
    ],
)
def test_a_type_is_a_type_or_plain(told: str, kept: str) -> None:
    assert checked_type(told) == kept


def test_a_hash_is_64_lower_case_digits() -> None:
    assert is_sha256("0" * 64)
    assert not any(map(is_sha256, ("", "0" * 63, "0" * 65, "A" * 64, "g" * 64, "0" * 64 + "\n")))


def test_parts_add_up() -> None:
    for size in (1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 3 * PART_BYTES + 7):
        sizes = [part_size(size, n) for n in range(6)]
        assert sum(sizes) == size
        assert max(sizes) <= PART_BYTES
