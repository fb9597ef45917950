"""The protocol as it stands on the wire: every frame as a file, read and written unchanged.

Of the version before, what its consoles send is still read, and what they are sent only grew.
"""

from pathlib import Path
from types import UnionType
from typing import Any, get_args

import msgspec
import pytest
from msgspec import Struct

from console.sync import asking, frames, records, wire

FOLDER = Path(__file__).parent / f"v{frames.PROTO}"
FILES = sorted(FOLDER.glob("*.json"))
BEFORE = sorted((FOLDER.parent / f"v{frames.OLDEST_PROTO}").glob("*.json"))

SHAPES: dict[str, Any] = {
    name: kind
    for module in (asking, frames, records)
    for name, kind in vars(module).items()
    if isinstance(kind, type) and issubclass(kind, Struct) and kind.__module__ == module.__name__
}


def names(union: UnionType) -> set[str]:
    return {kind.__name__ for kind in get_args(union)}


def kind_of(path: Path) -> Any:
    return SHAPES[path.stem.split("-")[0]]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_golden_frame_is_read_and_written_unchanged(path: Path) -> None:
    golden = path.read_bytes().rstrip(b"\n")
    value = msgspec.json.decode(golden, type=kind_of(path))
    assert msgspec.json.encode(value) == golden


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_frames_travel_through_the_wire_as_they_are(path: Path) -> None:
    kind = kind_of(path)
    value = msgspec.json.decode(path.read_bytes(), type=kind)
    if kind.__name__ in names(frames.ServerFrame):
        assert wire.unpack_server(wire.pack(value)) == value
    if kind.__name__ in names(frames.ClientFrame):
        assert wire.unpack_client(wire.pack(value)) == value
    if kind.__name__ in names(asking.BootLine):
        assert wire.control_line(value).startswith(asking.BOOT_CONTROL)


def test_every_shape_on_the_wire_has_a_golden_file() -> None:
    assert SHAPES.keys() - {path.stem.split("-")[0] for path in FILES} == set()


def test_no_golden_file_is_of_nothing() -> None:
    assert [path.name for path in FILES if path.stem.split("-")[0] not in SHAPES] == []


@pytest.mark.parametrize("path", BEFORE, ids=lambda path: path.stem)
def test_the_version_before_is_still_understood(path: Path) -> None:
    golden = path.read_bytes()
    now = msgspec.json.decode(msgspec.json.encode(msgspec.json.decode(golden, type=kind_of(path))))
    before = msgspec.json.decode(golden)
    if isinstance(before, dict):
        assert {key: now.get(key) for key in before} == before
    else:
        assert now == before
