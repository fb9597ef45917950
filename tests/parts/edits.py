"""What a list is after the edits that a view model tells: the other way to know it."""

from collections.abc import Hashable, Sequence

from console.kernel.edits import Edit, Insert, Remove, Reset


def applied(keys: list[Hashable], edits: Sequence[Edit]) -> list[Hashable]:
    """The list after the edits, one after another."""
    result = list(keys)
    for edit in edits:
        match edit:
            case Reset(new):
                result = list(new)
            case Insert(at, new):
                result[at:at] = new
            case Remove(at, count):
                del result[at : at + count]
    return result
