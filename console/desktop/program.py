"""What concerns the program and the session: theme, network on purpose, help, signing out, quitting."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint

from console.desktop.commands import COMMANDS
from console.desktop.help import AboutDialog, KeysDialog
from console.desktop.palette import Palette
from console.desktop.settings import Settings, Wished
from console.kernel.tongue import tr
from console.sync.client.local import Local
from console.ui.picker import Choice, Picker, containing
from console.ui.theme import Theme

if TYPE_CHECKING:
    from console.desktop.workspace import Workspace

_IN_MENU = ("theme.", "language.", "offline", "retry", "keys", "about", "sign_out", "quit")


class Program:
    """The part of a workspace that is not about tickets."""

    def __init__(
        self, workspace: "Workspace", local: Local, settings: Settings, theme: Theme
    ) -> None:
        self._workspace, self._local = workspace, local
        self._settings, self._theme = settings, theme
        self.offline = False

    def open_palette(self) -> None:
        """Find a command, ticket, view, order or person."""
        Palette(self._workspace, self._theme, self._local).open_centred()

    def open_menu(self) -> None:
        """What concerns oneself and the program."""
        choices = [
            Choice(c, tr(c.title), c.icon, c.key) for c in COMMANDS if c.id.startswith(_IN_MENU)
        ]
        workspace, rail = self._workspace, self._workspace.rail
        picker = Picker(self._theme, "Parley", containing(choices), workspace.run, workspace)
        beside = -4 if rail.isRightToLeft() else rail.width() + 4
        picker.open_at(rail.mapToGlobal(QPoint(beside, rail.height() - 360)))

    def use_theme(self, wished: Wished) -> None:
        """Switch the theme and remember it."""
        self._settings.theme = wished
        self._theme.use(self._settings.effective_theme())

    def use_language(self, wished: str) -> None:
        """Speak another language, or with `system` the system's, and remember it."""
        self._settings.language = wished
        self._workspace.language_wanted.emit()

    def toggle_offline(self) -> None:
        """Cut the network on purpose, or let it in again."""
        self.offline = not self.offline
        self._workspace.offline_wanted.emit(self.offline)
        words = tr("Working offline until you say otherwise") if self.offline else tr("Back online")
        self._workspace.toast.say(words)

    def sign_out(self) -> None:
        """End the session here and on the server."""
        self._workspace.sign_out_wanted.emit()

    def quit(self) -> None:
        """Close the window."""
        self._workspace.window().close()

    @property
    def signed_out(self) -> bool:
        """Whether the server ended the session."""
        standing = self._local.standing
        return standing is not None and standing.mode == "signed_out"

    def hurry(self) -> None:
        """Try the server now; sign in first where the server ended the session."""
        if self.signed_out:
            self._workspace.sign_in_wanted.emit()
        else:
            self._workspace.hurry_wanted.emit()

    def show_keys(self) -> None:
        """Show the keyboard map."""
        KeysDialog(self._workspace).open()

    def show_about(self) -> None:
        """Show the version and what is new."""
        AboutDialog(self._workspace).open()
