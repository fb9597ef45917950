"""Chance that repeats itself: every choice of the sandbox follows from a seed and a name."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import TypeVar
from uuid import UUID

from console.kernel.ids import derived_id

T = TypeVar("T")
Dice = Random


def dice(*names: object) -> Dice:
    """The dice of that name: thrown in the same order they fall the same way on any machine."""
    return Random("\x1f".join(map(str, names)))  # noqa: S311 - repeatable on purpose, guards nothing


def one(rng: Dice, choices: Sequence[T]) -> T:
    """One of the choices; there must be one."""
    return choices[int(rng.random() * len(choices))]


def weighted(rng: Dice, choices: Sequence[T], weights: Sequence[float]) -> T:
    """One of the choices, the heavier the likelier."""
    return rng.choices(choices, weights)[0]


def hours(rng: Dice, low: float, high: float) -> timedelta:
    """A span of so many hours, in whole seconds."""
    return timedelta(seconds=int(rng.uniform(low, high) * 3600))


def sandbox_id(seed: int, *names: object) -> UUID:
    """The id of something in the sandbox of that seed."""
    return derived_id("sandbox", str(seed), *map(str, names))
