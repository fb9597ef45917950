"""The customer's cards: who writes, from where, since when, and what staff noted of them."""

from collections.abc import Coroutine
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from console.kernel.codec import NIL
from console.kernel.errors import Refused
from console.kernel.tongue import beside, mark, number, tr, trn
from console.people.model import MAX_NOTE_CHARS, MAX_NOTES, Party, initials
from console.people.viewmodel import NoteLine, PartyNotes
from console.ui import icons, words
from console.ui.slots import Slots
from console.ui.theme import Theme
from console.ui.widgets import Avatar, Card, Elided, Pair, Text, clear

_LANGUAGES = {
    "ar": mark("Arabic"),
    "bg": mark("Bulgarian"),
    "cs": mark("Czech"),
    "da": mark("Danish"),
    "de": mark("German"),
    "el": mark("Greek"),
    "en": mark("English"),
    "es": mark("Spanish"),
    "fa": mark("Persian"),
    "fi": mark("Finnish"),
    "fr": mark("French"),
    "he": mark("Hebrew"),
    "hi": mark("Hindi"),
    "hr": mark("Croatian"),
    "hu": mark("Hungarian"),
    "id": mark("Indonesian"),
    "it": mark("Italian"),
    "ja": mark("Japanese"),
    "ko": mark("Korean"),
    "nb": mark("Norwegian"),
    "nl": mark("Dutch"),
    "no": mark("Norwegian"),
    "pl": mark("Polish"),
    "pt": mark("Portuguese"),
    "ro": mark("Romanian"),
    "ru": mark("Russian"),
    "sk": mark("Slovak"),
    "sl": mark("Slovenian"),
    "sr": mark("Serbian"),
    "sv": mark("Swedish"),
    "th": mark("Thai"),
    "tr": mark("Turkish"),
    "uk": mark("Ukrainian"),
    "vi": mark("Vietnamese"),
    "zh": mark("Chinese"),
}


_EDITOR_HEIGHT = 72
_PROBLEMS = {
    "empty_note": mark("Write something first, or cancel."),
    "note_too_long": mark("A note has at most {chars} characters: shorten it."),
    "too_many_notes": mark("There are {count} notes on this customer already: delete one first."),
}


class CustomerCard(Card):
    """Shows one party, with how many of their cases are open."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(tr("Customer"))
        self._since = Text("", "section")
        self.aside.addWidget(self._since)
        self._avatar = Avatar(theme, 36)
        self._name, self._place = Elided("strong"), Elided("dim")
        self._mail = Elided("faint")
        lines = QVBoxLayout()
        lines.setSpacing(1)
        for line in (self._name, self._place, self._mail):
            lines.addWidget(line)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self._avatar)
        row.addLayout(lines, 1)
        self.body.addLayout(row)
        self._facts = QVBoxLayout()
        self._facts.setSpacing(4)
        self.body.addLayout(self._facts)

    def show_party(self, party: Party | None, open_cases: int, now: datetime) -> None:
        """Show this party as of `now`; None while the cache does not have them yet."""
        self.setVisible(party is not None)
        if party is None:
            return
        self.heading.setText(tr("SELLER") if party.side == "seller" else tr("CUSTOMER"))
        self._since.setText(tr("SINCE {year}").format(year=party.since.year) if party.since else "")
        self._avatar.show_name(party.name, initials(party.name))
        self._name.setText(party.name)
        _show(self._place, place_and_time(party, now))
        _show(self._mail, party.email)
        clear(self._facts)
        if party.orders or party.spent:
            spent = words.money(party.spent) if party.spent else ""
            orders = beside((words.count(party.orders), spent))
            self._facts.addWidget(Pair(tr("Orders"), orders))
        tickets = trn("{count} ticket", "{count} tickets", open_cases)
        cases = tickets.format(count=words.count(open_cases))
        self._facts.addWidget(Pair(tr("Open cases"), cases))


def _show(line: Elided, text: str) -> None:
    line.setText(text)
    line.setVisible(bool(text))


def place_and_time(party: Party, now: datetime) -> str:
    """City, language and the time where they are: `Hamburg · German · 15:08 there`."""
    parts = [party.city or party.country]
    parts.append(tr(_LANGUAGES.get(party.language.partition("-")[0].lower(), "")))
    if party.zone:
        try:
            time = words.clock(now, ZoneInfo(party.zone))
            parts.append(tr("{time} there").format(time=time))
        except (ZoneInfoNotFoundError, ValueError):
            parts.append("")
    return beside(parts)


class NotesCard(Card):
    """What staff noted of one party. `done` says that one was deleted, with the way back.

    What is typed and not saved stays with its party.
    """

    done = Signal(str, object)
    left = Signal()
    """The keyboard wants back to where it came from."""

    def __init__(self, notes: PartyNotes, slots: Slots, theme: Theme) -> None:
        super().__init__(tr("Customer notes"))
        self.notes, self._slots, self._theme = notes, slots, theme
        self._party_id = self._changing = NIL
        self._lines = QVBoxLayout()
        self._lines.setSpacing(8)
        self.body.addLayout(self._lines)
        self.add = QPushButton(tr("Add a note"))
        self.add.setProperty("kind", "link")
        self.add.clicked.connect(self.begin)
        self.body.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeading)
        self.editor = QPlainTextEdit()
        self.editor.setProperty("kind", "field")
        self.editor.setPlaceholderText(tr("Only colleagues see it"))
        self.editor.setAccessibleName(tr("Note on the customer"))
        self.editor.setTabChangesFocus(True)
        self.editor.setFixedHeight(_EDITOR_HEIGHT)
        self.editor.installEventFilter(self)
        self.editor.textChanged.connect(self._typing)
        self._wrong = Text("", "error")
        self._wrong.setWordWrap(True)
        self._save, self._cancel = QPushButton(tr("Save")), QPushButton(tr("Cancel"))
        self.writing = self._editing()
        self.body.addWidget(self.writing)
        notes.changed.connect(self._show)
        theme.changed.connect(self._show)
        self._write(open_=False)

    def _editing(self) -> QWidget:
        self._save.setProperty("kind", "primary")
        self._save.setToolTip(tr("Save (Ctrl+Enter)"))
        self._save.clicked.connect(self.save)
        self._cancel.clicked.connect(self.cancel)
        made = QWidget()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._save)
        row.addWidget(self._cancel)
        row.addStretch(1)
        box = QVBoxLayout(made)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        for part in (self.editor, self._wrong):
            box.addWidget(part)
        box.addLayout(row)
        return made

    def show_party(self, party: Party | None) -> None:
        """Show what was noted of this party; nothing while the cache does not have them yet."""
        self.setVisible(party is not None)
        if party is not None and party.id != self._party_id:
            self._party_id = party.id
            self._changing = NIL
            typed = self.notes.typed(party.id)
            self._put(typed)
            self._write(open_=bool(typed))
            self.notes.show(party.id)

    # -- writing

    def begin(self) -> None:
        """Put the caret where a note is written."""
        self._write(open_=True)
        self.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def change(self, line: NoteLine) -> None:
        """Write on in a note of one's own."""
        self._changing = line.id
        self._put(line.body)
        self.begin()

    def save(self) -> None:
        """Keep what is written."""
        self._slots.start(self._keep(self.editor.toPlainText()), "customer-note")

    async def _keep(self, text: str) -> None:
        party_id, changing = self._party_id, self._changing
        try:
            if changing == NIL:
                await self.notes.add(text)
            else:
                await self.notes.change(changing, text)
        except Refused as refusal:
            said = tr(_PROBLEMS.get(refusal.code, refusal.message))
            self._say(said.format(chars=number(MAX_NOTE_CHARS), count=MAX_NOTES))
            self.editor.setFocus()
            return
        if changing == NIL:
            self.notes.keep_typed(party_id, "")
        if self._party_id == party_id:
            self.cancel()

    def cancel(self) -> None:
        """Write nothing, and what was there goes; of a note that was changed, only the change."""
        before, self._changing = self._changing, NIL
        typed = self.notes.typed(self._party_id) if before != NIL else ""
        self._put(typed)
        self._write(open_=bool(typed))
        self.left.emit()

    def _typing(self) -> None:
        self._say("")
        if self._changing == NIL and self._party_id != NIL:
            self.notes.keep_typed(self._party_id, self.editor.toPlainText())

    def _put(self, text: str) -> None:
        self.editor.setPlainText(text)
        self._say("")

    def _say(self, told: str) -> None:
        self._wrong.setText(told)
        self._wrong.setVisible(bool(told))

    def _write(self, *, open_: bool) -> None:
        self.writing.setVisible(open_)
        self.add.setVisible(not open_)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        saves = bool(control) and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        leaves = event.key() == Qt.Key.Key_Escape
        if event.type() == QEvent.Type.ShortcutOverride and (saves or leaves):
            event.accept()  # they are this text's, and no command's
            return True
        if event.type() != QEvent.Type.KeyPress or not (saves or leaves):
            return False
        if saves:
            self.save()
        else:
            self.left.emit()  # what is typed stays
        return True

    # -- showing

    def _show(self, _: object = None) -> None:
        clear(self._lines)
        for line in self.notes.lines:
            self._lines.addLayout(self._line(line))

    def _line(self, line: NoteLine) -> QVBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(4)
        who = Elided("strong")
        who.setText(line.who)
        head.addWidget(who, 1)
        when = words.stamp(line.at)
        told = tr("changed {when}").format(when=when) if line.changed else when
        head.addWidget(Text(told, "faint"))
        if line.mine:
            change = self._icon("pencil-simple", tr("Change the note"))
            change.clicked.connect(lambda: self.change(line))
            head.addWidget(change)
        if line.removable:
            delete = self._icon("trash", tr("Delete the note"))
            delete.clicked.connect(lambda: self._start(self._delete(line.id)))
            head.addWidget(delete)
        text = Text(line.body)
        text.setWordWrap(True)
        text.setMinimumWidth(1)
        box = QVBoxLayout()
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(text)
        return box

    async def _delete(self, note_id: UUID) -> None:
        undo = await self.notes.delete(note_id)
        self.done.emit(tr("Customer note deleted"), undo)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self._slots.start(work, "customer-note")

    def _icon(self, icon: str, name: str) -> QPushButton:
        button = QPushButton()
        button.setProperty("kind", "icon")
        button.setIcon(icons.icon(icon, self._theme.tokens["dim"]))
        button.setAccessibleName(name)
        button.setToolTip(name)
        return button
