"""The palette: one line that finds commands, views, tickets, orders and people."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QPoint

from console.desktop.commands import COMMANDS, UiCommand
from console.desktop.completions import macro_choice
from console.kernel.tongue import tr
from console.orders.tables import rows as order_rows
from console.people.tables import rows as people_rows
from console.sync.client.local import Local
from console.tickets.tables import rows
from console.ui.picker import Choice, Picker
from console.ui.theme import Theme

if TYPE_CHECKING:
    from console.desktop.workspace import Workspace

MOST = 12
_EACH = 6
_WIDTH = 560
_FIT = 60.0
_OTHERS = tuple(command for command in COMMANDS if command.id != "palette")


class Palette(Picker):
    """Opens over the workspace; what is picked is done or shown at once."""

    def __init__(self, workspace: "Workspace", theme: Theme, local: Local) -> None:
        self._workspace, self._local = workspace, local
        super().__init__(
            theme,
            tr("Find a command, ticket, order or person"),
            self._find_all,
            self._chosen,
            workspace,
            width=_WIDTH,
        )

    def open_centred(self) -> None:
        """Show it in the upper middle of the window."""
        wide = _WIDTH if self.isRightToLeft() else -_WIDTH
        x = (self._workspace.width() + wide) // 2
        self.open_at(self._workspace.mapToGlobal(QPoint(x, 90)))

    def _find_all(self, typed: str) -> Sequence[Choice]:
        text = typed.strip()
        if not text:
            return [self._command(command) for command in _OTHERS]
        begun = [c for c in _OTHERS if _begins(tr(c.title), text)]
        begun.sort(key=lambda c: not tr(c.title).lower().startswith(text.lower()))
        begun.sort(key=lambda c: tr(c.title).lower() != text.lower())
        found = [*self._tickets(text), *map(self._command, begun), *self._views(text)]
        found += [*self._macros(text), *self._people(text), *self._orders(text)]
        guessed = [c for c in self._guessed(text) if c not in begun]
        return [*found, *map(self._command, guessed)][:MOST]

    def _command(self, command: UiCommand) -> Choice:
        aside = self._workspace.keymap.shown(command)
        return Choice(("command", command), tr(command.title), command.icon, aside)

    def _guessed(self, text: str) -> list[UiCommand]:
        """Commands that are called nearly so."""
        from rapidfuzz import fuzz, process  # loaded when the palette is first used

        names = [tr(command.title) for command in _OTHERS]
        best = process.extract(
            text, names, scorer=fuzz.WRatio, processor=str.lower, limit=_EACH, score_cutoff=_FIT
        )
        return [_OTHERS[place] for _, _, place in best]

    def _views(self, text: str) -> list[Choice]:
        return [
            Choice(("view", row.view), row.title, "list", tr("view"))
            for row in self._workspace.views.rows
            if row.view is not None and text.lower() in row.title.lower()
        ]

    def _tickets(self, text: str) -> list[Choice]:
        reader = self._local.reader
        number = text.removeprefix("#")
        if reader is None or not number.isdecimal() or len(number) > 12:
            return []
        ticket = rows.by_number(reader, int(number))
        if ticket is None:
            return []
        told = f"#{ticket.number}"
        if into := rows.merged_into(reader, [ticket]).get(ticket.id):
            told = tr("Merged into #{number}").format(number=into)
        return [Choice(("ticket", ticket.id), ticket.subject, "ticket", told)]

    def _orders(self, text: str) -> list[Choice]:
        reader = self._local.reader
        if reader is None or len(text) < 3:
            return []
        found = []
        for order in order_rows.by_number(reader, text, _EACH):
            aside = tr("order {number}").format(number=order.number)
            found += [
                Choice(("ticket", ticket.id), ticket.subject, "package", aside)
                for ticket in rows.of_order(reader, order.id, 1)
            ]
        return found

    def _people(self, text: str) -> list[Choice]:
        reader = self._local.reader
        if reader is None or len(text) < 2:
            return []
        found = []
        for party in people_rows.parties_by_name(reader, text, _EACH):
            found += [
                Choice(("ticket", ticket.id), party.name, "user", ticket.subject)
                for ticket in rows.of_requester(reader, party.id, 1)
            ]
        return found

    def _macros(self, text: str) -> list[Choice]:
        found = self._workspace.writing.shelf.find(text.removeprefix("/"), _EACH)
        choices = [macro_choice(macro) for macro in found]
        return [replace(choice, value=("macro", choice.value)) for choice in choices]

    def _chosen(self, value: tuple[str, Any]) -> None:
        kind, target = value
        if kind == "command":
            self._workspace.run(target)
        elif kind == "view":
            self._workspace.show_view(target)
        elif kind == "macro":
            self._workspace.show_inbox()
            self._workspace.writing.use(target)
        else:
            ticket_id: UUID = target
            self._workspace.show_ticket(ticket_id)


def _begins(title: str, typed: str) -> bool:
    """Whether every word typed begins a word of the title."""
    words = title.lower().split()
    return all(any(w.startswith(part) for w in words) for part in typed.lower().split())
