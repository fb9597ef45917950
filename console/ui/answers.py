"""The answers at the foot of a small dialog: leave it, or go ahead."""

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton

from console.kernel.tongue import tr


def answers(dialog: QDialog, go: str, ahead: Callable[[], object]) -> QHBoxLayout:
    """`Cancel`, which leaves the dialog, and `go`, which Enter presses too: it calls `ahead`."""
    leave, on = QPushButton(tr("Cancel")), QPushButton(go)
    on.setProperty("kind", "primary")
    on.setDefault(True)
    leave.clicked.connect(dialog.reject)
    on.clicked.connect(lambda *_: ahead())
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addStretch(1)
    row.addWidget(leave)
    row.addWidget(on)
    return row
