"""Frames and bootstrap streams: compressed when large, bounded, refused when not understood."""

import json

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.sync import wire
from console.sync.asking import BootEnd, BootPage, BootStart
from console.sync.frames import COMPRESS_FROM_BYTES, Ack, Batch, Ping
from console.sync.records import Change, Epoch


def batch_of(size: int) -> Batch:
    doc = Raw(json.dumps({"body": "x" * size}).encode())
    return Batch(1, 2, (Change("message", new_id(), 2, doc=doc),))


def test_small_frames_are_text_and_large_ones_are_compressed() -> None:
    small, large = wire.pack(batch_of(10)), wire.pack(batch_of(COMPRESS_FROM_BYTES))
    assert isinstance(small, str)
    assert isinstance(large, bytes)
    assert len(large) < COMPRESS_FROM_BYTES


@given(st.integers(0, 10_000))
def test_what_is_packed_is_unpacked(size: int) -> None:
    batch = batch_of(size)
    assert wire.unpack_server(wire.pack(batch)) == batch


@pytest.mark.parametrize(
    "data",
    [
        "",
        "{}",
        "null",
        '{"t":"teleport"}',
        '{"t":"ack"}',
        '{"t":"ack","seq":"1"}',
        '{"t":"ack","seq":1,"sudo":1}',
        '{"t":"welcome"}',
        b"",
        b"not zstd",
        zstandard.ZstdCompressor().compress(b"not json"),
        zstandard.ZstdCompressor().compress(b'{"t":"hello","token":"\xff"}'),
        '{"t":"hello","x":' + "[" * 100_000 + "]" * 100_000 + "}",
    ],
)
def test_what_is_no_frame_of_a_console_is_refused(data: str | bytes) -> None:
    with pytest.raises(Refused) as refusal:
        wire.unpack_client(data)
    assert refusal.value.code == "bad_frame"


@pytest.mark.parametrize("data", ['{"t":"teleport"}', '{"t":"hello"}', b"\x28\xb5\x2f\xfd"])
def test_what_is_no_frame_of_a_server_is_refused(data: str | bytes) -> None:
    with pytest.raises(Refused) as refusal:
        wire.unpack_server(data)
    assert refusal.value.code == "bad_frame"


def test_a_server_may_add_fields() -> None:
    assert wire.unpack_server('{"t":"batch","from_seq":1,"to_seq":1,"changes":[],"new":1}') == (
        Batch(1, 1, ())
    )
    assert isinstance(wire.unpack_server('{"t":"ping"}'), Ping)


@pytest.mark.parametrize("sized", [True, False])
def test_a_frame_that_unpacks_to_too_much_is_refused(sized: bool) -> None:
    compressor = zstandard.ZstdCompressor(write_content_size=sized)
    whole = b'{"t":"ack","seq":5}'  # but for its size it would be understood
    bomb = compressor.compress(whole.ljust(wire.MAX_ASKED_BYTES + 1))
    assert len(bomb) < 10_000
    with pytest.raises(Refused) as refusal:
        wire.unpack_client(bomb)
    assert refusal.value.code == "bad_frame"


def test_a_frame_without_its_size_in_the_header_is_understood() -> None:
    compressor = zstandard.ZstdCompressor(write_content_size=False)
    assert wire.unpack_client(compressor.compress(b'{"t":"ack","seq":5}')) == Ack(5)


def stream() -> tuple[list[object], list[bytes]]:
    rows = [Change("ticket", new_id(), n, sc=(4,), doc=Raw(b'{"n":1}')) for n in range(1, 4)]
    lines: list[object] = [BootStart(9, Epoch(1, 2), (4,), {"ticket": 3}), *rows[:2]]
    lines += [BootPage("tok", 9), rows[2], BootEnd(9)]
    deflate = wire.Deflater()
    blocks = [
        deflate.block([wire.control_line(line) if "Boot" in type(line).__name__ else _row(line)])
        for line in lines
    ]
    return lines, [*blocks, deflate.end()]


def _row(line: object) -> bytes:
    import msgspec

    return msgspec.json.encode(line)


def test_a_bootstrap_comes_apart_into_its_lines_however_it_is_cut() -> None:
    lines, blocks = stream()
    whole = b"".join(blocks)
    for size in (1, 7, 64, len(whole)):
        reader = wire.Lines()
        parts = [whole[at : at + size] for at in range(0, len(whole), size)]
        assert [line for part in parts for line in reader.feed(part)] == lines


def test_each_block_can_be_read_without_the_next() -> None:
    lines, blocks = stream()
    reader = wire.Lines()
    assert [list(reader.feed(block)) for block in blocks[:3]] == [[line] for line in lines[:3]]


def test_a_line_that_is_not_understood_is_refused() -> None:
    reader = wire.Lines()
    deflate = wire.Deflater()
    with pytest.raises(Refused) as refusal:
        list(reader.feed(deflate.block([b'{"b":"teleport"}'])))
    assert refusal.value.code == "bad_frame"
    with pytest.raises(Refused):
        list(wire.Lines().feed(b"no zstd at all"))
