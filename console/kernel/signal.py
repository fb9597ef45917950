"""Typed signals without Qt: receivers are held weakly, and one failing receiver stops no other."""

import logging
import weakref
from collections.abc import Callable, Iterator
from inspect import ismethod
from typing import Any, Generic, Self, TypeVar

T = TypeVar("T")
Receiver = Callable[[T], None]

log = logging.getLogger(__name__)


class Signal(Generic[T]):
    """Something that happened, told to whoever connected.

    Bound methods are held weakly (their object's death disconnects them); plain functions and
    lambdas are held strongly, so connect those only for the sender's own life.
    """

    def __init__(self) -> None:
        self._receivers: list[Callable[[], Receiver[T] | None]] = []

    def connect(self, receiver: Receiver[T]) -> None:
        """Call `receiver` on every later emit, in the order of connection."""
        if ismethod(receiver):
            self._receivers.append(weakref.WeakMethod(receiver))
        else:
            self._receivers.append(lambda: receiver)

    def disconnect(self, receiver: Receiver[T]) -> None:
        """Stop calling `receiver`; unknown receivers are ignored."""
        self._receivers = [ref for ref in self._receivers if ref() not in (None, receiver)]

    def held(self) -> list[object]:
        """Marks of who is connected, in the order of connection; only to be handed to `cut`."""
        return list(self._receivers)

    def cut(self, held: list[object]) -> None:
        """Disconnect those that these marks stand for."""
        gone = {id(mark) for mark in held}
        self._receivers = [ref for ref in self._receivers if id(ref) not in gone]

    def emit(self, value: T) -> None:
        """Tell every living receiver; a receiver's exception is logged as an error, not raised."""
        for ref in list(self._receivers):
            receiver = ref()
            if receiver is None:
                self._receivers.remove(ref)
                continue
            try:
                receiver(value)
            except Exception:
                log.exception("signal_receiver_failed")


class Strand:
    """Remembers who connects to these signals inside its `with`, to disconnect them all together.

    For what goes while the signals stay: a window of several over the same files. One `with` may
    stand inside another.
    """

    def __init__(self, *signals: Signal[Any]) -> None:
        self._signals = signals
        self._before: list[list[list[object]]] = []
        self._made: list[list[object]] = [[] for _ in signals]

    def __enter__(self) -> Self:
        self._before.append([signal.held() for signal in self._signals])
        return self

    def __exit__(self, *_: object) -> None:
        for signal, before, made in zip(self._signals, self._before.pop(), self._made, strict=True):
            known = {id(mark) for mark in (*before, *made)}
            made += [mark for mark in signal.held() if id(mark) not in known]

    def along(self, steps: Iterator[T]) -> Iterator[T]:
        """Work in steps, remembering who connects in any of them, and not who does in between."""
        while True:
            with self:
                try:
                    step = next(steps)
                except StopIteration:
                    return
            yield step

    def cut(self) -> None:
        """Disconnect them."""
        for signal, made in zip(self._signals, self._made, strict=True):
            signal.cut(made)
        self._made = [[] for _ in self._signals]
