"""The one item model of growing lists: keys with exact edits, rows asked for when painted."""

from collections.abc import Callable, Hashable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QStringListModel, Qt

from console.kernel.edits import Change, Edit, Insert, Remove, Reset

Index = QModelIndex | QPersistentModelIndex
_NOTHING = Qt.ItemFlag.NoItemFlags
_ROW = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_AT_ONCE = 256
"""Qt puts in strings one before the other, moving those behind: 50,000 rows at once take 0.7 s."""


class Rows(QStringListModel):
    """A list of keys. `row(key)` gives what a delegate paints, `spoken(row)` what is read aloud.

    A `QStringListModel` of empty strings, so that Qt counts the rows without asking Python: with
    each change a list view asks once for every row it has (20,000 rows: 19 ms, so 1.3).
    """

    def __init__(
        self,
        row: Callable[[Any], Any],
        spoken: Callable[[Any], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._row = row
        self._spoken = spoken
        self._keys: list[Hashable] = []
        self._edit: tuple[slice, Sequence[Hashable]] = (slice(0), ())
        # Connected first: whoever hears of an edit finds the keys as they are after it.
        for edited in (self.rowsInserted, self.rowsRemoved, self.modelReset):
            edited.connect(self._settle)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return _ROW if index.isValid() else _NOTHING

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid() or index.row() >= len(self._keys):
            return None
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        found = self.at(index)
        return None if found is None else self._spoken(found)

    def at(self, index: Index) -> Any:
        """The row to paint, None outside the list.

        Painters ask here and not through a role: values that pass through `QVariant` are copied
        (a tuple comes out as a list) for each of the many times they are asked for.
        """
        key = self.key(index.row())
        return None if key is None else self._row(key)

    def key(self, position: int) -> Any:
        """The key at a position, None outside the list."""
        return self._keys[position] if 0 <= position < len(self._keys) else None

    @property
    def keys(self) -> AbstractSet[Hashable]:
        """The keys in the list."""
        return set(self._keys)

    def place(self, key: Hashable) -> int | None:
        """The position of a key, None for one that is not in the list."""
        try:
            return self._keys.index(key)
        except ValueError:
            return None

    def apply(self, edits: Sequence[Edit]) -> None:
        """Follow a view model's edits, one after another."""
        for edit in edits:
            match edit:
                case Reset(keys):
                    self._edit = slice(None), keys
                    self.setStringList([""] * len(keys))
                case Insert(at, keys):
                    for done in range(0, len(keys), _AT_ONCE):
                        some, start = keys[done : done + _AT_ONCE], at + done
                        self._edit = slice(start, start), some
                        self.insertRows(start, len(some))
                case Remove(at, count) if count:
                    self._edit = slice(at, at + count), ()
                    self.removeRows(at, count)
                case Change(at):
                    here = self.index(at)
                    self.dataChanged.emit(here, here)

    def _settle(self, *_: object) -> None:
        where, keys = self._edit
        self._keys[where] = keys

    def repaint_all(self) -> None:
        """Everything looks different: another minute, another theme."""
        if self._keys:
            self.dataChanged.emit(self.index(0), self.index(len(self._keys) - 1))


def row_at(index: Index) -> Any:
    """The row behind an index of a `Rows` model, None for an invalid one."""
    model = index.model()
    return model.at(index) if isinstance(model, Rows) else None


def key_at(index: Index) -> Any:
    """The key behind an index of a `Rows` model, None for an invalid one."""
    model = index.model()
    return model.key(index.row()) if isinstance(model, Rows) else None
