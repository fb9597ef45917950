"""The page of macros: those one has at the left, the chosen one's form at the right."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListView,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.kernel.edits import difference
from console.kernel.tongue import tr
from console.macros.model import Macro
from console.macros.viewmodel.editing import Editing
from console.macros.widgets.form import WIDEST, MacroForm
from console.ui.picker import Choice, ChoiceDelegate
from console.ui.rows import Rows, key_at
from console.ui.slots import Slots
from console.ui.theme import Theme
from console.ui.widgets import Empty, Text, hline

_LIST_WIDTH = 320


class MacrosPage(QWidget):
    """Chooses a macro and writes it. `done` carries what was saved or deleted, with the way back."""

    left = Signal()
    done = Signal(object)

    def __init__(self, editing: Editing, slots: Slots, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._editing, self._slots = editing, slots
        self._keys: list[Any] = []
        self._macros: dict[Any, Macro] = {}
        self._model = Rows(self._choice, lambda c: f"{c.text} {c.aside}", self)
        self.list = QListView()
        self.list.setAccessibleName(tr("Macros"))
        self.list.setModel(self._model)
        self.list.setItemDelegate(ChoiceDelegate(theme, self))
        self.list.setUniformItemSizes(True)
        self.list.setFixedWidth(_LIST_WIDTH)
        self.form = MacroForm(editing, theme)
        told = tr("No macro is chosen\nChoose one at the side, or write a new one.")
        self._empty = Empty(theme, "lightning", told)
        self._right = QStackedWidget()
        self.new = QPushButton(tr("New macro"))
        self._save = QPushButton(tr("Save"))
        self._revert = QPushButton(tr("Revert"))
        self._delete = QPushButton(tr("Delete"))
        self._build()
        self.setFocusProxy(self.list)
        # Tab that comes to a page goes on at its proxy: whatever is before that is never reached.
        QWidget.setTabOrder(self.list, self.new)
        self.list.selectionModel().currentChanged.connect(self._picked)
        self.list.activated.connect(lambda _: self.form.name.setFocus())
        self.new.clicked.connect(self._begin)
        self.form.files_brought.connect(self._attach)
        self._save.clicked.connect(self.save)
        self._revert.clicked.connect(editing.revert)
        self._delete.clicked.connect(self.delete)
        editing.changed.connect(self._changed)
        self._changed(None)

    def _build(self) -> None:
        self._save.setProperty("kind", "primary")
        head = QHBoxLayout()
        head.setContentsMargins(20, 14, 20, 12)
        head.addWidget(Text(tr("Macros"), "display"), 1)
        head.addWidget(self.new)
        edge = QFrame()
        edge.setObjectName("vline")
        below = QWidget()
        below.setMaximumWidth(WIDEST)
        foot = QHBoxLayout(below)
        foot.setContentsMargins(24, 12, 24, 16)
        foot.setSpacing(8)
        foot.addWidget(self._delete)
        foot.addStretch(1)
        foot.addWidget(self._revert)
        foot.addWidget(self._save)
        right = QWidget()
        whole = QVBoxLayout(right)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.form)
        whole.addWidget(below)
        whole.addStretch(1)
        self._right.addWidget(self._empty)
        self._right.addWidget(right)
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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_S and control:
            self.save()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def name_keys(self, keyed: Callable[[str, str], str]) -> None:
        """Have the tooltips name keys; `keyed` puts a command's key behind words."""
        self._save.setToolTip(keyed(tr("Save"), "macro_save"))

    def choose(self, macro_id: UUID) -> None:
        """Open a macro in the form."""
        self._editing.choose(macro_id)

    def save(self) -> None:
        """Save what stands in the form."""
        self._start(self._editing.save(), "save-macro")

    def delete(self) -> None:
        """Delete the chosen macro."""
        self._start(self._editing.delete(), "delete-macro")
        self.list.setFocus()

    def _start(self, work: Coroutine[Any, Any, object], name: str) -> None:
        async def tell() -> None:
            done = await work
            if done is not None:
                self.done.emit(done)

        self._slots.start(tell(), name)

    def _attach(self, paths: list[Path]) -> None:
        self._slots.start(self._editing.attach(paths), "attach-to-macro")

    def _begin(self) -> None:
        self._editing.new()
        self.form.name.setFocus()

    def _choice(self, key: Any) -> Choice:
        macro, editing = self._macros[key], self._editing
        name = macro.content.name or tr("New macro")
        return Choice(key, name, "lightning", editing.shared_with(macro.content))

    def _picked(self, current: QModelIndex, _before: QModelIndex) -> None:
        key = key_at(current)
        if key is not None and key != self._editing.chosen:
            self._editing.choose(key)

    def _changed(self, _: None) -> None:
        editing = self._editing
        before = self._macros
        self._macros = {macro.id: macro for macro in editing.macros}
        keys = list(self._macros)
        changed = [key for key in keys if before.get(key) != self._macros[key]]
        self._model.apply(difference(self._keys, keys, changed))
        self._keys = keys
        if editing.chosen in self._macros:
            here = self._model.index(keys.index(editing.chosen))
            if self.list.currentIndex() != here:
                self.list.setCurrentIndex(here)
        content = editing.content
        self._right.setCurrentIndex(0 if content is None else 1)
        if content is not None:
            self.form.show_content(content, writable=editing.writable, problem=editing.problem)
        self._save.setEnabled(editing.unsaved and editing.writable)
        self._revert.setEnabled(editing.unsaved)
        self._delete.setEnabled(content is not None and editing.writable)
