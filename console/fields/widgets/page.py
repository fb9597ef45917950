"""The page of custom fields: all there are at the side, in their order; the chosen one's form."""

from collections.abc import Coroutine
from typing import Any
from uuid import UUID

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListView,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.fields.model import CustomField
from console.fields.viewmodel.editing import Editing
from console.fields.widgets.form import TYPE_WORDS, WIDEST, FieldForm
from console.kernel.edits import difference
from console.kernel.tongue import tr
from console.ui.picker import Choice, ChoiceDelegate
from console.ui.rows import Rows, key_at
from console.ui.slots import Slots
from console.ui.theme import Theme
from console.ui.widgets import Empty, Text, hline

_LIST_WIDTH = 320


class FieldsPage(QWidget):
    """Chooses a field, writes it, puts it in its place. `done` says what was saved."""

    left = Signal()
    done = Signal(str)

    def __init__(self, editing: Editing, slots: Slots, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._editing, self._slots = editing, slots
        self._keys: list[UUID] = []
        self._known: dict[UUID, CustomField] = {}
        self._model = Rows(self._choice, lambda c: f"{c.text} {c.aside}", self)
        self.list = QListView()
        self.list.setAccessibleName(tr("Fields"))
        self.list.setModel(self._model)
        self.list.setItemDelegate(ChoiceDelegate(theme, self))
        self.list.setUniformItemSizes(True)
        self.list.setFixedWidth(_LIST_WIDTH)
        self.form = FieldForm(editing, theme)
        told = tr("No field is chosen\nChoose one at the side, or make a new one.")
        self._empty = Empty(theme, "list-dashes", told)
        self._right = QStackedWidget()
        self.new, self._save = QPushButton(tr("New field")), QPushButton(tr("Save"))
        self._revert = QPushButton(tr("Revert"))
        self._up, self._down = QPushButton(tr("Move up")), QPushButton(tr("Move down"))
        self._lay()
        self.setFocusProxy(self.list)
        self.list.selectionModel().currentChanged.connect(self._picked)
        self.list.activated.connect(lambda _: self.form.name.setFocus())
        self.new.clicked.connect(self._begin)
        self._save.clicked.connect(self.save)
        self._revert.clicked.connect(editing.revert)
        self._up.clicked.connect(lambda: self._start(editing.move(-1)))
        self._down.clicked.connect(lambda: self._start(editing.move(1)))
        editing.changed.connect(self._changed)
        self._changed(None)

    def _lay(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(20, 14, 20, 12)
        head.addWidget(Text(tr("Fields"), "display"), 1)
        head.addWidget(self.new)
        edge = QFrame()
        edge.setObjectName("vline")
        self._right.addWidget(self._empty)
        self._right.addWidget(self._chosen())
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

    def _chosen(self) -> QWidget:
        """The form, which may be longer than there is room for, over what is done with it."""
        self._save.setProperty("kind", "primary")
        self._save.setToolTip(tr("Save (Ctrl+S)"))
        inside = QWidget()
        inside.setObjectName("panel")
        inside.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        within = QVBoxLayout(inside)
        within.setContentsMargins(0, 0, 0, 0)
        within.addWidget(self.form)
        within.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAccessibleName(tr("The chosen field"))
        area.setWidget(inside)
        below = QWidget()
        below.setMaximumWidth(WIDEST)
        foot = QHBoxLayout(below)
        foot.setContentsMargins(24, 12, 24, 16)
        foot.setSpacing(8)
        foot.addWidget(self._up)
        foot.addWidget(self._down)
        foot.addStretch(1)
        foot.addWidget(self._revert)
        foot.addWidget(self._save)
        made = QWidget()
        whole = QVBoxLayout(made)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(area, 1)
        whole.addWidget(below)
        return made

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_S and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.save()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def save(self) -> None:
        """Save what stands in the form."""

        async def tell() -> None:
            if told := await self._editing.save():
                self.done.emit(told)

        self._start(tell())

    def _start(self, work: Coroutine[Any, Any, object]) -> None:
        self._slots.start(work, "fields")

    def _begin(self) -> None:
        self._editing.new()
        self.form.name.setFocus()

    def _choice(self, key: UUID) -> Choice:
        content = self._known[key].content
        words, icon = TYPE_WORDS[content.type]
        aside = tr(words) if content.active else tr("not in use")
        return Choice(key, content.name or tr("New field"), icon, aside)

    def _picked(self, current: QModelIndex, _before: QModelIndex) -> None:
        key = key_at(current)
        if key is not None and key != self._editing.chosen:
            self._editing.choose(key)

    def _changed(self, _: None) -> None:
        editing, before = self._editing, self._known
        self._known = {field.id: field for field in editing.fields}
        keys = list(self._known)
        changed = [key for key in keys if before.get(key) != self._known[key]]
        self._model.apply(difference(self._keys, keys, changed))
        self._keys = keys
        if editing.chosen in self._known:
            here = self._model.index(keys.index(editing.chosen))
            if not self.list.selectionModel().isSelected(here):
                self.list.setCurrentIndex(here)
        content, writable = editing.content, editing.writable
        self._right.setCurrentIndex(0 if content is None else 1)
        if content is not None:
            self.form.show_content(
                content, writable=writable, fresh=editing.is_new, problem=editing.problem
            )
        self.new.setEnabled(writable)
        self._save.setEnabled(editing.unsaved and writable)
        self._revert.setEnabled(editing.unsaved)
        for button in (self._up, self._down):
            button.setEnabled(writable and not editing.is_new)
