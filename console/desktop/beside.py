"""Cards beside the conversation that are written in: custom fields, notes on the customer."""

from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from console.people.viewmodel import PartyNotes
from console.people.widgets import NotesCard
from console.sync.client.local import Local
from console.tickets.viewmodel.triage import Done
from console.tickets.widgets.context import Extra
from console.tickets.widgets.fields import FieldsCard
from console.ui.slots import Slots
from console.ui.theme import Theme

if TYPE_CHECKING:
    from console.desktop.workspace import Workspace

NOTES = "customer_notes"


class Beside:
    """Makes the cards; `connect` once the rest of the workspace is there."""

    def __init__(self, workspace: "Workspace", local: Local, slots: Slots, theme: Theme) -> None:
        self._workspace = workspace
        self.fields = FieldsCard(workspace.fields, theme)
        self.notes = NotesCard(PartyNotes(local, workspace.directory), slots, theme)

    @property
    def extras(self) -> Sequence[Extra]:
        """The cards as the context shows them."""
        fields, notes = self.fields, self.notes
        return (
            Extra("fields", fields, lambda state: fields.show_ticket(state.ticket), "orders"),
            Extra(NOTES, notes, lambda state: notes.show_party(state.requester), "notes"),
        )

    def connect(self) -> None:
        """Go back to the conversation from them, and take back what was deleted."""
        self.notes.left.connect(self._workspace.page.timeline.setFocus)
        self.notes.done.connect(self._done)

    def _done(self, told: str, undo: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._workspace.say_done(Done(told, undo))

    def note(self) -> None:
        """Write a note on the open ticket's customer."""
        workspace = self._workspace
        if workspace.opened.state is not None:
            workspace.show_inbox()
            workspace.looks.tabled.enter()
            self.notes.begin()
            workspace.context.reveal(NOTES, self.notes.writing)
