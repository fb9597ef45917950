"""Golden commands: one of every type, each field of it said.

`python -m tests.wire.commands` writes those that are missing; one that is there is never written
again, as consoles of its day send it so.
"""

import sys
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from msgspec import inspect

from console.server.rooms import dispatch
from console.sync.frames import PROTO
from console.sync.records import Command

HERE = Path(__file__).parent
FOLDER = HERE / f"v{PROTO}" / "commands"
AT = "2026-03-02T09:00:00Z"


def kinds() -> Mapping[str, type[msgspec.Struct]]:
    """The arguments of every command that a server takes, by its type."""
    return {name: handles.args for name, handles in dispatch().handlers.items()}


def example(kind: type[msgspec.Struct]) -> bytes:
    """A command of that kind as it travels, with another value than the default in every field.

    The same each time: ids are counted, words are the names of their fields.
    """
    numbers = count(1)
    target, cmd_id = _id(next(numbers)), _id(next(numbers))
    args = msgspec.convert(_struct(inspect.type_info(kind), numbers), kind)
    wish = Command(
        cmd_id=UUID(cmd_id), type=kind.__name__, target=UUID(target), n=4, base_rev=79164837199873,
        args=msgspec.Raw(msgspec.json.encode(args)),
    )  # fmt: skip
    return msgspec.json.encode(wish)


def _id(n: int) -> str:
    return f"0198f3c2-7d10-7{n:03x}-8000-{n:012x}"


def _struct(told: Any, numbers: "count[int]") -> dict[str, Any]:
    return {
        field.encode_name: _value(field.type, field.encode_name, field.default, numbers)
        for field in told.fields
    }


def _value(told: Any, name: str, default: object, numbers: "count[int]") -> Any:
    match told:
        case inspect.StructType() | inspect.DataclassType():
            return _struct(told, numbers)
        case inspect.UnionType():
            first = next(t for t in told.types if not isinstance(t, inspect.NoneType))
            return _value(first, name, default, numbers)
        case inspect.VarTupleType() | inspect.ListType() | inspect.FrozenSetType():
            return [_value(told.item_type, name, None, numbers)]
        case inspect.DictType():
            key = _value(told.key_type, "key", None, numbers)
            return {key: _value(told.value_type, name, None, numbers)}
        case inspect.UUIDType():
            return _id(next(numbers))
    return _plain(told, name, default)


def _plain(told: Any, name: str, default: object) -> Any:
    match told:
        case inspect.LiteralType():
            return next(value for value in told.values if value != default)
        case inspect.EnumType():
            return next(member.value for member in told.cls if member != default)
        case inspect.BoolType():
            return default is not True
    known = {inspect.IntType: 7, inspect.FloatType: 7.5, inspect.DateTimeType: AT}
    return known.get(type(told), name)


def main() -> int:
    """Write the examples of the commands that have none yet."""
    FOLDER.mkdir(exist_ok=True)
    for name, kind in kinds().items():
        path = FOLDER / f"{name}.json"
        if not path.exists():
            path.write_bytes(example(kind) + b"\n")
            sys.stdout.write(f"{path.relative_to(HERE)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
