"""The macros somebody has, found by shortcut and name as it is typed."""

from collections.abc import Sequence
from uuid import UUID

from console.kernel.signal import Signal
from console.macros.model import Macro
from console.macros.records import MACRO
from console.macros.tables import rows
from console.sync.client.local import Local
from console.sync.client.telling import Touched

PREFETCHED_BYTES = 5 * 1024 * 1024
"""A file of a macro up to this size is brought here unasked."""
_LEAST_WITHIN = 3
"""Fewer letters than these are in every text."""


class Shelf:
    """All macros that are here, by name. `changed` when any did."""

    def __init__(self, local: Local) -> None:
        self._local = local
        self.macros: Sequence[Macro] = ()
        self.changed: Signal[None] = Signal()
        local.touched.connect(self._touched)
        local.opened.connect(self._load)
        self._load(None)

    def macro(self, macro_id: UUID) -> Macro | None:
        """The macro of that id, if it is here."""
        return next((macro for macro in self.macros if macro.id == macro_id), None)

    def find(self, typed: str, limit: int) -> list[Macro]:
        """At most `limit` macros: by shortcut first, then those whose name or text has every word."""
        text = typed.lower()
        fit = [(fitting(macro, text), macro) for macro in self.macros]
        found = sorted((f for f in fit if f[0]), key=lambda f: f[0])  # by name within the same fit
        return [macro for _, macro in found[:limit]]

    def _have_files(self) -> None:
        """Have the files of macros here before somebody uses them, also without a network."""
        local = self._local
        for macro in self.macros:
            for file in macro.content.files:
                known = local.files.is_here(local.reader, file.id) or local.files.is_wanted(file.id)
                if not known and file.size <= PREFETCHED_BYTES:
                    local.files.fetch(MACRO.name, macro.id, file.id)

    def _touched(self, touched: Touched) -> None:
        if MACRO.name in touched:
            self._load(None)

    def _load(self, _: None) -> None:
        reader = self._local.reader
        self.macros = rows.macros(reader) if reader else ()
        self._have_files()
        self.changed.emit(None)


def fitting(macro: Macro, text: str) -> int:
    """How well a macro fits what is typed in lower case: 1 best, 0 not at all."""
    content = macro.content
    if text and content.shortcut.startswith(text):
        return 1
    name, words = content.name.lower(), text.split()
    if all(any(part.startswith(word) for part in name.split()) for word in words):
        return 2
    if len(text) < _LEAST_WITHIN:
        return 0
    return 3 if all(word in f"{name} {content.text.lower()}" for word in words) else 0
