"""The one item model of growing lists: keys with exact edits, rows asked for when painted."""

from collections.abc import Callable, Hashable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from console.kernel.edits import Change, Edit, Insert, Remove, Reset

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class Rows(QAbstractListModel):
    """A list of keys. `row(key)` gives what a delegate paints, `spoken(row)` what is read aloud."""

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

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._keys)

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
                    self.beginResetModel()
                    self._keys = list(keys)
                    self.endResetModel()
                case Insert(at, keys) if keys:
                    self.beginInsertRows(_NOWHERE, at, at + len(keys) - 1)
                    self._keys[at:at] = keys
                    self.endInsertRows()
                case Remove(at, count) if count:
                    self.beginRemoveRows(_NOWHERE, at, at + count - 1)
                    del self._keys[at : at + count]
                    self.endRemoveRows()
                case Change(at):
                    here = self.index(at)
                    self.dataChanged.emit(here, here)

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
