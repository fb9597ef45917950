"""The windows beside the first: opened, kept over a restart or a crash, closed for good."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from console.desktop.popped import Popped
from console.desktop.settings import Settings
from console.desktop.window import Window
from console.desktop.workspace import Workspace
from console.kernel.codec import NIL
from console.kernel.signal import Signal
from console.kernel.tasks import Tasks
from console.ui.slots import Slots

MOST_WINDOWS = 12
DONE_S = 2.0
"""So long a closed window waits for what was begun in it; what is on the disk is done anyway."""
_OPEN = "windows.open"


@dataclass
class Place:
    """A window with what is in it. `ticket` is the one it was opened for, NIL for a workspace."""

    name: str
    settings: Settings
    window: Window
    workspace: Workspace
    ticket: UUID = NIL
    slots: Slots = field(default_factory=Slots)


Make = Callable[[Settings, Slots, UUID], Workspace]


class Windows:
    """Those beside the first.

    `make` builds what is in one; `asks` is what must be asked before one closes (empty: nothing),
    `left` is called as one has closed.
    """

    def __init__(
        self,
        settings: Settings,
        make: Make,
        asks: Callable[[], str],
        left: Callable[[], None],
    ) -> None:
        self._settings, self._make, self._asks, self._left = settings, make, asks, left
        self.shown: Signal[Window] = Signal()
        self._places: dict[str, Place] = {}
        self._tasks = Tasks()
        self._ending = False

    def __iter__(self) -> Iterator[Place]:
        return iter(list(self._places.values()))

    def __len__(self) -> int:
        return len(self._places)

    def restore(self) -> None:
        """Open the windows that were open when Parley ended, however it did."""
        for told in self._settings.choice(_OPEN, "").split():
            name, _, ticket = told.partition(":")
            if not name.isdecimal() or name in self._places or len(self) >= MOST_WINDOWS:
                continue
            try:
                self._open(name, UUID(ticket) if ticket else NIL)
            except ValueError:
                continue

    def open(self, ticket: UUID = NIL) -> Place | None:
        """Another window: a workspace, or a ticket alone. None when there are MOST_WINDOWS."""
        if len(self) >= MOST_WINDOWS:
            return None
        known = next((p for p in self if ticket != NIL and p.ticket == ticket), None)
        if known is None:
            name = next(str(n) for n in range(2, MOST_WINDOWS + 3) if str(n) not in self._places)
            known = self._open(name, ticket)
            self._keep()
        known.window.come_up()
        return known

    def _open(self, name: str, ticket: UUID) -> Place:
        settings, slots = self._settings.of_window(name), Slots()
        window = Window(settings)
        place = Place(name, settings, window, self._fresh(settings, slots, ticket), ticket, slots)
        self._places[name] = place
        window.closing = lambda: self._closing(place)
        window.closed = lambda: self._closed(place)
        window.activated.connect(lambda: self._worked_in(place))
        window.show_page(place.workspace)
        window.show()
        place.workspace.begin()
        self.shown.emit(window)
        return place

    def _worked_in(self, place: Place) -> None:
        place.workspace.resume()

    def _fresh(self, settings: Settings, slots: Slots, ticket: UUID) -> Workspace:
        workspace = self._make(settings, slots, ticket)
        if isinstance(workspace, Popped):
            workspace.alone(ticket)
        return workspace

    def make_anew(self) -> None:
        """Make what is in each window once more, as it stands: the language is another."""
        for place in self:
            before = place.workspace
            before.keep()
            before.cut()
            place.slots.start(before.end(), "end")
            place.workspace = self._fresh(place.settings, place.slots, place.ticket)
            place.window.show_page(place.workspace)
            place.workspace.begin()

    def _closing(self, place: Place) -> str:
        place.workspace.keep()
        return "" if self._ending else self._asks()

    def _closed(self, place: Place) -> None:
        if self._ending:
            return
        del self._places[place.name]
        place.settings.forget_window()
        place.workspace.whereabouts.forget()
        self._keep()
        place.workspace.cut()
        self._tasks.spawn(self._end(place), name="window")
        self._left()

    async def _end(self, place: Place) -> None:
        """Take a closed window apart, when what was begun in it is done."""
        await place.slots.done(DONE_S)
        await place.slots.close()
        await place.workspace.end()
        place.window.deleteLater()

    def _keep(self) -> None:
        told = [f"{p.name}:{p.ticket}" if p.ticket != NIL else p.name for p in self]
        self._settings.keep_choice(_OPEN, " ".join(told))

    def forget(self) -> None:
        """At the next start there is the first window alone."""
        self._settings.drop(_OPEN)

    def keep(self) -> None:
        """Remember how each stands."""
        for place in self:
            place.workspace.keep()
            place.window.keep()

    async def close(self) -> None:
        """Close them all, to be there again at the next start."""
        self._ending = True
        for place in self:
            place.window.close()
            place.workspace.cut()
            await self._end(place)
        self._places.clear()
        await self._tasks.close()
        self._ending = False
