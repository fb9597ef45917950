"""Asking for a date and a time."""

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QDateTime
from PySide6.QtWidgets import QDateTimeEdit, QDialog, QVBoxLayout, QWidget

from console.ui.answers import answers
from console.ui.widgets import Text

_BESIDE = 80
"""Room beside the date: for its frame and arrow, and for a longer month."""


class WhenDialog(QDialog):
    """A date and time between two others; `chosen` is called with it in UTC."""

    def __init__(
        self,
        title: str,
        first: datetime,
        least: datetime,
        most: datetime,
        chosen: Callable[[datetime], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._chosen = chosen
        self.edit = QDateTimeEdit(_local(first))
        self.edit.setAccessibleName(title)
        self.edit.setCalendarPopup(True)
        wide = self.edit.fontMetrics().horizontalAdvance(self.edit.text())
        self.edit.setMinimumWidth(wide + _BESIDE)
        self.edit.setDateTimeRange(_local(least), _local(most))
        self.finished.connect(self.deleteLater)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 16, 20, 16)
        box.setSpacing(12)
        box.addWidget(Text(title, "title"))
        box.addWidget(self.edit)
        box.addLayout(answers(self, title, self.accept))

    def accept(self) -> None:
        told = self.edit.dateTime().toSecsSinceEpoch()
        super().accept()
        self._chosen(datetime.fromtimestamp(told, UTC))


def _local(at: datetime) -> QDateTime:
    return QDateTime.fromSecsSinceEpoch(int(at.timestamp()))
