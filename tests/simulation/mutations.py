"""Faults planted in our own code, each by name: a simulation that misses one is worth nothing."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

MUTATIONS: dict[str, Callable[[], AbstractContextManager[None]]] = {}


def broken(name: str | None) -> AbstractContextManager[None]:
    """Our code with this fault until the end; None leaves it whole."""
    return nullcontext() if name is None else MUTATIONS[name]()
