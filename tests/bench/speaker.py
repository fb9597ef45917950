"""A colleague in a process of its own: two consoles are never one process, nor do they share a loop.

`python -m tests.bench.speaker URL TOKEN DEVICE` reads a JSON line for each request and answers with one.
`Speaker` is the other end of that pipe.
"""

import asyncio
import json
import sys
from itertools import count
from uuid import UUID

from console.kernel import codec
from console.sync.records import Command
from tests.bench.console import Seat
from tests.bench.wishes import Talker


async def main(url: str, token: str, device: str) -> None:
    """Send what each line says until there are no more; several may be under way."""
    loop, colleague = asyncio.get_running_loop(), Talker(url, token, UUID(device))
    await colleague.begin()
    reader = asyncio.StreamReader(limit=1 << 26)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)

    async def send(number: int, body: str) -> None:
        begun = await colleague.say(codec.decode(body.encode(), Command))
        sys.stdout.write(json.dumps([number, begun]) + "\n")
        sys.stdout.flush()

    async with asyncio.TaskGroup() as running:
        while line := await reader.readline():
            running.create_task(send(*json.loads(line)))
    await colleague.close()


class Speaker:
    """The process, from outside."""

    def __init__(self, url: str, seat: Seat) -> None:
        self._where = url, seat.token, str(seat.device)
        self._process: asyncio.subprocess.Process | None = None
        self._told = dict[int, asyncio.Future[float]]()
        self._numbers = count()
        self._listening: asyncio.Task[None] | None = None

    async def say(self, some: Command) -> float:
        """Send a command and check that it is accepted; when it was sent (monotonic, s)."""
        if self._process is None:
            pipe = asyncio.subprocess.PIPE
            words = (sys.executable, "-m", "tests.bench.speaker", *self._where)
            self._process = await asyncio.create_subprocess_exec(*words, stdin=pipe, stdout=pipe)
            self._listening = asyncio.create_task(self._listen(self._process))
        number = next(self._numbers)
        told = self._told[number] = asyncio.get_running_loop().create_future()
        body = codec.encode(some).decode()
        assert self._process.stdin is not None, "stdin is a pipe"
        self._process.stdin.write(json.dumps([number, body]).encode() + b"\n")
        return await told

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None, "stdout is a pipe"
        async for line in process.stdout:
            number, begun = json.loads(line)
            self._told.pop(number).set_result(begun)
        for waiting in self._told.values():
            waiting.set_exception(RuntimeError("the colleague has died"))

    async def close(self) -> None:
        """End it."""
        if self._process is not None and self._listening is not None:
            assert self._process.stdin is not None, "stdin is a pipe"
            self._process.stdin.close()
            await self._listening
            await self._process.wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
