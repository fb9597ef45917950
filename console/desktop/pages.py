"""The pages of a workspace's middle by their names; some are made when they are first shown."""

from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable

from PySide6.QtWidgets import QWidget

from console.desktop.frame import Rail
from console.desktop.standing import Middle
from console.kernel.signal import Strand

INBOX, OUTBOX, MACROS, SEARCH, FIELDS = "inbox", "outbox", "macros", "search", "fields"
SETTINGS, MASKING = "settings", "masking"


@runtime_checkable
class Moving(Protocol):
    """A page with a list in it."""

    def step(self, by: int, /) -> None:
        """To the next (1) or previous (-1) line."""

    def enter(self) -> None:
        """Go into what is chosen."""


class Pages:
    """Shows one page at a time, marked in the rail."""

    def __init__(self, middle: Middle, rail: Rail, strand: Strand) -> None:
        self._middle, self._rail, self._strand = middle, rail, strand
        self._made: dict[str, QWidget] = {}
        self._makers: dict[str, Callable[[], QWidget]] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._made or name in self._makers

    def add(self, name: str, page: QWidget) -> None:
        """Put a page into the middle, to be shown by its name."""
        self._made[name] = page
        self._middle.addWidget(page)

    def add_later(self, name: str, make: Callable[[], QWidget]) -> None:
        """A page that is made when it is first wanted: no start waits for it."""
        self._makers[name] = make

    def made(self, name: str) -> QWidget | None:
        """The page of that name, None while it is not made."""
        return self._made.get(name)

    def page(self, name: str) -> Any:
        """The page of that name, made now if it is not there. Raises KeyError if nobody added it."""
        if name not in self._made:
            make = self._makers[name]
            with self._strand:
                page = make()
            self.add(name, page)
        return self._made[name]

    def show(self, name: str) -> None:
        """Show a page with the keyboard in it (a page's focus proxy says where).

        The tickets keep the keyboard where it was. Raises KeyError for a name nobody added.
        """
        page = self.page(name)
        self._middle.setCurrentWidget(page)
        self._rail.mark(name)
        if name != INBOX:
            page.setFocus()

    @property
    def moving(self) -> Moving | None:
        """The page in the middle, if the keys that move among tickets move in it, too."""
        current = self._middle.currentWidget()
        return current if isinstance(current, Moving) else None

    @property
    def shown(self) -> str:
        """The name of the page in the middle."""
        current = self._middle.currentWidget()
        return next(name for name, page in self._made.items() if page is current)
