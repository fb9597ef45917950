"""What the server refused on the open ticket: why, and the ways out, above the composer."""

from collections.abc import Callable, Sequence

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from console.kernel import codec
from console.sync.client.outbox import Entry
from console.sync.records import Rejected
from console.ui.widgets import Text, clear

REASONS = {
    "newer_reply": "a colleague answered meanwhile",
    "taken_by": "somebody else has it by now",
    "moved": "somebody moved it meanwhile",
    "status_changed": "somebody changed the status meanwhile",
    "bad_transition": "the ticket cannot take that status any more",
    "denied": "you no longer have access",
    "dependency_rejected": "the action before it was refused",
    "server_error": "the server failed on it",
    "nobody_there": "nobody is in that lane",
    "message_id_taken": "it is there already",
    "attachment_missing": "the server does not have its file",
    "attachment_differs": "its file is not what it says",
    "hash_mismatch": "its file arrived damaged",
    "disk_full": "this computer’s disk refused to give its file",
    "too_many_attachments": "it has too many files",
}


def reason(entry: Entry) -> str:
    """Why an action was refused, in words."""
    outcome = entry.outcome
    code = outcome.code if isinstance(outcome, Rejected) else ""
    return REASONS.get(code, f"the server refused it ({code})")


def body_of(entry: Entry) -> str:
    """The text that a refused reply or note carries, empty for other actions."""
    told = codec.decode(bytes(entry.command.args), dict)
    return str(told.get("body", ""))


class Attention(QWidget):
    """One line for each refused action of a ticket."""

    def __init__(self, retry: Callable[[Entry], None], discard: Callable[[Entry], None]) -> None:
        super().__init__()
        self._retry, self._discard = retry, discard
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 8)
        self._box.setSpacing(4)
        self.hide()

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show those of the entries that were refused."""
        refused = [entry for entry in entries if entry.state == "rejected"]
        clear(self._box)
        for entry in refused:
            self._box.addWidget(self._line(entry))
        self.setVisible(bool(refused))

    def _line(self, entry: Entry) -> QFrame:
        frame = QFrame()
        frame.setObjectName("banner")
        row = QHBoxLayout(frame)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(6)
        text = Text(f"{entry.about} was not done: {reason(entry)}.")
        text.setWordWrap(True)
        row.addWidget(text, 1)
        again = "Send anyway" if body_of(entry) else "Do it anyway"
        row.addWidget(self._button(again, lambda: self._retry(entry)))
        if body := body_of(entry):
            row.addWidget(
                self._button("Copy text", lambda: QGuiApplication.clipboard().setText(body))
            )
        row.addWidget(self._button("Discard", lambda: self._discard(entry)))
        return frame

    def _button(self, text: str, call: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("kind", "field")
        button.clicked.connect(lambda _=False: call())
        return button
