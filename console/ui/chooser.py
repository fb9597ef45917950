"""A page with a list of things at the side, and the form of the chosen one with what is done with it."""

from abc import abstractmethod
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.kernel.edits import difference
from console.kernel.tongue import tr
from console.ui.picker import Choice, ChoiceDelegate
from console.ui.rows import Rows, key_at
from console.ui.slots import Slots
from console.ui.theme import Theme
from console.ui.widgets import Empty, Text, hline

_LIST_WIDTH = 320


def saves_or_leaves(
    event: QKeyEvent, save: Callable[[], object], leave: Callable[[], object]
) -> bool:
    """What a page of things to edit does with Ctrl+S and Escape; whether it was one of them."""
    control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
    if event.key() == Qt.Key.Key_S and control:
        save()
    elif event.key() == Qt.Key.Key_Escape:
        leave()
    else:
        return False
    return True


class Editing(Protocol):
    """What is being edited: the chosen one of several."""

    @property
    def chosen(self) -> UUID:
        """The chosen one, NIL for none."""

    def choose(self, key: UUID, /) -> None:
        """Open another."""

    def revert(self) -> None:
        """Forget what was typed into it."""


class Chooser(QWidget):
    """Chooses one of several and shows its form. Ctrl+S saves it, Esc tells `left`.

    `done` carries what was saved or done. Who derives from it says what stands in a line
    (`choice`), how one is begun (`begin`) and saved (`save`), lays the form (`lay`), and tells
    with `follow` what there is.
    """

    left = Signal()
    done = Signal(object)

    def __init__(
        self, editing: Editing, slots: Slots, theme: Theme, title: str, new: str, empty: Empty
    ) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._choosing, self._slots, self._title = editing, slots, title
        self._keys: list[UUID] = []
        self._known: Mapping[UUID, Any] = {}
        self._model = Rows(self.choice, lambda c: f"{c.text} {c.aside}", self)
        self.list = QListView()
        self.list.setAccessibleName(title)
        self.list.setModel(self._model)
        self.list.setItemDelegate(ChoiceDelegate(theme, self))
        self.list.setUniformItemSizes(True)
        self.list.setFixedWidth(_LIST_WIDTH)
        self._right = QStackedWidget()
        self._right.addWidget(empty)
        self.new = QPushButton(new)
        self._save, self._revert = QPushButton(tr("Save")), QPushButton(tr("Revert"))
        self._save.setProperty("kind", "primary")
        self.setFocusProxy(self.list)
        self.list.selectionModel().currentChanged.connect(self._picked)
        self.new.clicked.connect(self.begin)
        self._save.clicked.connect(self.save)
        self._revert.clicked.connect(editing.revert)

    @abstractmethod
    def choice(self, key: UUID) -> Choice:
        """The line of one."""

    @abstractmethod
    def begin(self) -> None:
        """Begin another."""

    @abstractmethod
    def save(self) -> None:
        """Save what stands in the form."""

    def step(self, by: int) -> None:
        """Choose the next (1) or the previous (-1)."""
        row = self.list.currentIndex().row() + by
        if 0 <= row < self._model.rowCount():
            self.list.setCurrentIndex(self._model.index(row))

    def enter(self) -> None:
        """Go into the form of the chosen one."""
        form = self._right.currentWidget()
        field = form.findChild(QLineEdit) if form is not None else None
        if field is not None:
            field.setFocus(Qt.FocusReason.TabFocusReason)

    def lay(self, form: QWidget) -> None:
        """Put everything in its place, with the chosen one's form at the right."""
        head = QHBoxLayout()
        head.setContentsMargins(20, 14, 20, 12)
        head.addWidget(Text(self._title, "display"), 1)
        head.addWidget(self.new)
        edge = QFrame()
        edge.setObjectName("vline")
        self._right.addWidget(form)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.list)
        row.addWidget(edge)
        row.addWidget(self._right, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(hline())
        box.addLayout(row, 1)
        # Tab that comes to a page goes on at its proxy: whatever is before that is never reached.
        QWidget.setTabOrder(self.list, self.new)

    def foot(self, width: int, *others: QPushButton) -> QWidget:
        """What is done with the chosen one: `others`, then to have it back, and to save it."""
        made = QWidget()
        made.setMaximumWidth(width)
        foot = QHBoxLayout(made)
        foot.setContentsMargins(24, 12, 24, 16)
        foot.setSpacing(8)
        for button in others:
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self._revert)
        foot.addWidget(self._save)
        return made

    def follow(self, records: Sequence[Any], *, is_open: bool) -> None:
        """Show these in the list, the chosen one marked; its form if one `is_open`."""
        before, self._known = self._known, {record.id: record for record in records}
        keys = list(self._known)
        changed = [key for key in keys if before.get(key) != self._known[key]]
        self._model.apply(difference(self._keys, keys, changed))
        self._keys = keys
        if self._choosing.chosen in self._known:
            here = self._model.index(keys.index(self._choosing.chosen))
            if not self.list.selectionModel().isSelected(here):
                self.list.setCurrentIndex(here)
        self._right.setCurrentIndex(1 if is_open else 0)

    def start(self, work: Coroutine[Any, Any, object], name: str) -> None:
        """Do something, and tell what was done if it was anything."""

        async def tell() -> None:
            told = await work
            if told:
                self.done.emit(told)

        self._slots.start(tell(), name)

    def _picked(self, current: QModelIndex, _before: QModelIndex) -> None:
        key = key_at(current)
        if key is not None and key != self._choosing.chosen:
            self._choosing.choose(key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not saves_or_leaves(event, self.save, self.left.emit):
            super().keyPressEvent(event)
