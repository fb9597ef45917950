"""What grew since a release: somebody who gives the whole of a thing keeps what they do not know of it.

Defaults are left off the wire, so what is not given is either its default or not known to the author.
Commands that give the whole therefore say which names they know; those of a release that said nothing
knew the first ones.
"""

from collections.abc import Collection
from typing import TypeVar, get_type_hints

from msgspec import Struct, structs

S = TypeVar("S", bound=Struct)


def names_of(kind: type[Struct]) -> tuple[str, ...]:
    """The fields of a struct, and of those in it: `text`, `deeds`, `deeds.status`; not of lists."""
    found: list[str] = []
    for name, told in get_type_hints(kind).items():
        found.append(name)
        if isinstance(told, type) and issubclass(told, Struct):
            found += [f"{name}.{inner}" for inner in names_of(told)]
    return tuple(found)


def with_unknown(given: S, before: S, known: Collection[str], within: str = "") -> S:
    """What is given, with the fields that its author does not know as they were before."""
    kept = {}
    for name in given.__struct_fields__:
        was, now = getattr(before, name), getattr(given, name)
        path = within + name
        if path not in known:
            kept[name] = was
        elif isinstance(now, Struct) and type(was) is type(now):
            kept[name] = with_unknown(now, was, known, f"{path}.")
    return structs.replace(given, **kept)
