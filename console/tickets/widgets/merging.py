"""Asking into which ticket these are merged, with what that does before it is done."""

from collections.abc import Callable, Sequence
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.kernel.edits import Reset
from console.kernel.tongue import beside, mark, tr, trn
from console.people.viewmodel import Directory
from console.tickets.model import Ticket
from console.tickets.viewmodel.merging import Merging, Plan
from console.tickets.widgets.row import STATUS_WORDS
from console.tickets.widgets.signs import STATUS_ICONS
from console.ui import words
from console.ui.picker import Choice, ChoiceDelegate
from console.ui.rows import Index, Rows, row_at
from console.ui.theme import Theme
from console.ui.widgets import Text

_WIDTH = 520
_LEAST_SHOWN, _MOST_SHOWN = 4, 8
_NOTHING_YET = mark("This customer has no other ticket here. Type whose or which it is.")
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class MergeDialog(QDialog):
    """Offers tickets to merge `ids` into; `chosen` is called with the plan that was looked at."""

    def __init__(
        self,
        merging: Merging,
        directory: Directory,
        ids: Sequence[UUID],
        chosen: Callable[[Plan], None],
        theme: Theme,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._merging, self._directory, self._ids = merging, directory, ids
        self._chosen = chosen
        self._choices: list[Choice] = []
        self.plan: Plan | None = None
        title = _title(merging.tickets(ids))
        self.setWindowTitle(title)
        self.line = QLineEdit(placeholderText=tr("Number, subject or name"))
        self.line.setAccessibleName(title)
        self._model = Rows(lambda n: self._choices[n], lambda c: f"{c.text} {c.aside}", self)
        self.list = QListView()
        self._dress(theme, title)
        self._nothing = Text("", "dim")
        self._what, self._warning = Text(), Text("", "warn")
        self.go = QPushButton()
        self._build(title)
        self.line.textChanged.connect(self._find)
        self.line.installEventFilter(self)
        self.finished.connect(self.deleteLater)
        self._find("")

    def _dress(self, theme: Theme, title: str) -> None:
        rows = self.list
        rows.setModel(self._model)
        rows.setItemDelegate(ChoiceDelegate(theme, self))
        rows.setUniformItemSizes(True)
        rows.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        rows.setAccessibleName(title)
        offered = len(self._merging.offered(self._ids))
        shown = max(_LEAST_SHOWN, min(offered, _MOST_SHOWN))
        rows.setFixedHeight(shown * theme.size("line") + 4)  # it stays while somebody types
        rows.selectionModel().currentChanged.connect(lambda now, _: self._look(now))
        rows.doubleClicked.connect(lambda _: self._enter())

    def _build(self, title: str) -> None:
        leave = QPushButton(tr("Cancel"))
        leave.clicked.connect(self.reject)
        leave.setAutoDefault(False)
        self.go.setProperty("kind", "primary")
        self.go.setAutoDefault(False)
        self.go.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(leave)
        row.addWidget(self.go)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 16, 20, 16)
        box.setSpacing(10)
        box.addWidget(Text(title, "title"))
        box.addWidget(self.line)
        box.addWidget(self.list)
        box.addWidget(self._nothing)
        for text in (self._what, self._warning):
            text.setWordWrap(True)
            box.addWidget(text)
        box.addLayout(row)
        self.setFixedWidth(_WIDTH)

    def _find(self, typed: str) -> None:
        self._choices = [self._line_of(each) for each in self._merging.offered(self._ids, typed)]
        self._model.apply([Reset(range(len(self._choices)))])
        self.list.setVisible(bool(self._choices))
        told = tr("No ticket here is called that.") if typed.strip() else tr(_NOTHING_YET)
        self._nothing.setText(told)
        self._nothing.setVisible(not self._choices)
        if self._choices:
            self.list.setCurrentIndex(self._model.index(0))
        else:
            self._show(None)

    def _line_of(self, ticket: Ticket) -> Choice:
        icon, color = STATUS_ICONS[ticket.status]
        party = self._directory.party(ticket.requester_id)
        aside = beside((words.bare(party.name) if party else "", tr(STATUS_WORDS[ticket.status])))
        text = words.unturned(f"#{ticket.number} {ticket.subject}")
        return Choice(ticket.id, text, icon, aside, color=color)

    def _look(self, now: Index) -> None:
        choice: Choice | None = row_at(now)
        self._show(self._merging.plan(choice.value, self._ids) if choice else None)

    def _show(self, plan: Plan | None) -> None:
        self.plan = plan
        told, warning = (plan.sentences, plan.warning) if plan else ([], "")
        self._what.setText(" ".join(told))
        self._what.setVisible(bool(told))
        self._warning.setText(warning)
        self._warning.setVisible(bool(warning))
        self.go.setText(tr("Merge anyway") if warning else tr("Merge"))
        self.go.setAccessibleDescription(" ".join([*told, warning]).strip())
        self.go.setEnabled(plan is not None and bool(plan.others))
        self.adjustSize()

    def accept(self) -> None:
        plan = self.plan
        super().accept()
        if plan is not None:
            self._chosen(plan)

    def _enter(self) -> None:
        """Do it; where there is something to be sure of, only go to the button that does."""
        if self.plan is None or not self.plan.others:
            return
        if self.plan.warning:
            self.go.setDefault(True)
            self.go.setFocus()
        else:
            self.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = _STEPS.get(Qt.Key(event.key()))
            if step is not None and self._choices:
                here = self.list.currentIndex().row()
                self.list.setCurrentIndex(self._model.index((here + step) % len(self._choices)))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._enter()
                return True
        return super().eventFilter(watched, event)


def _title(tickets: Sequence[Ticket]) -> str:
    if len(tickets) == 1:
        return tr("Merge #{number} into…").format(number=tickets[0].number)
    said = trn("Merge {count} ticket into…", "Merge {count} tickets into…", len(tickets))
    return said.format(count=words.count(len(tickets)))
