"""A dialog that asks for one name."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from console.kernel.tongue import tr
from console.ui.answers import answers
from console.ui.widgets import Text

_WIDTH = 380


class NameDialog(QDialog):
    """Asks for a name. `named` tells it; whoever asked accepts the dialog or refuses the name.

    `label` says what is asked for, `save` is on the button.
    """

    named = Signal(str)

    def __init__(
        self, title: str, label: str, name: str, parent: QWidget, *, save: str = ""
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._line = QLineEdit(name)
        self._line.setAccessibleName(label)
        self._line.selectAll()
        self._wrong = Text("", "error")
        self._wrong.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 16)
        box.setSpacing(10)
        asked = Text(label, "dim")
        asked.setWordWrap(True)
        box.addWidget(asked)
        box.addWidget(self._line)
        box.addWidget(self._wrong)
        box.addLayout(answers(self, save or tr("Save"), lambda: self.named.emit(self._line.text())))
        self.setFixedWidth(_WIDTH)
        self.finished.connect(self.deleteLater)

    def refuse(self, why: str) -> None:
        """Say why it cannot be called that."""
        self._wrong.setText(why)
        self._wrong.show()
        self._line.setFocus()
