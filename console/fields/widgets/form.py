"""The form of one custom field: its name, what it holds, who is shown it, whether it must be given."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec import structs

from console.fields.model import MAX_NAME_CHARS, TYPES, Content, FieldType
from console.fields.viewmodel.editing import Editing
from console.fields.widgets.options import OptionLines
from console.kernel.tongue import mark, tr
from console.people.viewmodel import listed
from console.ui.controls import Check
from console.ui.forms import Form, field, line, row, say
from console.ui.picker import Choice
from console.ui.theme import Theme
from console.ui.widgets import Text

WIDEST = 640
TYPE_WORDS: dict[FieldType, tuple[str, str]] = {
    "text": (mark("Text"), "text-t"),
    "number": (mark("Number"), "hash"),
    "date": (mark("Date"), "calendar-blank"),
    "yesno": (mark("Yes or no"), "toggle-left"),
    "choice": (mark("Choice of options"), "list-bullets"),
}


class FieldForm(Form):
    """Shows a field's content and tells `editing` of every change."""

    def __init__(self, editing: Editing, theme: Theme) -> None:
        super().__init__(theme, WIDEST)
        self._editing = editing
        self._shown: Content | None = None
        self.name = line(tr("Name"), tr("What it is called on every ticket"))
        self.name.setMaxLength(MAX_NAME_CHARS)
        self.kind, self.teams = field(tr("Holds")), field(tr("Shown to"))
        self.options = OptionLines()
        self.required = Check(theme, tr("A ticket is solved only once it has a value"))
        self.active = Check(theme, tr("In use: unchecked, no ticket shows it; its values stay"))
        self._options_label = Text(tr("Options"), "strong")
        self._told = Text("", "dim")
        self._told.setWordWrap(True)
        self.lay(
            (
                (tr("Name"), self.name),
                (tr("Holds"), row(self.kind)),
                (self._options_label, self.options),
                (tr("Shown to"), row(self.teams)),
                ("", self.required),
                ("", self.active),
                ("", self._told),
            )
        )
        self._connect()

    def _connect(self) -> None:
        self.name.textEdited.connect(self._typed)
        self.options.edited.connect(self._typed)
        self.required.toggled.connect(self._typed)
        self.active.toggled.connect(self._typed)
        self.kind.clicked.connect(self._pick_kind)
        self.teams.clicked.connect(self.pick_teams)

    def show_content(self, content: Content, *, writable: bool, fresh: bool, problem: str) -> None:
        """Show this; what a field holds can be chosen only of a `fresh` one."""
        self._shown = None  # what is put in here is nobody's change
        if self.name.text() != content.name:
            self.name.setText(content.name)
        words, _ = TYPE_WORDS[content.type]
        say(self.kind, tr("Holds"), tr(words))
        say(self.teams, tr("Shown to"), self._teams_words(content.teams))
        choice = content.type == "choice"
        self._options_label.setVisible(choice)
        self.options.setVisible(choice)
        self.options.show_options(content.options, writable=writable)
        self.required.setChecked(content.required)
        self.active.setChecked(content.active)
        self.name.setReadOnly(not writable)
        self.kind.setEnabled(writable and fresh)
        for widget in (self.teams, self.required, self.active):
            widget.setEnabled(writable)
        self._told.setText("" if writable else tr("Only those who lead teams change fields."))
        self._told.setVisible(not writable)
        self.show_problem(problem)
        self._shown = content

    def _teams_words(self, teams: Sequence[UUID]) -> str:
        known = self._editing.directory.teams
        names = sorted(known[team].name for team in teams if team in known)
        return listed(names) if names else tr("All teams")

    def _typed(self, _: object = None) -> None:
        if self._shown is not None:
            self._change(
                name=self.name.text(),
                options=self.options.options,
                required=self.required.isChecked(),
                active=self.active.isChecked(),
            )

    def _change(self, **told: Any) -> None:
        if self._shown is not None:
            self._shown = structs.replace(self._shown, **told)
            self._editing.change(self._shown)

    def _pick_kind(self) -> None:
        choices = [Choice(kind, tr(TYPE_WORDS[kind][0]), TYPE_WORDS[kind][1]) for kind in TYPES]
        self.pick(self.kind, tr("Holds"), choices, lambda kind: self._change(type=kind))

    def pick_teams(self) -> None:
        """Choose the teams that are shown it; the list stays open until Esc."""
        if self._shown is None:
            return
        has = frozenset(self._shown.teams)
        teams = sorted(self._editing.directory.teams.values(), key=lambda team: team.name)
        choices = [Choice(None, tr("All teams"), "users", checked=not has)]
        choices += [Choice(t.id, t.name, "users", checked=t.id in has) for t in teams]

        def picked(team_id: UUID | None) -> None:
            now = has ^ {team_id} if team_id is not None else frozenset()
            self._change(teams=tuple(sorted(now)))
            if team_id is not None:
                self.pick_teams()

        self.pick(self.teams, tr("Shown to"), choices, picked)
