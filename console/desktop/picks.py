"""What one picks for the open ticket: status, priority, assignee or team, tags."""

from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from console.kernel.codec import NIL
from console.kernel.tongue import tr
from console.tickets.model import Priority, Ticket
from console.tickets.widgets.row import PRIORITY_WORDS, STATUS_WORDS
from console.tickets.widgets.signs import PRIORITY_ICONS, STATUS_ICONS
from console.ui.picker import Choice, Picker, Search, containing
from console.ui.theme import Theme

if TYPE_CHECKING:
    from console.desktop.workspace import Workspace


class Picks:
    """Opens a picker under the header's button that it concerns; nothing without a ticket."""

    def __init__(self, workspace: "Workspace", theme: Theme, me: UUID) -> None:
        self._workspace = workspace
        self._theme = theme
        self._me = me
        header = workspace.page.header
        header.status_wanted.connect(self.status)
        header.priority_wanted.connect(self.priority)
        header.team_wanted.connect(self.assignee)
        header.assignee_wanted.connect(self.assignee)
        header.tags_wanted.connect(self.tags)

    def status(self) -> None:
        """Choose among the statuses that the ticket can take."""
        triage, ticket = self._workspace.triage, self._ticket
        if ticket is None:
            return
        choices = []
        for status in triage.statuses(ticket.id):
            icon, color = STATUS_ICONS[status]
            choices.append(Choice(status, tr(STATUS_WORDS[status]), icon, color=color))
        self._pick(tr("Set status"), choices, triage.set_status, self._workspace.page.header.status)

    def priority(self) -> None:
        """Choose a priority, the highest first."""
        triage, ticket = self._workspace.triage, self._ticket
        if ticket is None:
            return
        choices = []
        for priority in reversed(Priority):
            icon, color = PRIORITY_ICONS[priority]
            checked = priority == ticket.priority
            choices.append(
                Choice(priority, tr(PRIORITY_WORDS[priority]), icon, checked=checked, color=color)
            )
        at = self._workspace.page.header.priority
        self._pick(tr("Set priority"), choices, triage.set_priority, at)

    def assignee(self) -> None:
        """Choose a colleague, nobody, or a team."""
        ticket = self._ticket
        if ticket is None:
            return
        choices = [*self._people(ticket), *self._teams(ticket)]
        self._pick(tr("Assign to"), choices, self._assign, self._workspace.page.header.assignee)

    def _people(self, ticket: Ticket) -> list[Choice]:
        choices = []
        for user in self._workspace.directory.colleagues:
            aside = tr("me") if user.id == self._me else ""
            checked = user.id == ticket.assignee_id
            choices.append(Choice(("user", user.id), user.name, "user", aside, checked))
        if ticket.assignee_id != NIL:
            choices.append(Choice(("user", NIL), tr("Nobody"), "user-minus"))
        return choices

    def _teams(self, ticket: Ticket) -> list[Choice]:
        teams = sorted(self._workspace.directory.teams.values(), key=lambda team: team.name)
        return [
            Choice(("team", team.id), team.name, "users", tr("team"), team.id == ticket.team_id)
            for team in teams
        ]

    async def _assign(self, ticket_id: UUID, chosen: tuple[str, UUID]) -> None:
        kind, target = chosen
        triage = self._workspace.triage
        act = triage.assign if kind == "user" else triage.move
        await act(ticket_id, target)

    def tags(self) -> None:
        """Choose a tag to add or take away, or type a new one."""
        ticket, triage = self._ticket, self._workspace.triage
        if ticket is None:
            return
        mine = ticket.tags
        others = [tag for tag in triage.known_tags() if tag not in mine]
        known = [Choice(tag, tag, "tag", checked=tag in mine) for tag in (*mine, *others)]

        def search(typed: str) -> list[Choice]:
            found = list(containing(known)(typed))
            fresh = "-".join(typed.lower().split())
            if fresh and all(choice.value != fresh for choice in found):
                found.append(Choice(fresh, tr("Add “{tag}”").format(tag=fresh), "plus"))
            return found

        async def toggle(ticket_id: UUID, tag: str) -> None:
            add, remove = ((), (tag,)) if tag in mine else ((tag,), ())
            await triage.tag(ticket_id, add, remove)

        self._open(tr("Tag"), search, toggle, self._workspace.page.header.tags)

    @property
    def _ticket(self) -> Ticket | None:
        state = self._workspace.opened.state
        return state.ticket if state else None

    def _pick(
        self,
        title: str,
        choices: Sequence[Choice],
        act: Callable[[UUID, Any], Coroutine[Any, Any, object]],
        at: QWidget,
    ) -> None:
        self._open(title, containing(choices), act, at)

    def _open(
        self,
        title: str,
        search: Search,
        act: Callable[[UUID, Any], Coroutine[Any, Any, object]],
        at: QWidget,
    ) -> None:
        ticket_id = self._workspace.opened.ticket_id  # by the time of choosing it may be another

        def chosen(value: Any) -> None:
            self._workspace.slots.start(act(ticket_id, value), title)

        picker = Picker(self._theme, title, search, chosen, self._workspace)
        picker.open_under(at)
