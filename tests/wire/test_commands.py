"""Every command as it stands on the wire: read and written unchanged, also as consoles before sent it."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from console.sync.frames import OLDEST_PROTO
from console.sync.records import Command
from tests.wire.commands import FOLDER, HERE, example, kinds

KINDS = kinds()
FILES = sorted(FOLDER.glob("*.json"))
BEFORE = sorted((HERE / f"v{OLDEST_PROTO}" / "commands").glob("*.json"))


def type_of(path: Path) -> str:
    """Several of one type are told apart by what follows a dash."""
    return path.stem.split("-")[0]


def said(told: Any, path: str = "") -> set[str]:
    """The fields that are said, however deep."""
    found = set[str]()
    for key, value in told.items() if isinstance(told, dict) else ():
        found |= {f"{path}.{key}"} | said(value, f"{path}.{key}")
    for value in told if isinstance(told, list) else ():
        found |= said(value, path)
    return found


@pytest.mark.parametrize("path", [*FILES, *BEFORE], ids=lambda p: f"{p.parts[-3]}-{p.stem}")
def test_a_golden_command_is_read_and_written_unchanged(path: Path) -> None:
    """Also of the version before: what is new since has a default, and what was is still there."""
    golden = path.read_bytes().rstrip(b"\n")
    wish = msgspec.json.decode(golden, type=Command)
    assert wish.type == type_of(path)
    assert msgspec.json.encode(wish) == golden
    args = msgspec.json.decode(wish.args, type=KINDS[wish.type])
    assert msgspec.json.decode(msgspec.json.encode(args)) == msgspec.json.decode(wish.args)


def test_every_command_has_a_golden_file_and_every_file_is_of_one() -> None:
    assert {type_of(path) for path in FILES} == KINDS.keys()
    assert BEFORE, "the version before had commands"
    assert {type_of(path) for path in BEFORE} < KINDS.keys()


@pytest.mark.parametrize("name", sorted(KINDS))
def test_the_golden_files_of_a_command_say_each_of_its_fields(name: str) -> None:
    """A new field wants a file beside the old one, which stays as it is."""
    told = [msgspec.json.decode(path.read_bytes()) for path in FILES if type_of(path) == name]
    known = set[str]().union(*map(said, told))
    assert said(msgspec.json.decode(example(KINDS[name]))) - known == set()
    assert example(KINDS[name]) == example(KINDS[name])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_a_command_does_not_know_is_refused(path: Path) -> None:
    args = msgspec.json.decode(path.read_bytes())["args"]
    with pytest.raises(msgspec.ValidationError, match="of_a_newer_release"):
        msgspec.convert({**args, "of_a_newer_release": 1}, KINDS[type_of(path)])
