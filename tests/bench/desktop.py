"""The real window, off screen: start, open, scroll, type, and the gaps while it fetches.

Each figure comes from a console process of its own with its engine, against a real server process.
"""

import asyncio
import atexit
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from console.desktop.keystore import Secret, Session
from console.kernel import codec
from console.kernel.codec import NIL
from console.people.model import User
from console.sync.client.work import WORK_FILE, device_id, open_work
from tests.bench import hostile
from tests.bench.console import KEY, Console, Seat
from tests.bench.data import Scale, add_long, fill
from tests.bench.figures import Figure, Skipped, percentile, repeated
from tests.bench.memory import pss_mb
from tests.bench.pour import Tap
from tests.bench.process import Served, served
from tests.bench.server import office
from tests.parts.server import LiveServer, live_server

BARE_WINDOW = """
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([]); window = QMainWindow(); window.resize(1440, 900)
window.show(); app.processEvents()
"""


Fill = Callable[[LiveServer, list[UUID]], None]


@dataclass(frozen=True)
class Profile:
    """A signed-in profile: its folder, and what its keyring holds."""

    folder: Path
    secret: str
    server: Served
    seat: Seat


def figures(folder: Path, scale: Scale) -> Iterator[Figure | Skipped]:
    """The start at two sizes, the first fetch, and everything else on the larger."""
    with _filled(folder / "small", _tickets(scale.tickets), desks=2) as (_, (profile, fresh)):
        _fetch(profile)
        warm = _starts(profile, scale.runs)
        yield Figure("desk.start.warm", "ms", warm, _bare_window(scale.runs), "≤ 650")
        yield Figure("desk.start.whole", "ms", _starts(profile, scale.runs, "whole"))
        yield _cold(profile, scale.runs)
        yield from _first(fresh)
    with _filled(folder / "big", _tickets(scale.big), desks=2) as (server, (profile, other)):
        _fetch(profile)
        starts = _starts(profile, scale.runs)
        yield Figure("desk.start.big", "ms", starts, percentile(warm, 0.5), "≤ 1.2 × warm")
        yield from _used(profile, Tap(server, other.seat.token), scale)
        yield from _bulk(profile, scale.bulk)
    with _filled(folder / "hostile", hostile.fill, desks=1) as (_, (profile,)):
        _fetch(profile)
        yield _hostile(profile)


# -- the server and the profiles


@contextmanager
def _filled(data: Path, work: Fill, desks: int) -> Iterator[tuple[Served, list[Profile]]]:
    """A server process over what `work` puts into it, and profiles signed in to it."""
    with live_server(data) as server:
        agent, teams = office(server)
        work(server, teams)
        seats = [_seat(server, agent, data / f"desk-{n}") for n in range(desks)]
    with served(data) as process:
        yield process, [_profile(data / f"desk-{n}", process, s) for n, s in enumerate(seats)]


def _tickets(count: int) -> Fill:
    """So many tickets, and the long ones."""

    def work(server: LiveServer, teams: list[UUID]) -> None:
        fill(server, server.operator(), count, teams)
        add_long(server, server.operator(), teams)

    return work


def _seat(server: LiveServer, agent: User, folder: Path) -> Seat:
    folder.mkdir()
    work = open_work(folder / WORK_FILE, KEY)
    device = device_id(work)
    work.close()
    return Seat(agent, server.token(agent, device), device)


def _profile(folder: Path, server: Served, seat: Seat) -> Profile:
    session = Session(
        id=seat.user.id, server=server.url, token=seat.token, name=seat.user.name,
        email=seat.user.email, role=seat.user.role,
    )  # fmt: skip
    secret = Secret(id=NIL, key=KEY.hex(), session=session, user=seat.user.id)
    (folder / "layout.json").write_text('{"view": "active"}')
    return Profile(folder, codec.encode(secret).decode(), server, seat)


def _fetch(profile: Profile) -> None:
    """Bring the profile's cache up to date, without a window."""

    async def run() -> None:
        console = Console(profile.folder, profile.server, profile.seat)
        await console.begin()
        await console.close()

    asyncio.run(run())


# -- the console process


def _run(profile: Profile, do: str, times: int = 0, tap: Tap | None = None) -> dict[str, Any]:
    """Run a scene in a console; what it found, with `began` and `painted`."""
    plan = {"do": do, "profile": str(profile.folder), "secret": profile.secret, "times": times}
    began = time.monotonic()
    complaints = profile.folder / "complaints.txt"
    with complaints.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.window", json.dumps(plan)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=file, text=True,
            env=_environment(),
        )  # fmt: skip
    assert process.stdin is not None, "it is a pipe"
    assert process.stdout is not None, "it is a pipe"
    found: dict[str, Any] = {"began": began}
    for line in process.stdout:
        told = json.loads(line)
        if "ask" in told:
            process.stdin.write(json.dumps(_answer(told, tap)) + "\n")
            process.stdin.flush()
        else:
            found |= told.pop("done", {}) | told
    process.stdin.close()
    code = process.wait()
    _pass_on(complaints)
    if "failed" in found:
        raise RuntimeError(f"the console failed at {do!r}:\n{found['failed']}")
    if code != 0 or "painted" not in found:
        raise RuntimeError(f"the console failed at {do!r}: see above")
    return found


def _environment() -> dict[str, str]:
    """What a console runs in: off screen, and with its bytecode kept as where it is installed."""
    found = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return found | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPYCACHEPREFIX": str(_bytecode())}


@cache
def _bytecode() -> Path:
    made = Path(tempfile.mkdtemp(prefix="parley-bytecode-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def _pass_on(complaints: Path) -> None:
    """What the console complained of, but for what every window off screen does."""
    for line in complaints.read_text().splitlines():
        if not line.startswith("This plugin does not support"):
            sys.stderr.write(line + "\n")


def _answer(told: dict[str, Any], tap: Tap | None) -> Any:
    match told["ask"]:
        case "memory":
            return pss_mb(*told["pids"])
    assert tap is not None, "this scene needs a tap"
    match told["ask"]:
        case "pour":
            return tap.open()
        case "dry":
            return tap.close()
        case "live":
            return tap.drip(told["tickets"], told["times"])


def _bare_window(times: int) -> float:
    """An empty window of Qt's, process start to painted, in ms."""
    command = [sys.executable, "-c", BARE_WINDOW]
    env = _environment()
    took = repeated(lambda: subprocess.run(command, check=True, env=env), times, 1000)
    return percentile(took, 0.5)


# -- the figures


def _starts(profile: Profile, times: int, until: str = "painted") -> tuple[float, ...]:
    """Process start to painted queue, or to the `whole` workspace, in ms; the first is not counted."""
    found = []
    for _ in range(times + 1):
        told = _run(profile, "start")
        assert told["rows"], "the first paint shows the queue"
        found.append((told[until] - told["began"]) * 1000)
    return tuple(found[1:])


def _cold(profile: Profile, times: int) -> Figure | Skipped:
    """The start from the disk: none of its files is in memory, but for what other programs share."""
    key = "desk.start.cold"
    if not hasattr(os, "posix_fadvise"):
        return Skipped(key, "this system does not say how to drop a file from memory")
    parts = (
        sysconfig.get_path("stdlib"),
        sysconfig.get_path("purelib"),
        Path(sys.base_prefix, "lib"),
    )
    folders = [*map(Path, parts), Path(codec.__file__).parents[1], _bytecode(), profile.folder]
    found = []
    for _ in range(times):
        _drop(folders)
        told = _run(profile, "start")
        found.append((told["painted"] - told["began"]) * 1000)
    return Figure(key, "ms", tuple(found), None, "≤ 1,200")


def _drop(folders: list[Path]) -> None:
    """Have the system forget what it keeps in memory of these files."""
    os.sync()
    for path in (path for folder in folders for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _first(profile: Profile) -> Iterator[Figure]:
    told = _run(profile, "first")
    began = told["began"]
    yield Figure("desk.first.usable", "ms", ((told["usable"] - began) * 1000,))
    yield Figure("desk.first.whole", "rows/s", (told["rows"] / (told["whole"] - began),))
    yield Figure("desk.first.steps", "steps shown", (told["steps"],))
    yield from _frames("desk.hitch", told["gaps"])


def _used(profile: Profile, tap: Tap, scale: Scale) -> Iterator[Figure]:
    told = _run(profile, "use", scale.presses, tap)
    yield Figure("desk.memory", "MB PSS", (told["memory"],), None, "≤ 180")
    for key, budget in _LONGEST.items():
        took = told[key]
        yield Figure(f"desk.{key}.p99", "ms", (percentile(took, 0.99),), None, budget)
        yield Figure(f"desk.{key}", "ms", tuple(took))
    idle = told["idle"]
    yield from _frames("desk.hitch.live", told["hitch.live"], percentile(idle, 0.99), max(idle))
    yield Figure("desk.poured", "changes/s", (told["poured"],), None, "(asked for: 500)")
    yield Figure("desk.live.p50", "ms", (percentile(told["live"], 0.5),), None, "≤ 15")
    yield Figure("desk.live.p99", "ms", (percentile(told["live"], 0.99),), None, "≤ 40")
    yield Figure("desk.live.lost", "changes", (told["live.lost"],), None, "0")


def _bulk(profile: Profile, count: int) -> Iterator[Figure]:
    told = _run(profile, "bulk", count)
    for name in ("look", "do", "undo"):
        gaps = told[name]
        yield Figure(f"desk.bulk.{name}.max", "ms", (max(gaps),), None, "< 100")
        yield Figure(f"desk.bulk.{name}.p99", "ms", (percentile(gaps, 0.99),))
    yield Figure("desk.bulk.rate", "tickets/s", (told["tickets"] / told["seconds"],))
    yield Figure("desk.bulk.undo.rate", "tickets/s", (told["tickets"] / told["undo.seconds"],))


def _hostile(profile: Profile) -> Figure:
    gaps: dict[str, float] = _run(profile, "hostile")["gaps"]
    worst = max(gaps, key=gaps.__getitem__)
    return Figure(
        "desk.hostile", "ms", tuple(gaps.values()), None, "each < 100", f"worst: {worst[:40]!r}"
    )


_LONGEST = {
    "open": "≤ 33 (200 messages)",
    "step": "≤ 33",
    "thread": "≤ 50",
    "scroll.list": "≤ 16",
    "scroll.thread": "≤ 16",
    "sort": "≤ 33",
    "filter": "≤ 33",
    "counts": "≤ 100",
    "counts.turn": "≤ 33",
    "palette": "≤ 33",
    "search.rare": "≤ 5 until found, painted a frame later",
    "search.common": "≤ 15 until found, painted a frame later",
    "type": "≤ 16",
}


def _frames(
    key: str, gaps: list[float], limit: float | None = None, most: float | None = None
) -> Iterator[Figure]:
    """Gaps between frames that are due every 16 ms."""
    yield Figure(f"{key}.p99", "ms", (percentile(gaps, 0.99),), limit, "≤ 25")
    yield Figure(f"{key}.max", "ms", (max(gaps),), most, "≤ 60")
