"""Custom fields at work: the card's values, one field of the open ticket, a value for many."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from console.fields.model import CustomField, Value
from console.fields.viewmodel.editing import Editing
from console.fields.viewmodel.shelf import told
from console.fields.widgets.page import FieldsPage
from console.kernel.tongue import tr
from console.sync.client.local import Local
from console.tickets.viewmodel.bulk_values import GiveValue
from console.tickets.widgets.fields import WRONG, FieldsCard, hint_of, values_of
from console.ui.picker import Choice, Picker, Search, containing
from console.ui.theme import Theme

if TYPE_CHECKING:
    from console.desktop.workspace import Workspace


class Fielding:
    """Does to the open ticket, or to what is selected, what somebody says of its fields."""

    def __init__(
        self, workspace: "Workspace", local: Local, card: FieldsCard, theme: Theme
    ) -> None:
        self._workspace, self._local, self._card, self._theme = workspace, local, card, theme
        self._fields = workspace.fields
        card.given.connect(self._give)
        card.left.connect(workspace.page.timeline.setFocus)
        workspace.triage.field_wanted.connect(self.show)
        workspace.opened.afterwards.field_wanted.connect(self.show)

    def page(self) -> FieldsPage:
        """The page on which fields are made and changed."""
        workspace = self._workspace
        editing = Editing(self._local, workspace.directory, self._fields)
        made = FieldsPage(editing, workspace.slots, self._theme)
        made.left.connect(workspace.back)
        made.done.connect(workspace.toast.say)
        return made

    def pick(self) -> None:
        """Choose a field of the open ticket, to change its value."""
        state = self._workspace.opened.state
        if state is None:
            return
        values = state.ticket.fields
        shown = self._fields.shown_to(state.ticket.team_id)
        if not shown:
            self._workspace.toast.say(tr("This ticket has no fields"))
            return
        choices = [
            Choice(f.id, f.content.name, "list-dashes", told(f.content, values.get(f.id)))
            for f in shown
        ]
        begin = partial(self.show, begin=True)
        self._open(tr("Field"), containing(choices), begin)

    def show(self, field_id: UUID, *, begin: bool = False) -> None:
        """Go to a field of the open ticket: on its card, or where there is no room, by itself.

        With `begin` its value is about to be changed.
        """
        workspace = self._workspace
        workspace.show_inbox()
        workspace.looks.tabled.enter()
        if workspace.context.isVisible() and self._card.focus_field(field_id):
            workspace.context.reveal("fields", self._card)
            self._card.focus_field(field_id, begin=begin)
            return
        state, field = workspace.opened.state, self._fields.field(field_id)
        if state is None or field is None:
            return
        ticket_id = state.ticket.id
        search = values_of(field, state.ticket.fields.get(field_id))
        self._value(field, search, lambda value: self._give(ticket_id, field, value))

    def many(self, at: QWidget, do: Callable[[GiveValue], None]) -> None:
        """Choose a field and a value for what is selected; `do` gives it."""

        def chosen(field: CustomField) -> None:
            search = values_of(field, None, clear=True)
            self._value(field, search, lambda value: do(GiveValue(field, value)), at)

        choices = [Choice(f, f.content.name, "list-dashes") for f in self._fields.active]
        if not choices:
            self._workspace.toast.say(tr("There are no fields yet"))
            return
        self._open(tr("Field"), containing(choices), chosen, at)

    def _give(self, ticket_id: UUID, field: CustomField, value: Value | None) -> None:
        workspace = self._workspace
        workspace.slots.start(workspace.triage.set_field(ticket_id, field, value), "field")

    def _value(
        self, field: CustomField, search: Search, given: Callable[[Any], None],
        at: QWidget | None = None,
    ) -> None:  # fmt: skip
        def picked(value: Any) -> None:
            if value is not WRONG:
                given(value)

        self._open(hint_of(field), search, picked, at)

    def _open(
        self, title: str, search: Search, picked: Callable[[Any], None], at: QWidget | None = None
    ) -> None:
        picker = Picker(self._theme, title, search, picked, self._workspace)
        if at is None:
            picker.open_under(self._workspace.page.header.tags)
        else:
            picker.open_at(at.mapToGlobal(QPoint(0, -picker.sizeHint().height() - 4)))
