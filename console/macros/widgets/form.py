"""The form of one macro: name, shortcut, text, what it does, and who has it."""

from typing import Any
from uuid import UUID

from msgspec import structs
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from console.conversations.widgets.files import FilesBar, ask_which
from console.conversations.widgets.marking import Marks
from console.fields.model import CustomField
from console.fields.viewmodel.shelf import told
from console.kernel.codec import NIL
from console.kernel.tongue import beside, tr
from console.macros.model import PLACEHOLDERS, Content
from console.macros.viewmodel.editing import Editing, owned
from console.tickets.model import Deeds, Priority, Status
from console.tickets.viewmodel.deeds import PRIORITY_DONE, STATUS_DONE, field_words
from console.tickets.widgets.fields import WRONG, hint_of, values_of
from console.ui.controls import Check
from console.ui.forms import PICK_WIDTH, Form, field, line, row, say
from console.ui.picker import Choice, Picker
from console.ui.theme import Theme
from console.ui.widgets import Text

_TEXT_LEAST, _TEXT_MOST = 80, 240
_WIDE_PICK = 450
WIDEST = 760


class MacroForm(Form):
    """Shows a macro's content and tells `editing` of every change."""

    files_brought = Signal(list)
    """Files of this computer are to go along."""

    def __init__(self, editing: Editing, theme: Theme) -> None:
        super().__init__(theme, WIDEST)
        self._editing = editing
        self._shown: Content | None = None
        self.name = line(tr("Name"), tr("What you look for it by"))
        self.shortcut = line(tr("Shortcut"), tr("Typed as /shortcut in a message"))
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(tr("Text"))
        self.text.setTabChangesFocus(True)
        self.text.setProperty("kind", "field")
        self.text.setMinimumHeight(_TEXT_LEAST)
        self.text.setMaximumHeight(_TEXT_MOST)
        self._marks = Marks(self.text, theme)
        self.insert = field(tr("Insert…"))
        self.attach = field(tr("Attach files…"))
        self.files = FilesBar(theme)
        self.status = field(tr("Status"))
        self.priority = field(tr("Priority"))
        self.holder = field(tr("Assign to"))
        self.fields = field(tr("Fields"))
        self.add_tags = line(tr("Add tags"), tr("separated by commas"))
        self.remove_tags = line(tr("Remove tags"), tr("separated by commas"))
        self.at_once = Check(theme, tr("At once, without waiting for the message to be sent"))
        self.sharing = field(tr("Who has it"))
        self._told = Text(tr("Only those who lead teams change what others have, too."), "dim")
        self._lay()
        self._connect()

    def _lay(self) -> None:
        text = QVBoxLayout()
        text.setSpacing(6)
        text.addWidget(self.text, 1)
        text.addLayout(row(self.insert, self.attach))
        text.addWidget(self.files)
        self.lay(
            (
                (tr("Name"), self.name),
                (tr("Shortcut"), self.shortcut),
                (tr("Text"), text),
                (tr("Then"), row(self.status, self.priority, self.holder)),
                (tr("Add tags"), self.add_tags),
                (tr("Remove tags"), self.remove_tags),
                (tr("Fields"), row(self.fields)),
                ("", self.at_once),
                (tr("Who has it"), row(self.sharing)),
                ("", self._told),
            )
        )

    def _connect(self) -> None:
        for typed in (self.name, self.shortcut, self.add_tags, self.remove_tags):
            typed.textEdited.connect(self._typed)
        self.text.textChanged.connect(self._typed)
        self.at_once.toggled.connect(self._typed)
        self.insert.clicked.connect(self._pick_placeholder)
        self.attach.clicked.connect(lambda: ask_which(self, self.files_brought.emit))
        self.files.removed.connect(self._leave_out)
        self.status.clicked.connect(self._pick_status)
        self.priority.clicked.connect(self._pick_priority)
        self.holder.clicked.connect(self._pick_holder)
        self.fields.clicked.connect(self._pick_field)
        self.sharing.clicked.connect(self._pick_sharing)

    def show_content(self, content: Content, *, writable: bool, problem: str) -> None:
        """Show this; a field in which it stands already keeps its caret."""
        self._shown = None  # what is put in here is nobody's change
        deeds = content.deeds
        _put(self.name, content.name)
        _put(self.shortcut, content.shortcut)
        if self.text.toPlainText() != content.text:
            self.text.setPlainText(content.text)
        if _tags(self.add_tags.text()) != deeds.add_tags:
            self.add_tags.setText(", ".join(deeds.add_tags))
        if _tags(self.remove_tags.text()) != deeds.remove_tags:
            self.remove_tags.setText(", ".join(deeds.remove_tags))
        self.at_once.setChecked(content.at_once)
        say(self.status, tr("Status"), _status_words(deeds.status))
        say(self.priority, tr("Priority"), _priority_words(deeds.priority))
        say(self.holder, tr("Assign to"), self._holder_words(deeds))
        given = field_words(self._editing.fields.all, deeds)
        say(self.fields, tr("Fields"), beside(given) or tr("Fields stay"))
        say(self.sharing, tr("Who has it"), self._editing.shared_with(content))
        for widget in self.findChildren(QWidget):
            if isinstance(widget, QLineEdit | QPlainTextEdit):
                widget.setReadOnly(not writable)
            elif isinstance(widget, QPushButton | Check):
                widget.setEnabled(writable)
        self.files.show_files([self._editing.files.item(file) for file in content.files])
        self.files.setEnabled(writable)
        self._told.setVisible(not writable)
        self.show_problem(problem)
        self._marks.refresh()
        self._shown = content

    def _typed(self, _: object = None) -> None:
        content = self._shown
        if content is None:
            return
        deeds = structs.replace(
            content.deeds,
            add_tags=_tags(self.add_tags.text()),
            remove_tags=_tags(self.remove_tags.text()),
        )
        self._change(
            structs.replace(
                content,
                name=self.name.text(),
                shortcut=self.shortcut.text(),
                text=self.text.toPlainText(),
                deeds=deeds,
                at_once=self.at_once.isChecked(),
            )
        )

    def _change(self, content: Content) -> None:
        self._shown = content
        self._editing.change(content)

    def _do(self, **deeds: Any) -> None:
        if self._shown is not None:
            changed = structs.replace(self._shown.deeds, **deeds)
            self._change(structs.replace(self._shown, deeds=changed))

    def _leave_out(self, file_id: UUID) -> None:
        self._editing.detach(file_id)

    # -- what is picked

    def _pick_placeholder(self) -> None:
        choices = [
            Choice(name, tr(words), "brackets-curly", f"{{{name}}}")
            for name, words in PLACEHOLDERS.items()
        ]
        self.pick(self.insert, tr("Insert a placeholder"), choices, self._insert, width=_WIDE_PICK)

    def _insert(self, name: str) -> None:
        self.text.insertPlainText(f"{{{name}}}")
        self.text.setFocus()

    def _pick_status(self) -> None:
        choices = [Choice(None, tr("Status stays"))]
        choices += [Choice(status, _status_words(status)) for status in STATUS_DONE]
        self.pick(self.status, tr("Status"), choices, lambda s: self._do(status=s))

    def _pick_priority(self) -> None:
        choices = [Choice(None, tr("Priority stays"))]
        choices += [Choice(p, _priority_words(p)) for p in reversed(Priority)]
        self.pick(self.priority, tr("Priority"), choices, lambda p: self._do(priority=p))

    def _pick_holder(self) -> None:
        choices = [
            Choice((None, False), tr("Assignee stays")),
            Choice((None, True), tr("Whoever uses it"), "hand"),
            Choice((NIL, False), tr("Nobody"), "user-minus"),
        ]
        people = self._editing.directory.colleagues
        choices += [Choice((user.id, False), user.name, "user") for user in people]

        def chosen(told: tuple[Any, bool]) -> None:
            self._do(assignee_id=told[0], to_me=told[1])

        self.pick(self.holder, tr("Assign to"), choices, chosen)

    def _pick_field(self) -> None:
        """Choose a field, then the value it is given; a field that has one can be left alone again."""
        has = self._shown.deeds.fields if self._shown else {}
        fields = self._editing.fields.active
        choices = [
            Choice(f, f.content.name, "list-dashes", told(f.content, has.get(f.id))) for f in fields
        ]

        def chosen(of: CustomField) -> None:
            def given(value: Any) -> None:
                if value is WRONG:
                    return
                others = {key: kept for key, kept in has.items() if key != of.id}
                self._do(fields=others if value is None else {**others, of.id: value})

            picker = Picker(
                self._theme, hint_of(of), values_of(of, has.get(of.id)), given, self,
                width=PICK_WIDTH,
            )  # fmt: skip
            picker.open_under(self.fields)

        self.pick(self.fields, tr("Fields"), choices, chosen)

    def _pick_sharing(self) -> None:
        choices = [
            Choice((sharing, team), words, "users" if sharing != "personal" else "user")
            for sharing, team, words in self._editing.sharings()
        ]

        def chosen(told: tuple[Any, Any]) -> None:
            if self._shown is not None:
                self._change(owned(self._shown, *told))

        self.pick(self.sharing, tr("Who has it"), choices, chosen)

    def _holder_words(self, deeds: Deeds) -> str:
        if deeds.to_me:
            return tr("Whoever uses it")
        if deeds.assignee_id is None:
            return tr("Assignee stays")
        return self._editing.directory.name(deeds.assignee_id) or tr("Nobody")


def _status_words(status: Status | None) -> str:
    return _begun(tr(STATUS_DONE[status])) if status in STATUS_DONE else tr("Status stays")


def _priority_words(priority: Priority | None) -> str:
    return _begun(tr(PRIORITY_DONE[priority])) if priority else tr("Priority stays")


def _begun(words: str) -> str:
    """Words as a line begins with them; those after the first stay as they are, as nouns do."""
    return words[:1].upper() + words[1:]


def _tags(typed: str) -> tuple[str, ...]:
    return tuple(tag for part in typed.split(",") if (tag := "-".join(part.lower().split())))


def _put(line: QLineEdit, text: str) -> None:
    if line.text() != text:
        line.setText(text)
