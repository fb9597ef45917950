"""Signals: in order, weakly held, and one failing receiver stops no other."""

import gc
from typing import Any

from console.kernel.signal import Signal, Strand


class Ear:
    """Somebody who listens."""

    def __init__(self, heard: list[int]) -> None:
        self.heard = heard

    def hear(self, value: int) -> None:
        self.heard.append(value)


def test_receivers_hear_in_the_order_of_connection() -> None:
    signal: Signal[int] = Signal()
    heard: list[tuple[str, int]] = []
    signal.connect(lambda value: heard.append(("first", value)))
    signal.connect(lambda value: heard.append(("second", value)))
    signal.emit(3)
    assert heard == [("first", 3), ("second", 3)]


def test_a_method_dies_with_its_object() -> None:
    signal: Signal[int] = Signal()
    heard: list[int] = []
    ear = Ear(heard)
    signal.connect(ear.hear)
    signal.emit(1)
    del ear
    gc.collect()
    signal.emit(2)
    assert heard == [1]


def test_disconnecting() -> None:
    signal: Signal[int] = Signal()
    heard: list[int] = []
    ear, other = Ear(heard), Ear(heard)
    signal.connect(ear.hear)
    signal.connect(other.hear)
    signal.disconnect(ear.hear)
    signal.disconnect(Ear([]).hear)
    signal.emit(5)
    assert heard == [5]


def test_a_failing_receiver_is_logged_and_stops_no_other(expected_errors: Any) -> None:
    expected_errors.expect("signal_receiver_failed")
    signal: Signal[int] = Signal()
    heard: list[int] = []

    def fail(_: int) -> None:
        raise ValueError("mine")

    signal.connect(fail)
    signal.connect(heard.append)
    signal.emit(1)
    assert heard == [1]
    assert expected_errors.events == ["signal_receiver_failed"]


def test_disconnecting_while_being_told() -> None:
    signal: Signal[int] = Signal()
    heard: list[int] = []

    def once(value: int) -> None:
        heard.append(value)
        signal.disconnect(once)

    signal.connect(once)
    signal.connect(heard.append)
    signal.emit(1)
    signal.emit(2)
    assert heard == [1, 1, 2]


def test_those_of_a_strand_are_disconnected_together() -> None:
    first, second = Signal[int](), Signal[int]()
    heard: list[str] = []
    first.connect(lambda n: heard.append(f"before {n}"))
    with Strand(first, second) as strand:
        first.connect(lambda n: heard.append(f"first {n}"))
        second.connect(lambda n: heard.append(f"second {n}"))
    first.connect(lambda n: heard.append(f"after {n}"))
    first.emit(1)
    second.emit(1)
    assert heard == ["before 1", "first 1", "after 1", "second 1"]
    strand.cut()
    strand.cut()
    heard.clear()
    first.emit(2)
    second.emit(2)
    assert heard == ["before 2", "after 2"]


def test_a_strand_takes_up_inside_itself_and_later() -> None:
    signal, heard = Signal[int](), list[str]()
    strand = Strand(signal)
    with strand:
        signal.connect(lambda n: heard.append(f"outer {n}"))
        with strand:
            signal.connect(lambda n: heard.append(f"inner {n}"))
        signal.connect(lambda n: heard.append(f"outer again {n}"))
    with strand:
        signal.connect(lambda n: heard.append(f"later {n}"))
    signal.emit(1)
    assert heard == ["outer 1", "inner 1", "outer again 1", "later 1"]
    strand.cut()
    signal.emit(2)
    assert len(heard) == 4
