"""Merging from the workspace: the open ticket or what is selected, asked about, done, taken back."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from console.desktop.splitting import Splitting
from console.kernel.tongue import tr
from console.sync.client.local import Local
from console.tickets.model import Ticket
from console.tickets.model.merging import MOST_MERGED
from console.tickets.viewmodel.merging import Merging as Merges
from console.tickets.viewmodel.merging import Plan
from console.tickets.viewmodel.selection import Selection
from console.tickets.widgets.merging import MergeDialog
from console.ui import words
from console.ui.picker import Choice, Picker, containing
from console.ui.theme import Theme

if TYPE_CHECKING:
    from console.desktop.workspace import Workspace


class Merging:
    """Asks into which ticket, and merges; says where a merged one went that somebody opens.

    `splitting` is the other way round: one ticket becomes two.
    """

    def __init__(self, workspace: "Workspace", local: Local, theme: Theme) -> None:
        self._workspace, self._theme = workspace, theme
        self.merges = Merges(local, workspace.directory)
        self.splitting = Splitting(workspace, local)
        self.merges.done.connect(workspace.say_done)
        self.merges.refused.connect(workspace.toast.say)
        workspace.opened.led.connect(self._led)
        workspace.context.merge_wanted.connect(self._merge_here)
        workspace.context.unmerge_wanted.connect(self._unmerge)

    def ask(self) -> None:
        """Ask into which ticket the open one goes."""
        state = self._workspace.opened.state
        if state is not None:
            self._ask([state.ticket.id])

    def ask_many(self, selection: Selection) -> None:
        """Ask into which of them the selected ones go."""

        async def look() -> None:
            ids = await selection.ids(MOST_MERGED + 1)
            if len(ids) > MOST_MERGED:
                said = tr("At most {count} tickets become one: select fewer.")
                self._workspace.toast.say(said.format(count=words.count(MOST_MERGED)))
            elif ids:
                self._ask(ids)

        self._workspace.slots.start(look(), "merge")

    def _ask(self, ids: Sequence[UUID]) -> None:
        merges, space = self.merges, self._workspace
        if not merges.tickets(ids):
            return
        MergeDialog(merges, space.directory, ids, self._carry_out, self._theme, space).open()

    def _carry_out(self, plan: Plan) -> None:
        space = self._workspace

        async def work() -> None:
            await self.merges.carry_out(plan)
            space.show_ticket(plan.into.id)

        space.slots.start(work(), "merge")

    def _merge_here(self, other: UUID) -> None:
        """Merge another ticket into the open one: at once, unless there is something to be sure of."""
        state = self._workspace.opened.state
        plan = self.merges.plan(state.ticket.id, [other]) if state else None
        if plan is None:
            return
        if plan.others and not plan.warning:
            self._carry_out(plan)
        else:
            self._workspace.page.question.ask(
                tr("Merge #{other} into this ticket?").format(other=_number(self.merges, other)),
                plan.warning or " ".join(plan.sentences),
                tr("Cancel"),
                [(tr("Merge anyway"), lambda: self._carry_out(plan))] if plan.others else [],
            )

    def unmerge(self) -> None:
        """Let a ticket that was merged into the open one go again; which, if there are several."""
        state = self._workspace.opened.state
        if state is None:
            return
        direct = [each for each in state.joined if each.ticket_id in state.ticket.merged]
        if not direct:
            self._workspace.toast.say(tr("Nothing is merged into this ticket"))
        elif len(direct) == 1:
            self._unmerge(direct[0].ticket_id)
        else:
            choices = [
                Choice(each.ticket_id, f"#{each.number} {each.subject}", "git-merge")
                for each in direct
            ]
            title = tr("Which one becomes a ticket again?")
            search = containing(choices)
            picker = Picker(self._theme, title, search, self._unmerge, self._workspace)
            picker.open_under(self._workspace.page.header.status)

    def _unmerge(self, ticket_id: UUID) -> None:
        self._workspace.current.act(lambda into: self.merges.unmerge(into, [ticket_id]), "unmerge")

    def _led(self, asked: Ticket) -> None:
        space = self._workspace
        space.list.choose_ticket(space.opened.ticket_id, load=False)
        space.toast.say(tr("#{number} was merged into this ticket").format(number=asked.number))


def _number(merges: Merges, ticket_id: UUID) -> int:
    found = merges.tickets([ticket_id])
    return found[0].number if found else 0
