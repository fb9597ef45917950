"""Something done at a workspace of its own, and what one looks at in it."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from console.desktop.settings import Settings
from console.desktop.workspace import Workspace
from console.tickets.model import View, ViewName
from console.ui.theme import Theme
from console.views.model import Condition, Field, SavedView
from tests.parts.seat import press, type_text
from tests.screens.looking import kept
from tests.screens.shop import Made
from tests.screens.stage import Scene

LENA = "Lena Hoffmann"
Work = Callable[[Scene, Workspace], Awaitable[None]]
EMPTY = View(
    name=ViewName.FILTER, conditions=(Condition(field=Field.TAG, values=("nobody-has-this",)),)
)


@dataclass
class At:
    """Does something at a workspace of its own."""

    made: Made
    theme: Theme
    size: tuple[int, int] = (1440, 900)

    def work(self, work: Work, opened: str = LENA) -> None:
        """Open Lena's ticket, then `work`."""

        async def run() -> None:
            async with Scene(self.made, self.theme, self.size) as scene:
                shown = await kept(scene, opened)
                await work(scene, shown)

        asyncio.run(run())


@asynccontextmanager
async def once_more(scene: Scene) -> AsyncIterator[Workspace]:
    """A workspace over a copy of the profile as it is now, as after a restart."""
    await scene.settle()
    scene.settings.sync()
    made = replace(scene.made, folder=scene.folder)
    async with Scene(made, scene.theme) as again:
        shutil.copytree(scene.folder, again.folder, dirs_exist_ok=True)
        again.settings = Settings(again.folder)
        yield await again.work()


def titles(shown: Workspace) -> list[str]:
    """The subjects in the list."""
    found = [shown.queue.row(ticket_id.bytes) for ticket_id in shown.queue.ids()]
    return [row.subject for row in found if row]


def pick(text: str) -> None:
    """Pick by typing what a choice says."""
    type_text(text)
    press("Return")


def told_of(saved: SavedView) -> dict[str, object]:
    """The fields of a saved view."""
    return {name: getattr(saved, name) for name in saved.__struct_fields__}
