"""How a desk's workspaces are made: at once, or in steps while a page that moves is shown."""

import gc
from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import UUID

from console.desktop.popped import Popped
from console.desktop.settings import Settings
from console.desktop.workspace import Workspace
from console.kernel.codec import NIL
from console.kernel.signal import Strand
from console.ui.slots import Slots
from console.ui.steps import Steps

if TYPE_CHECKING:
    from console.desktop.desk import Desk


class Maker:
    """Makes workspaces of the open session, which ask the desk for what is not theirs to do."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk
        self._begun: Workspace | None = None
        self._steps: Steps | None = None
        self._is_first = True

    def make(self, settings: Settings, slots: Slots, ticket: UUID) -> Workspace:
        """A workspace, or a ticket alone."""
        made = self._start(settings, slots, ticket, at_once=True)
        self._wire(made)
        return made

    def front(self) -> Workspace:
        """The first window's workspace with its list alone; `rest` makes what stands behind that."""
        desk = self._desk
        made = self._begun = self._start(desk.settings, desk.slots, NIL, at_once=False)
        while not made.fronted:
            next(made.raising)
        return made

    def rest(self) -> Iterator[None]:
        """Make in steps what stands behind the list of a front, then let the desk present it."""
        if self._begun is not None:
            yield from self._begun.raising
            self._raised(self._begun)

    def begin(self) -> None:
        """Make the first window's workspace in steps, then let the desk show it."""
        if self._steps is None:
            desk = self._desk
            made = self._begun = self._start(desk.settings, desk.slots, NIL, at_once=False)
            self._steps = Steps(made.raising, lambda: self._raised(made), made)

    def drop(self) -> None:
        """There is no workspace any more, nor one in the making."""
        if self._begun is not None:
            self._end(self._begun)
        desk = self._desk
        if desk.workspace is not None:
            desk.workspace.cut()
        desk.workspace = None
        gc.unfreeze()  # it goes, and all that is in circles with it
        self._is_first = True

    def _raised(self, made: Workspace) -> None:
        desk = self._desk
        if desk.local is None or not desk.local.usable:
            self._end(made)
            return
        self._begun = self._steps = None
        self._wire(made)
        desk.present(made)
        desk.picture.take()
        if self._is_first:  # it stays, as a rule: no frame waits until it was looked through
            self._is_first = False
            gc.freeze()

    def _end(self, made: Workspace) -> None:
        """Give up one that is in the making."""
        if self._steps is not None:
            self._steps.stop()
        self._begun = self._steps = None
        made.cut()
        made.deleteLater()

    def _start(self, settings: Settings, slots: Slots, ticket: UUID, *, at_once: bool) -> Workspace:
        desk, kind = self._desk, Workspace if ticket == NIL else Popped
        assert desk.local is not None, "a workspace needs an open profile"
        strand = Strand(*desk.local.signals, settings.changed)
        with strand:
            made = kind(
                desk.local, settings, desk.theme, desk.clock, slots, strand=strand, at_once=at_once
            )
        made.raising = strand.along(made.raising)
        return made

    def _wire(self, made: Workspace) -> None:
        """Have what a workspace asks for done."""
        desk = self._desk
        made.program.kept = desk.entrance.keys.mode
        made.program.go_offline(desk.stay_offline)
        made.program.may_restart = bool(desk.options.again)
        made.sign_out_wanted.connect(desk.leaving.sign_out)
        made.sign_out_everywhere_wanted.connect(desk.leaving.sign_out_everywhere)
        made.sign_in_wanted.connect(desk.entrance.ask_again)
        made.hurry_wanted.connect(desk.hurry)
        made.offline_wanted.connect(desk.go_offline)
        made.lock_wanted.connect(desk.leaving.lock)
        made.restart_wanted.connect(desk.leaving.restart)
        made.quit_wanted.connect(desk.leaving.quit)
        made.window_wanted.connect(desk.open_window)
        made.pop_out_wanted.connect(desk.open_window)
        made.elsewhere_wanted.connect(desk.show_in_main)
