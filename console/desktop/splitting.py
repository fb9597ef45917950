"""Splitting from the workspace: messages of the open ticket become one of their own, once asked."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from console.desktop.name_dialog import NameDialog
from console.kernel.tongue import tr
from console.sync.client.local import Local
from console.tickets.viewmodel.splitting import Splitting as Splits

if TYPE_CHECKING:
    from console.desktop.workspace import Workspace


class Splitting:
    """Asks what the new ticket is called, and splits."""

    def __init__(self, workspace: "Workspace", local: Local) -> None:
        self._workspace = workspace
        self.splits = Splits(local)
        self.splits.done.connect(workspace.say_done)
        self.splits.refused.connect(workspace.toast.say)
        workspace.page.timeline.split_wanted.connect(self.ask)

    def ask(self, messages: Sequence[UUID]) -> None:
        """Ask what these messages of the open ticket are called as one of their own."""
        space, state = self._workspace, self._workspace.opened.state
        if state is None:
            return
        cut = self.splits.cut(state.ticket, space.opened.timeline.messages, messages)
        if cut is None:
            return
        dialog = NameDialog(tr("Split"), cut.question, cut.ticket.subject, space, save=tr("Split"))

        def named(subject: str) -> None:
            dialog.accept()
            space.slots.start(self.splits.carry_out(cut, subject), "split")

        dialog.named.connect(named)
        dialog.open()
