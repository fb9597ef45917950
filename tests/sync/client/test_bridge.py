"""The bridge: starts the engine, hears it, starts it again when it dies, ends it in time."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import pytest

from console.kernel.ids import new_id
from console.sync.client import pipe
from console.sync.client.bridge import Bridge
from tests.parts.desk import ENGINE
from tests.parts.until import until

pytestmark = pytest.mark.anyio


class Ear:
    """What a bridge told, waited for."""

    def __init__(self, bridge: Bridge) -> None:
        self.frames: list[pipe.FromEngine] = []
        self.starts = 0
        self._news = asyncio.Event()
        bridge.said.connect(self._hear)
        bridge.started.connect(self._start)

    def _hear(self, frame: pipe.FromEngine) -> None:
        self.frames.append(frame)
        self._news.set()

    def _start(self, _: None) -> None:
        self.starts += 1
        self._news.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        await until(holds, news=self._news)


def ask() -> pipe.SignIn:
    return pipe.SignIn("http://127.0.0.1:1", "ana@desk.test", "sesame", new_id())


async def test_an_engine_that_dies_is_started_again(expected_errors: Any) -> None:
    expected_errors.expect("engine_died")
    bridge = Bridge([sys.executable, "-c", ENGINE])
    ear = Ear(bridge)
    bridge.start()
    for number in (1, 2):
        await ear.until(lambda n=number: ear.starts == n)
        bridge.send(ask())
        await ear.until(lambda n=number: len(ear.frames) == n)
        process = bridge._process
        assert process is not None
        if number == 1:
            os.kill(process.pid, signal.SIGKILL)
    assert [f.code for f in ear.frames if isinstance(f, pipe.SignInFailed)] == ["unreachable"] * 2
    await bridge.close()
    assert process.returncode == 0
    assert expected_errors.events == ["engine_died"]


async def test_an_engine_that_talks_nonsense_is_started_again(expected_errors: Any) -> None:
    expected_errors.expect("engine_died", "engine_not_understood")
    nonsense = "import sys; sys.stdout.buffer.write(b'\\0\\0\\0\\2xx'); sys.stdout.flush(); sys.stdin.read()"
    bridge = Bridge([sys.executable, "-c", nonsense])
    ear = Ear(bridge)
    bridge.start()
    await ear.until(lambda: ear.starts == 2)
    await bridge.close()
    assert ear.frames == []
    assert "engine_not_understood" in expected_errors.events


async def test_nothing_is_said_to_an_engine_that_is_not_there() -> None:
    bridge = Bridge([sys.executable, "-c", ENGINE])
    bridge.send(ask())
    await bridge.close()
    assert bridge._process is None


async def test_an_engine_is_renewed_without_a_word_of_it_in_the_log() -> None:
    bridge = Bridge([sys.executable, "-c", ENGINE])
    ear = Ear(bridge)
    bridge.start()
    await ear.until(lambda: ear.starts == 1)
    before = bridge._process
    await bridge.renew()
    await ear.until(lambda: ear.starts == 2)
    assert before is not None
    assert before.returncode is not None
    assert bridge._process is not before
    await bridge.close()
