"""What a command of the workspace is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.desktop.workspace import Workspace


@dataclass(frozen=True)
class UiCommand:
    """A command: `key` in Qt's notation, empty when the palette alone reaches it."""

    id: str
    title: str
    key: str
    icon: str
    group: str
    run: Callable[["Workspace"], object]
