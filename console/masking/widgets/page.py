"""The page of the policy: which contact data is masked for whom, and what never is."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from console.kernel.tongue import mark, tr
from console.masking.model.contacts import KINDS, ContactKind
from console.masking.model.policy import Audience, Content
from console.masking.viewmodel.editing import Editing
from console.ui.chooser import saves_or_leaves
from console.ui.controls import Check
from console.ui.slots import Slots
from console.ui.theme import Theme
from console.ui.widgets import Text, hline

WIDEST = 640
_OWN_TALL = 264
_LABEL_WIDTH = 230
_KIND_WORDS: dict[ContactKind, str] = {
    "email": mark("E-mail addresses"),
    "phone": mark("Telephone numbers"),
    "messenger": mark("Messengers and social media"),
    "account": mark("Bank accounts (IBAN)"),
    "link": mark("Links to other sites"),
}
_AUDIENCES: dict[Audience, str] = {"buyer": mark("For the buyer"), "seller": mark("For the seller")}


class MaskingPage(QWidget):
    """Shows the policy; whoever may changes it. Ctrl+S saves, Esc tells `left`, `done` what was saved."""

    left = Signal()
    done = Signal(object)

    def __init__(self, editing: Editing, slots: Slots, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._editing, self._slots, self._theme = editing, slots, theme
        self.checks: dict[tuple[Audience, ContactKind], Check] = {}
        self.own = QPlainTextEdit()
        self.own.setAccessibleName(tr("Never masked"))
        self.own.setTabChangesFocus(True)
        self.own.setProperty("kind", "field")
        self.own.setFixedHeight(_OWN_TALL)
        self._told, self._problem = Text("", "dim"), Text("", "error")
        self.save_button, self.revert_button = QPushButton(tr("Save")), QPushButton(tr("Revert"))
        self.save_button.setProperty("kind", "primary")
        self.save_button.setToolTip(tr("Save (Ctrl+S)"))
        self._shown: Content | None = None
        self._build()
        self.own.textChanged.connect(self._typed)
        self.save_button.clicked.connect(self.save)
        self.revert_button.clicked.connect(editing.revert)
        editing.changed.connect(self._changed)
        self._changed(None)

    def _build(self) -> None:
        inner = QWidget()
        inner.setObjectName("panel")
        inner.setMaximumWidth(WIDEST)
        box = QVBoxLayout(inner)
        box.setContentsMargins(24, 18, 24, 16)
        box.setSpacing(8)
        lead = tr(
            "No message is to tell buyer and seller how to reach each other outside the marketplace."
            " What is ticked is masked before a message is kept; whoever writes it sees that before"
            " it goes."
        )
        told = Text(lead, "dim")
        told.setWordWrap(True)
        box.addWidget(told)
        box.addSpacing(8)
        box.addLayout(self._grid())
        box.addSpacing(12)
        box.addWidget(Text(tr("Never masked"), "title"))
        hint = Text(
            tr(
                "The marketplace's own domains with all below them, its e-mail addresses and its"
                " telephone numbers, one a line. The recipient's own address and number, and the"
                " work address of whoever writes with its domain, are never masked either."
            ),
            "dim",
        )
        hint.setWordWrap(True)
        box.addWidget(hint)
        box.addWidget(self.own)
        for label in (self._told, self._problem):
            label.setWordWrap(True)
            box.addWidget(label)
        box.addLayout(self._foot())
        box.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAccessibleName(tr("What is masked"))
        area.setWidget(inner)
        head = QHBoxLayout()
        head.setContentsMargins(24, 14, 20, 12)
        head.addWidget(Text(tr("Contact data"), "display"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(hline())
        whole.addWidget(area, 1)
        self.setFocusProxy(self.checks["buyer", KINDS[0]])

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, _LABEL_WIDTH)
        grid.setColumnStretch(2, 1)
        grid.addWidget(Text(tr("Masked"), "title"), 0, 0)
        for column, words in enumerate(_AUDIENCES.values(), start=1):
            grid.addWidget(Text(tr(words), "dim"), 0, column)
        for row, kind in enumerate(KINDS, start=1):
            grid.addWidget(Text(tr(_KIND_WORDS[kind])), row, 0)
            for column, (audience, words) in enumerate(_AUDIENCES.items(), start=1):
                check = Check(self._theme, "")
                told = tr("{kind}, masked: {audience}")
                name = told.format(kind=tr(_KIND_WORDS[kind]), audience=tr(words))
                check.setAccessibleName(name)
                check.toggled.connect(self._typed)
                grid.addWidget(check, row, column)
                self.checks[audience, kind] = check
        return grid

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self.revert_button)
        foot.addWidget(self.save_button)
        return foot

    def save(self) -> None:
        """Save what stands in the form."""

        async def tell() -> None:
            if told := await self._editing.save():
                self.done.emit(told)

        self._slots.start(tell(), "masking")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not saves_or_leaves(event, self.save, self.left.emit):
            super().keyPressEvent(event)

    def _typed(self, _: object = None) -> None:
        if self._shown is None:
            return  # what is put in there is nobody's change
        self._shown = Content(
            buyer=self._ticked("buyer"),
            seller=self._ticked("seller"),
            own=tuple(filter(None, map(str.strip, self.own.toPlainText().split("\n")))),
        )
        self._editing.change(self._shown)

    def _ticked(self, audience: Audience) -> tuple[ContactKind, ...]:
        return tuple(kind for kind in KINDS if self.checks[audience, kind].isChecked())

    def _changed(self, _: None) -> None:
        editing = self._editing
        content, writable = editing.content, editing.writable
        if content != self._shown:
            self._shown = None
            for (audience, kind), check in self.checks.items():
                check.setChecked(kind in content.masked(audience))
            self.own.setPlainText("\n".join(content.own))
            self._shown = content
        for check in self.checks.values():
            check.setEnabled(writable)
        self.own.setReadOnly(not writable)
        self._told.setText(
            "" if writable else tr("Only those who lead teams change what is masked.")
        )
        self._told.setVisible(not writable)
        self._problem.setText(editing.problem)
        self._problem.setVisible(bool(editing.problem))
        for button in (self.save_button, self.revert_button):
            button.setVisible(writable)
            button.setEnabled(editing.unsaved)
