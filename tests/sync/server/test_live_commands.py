"""Commands over the live socket: decided one at a time, beside all else that a console says."""

import asyncio

import pytest

from console.kernel.errors import SignedOut
from console.kernel.ids import new_id
from console.sync.frames import ACK_TIMEOUT_S, Ack, CommandFrame, Ping, ResultFrame, Welcome
from console.sync.records import Accepted, Command, Result
from tests.fakes.clock import ManualClock
from tests.sync.server.test_live import Console, console, core, ended

__all__ = ["console", "core"]
pytestmark = pytest.mark.anyio


def wish() -> CommandFrame:
    return CommandFrame(Command(new_id(), "X", new_id()))


async def test_a_command_over_the_socket(console: Console) -> None:
    await console.hello()
    asked = wish()
    console.socket.say(asked)
    found = await console.socket.until(ResultFrame)
    assert found.result == Result(asked.command.cmd_id, Accepted(5))
    assert console.epochs == [console.socket.of(Welcome)[0].epoch.no], "the one it was told"


async def test_a_slow_decision_holds_up_nothing_else_that_the_console_says(
    console: Console, clock: ManualClock
) -> None:
    """Its acknowledgements above all: without them it would be sent away as too slow."""
    task = await console.hello()
    console.may_decide.clear()
    console.socket.say(wish())
    await console.socket.until_at(head := await console.write())
    console.socket.say(Ack(head))
    console.socket.say(Ping())
    await console.socket.until(Ping)
    clock.advance(ACK_TIMEOUT_S + 1)
    await console.socket.until_at(await console.write())
    assert not task.done()
    assert console.socket.of(ResultFrame) == []
    console.may_decide.set()
    await console.socket.until(ResultFrame)


async def test_one_command_of_a_console_is_decided_at_a_time(console: Console) -> None:
    await console.hello()
    console.may_decide.clear()
    asked = [wish() for _ in range(5)]
    for frame in asked:
        console.socket.say(frame)
    console.socket.say(Ping())
    await console.socket.until_at(await console.write())
    assert len(console.epochs) == 1, "whoever says more than one waits"
    assert console.socket.of(Ping) == [], "and nothing is read that cannot be kept"
    console.may_decide.set()
    await console.socket.until(Ping)
    await console.socket.until(ResultFrame, len(asked))
    found = [frame.result.cmd_id for frame in console.socket.of(ResultFrame)]
    assert found == [frame.command.cmd_id for frame in asked]


async def test_a_session_that_ends_while_a_command_is_decided_says_why(console: Console) -> None:
    task = await console.hello()
    console.failure = SignedOut()
    console.socket.say(wish())
    assert isinstance(await ended(task), SignedOut)
    assert console.core.hub.listeners == set()


async def test_who_leaves_while_a_command_is_decided_leaves_nothing_running(
    console: Console,
) -> None:
    task = await console.hello()
    console.may_decide.clear()
    console.socket.say(wish())
    await console.socket.until_at(await console.write())
    console.socket.hang_up()
    assert isinstance(await ended(task), ConnectionError)
    assert [t.get_name() for t in asyncio.all_tasks() if t.get_name().startswith("live-")] == []
