"""What is done in the window, and how long each takes to be on the screen. All times in ms."""

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

from console.desktop.desk import Desk
from console.desktop.palette import Palette
from console.desktop.workspace import Workspace
from console.tickets.model import Sort, View, ViewName
from tests.bench.bulk import many
from tests.bench.finding import searched
from tests.bench.gaps import FRAME_MS, REST_MS, Gaps, scroll
from tests.bench.hostile import looked_at
from tests.bench.talk import ask, outside
from tests.bench.window import Painted
from tests.parts.until import until

PAINT_DEADLINE_S = 10.0
TYPED = "Thank you for waiting, your parcel is on its way now. "
WANTED = ("parcel", "buyer 12", "b77", "solve", "europe", "001-0000")
LIVE_AT_ONCE = 8

T = TypeVar("T")


class Screen(QObject):
    """Waits until widgets have been painted, and what was painted is on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self._awaited: set[QObject] = set()
        self._shown = 0.0

    def shows(self, act: Callable[[], object], *widgets: QWidget, due: float = 0.0) -> float:
        """From `due` (now if 0) until `act` is done and all the widgets are painted after it."""
        begun = due or time.monotonic()
        self._awaited, self._shown = set(widgets), 0.0
        watched = {*widgets, *(widget.window() for widget in widgets)}
        for widget in watched:
            widget.installEventFilter(self)
        act()
        app = QApplication.instance()
        assert app is not None, "there is an application"
        while self._awaited and time.monotonic() - begun < PAINT_DEADLINE_S:
            app.processEvents()
        for widget in watched:
            widget.removeEventFilter(self)
        if self._awaited:
            raise TimeoutError(f"never painted: {self._awaited}")
        return ((self._shown or time.monotonic()) - begun) * 1000

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's
        if event.type() == QEvent.Type.UpdateRequest and isinstance(watched, QWidget):
            awaited = bool(self._awaited)
            watched.event(event)  # paints what is to be, and hands it to the screen
            if awaited and not self._awaited:
                self._shown = (
                    time.monotonic()
                )  # what is done after it in this turn is not waited for
            return True
        if event.type() == QEvent.Type.Paint:
            self._awaited.discard(watched)
        return False


async def start(_desk: Desk, _times: int, _painted: Painted) -> dict[str, Any]:
    """Nothing but the start."""
    return {}


async def first(desk: Desk, _times: int, _painted: Painted) -> dict[str, Any]:
    """A profile without a cache: until it can be worked in, until all is there, and the gaps."""
    gaps = Gaps(lambda: desk.workspace.list if desk.workspace else None)
    steps: set[int] = set()
    usable = 0.0
    while not _is_live(desk):
        await asyncio.sleep(0.01)
        if desk.local is not None and desk.local.standing is not None:
            steps.add(desk.local.standing.done)
        if not usable and desk.workspace is not None:
            usable = time.monotonic()
    whole = time.monotonic()
    rows = max(steps)
    return {"usable": usable, "whole": whole, "gaps": gaps.end(), "rows": rows, "steps": len(steps)}


def _is_live(desk: Desk) -> bool:
    standing = desk.local.standing if desk.local is not None else None
    return standing is not None and standing.mode == "live"


async def _settled(desk: Desk) -> Workspace:
    """The workspace, once the engine is live."""
    await until(lambda: _is_live(desk) and desk.workspace is not None, "to be live")
    desk.window.activateWindow()
    await asyncio.sleep(0.2)
    return desk.workspace


async def use(desk: Desk, times: int, painted: Painted) -> dict[str, Any]:
    """An agent's day: open, step, sort, filter, scroll, type, find; then with changes pouring in."""
    space = await _settled(desk)
    screen = Screen()
    found: dict[str, Any] = {"pids": _pids()}
    await outside(lambda: space.show_view(View(name=ViewName.ACTIVE)))
    found["memory"] = await ask("memory", pids=found["pids"])
    found["open"] = await _open_long(space, screen, times)
    found["step"] = await _step(space, screen, times)
    found["thread"], found["scroll.thread"] = await _thread(space, screen, times)
    found["filter"], found["sort"] = await _views(space, screen)
    found["counts"], found["counts.turn"] = await _counted(space)
    found["scroll.list"] = await _scrolled(space.list, times)
    found["palette"] = await _palette(space, screen)
    found |= await searched(space, partial(_pressed, screen))
    found["idle"] = await _gaps(space, times)
    found |= await _poured(space, screen, times)
    found |= await _live(space, times, painted)
    return found


def _pids() -> list[int]:
    """This process and the engine."""
    mine = os.getpid()
    with open(f"/proc/{mine}/task/{mine}/children") as file:  # noqa: PTH123
        return [mine, *map(int, file.read().split())]


async def _pressed(
    screen: Screen, target: QWidget, key: Any, painted: list[QWidget], gap_ms: int = REST_MS
) -> float:
    """A key that is due in `gap_ms`: from then until what it changes is painted."""
    due = time.monotonic() + gap_ms / 1000
    return await outside(
        lambda: screen.shows(lambda: QTest.keyClick(target, key), *painted, due=due), gap_ms
    )


async def _open_long(space: Workspace, screen: Screen, times: int) -> list[float]:
    """J over the tickets of 200 messages, which are the newest behind the longest."""
    keys = [Qt.Key.Key_K if n // 15 % 2 else Qt.Key.Key_J for n in range(times)]
    return await _walked(space, screen, 1, keys)


async def _step(space: Workspace, screen: Screen, times: int) -> list[float]:
    """J over ordinary tickets."""
    return await _walked(space, screen, 40, [Qt.Key.Key_J] * times)


async def _walked(
    space: Workspace, screen: Screen, first: int, keys: Sequence[Qt.Key]
) -> list[float]:
    """From one ticket to the next by each key, until row and thread are painted."""
    await outside(lambda: (space.list.choose(first), space.list.setFocus()))
    shown = [space.list.viewport(), space.page.timeline.viewport()]
    return [await _pressed(screen, space.list, key, shown) for key in keys][1:]


async def _thread(space: Workspace, screen: Screen, times: int) -> tuple[list[float], list[float]]:
    """Open the ticket of 10,000 messages from its neighbour, then scroll through it."""
    shown = space.page.timeline.viewport()
    took = []
    for _ in range(max(5, times // 10)):
        await outside(lambda: screen.shows(lambda: space.list.choose(1), shown))
        took.append(await outside(lambda: screen.shows(lambda: space.list.choose(0), shown)))
    return took[1:], await _scrolled(space.page.timeline, times, down=False)


async def _views(space: Workspace, screen: Screen) -> tuple[list[float], list[float]]:
    """Other views, and the other order of the largest."""
    shown, filters = space.list.viewport(), []
    names = [ViewName.WAITING, ViewName.SOLVED, ViewName.UNASSIGNED, ViewName.ACTIVE]
    for name in [*names, *names, *names]:
        view = View(name=name)
        filters.append(
            await outside(lambda v=view: screen.shows(lambda: space.show_view(v), shown))
        )
    orders = [Sort.OLDEST, Sort.NEWEST, Sort.WAITING, Sort.PRIORITY]
    sorts = [
        await outside(lambda s=order: screen.shows(lambda: space.sort_by(s), shown))
        for order in [*orders, *orders, Sort.NEWEST]
    ]
    return filters[1:], sorts[1:]


async def _counted(space: Workspace) -> tuple[list[float], list[float]]:
    """All counts at the side anew: how long each round takes in all, and each turn of it."""
    rounds, turns = [], []
    for _ in range(5):
        loading, _ = await outside(partial(_timed, space.views.load))
        took = [loading]
        more = True
        while more:
            begun = time.monotonic()
            more = await outside(space.views.count_next)
            took.append((time.monotonic() - begun) * 1000)
        rounds.append(sum(took))
        turns += took
    return rounds, turns


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    """How many milliseconds it took, and its result."""
    begun = time.monotonic()
    done = work()
    return (time.monotonic() - begun) * 1000, done


async def _scrolled(area: QAbstractScrollArea, times: int, *, down: bool = True) -> list[float]:
    """The work of a frame while scrolling three rows a frame."""
    took = []

    def frame() -> bool:
        onwards = scroll(area, 180, down=down)
        area.viewport().repaint()
        return onwards

    for _ in range(times * 4):
        spent, down = await outside(partial(_timed, frame), 4)
        took.append(spent)
    return took


async def _palette(space: Workspace, screen: Screen) -> list[float]:
    """Open the palette and type into it."""
    took = []
    for words in WANTED:
        await outside(space.program.open_palette)
        palette = space.findChildren(Palette)[-1]
        shown = [palette._line]
        took += [await _pressed(screen, palette._line, letter, shown) for letter in words]
        await outside(palette.close)
    return took[1:]


async def _gaps(space: Workspace, times: int) -> list[float]:
    """Scrolling the list, with whatever else goes on."""
    gaps = Gaps(lambda: space.list)
    await asyncio.sleep(times * FRAME_MS * 4 / 1000)
    return gaps.end()


async def _poured(space: Workspace, screen: Screen, times: int) -> dict[str, Any]:
    """The gaps and the typing while changes come in as fast as asked for."""
    seen: list[int] = []
    space._local.touched.connect(lambda _: seen.append(1))
    await outside(lambda: space.show_view(View(name=ViewName.ACTIVE)))
    await ask("pour")
    begun = time.monotonic()
    gaps = await _gaps(space, times)
    await outside(lambda: space.list.choose(40))
    await outside(space.write)
    editor = space.page.composer.editor
    letters = (TYPED * (times // len(TYPED) + 1))[: times * 2]
    typed = [await _pressed(screen, editor, letter, [editor.viewport()]) for letter in letters]
    spent = time.monotonic() - begun
    told = await ask("dry")
    await outside(editor.clear)
    return {
        "hitch.live": gaps, "type": typed[1:], "poured": told["sent"] / told["seconds"],
        "frames": len(seen) / spent,
    }  # fmt: skip


async def _live(space: Workspace, times: int, painted: Painted) -> dict[str, Any]:
    """Single changes to tickets that are on the screen: when each was painted."""
    await outside(lambda: space.show_view(View(name=ViewName.ACTIVE)))
    await outside(lambda: space.list.choose(0))
    await asyncio.sleep(0.5)
    shown = [space.queue.row(key.bytes) for key in space.queue.ids()[:LIVE_AT_ONCE]]
    painted.log.clear()
    tickets = {str(row.id): str(row.priority) for row in shown if row is not None}
    told = await ask("live", tickets=tickets, times=times)
    await asyncio.sleep(0.5)
    when = {(ticket, priority, n): at for n, ticket, priority, at in _numbered(painted.log)}
    took = [
        (when[ticket, priority, n] - sent) * 1000
        for n, ticket, priority, sent in _numbered(told["sent"])
        if (ticket, priority, n) in when
    ]
    return {"live": took, "live.lost": len(told["sent"]) - len(took)}


def _numbered(log: list[Any]) -> list[tuple[int, str, str, float]]:
    """Each entry with how often its ticket had this priority before."""
    counts: dict[tuple[str, str], int] = {}
    found = []
    for ticket, priority, at in log:
        n = counts[ticket, priority] = counts.get((ticket, priority), 0) + 1
        found.append((n, ticket, priority, at))
    return found


async def bulk(desk: Desk, times: int, _painted: Painted) -> dict[str, Any]:
    """One thing done to many tickets, and taken back."""
    return await many(await _settled(desk), times)


async def hostile(desk: Desk, _times: int, _painted: Painted) -> dict[str, Any]:
    """Mail that wants to do harm: by subject the longest gap between frames."""
    return {"gaps": await looked_at(await _settled(desk))}


SCENES = {"start": start, "first": first, "use": use, "bulk": bulk, "hostile": hostile}
