"""Typed signals without Qt: receivers are held weakly, and one failing receiver stops no other."""

import logging
import weakref
from collections.abc import Callable
from inspect import ismethod
from typing import Generic, TypeVar

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
