"""Exact changes to a list, so that a screen keeps its selection and its place."""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Reset:
    """The list is now these keys."""

    keys: Sequence[Hashable]


@dataclass(frozen=True)
class Insert:
    """These keys come in before position `at`."""

    at: int
    keys: Sequence[Hashable]


@dataclass(frozen=True)
class Remove:
    """`count` keys go, from position `at` on."""

    at: int
    count: int = 1


@dataclass(frozen=True)
class Change:
    """What stands at position `at` looks different."""

    at: int


Edit = Reset | Insert | Remove | Change


def difference(
    old: Sequence[Hashable], new: Sequence[Hashable], changed: Collection[Hashable] = ()
) -> list[Edit]:
    """Edits from `old` to `new`; keys in both that are in `changed` are told too.

    What differs is taken to be one stretch, which suits lists that grow at their ends.
    """
    shared = min(len(old), len(new))
    front = 0
    while front < shared and old[front] == new[front]:
        front += 1
    back = 0
    while back < shared - front and old[-1 - back] == new[-1 - back]:
        back += 1
    edits: list[Edit] = []
    if gone := len(old) - front - back:
        edits.append(Remove(front, gone))
    if come := new[front : len(new) - back]:
        edits.append(Insert(front, come))
    kept = [*range(front), *range(len(new) - back, len(new))]
    return edits + [Change(at) for at in kept if new[at] in changed]
