"""The card of custom fields: each value changed where it stands, in words or by a choice."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from console.fields.model import MAX_TEXT_CHARS, Content, CustomField, Value
from console.fields.viewmodel.shelf import Fields, read, told, typed_as
from console.kernel.codec import NIL
from console.kernel.errors import Refused
from console.kernel.tongue import mark, tr
from console.tickets.model import Ticket
from console.ui import mirror
from console.ui.picker import Choice, Picker, Search, containing
from console.ui.theme import Theme
from console.ui.widgets import Card, Elided, Text

PICKED = frozenset({"choice", "yesno"})
"""Types whose values are picked from a list; the others are typed."""
HINTS: Mapping[str, str] = {
    "text": mark("Type a text"),
    "number": mark("Type a number"),
    "date": mark("YYYY-MM-DD"),
}
WRONG = object()
"""The value of a choice that only says what is wrong with what was typed."""
_STAR = "*"
_AT_RIGHT = (
    Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
)
_OWN = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)


def choices_of(field: CustomField, now: Value | None) -> list[Choice]:
    """The values that a picked field takes; `now` is checked, and can be taken away."""
    content = field.content
    if content.type == "yesno":
        found = [
            Choice(value, told(content, value), checked=value is now) for value in (True, False)
        ]
    else:
        live = [option for option in content.options if not option.gone]
        found = [Choice(o.key, o.name, checked=o.key == now) for o in live]
    return found if now is None else [*found, Choice(None, tr("No value"), "x")]


def values_of(field: CustomField, now: Value | None, *, clear: bool = False) -> Search:
    """What can be chosen as a field's value: from its list, or what is typed."""
    none = [Choice(None, tr("No value"), "x")]
    if field.content.type in PICKED:
        offered = choices_of(field, now)
        return containing([*offered, *none] if clear and now is None else offered)

    def search(typed: str) -> Sequence[Choice]:
        try:
            value = read(field.content, typed)
        except Refused as refusal:
            return [Choice(WRONG, refusal.message, "warning-circle")]
        if value is not None:
            return [Choice(value, told(field.content, value), "check")]
        return none if clear or now is not None else []

    return search


def hint_of(field: CustomField) -> str:
    """What is asked where a field's value is chosen: its name, and what to type."""
    content = field.content
    if content.type in PICKED:
        return content.name
    return tr("{field}: {hint}").format(field=content.name, hint=tr(HINTS[content.type]))


class FieldsCard(Card):
    """The custom fields of one ticket. `given` tells ticket, field and new value, None for none.

    What is typed and not given stays with its ticket, with the reason under it if it is no value.
    """

    given = Signal(object, object, object)
    left = Signal()
    """The keyboard wants back to where it came from."""

    def __init__(self, fields: Fields, theme: Theme) -> None:
        super().__init__(tr("Fields"))
        self._fields, self._theme = fields, theme
        self._ticket: Ticket | None = None
        self._shown: Sequence[CustomField] = ()
        self._rows: dict[UUID, _Row] = {}
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        self.body.addLayout(self._grid)
        fields.changed.connect(self._changed)
        self.hide()

    def show_ticket(self, ticket: Ticket) -> None:
        """Show this ticket's fields and values."""
        self._ticket = ticket
        shown = self._fields.shown_to(ticket.team_id)
        if shown != list(self._shown):
            self._lay(shown)
        for field in shown:
            typed = self._fields.typed(ticket.id, field.id)
            self._rows[field.id].show_value(ticket.id, ticket.fields.get(field.id), typed)
        self.setVisible(bool(shown))

    def focus_field(self, field_id: UUID, *, begin: bool = False) -> bool:
        """Put the keyboard on a field's value; whether it is here.

        With `begin` the list of one that is picked opens at once.
        """
        row = self._rows.get(field_id)
        if row is None:
            return False
        row.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if begin and isinstance(row.editor, QPushButton):
            row.editor.click()
        return True

    def _changed(self, _: None) -> None:
        if self._ticket is not None:
            self.show_ticket(self._ticket)

    def _lay(self, shown: Sequence[CustomField]) -> None:
        """One line for each field; those that stay as they were keep the keyboard."""
        before = {field.id: field for field in self._shown}
        self._shown = shown
        for field_id in [f for f in self._rows if f not in {field.id for field in shown}]:
            self._rows.pop(field_id).drop()
        for field in shown:
            if field.id in self._rows and before[field.id].content != field.content:
                self._rows.pop(field.id).drop()
            if field.id not in self._rows:
                self._rows[field.id] = _Row(field, self)
        last: QWidget = self.heading
        for at, field in enumerate(shown):
            row = self._rows[field.id]
            row.put(self._grid, 2 * at)
            QWidget.setTabOrder(last, row.editor)
            last = row.editor

    def pick(self, field: CustomField, now: Value | None, at: QWidget) -> None:
        """Choose a value from the list of those there are."""
        ticket_id = self._ticket.id if self._ticket else NIL

        def picked(value: Any) -> None:
            self.given.emit(ticket_id, field, value)

        choices = containing(choices_of(field, now))
        Picker(self._theme, field.content.name, choices, picked, self).open_under(at)

    def typed(self, ticket_id: UUID, field_id: UUID) -> str | None:
        """What was typed and not given."""
        return self._fields.typed(ticket_id, field_id)

    def keep_typed(self, ticket_id: UUID, field_id: UUID, typed: str | None) -> None:
        """Remember what was typed and not given; None forgets it."""
        self._fields.keep_typed(ticket_id, field_id, typed)


class _Name(QWidget):
    """A field's name, with a star that stays in sight where it must have a value."""

    def __init__(self, name: str, *, required: bool) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        words = Elided("dim")
        words.setText(name)
        row.addWidget(words, 1)
        if required:
            star = Text(_STAR, "error")
            star.setToolTip(tr("A ticket is solved only once it has a value"))
            row.addWidget(star)


class _Row(QObject):
    """A field's name, its value, and what is wrong with what was typed."""

    def __init__(self, field: CustomField, card: FieldsCard) -> None:
        super().__init__(card)
        self._field, self._card = field, card
        self._ticket_id = NIL
        self._value: Value | None = None
        content = field.content
        self.name = _Name(content.name, required=content.required)
        self.wrong = Text("", "error")
        self.wrong.setWordWrap(True)
        self.wrong.hide()
        self.editor: QPushButton | QLineEdit
        self.editor = self._button() if content.type in PICKED else self._line()
        must = tr("{name}, required").format(name=content.name)
        self.spoken = must if content.required else content.name
        self.editor.setAccessibleName(self.spoken)

    def _button(self) -> QPushButton:
        button = QPushButton()
        button.setProperty("kind", "choice")
        button.clicked.connect(lambda: self._card.pick(self._field, self._value, button))
        return button

    def _line(self) -> QLineEdit:
        line = QLineEdit(placeholderText=tr(HINTS[self._field.content.type]))
        line.setMaxLength(MAX_TEXT_CHARS)
        line.setProperty("kind", "value")
        if mirror.leftwards():
            # As values that are picked do, whichever way their own script runs.
            line.setAlignment(_AT_RIGHT)
        line.returnPressed.connect(self._finished)
        line.textEdited.connect(self._typing)
        line.installEventFilter(self)
        return line

    def put(self, grid: QGridLayout, at: int) -> None:
        """Stand in these two rows of the grid."""
        grid.addWidget(self.name, at, 0)
        grid.addWidget(self.editor, at, 1)
        grid.addWidget(self.wrong, at + 1, 0, 1, 2)

    def drop(self) -> None:
        """Go from the screen."""
        for widget in (self.name, self.editor, self.wrong):
            widget.hide()
            widget.deleteLater()
        self.deleteLater()

    def show_value(self, ticket_id: UUID, value: Value | None, typed: str | None) -> None:
        """Show the value; what somebody is typing on the same ticket stays."""
        same = ticket_id == self._ticket_id
        before, self._ticket_id, self._value = self._value, ticket_id, value
        content, editor = self._field.content, self.editor
        if isinstance(editor, QPushButton):
            shown = told(content, value)
            editor.setText((shown or "–").replace("&", "&&"))
            editor.setAccessibleName(f"{self.spoken}: {shown or tr('No value')}")
        elif not (same and before == value):
            editor.setText(typed if typed is not None else self._words(value))
            editor.setCursorPosition(0)
            self._say("" if typed is None else _problem(content, typed))

    def _words(self, value: Value | None) -> str:
        """A value as it reads here; while the keyboard is on it, as one would type it."""
        as_typed = self.editor.hasFocus()
        content = self._field.content
        return typed_as(content, value) if as_typed else told(content, value)

    def _entered(self) -> None:
        """The keyboard comes to a line: what is shown becomes what one would type."""
        editor = self.editor
        kept = self._card.typed(self._ticket_id, self._field.id)
        if isinstance(editor, QLineEdit) and kept is None:
            editor.setText(typed_as(self._field.content, self._value))

    def _typing(self, typed: str) -> None:
        self.wrong.hide()
        as_it_is = typed == typed_as(self._field.content, self._value)
        self._card.keep_typed(self._ticket_id, self._field.id, None if as_it_is else typed)

    def _is_left(self) -> bool:
        """Whether the keyboard is elsewhere in this window, which is not about to close."""
        now = QApplication.focusWidget()
        here = self.editor.window()
        return now not in (None, self.editor) and now.window() is here and not here.isHidden()

    def _finished(self) -> None:
        """Enter was pressed, or the keyboard went elsewhere."""
        editor = self.editor
        assert isinstance(editor, QLineEdit)
        content = self._field.content
        try:
            value = read(content, editor.text())
        except Refused as refusal:
            self._say(refusal.message)
            return
        self._card.keep_typed(self._ticket_id, self._field.id, None)
        self._say("")
        editor.setText(self._words(value))
        editor.setCursorPosition(0)
        if value != self._value:
            self._card.given.emit(self._ticket_id, self._field, value)

    def _say(self, words: str) -> None:
        self.wrong.setText(words)
        self.wrong.setVisible(bool(words))
        self.editor.setAccessibleDescription(words)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and self._is_left():
            self._finished()
        if event.type() == QEvent.Type.FocusIn:
            self._entered()
        if not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.ShortcutOverride and event.key() in _OWN:
            event.accept()  # they are this line's, and no command's
            return True
        if event.type() != QEvent.Type.KeyPress:
            return False
        editor = self.editor
        if event.key() != Qt.Key.Key_Escape or not isinstance(editor, QLineEdit):
            return False
        self._card.keep_typed(self._ticket_id, self._field.id, None)
        editor.setText(typed_as(self._field.content, self._value))
        self._say("")
        self._card.left.emit()
        return True


def _problem(content: Content, typed: str) -> str:
    """What is wrong with what was typed; empty for a value."""
    try:
        read(content, typed)
    except Refused as refusal:
        return refusal.message
    return ""
