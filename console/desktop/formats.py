"""Formats at the desk: commands and the bar, the address of a link, and whether messages have any."""

from typing import TYPE_CHECKING

from console.conversations.widgets.formatting import Name
from console.desktop.name_dialog import NameDialog
from console.desktop.preferences import RICH
from console.kernel.tongue import tr

if TYPE_CHECKING:
    from console.desktop.workspace import Workspace


class FormatsDesk:
    """Formats what is being written at one workspace."""

    def __init__(self, workspace: "Workspace") -> None:
        self._workspace, self._settings = workspace, workspace.settings
        self._box, self._composer = workspace.page.composer, workspace.opened.composer
        self._box.format_wanted.connect(self.toggle)
        self._box.rich_wanted.connect(self.turn)
        self._settings.changed.connect(self._set)
        self._set("")

    def _set(self, _: str) -> None:
        self._composer.rich_first = RICH.of(self._settings)

    @property
    def _writing(self) -> bool:
        return self._workspace.opened.state is not None

    def turn(self) -> None:
        """Write the open message with formats, or as plain text."""
        if self._writing:
            self._composer.format(rich=not self._composer.state.rich)
            self._box.focus_editor()

    def toggle(self, name: Name) -> None:
        """Give what is selected a format, or take it away; plain text becomes formatted first."""
        if not self._writing:
            return
        formatting = self._box.formatting
        if not self._composer.state.rich:
            self._box.keep_selection(self.turn)
        if name == "link" and not formatting.has("link"):
            self._ask_address()
        else:
            formatting.toggle(name)

    def _ask_address(self) -> None:
        title, label = tr("Link"), tr("Address of a page, or an e-mail address")
        dialog = NameDialog(title, label, "", self._workspace, save=tr("Link"))

        def named(told: str) -> None:
            if self._box.formatting.link(told):
                dialog.accept()
                self._box.focus_editor()
            else:
                dialog.refuse(tr("That is no address a link can lead to: https://… or name@…"))

        dialog.named.connect(named)
        dialog.open()

    def paste_plain(self) -> None:
        """Put in what was copied, its words alone."""
        if self._writing:
            self._box.focus_editor()
            self._box.editor.paste_plain()
