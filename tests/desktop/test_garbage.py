"""Qt's objects that hold only themselves end in the thread that made them, whoever makes others."""

import gc
import threading
import weakref

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from console.desktop.garbage import Garbage

MANY = 5_000
"""Enough for Python to look for garbage several times over."""


class Round(QObject):
    """One that nothing frees but a look for garbage."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self


def lose(ended: list[int]) -> None:
    """Make one and let go of it; `ended` gets the thread it ends in."""
    weakref.finalize(Round(), lambda: ended.append(threading.get_ident()))


def hold() -> list[list[int]]:
    return [[n] for n in range(MANY)]


def test_another_thread_frees_nothing_of_ours_and_a_look_here_does(qtbot: QtBot) -> None:
    garbage, ended = Garbage(), list[int]()
    gc.collect()
    lose(ended)
    held: list[object] = []
    other = threading.Thread(target=lambda: held.append(hold()))
    other.start()
    other.join()
    assert held
    assert not ended
    garbage.look()
    assert ended == [threading.get_ident()]


def test_what_outlived_many_looks_is_found_by_a_later_one() -> None:
    garbage, ended = Garbage(), list[int]()
    kept = Round()
    gc.collect()
    gc.collect()  # it stands among the oldest now
    weakref.finalize(kept, lambda: ended.append(threading.get_ident()))
    del kept
    held = []
    for _ in range(100):
        held.append(hold())
        garbage.look()
    assert ended == [threading.get_ident()]


def test_a_look_at_little_is_not_taken() -> None:
    garbage, ended = Garbage(), list[int]()
    gc.collect()
    lose(ended)
    garbage.look()
    assert not ended
    gc.collect()
    assert len(ended) == 1
