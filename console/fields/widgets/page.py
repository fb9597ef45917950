"""The page of custom fields: all there are at the side, in their order; the chosen one's form."""

from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from console.fields.viewmodel.editing import Editing
from console.fields.widgets.form import TYPE_WORDS, WIDEST, FieldForm
from console.kernel.tongue import tr
from console.ui.chooser import Chooser
from console.ui.picker import Choice
from console.ui.slots import Slots
from console.ui.theme import Theme
from console.ui.widgets import Empty


class FieldsPage(Chooser):
    """Chooses a field, writes it, puts it in its place. `done` says what was saved."""

    def __init__(self, editing: Editing, slots: Slots, theme: Theme) -> None:
        told = tr("No field is chosen\nChoose one at the side, or make a new one.")
        empty = Empty(theme, "list-dashes", told)
        super().__init__(editing, slots, theme, tr("Fields"), tr("New field"), empty)
        self._editing = editing
        self.form = FieldForm(editing, theme)
        self._up, self._down = QPushButton(tr("Move up")), QPushButton(tr("Move down"))
        self._save.setToolTip(tr("Save (Ctrl+S)"))
        self.lay(self._chosen())
        self.list.activated.connect(lambda _: self.form.name.setFocus())
        self._up.clicked.connect(lambda: self._slots.start(editing.move(-1), "fields"))
        self._down.clicked.connect(lambda: self._slots.start(editing.move(1), "fields"))
        editing.changed.connect(self._changed)
        self._changed(None)

    def _chosen(self) -> QWidget:
        """The form, which may be longer than there is room for, over what is done with it."""
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
        made = QWidget()
        whole = QVBoxLayout(made)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(area, 1)
        whole.addWidget(self.foot(WIDEST, self._up, self._down))
        return made

    def save(self) -> None:
        self.start(self._editing.save(), "fields")

    def begin(self) -> None:
        self._editing.new()
        self.form.name.setFocus()

    def choice(self, key: UUID) -> Choice:
        content = self._known[key].content
        words, icon = TYPE_WORDS[content.type]
        aside = tr(words) if content.active else tr("not in use")
        return Choice(key, content.name or tr("New field"), icon, aside)

    def _changed(self, _: None) -> None:
        editing = self._editing
        content, writable = editing.content, editing.writable
        self.follow(editing.fields, is_open=content is not None)
        if content is not None:
            self.form.show_content(
                content, writable=writable, fresh=editing.is_new, problem=editing.problem
            )
        self.new.setEnabled(writable)
        self._save.setEnabled(editing.unsaved and writable)
        self._revert.setEnabled(editing.unsaved)
        for button in (self._up, self._down):
            button.setEnabled(writable and not editing.is_new)
