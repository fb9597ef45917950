"""What concerns the program and the session: settings, network on purpose, help, leaving."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint

from console.desktop import preferences
from console.desktop.appearance import Appearance
from console.desktop.commands import COMMANDS
from console.desktop.help import AboutDialog, KeysDialog
from console.desktop.keystore import Mode
from console.desktop.pages import SETTINGS
from console.desktop.palette import Palette
from console.desktop.settings import Settings, Wished
from console.kernel.signal import Signal
from console.kernel.tongue import tr
from console.sync.client import pipe
from console.sync.client.local import Local
from console.ui import words
from console.ui.picker import Choice, Picker, containing
from console.ui.theme import Theme

if TYPE_CHECKING:
    from console.desktop.workspace import Workspace

QUIET_FOR = timedelta(hours=1)
_IN_MENU = (
    "settings",
    "theme.",
    "language.",
    "offline",
    "retry",
    "keys",
    "about",
    "lock",
    "sign_out",
    "quit",
)
_NOT_IN_MENU = ("keys_sheet", "sign_out_everywhere")
_UNTIL = "quiet.until"


class Program:
    """The part of a workspace that is not about tickets.

    `changed` when something that the settings tell is not as it was; `kept` says what protects
    the files here.
    """

    def __init__(
        self, workspace: "Workspace", local: Local, settings: Settings, theme: Theme
    ) -> None:
        self._workspace, self._local = workspace, local
        self._settings, self._theme = settings, theme
        self.appearance = Appearance(settings, theme)
        self.offline = False
        self.kept: Mode = "memory"
        self.may_restart: bool = False
        self.changed: Signal[None] = Signal()
        local.link.connect(self._linked)
        settings.changed.connect(self._heard)
        workspace.rail.palette_wanted.connect(self.open_palette)
        workspace.rail.me_wanted.connect(self.open_menu)
        workspace.status.pill.wanted.connect(self._ask_pill)
        workspace.banner.hurry_wanted.connect(self.hurry)
        workspace.banner.online_wanted.connect(self.toggle_offline)

    def _linked(self, _: pipe.Standing) -> None:
        self.changed.emit(None)

    def _heard(self, _: str) -> None:
        self.changed.emit(None)

    # -- finding

    def open_palette(self) -> None:
        """Find a command, ticket, view, order or person."""
        Palette(self._workspace, self._theme, self._local).open_centred()

    def open_menu(self) -> None:
        """What concerns oneself and the program."""
        keymap = self._workspace.keymap
        choices = [
            Choice(c, tr(c.title), c.icon, keymap.shown(c))
            for c in COMMANDS
            if c.id.startswith(_IN_MENU) and c.id not in _NOT_IN_MENU
        ]
        workspace, rail = self._workspace, self._workspace.rail
        picker = Picker(self._theme, "Parley", containing(choices), workspace.run, workspace)
        beside = -4 if rail.isRightToLeft() else rail.width() + 4
        picker.open_at(rail.mapToGlobal(QPoint(beside, rail.height() - 420)))

    def show_keys(self) -> None:
        """Show the keyboard map."""
        dialog = KeysDialog(self._workspace, self._workspace.keymap)
        dialog.change_wanted.connect(self.show_key_settings)
        dialog.open()

    def ask_sheet(self) -> None:
        """Ask where the keyboard map goes on paper."""
        self._workspace.settings_page.keys.ask_sheet()

    def show_about(self) -> None:
        """Show the version and what is new."""
        AboutDialog(self._workspace).open()

    # -- settings

    def show_settings(self) -> None:
        """Show the settings."""
        self._workspace.show_page(SETTINGS)

    def show_key_settings(self) -> None:
        """Show where keys are changed."""
        self.show_settings()
        self._workspace.settings_page.show_section("keys")

    def use_theme(self, wished: Wished) -> None:
        """Switch the theme and remember it."""
        self._settings.theme = wished

    def use_language(self, wished: str) -> None:
        """Speak another language, or with `system` the system's, and remember it."""
        self._settings.language = wished

    def toggle_density(self) -> None:
        """Taller rows, or less tall ones."""
        now = preferences.DENSITY.of(self._settings)
        other = "compact" if now == "comfortable" else "comfortable"
        preferences.DENSITY.keep(self._settings, other)

    @property
    def scale_waits(self) -> bool:
        """Whether another size was chosen than the one that is shown."""
        return self.appearance.scale_waits

    # -- being left in peace

    @property
    def quiet_until(self) -> datetime | None:
        """Until when somebody wants no notifications; None when that is over or was not said."""
        try:
            until = datetime.fromisoformat(self._settings.choice(_UNTIL, ""))
        except ValueError:
            return None
        return until if until > self._local.clock.now() else None

    def be_quiet(self) -> None:
        """No notifications for an hour."""
        until = self._local.clock.now() + QUIET_FOR
        self._settings.keep_choice(_UNTIL, until.isoformat())
        told = tr("No notifications until {time}").format(time=words.clock(until))
        self._workspace.toast.say(told, self.be_heard)

    def be_heard(self) -> None:
        """Notifications again."""
        self._settings.drop(_UNTIL)
        self._workspace.toast.say(tr("Notifications come again"))

    # -- the network

    @property
    def connected(self) -> bool:
        """Whether the server is there."""
        standing = self._local.standing
        return standing is not None and standing.mode in ("live", "catchup")

    def toggle_offline(self) -> None:
        """Cut the network on purpose, or let it in again."""
        self.go_offline(not self.offline)
        self._workspace.offline_wanted.emit(self.offline)
        told = tr("Working offline until you say otherwise") if self.offline else tr("Back online")
        self._workspace.toast.say(told)

    def go_offline(self, stay: bool) -> None:
        """The network is cut on purpose, or not any more, here or in another window."""
        self.offline = stay
        self._workspace.banner.wish(offline=stay)

    @property
    def signed_out(self) -> bool:
        """Whether the server ended the session."""
        standing = self._local.standing
        return standing is not None and standing.mode == "signed_out"

    def _ask_pill(self) -> None:
        if self.signed_out:
            self._workspace.sign_in_wanted.emit()
        else:
            self._workspace.show_outbox()

    def hurry(self) -> None:
        """Try the server now; sign in first where the server ended the session."""
        if self.signed_out:
            self._workspace.sign_in_wanted.emit()
        else:
            self._workspace.hurry_wanted.emit()

    # -- leaving

    @property
    def may_lock(self) -> bool:
        """Whether there is a passphrase to unlock with."""
        return self.kept == "passphrase"

    def lock(self) -> None:
        """Shut what is here until the passphrase is typed."""
        if self.may_lock:
            self._workspace.lock_wanted.emit()
        else:
            self._workspace.toast.say(tr("There is no passphrase here to unlock with"))

    def sign_out(self) -> None:
        """End the session here and on the server."""
        self._workspace.sign_out_wanted.emit()

    def sign_out_everywhere(self) -> None:
        """End all sessions of whoever is signed in."""
        if self.connected:
            self._workspace.sign_out_everywhere_wanted.emit()
        else:
            self._workspace.toast.say(tr("The server cannot be reached: nobody was signed out"))

    def restart(self) -> None:
        """Quit and start again, with everything where it was."""
        self._workspace.restart_wanted.emit()

    def quit(self) -> None:
        """Close every window: ask first where something would be lost."""
        self._workspace.quit_wanted.emit()
