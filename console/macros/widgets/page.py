"""The page of macros: those one has at the left, the chosen one's form at the right."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from console.kernel.tongue import tr
from console.macros.viewmodel.editing import Editing
from console.macros.widgets.form import WIDEST, MacroForm
from console.ui.chooser import Chooser
from console.ui.picker import Choice
from console.ui.slots import Slots
from console.ui.theme import Theme
from console.ui.widgets import Empty


class MacrosPage(Chooser):
    """Chooses a macro and writes it. `done` carries what was saved or deleted, with the way back."""

    def __init__(self, editing: Editing, slots: Slots, theme: Theme) -> None:
        told = tr("No macro is chosen\nChoose one at the side, or write a new one.")
        empty = Empty(theme, "lightning", told)
        super().__init__(editing, slots, theme, tr("Macros"), tr("New macro"), empty)
        self._editing = editing
        self.form = MacroForm(editing, theme)
        self._delete = QPushButton(tr("Delete"))
        self.lay(self._chosen())
        self.list.activated.connect(lambda _: self.form.name.setFocus())
        self.form.files_brought.connect(self._attach)
        self._delete.clicked.connect(self.delete)
        editing.changed.connect(self._changed)
        self._changed(None)

    def _chosen(self) -> QWidget:
        """The form, and under it what is done with it."""
        made = QWidget()
        whole = QVBoxLayout(made)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.form)
        whole.addWidget(self.foot(WIDEST, self._delete))
        whole.addStretch(1)
        return made

    def name_keys(self, keyed: Callable[[str, str], str]) -> None:
        """Have the tooltips name keys; `keyed` puts a command's key behind words."""
        self._save.setToolTip(keyed(tr("Save"), "macro_save"))

    def choose(self, macro_id: UUID) -> None:
        """Open a macro in the form."""
        self._editing.choose(macro_id)

    def save(self) -> None:
        self.start(self._editing.save(), "save-macro")

    def delete(self) -> None:
        """Delete the chosen macro."""
        self.start(self._editing.delete(), "delete-macro")
        self.list.setFocus()

    def begin(self) -> None:
        self._editing.new()
        self.form.name.setFocus()

    def choice(self, key: UUID) -> Choice:
        content = self._known[key].content
        name = content.name or tr("New macro")
        return Choice(key, name, "lightning", self._editing.shared_with(content))

    def _attach(self, paths: list[Path]) -> None:
        self.start(self._editing.attach(paths), "attach-to-macro")

    def _changed(self, _: None) -> None:
        editing = self._editing
        content = editing.content
        self.follow(editing.macros, is_open=content is not None)
        if content is not None:
            self.form.show_content(content, writable=editing.writable, problem=editing.problem)
        self._save.setEnabled(editing.unsaved and editing.writable)
        self._revert.setEnabled(editing.unsaved)
        self._delete.setEnabled(content is not None and editing.writable)
