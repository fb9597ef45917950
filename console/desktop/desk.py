"""The desk: one profile's windows, session and engine, and the way from page to page."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from filelock import FileLock, Timeout
from PySide6.QtCore import QEventLoop, QProcess, QTimer
from PySide6.QtWidgets import QApplication

from console.desktop.appearance import Appearance
from console.desktop.entrance import Entrance
from console.desktop.keystore import Secret
from console.desktop.language import speak
from console.desktop.leaving import Leaving
from console.desktop.maker import Maker
from console.desktop.picture import Picture
from console.desktop.preferences import LANGUAGE
from console.desktop.rooms import rooms
from console.desktop.settings import Settings
from console.desktop.signin import LoadingPage
from console.desktop.window import Window
from console.desktop.windows import MOST_WINDOWS, Windows
from console.desktop.workspace import Workspace
from console.kernel.clock import SystemClock
from console.kernel.codec import NIL
from console.kernel.errors import Refused, Unusable
from console.kernel.tongue import mark, tr
from console.store import sqlite
from console.sync.client import pipe
from console.sync.client.local import Local
from console.sync.client.work import WORK_FILE
from console.tickets.model import View
from console.tickets.tables import rows
from console.ui.slots import Slots
from console.ui.theme import Theme

if TYPE_CHECKING:
    import asyncio

    from console.desktop.app import DesktopOptions
    from console.desktop.citizen import Citizen
    from console.search.viewmodel.search import Target
    from console.sync.client.bridge import Bridge

MEMORY_NOTICE = mark("Kept for this session only: this computer has no keyring")
SET_ASIDE = mark("The file of your unsent work could not be read: it was kept as {name}")
NOT_HERE = mark("Ticket #{number} is not on this computer: you may not see it, or it is too old")
TOO_MANY = mark("{count} windows are open: close one first")
IN_USE = "profile_in_use"

log = logging.getLogger(__name__)


class Desk:
    """Everything of one profile while it is open; `problem` is why it ended, if it failed."""

    def __init__(self, options: "DesktopOptions", app: QApplication) -> None:
        self.app = app
        self.options = options
        self.clock = SystemClock()
        self.settings = Settings(options.profile)
        self.theme = Theme(app, self.settings.effective_theme())
        Appearance(self.settings, self.theme).apply()
        speak(app, self.settings.language)
        self.settings.changed.connect(self._set)
        self.slots = Slots()
        self.window = Window(self.settings)
        self.leaving = Leaving(self)
        self.window.closing = self.leaving.asks
        self.window.closed = self.leaving.closed
        self.window.activated.connect(self._main_activated)
        self.maker = Maker(self)
        self.picture = Picture(self)
        self.windows = Windows(
            self.settings, self.maker.make, self.leaving.asks, self.leaving.other_closed
        )
        self.entrance = Entrance(options, self.settings, self.window)
        self.entrance.entered.connect(self._start)
        self.entrance.renewed.connect(self._begin)
        self.entrance.wants.connect(self.say)
        self.entrance.sandbox_wanted.connect(self._start_sandbox)
        self.local: Local | None = None
        self.workspace: Workspace | None = None
        self._front: Workspace | None = None
        self._notice = ""
        self.problem = ""
        self.bridge: Bridge | None = None
        self.citizen: Citizen | None = None
        self.again = False
        self._wanted = options.ticket or 0
        self.stay_offline = False

    @cached_property
    def finished(self) -> "asyncio.Event":
        """Set when the desk is done."""
        import asyncio  # no first paint waits for it

        return asyncio.Event()

    # -- opening

    def open(self) -> None:
        """Show the first page: the workspace if a session and its cache are here.

        Its list is painted before the rest of it is made; keys wait until everything is there.
        """
        self.entrance.open()
        self.window.show()
        if self._front is not None:
            self._front.settle()
        self.paint()
        for _ in self.maker.rest():
            self.paint()

    def paint(self) -> None:
        """Have painted what is not yet, before the loop runs; keys and mouse wait for that."""
        self.app.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)

    async def live(self) -> None:
        """Start the engine, then wait until the window is closed."""
        # Not needed for the first paint, and not cheap.
        from console.desktop.citizen import Citizen
        from console.sync.client.bridge import Bridge

        self.bridge = Bridge([sys.executable, "-m", "console", "engine", str(self.options.logs)])
        self.bridge.said.connect(self._hear)
        self.bridge.started.connect(self._engine_started)
        self.bridge.start()
        self.citizen = Citizen(self)
        self.picture.wait()
        await self.finished.wait()
        self.leaving.keep()
        await self.citizen.close()
        await self.windows.close()
        await self.bridge.close()
        await self.slots.close()
        if self.workspace is not None:
            await self.workspace.end()
        if self.local is not None:
            await self.local.close()

    def _engine_started(self, _: None) -> None:
        if self.local is not None:
            self._begin()
        else:
            self.entrance.engine_started()

    def _start_sandbox(self, _: None) -> None:
        QProcess.startDetached(sys.executable, ["-m", "console", "demo"])
        self.window.close()

    # -- working

    def _start(self, secret: Secret) -> None:
        """Open the files of a signed-in profile and show what they have."""
        session = secret.session
        assert session is not None, "it was entered with a session"
        self.local = self._open_files(bytes.fromhex(secret.key), session.id)
        self.local.opened.connect(self._cache_opened)
        self.local.link.connect(self._link_changed)
        self.local.say = self.say
        self.local.company.tell = self.say
        self.local.files.tell = self.say
        if self.local.open_cache() and self.local.usable:
            self._show_workspace()
        else:
            self._show_loading()
        self._begin()

    def _open_files(self, key: bytes, me: UUID) -> Local:
        """The profile's files. A work file that cannot be read is kept aside, never removed."""
        folder = self.options.profile
        try:
            return Local(folder, key, me, self.clock, rooms())
        except (Refused, sqlite.DatabaseError):
            log.exception("work_file_unreadable")
            aside = sqlite.set_aside(folder / WORK_FILE, self.clock.now())
            self._notice = tr(SET_ASIDE).format(name=aside.name)
            return Local(folder, key, me, self.clock, rooms())

    def _show_workspace(self) -> None:
        """Make the workspace and show it; at the start its list alone, behind which `open` goes on."""
        if self.window.isVisible():
            self.present(self.maker.make(self.settings, self.slots, NIL))
        else:
            self._front = self.maker.front()
            self.window.show_page(self._front)

    def present(self, made: Workspace) -> None:
        """Show a workspace that is all there."""
        self.workspace = made
        if self.entrance.keys.mode == "memory":
            self._notice = self._notice or tr(MEMORY_NOTICE)
        made.status.notice.setText(self._notice)
        self.window.show_page(made)
        if self.bridge is not None:
            made.drafts.keep_time()
        made.begin()
        self.windows.restore()
        if self.citizen is not None:
            self.citizen.at_work()
        if self._wanted:
            self.show_number(self._wanted)

    def _set(self, name: str) -> None:
        if name == LANGUAGE.name:
            # Whoever told it is shown no more then, and is to end what it does first.
            QTimer.singleShot(0, self.window, self._speak_anew)

    def _speak_anew(self) -> None:
        """Show everything in the language wished for now."""
        speak(self.app, self.settings.language)
        if self.citizen is not None:
            self.citizen.speak()
        if self.workspace is not None:
            self.leaving.keep()
            before, page = self.workspace, self.workspace.shown_page
            before.cut()
            self.slots.start(before.end(), "end")
            self._show_workspace()
            self.workspace.show_page(page)
            self.windows.make_anew()

    # -- windows

    @property
    def workspaces(self) -> list[Workspace]:
        """What is worked in, the first window's first."""
        first = [self.workspace] if self.workspace is not None else []
        return [*first, *(place.workspace for place in self.windows)]

    def open_window(self, ticket: UUID = NIL) -> None:
        """Another window: a workspace, or a ticket alone."""
        if self.workspace is not None and self.windows.open(ticket) is None:
            self.workspace.toast.say(tr(TOO_MANY).format(count=MOST_WINDOWS))

    def come_up(self) -> None:
        """Bring the first window before all others."""
        self.window.come_up()

    def show_in_main(self, what: "UUID | View | Target") -> None:
        """Show a ticket, a view or something found where there is a list."""
        self.come_up()
        if self.workspace is not None:
            if isinstance(what, View):
                self.workspace.show_view(what)
            elif not isinstance(what, UUID):
                self.workspace.show_found(what)
            elif what != NIL:
                self.workspace.show_ticket(what)

    def show_number(self, number: int) -> None:
        """Show the ticket of that number, now or once there is a workspace; 0 only comes up."""
        self.come_up()
        self._wanted = 0 if self.workspace is not None else number
        reader = self.local.reader if self.local is not None else None
        if not number or self.workspace is None or reader is None:
            return
        ticket = rows.by_number(reader, number)
        if ticket is None:
            self.workspace.toast.say(tr(NOT_HERE).format(number=number))
        else:
            self.workspace.show_ticket(ticket.id)

    def _main_activated(self) -> None:
        if self.workspace is not None:
            self.workspace.resume()

    def hurry(self) -> None:
        """Have the engine try the server now."""
        self.say(pipe.Hurry())

    def go_offline(self, stay: bool) -> None:
        """Cut the network on purpose in every window, or let it in again."""
        self.stay_offline = stay
        for workspace in self.workspaces:
            workspace.program.go_offline(stay)
        self.say(pipe.GoOffline(stay))

    def _begin(self, _: object = None) -> None:
        """Tell the engine whose files to work on."""
        secret = self.entrance.keys.secret
        assert self.local is not None, "a profile is open"
        assert secret is not None, "a profile is open"
        session = secret.session
        assert session is not None, "it was entered with a session"
        self.say(
            pipe.Begin(
                server=session.server,
                token=session.token,
                user_id=session.id,
                device=self.local.device,
                folder=str(self.options.profile),
                key=bytes.fromhex(secret.key),
                offline=self.stay_offline,
            )
        )
        self.say(self.local.company.attending)
        self.say(self.local.company.glancing)
        if self.bridge is not None:  # the loop runs
            self.local.releases.keep_time()
            if self.workspace is not None:
                self.workspace.drafts.keep_time()

    def say(self, frame: pipe.ToEngine) -> None:
        """Tell the engine something."""
        if self.bridge is not None:
            self.bridge.send(frame)

    def _hear(self, frame: pipe.FromEngine) -> None:
        match frame:
            case pipe.SignedIn() | pipe.SignInFailed():
                self.entrance.hear(frame)
            case pipe.NotSignedOut():
                self.leaving.not_everywhere()
            case pipe.SignedOut():
                self.slots.start(self.leaving.signed_out(), "sign-out")
            case _ if self.local is not None:
                self.local.hear(frame)

    def _show_loading(self) -> None:
        page = LoadingPage()
        if self.local is not None and self.local.locked:
            page.show_locked()
        self.window.show_page(page)

    def _cache_opened(self, _: None) -> None:
        if self.local is not None and self.local.locked and self.workspace is not None:
            self.workspace.keep()
            self.slots.start(self.windows.close(), "windows")
            self.slots.start(self.workspace.end(), "end")
            self.maker.drop()
            self.workspace = None
            self._show_loading()
        if self.workspace is None and self.local is not None and self.local.usable:
            self.maker.begin()

    def _link_changed(self, standing: pipe.Standing) -> None:
        page = self.window.page
        if isinstance(page, LoadingPage):
            page.show_standing(standing)
            if self.local is not None and self.local.usable:
                self._cache_opened(None)
        if standing.mode == "signed_out" and not self.leaving.everywhere:
            self.entrance.ask_again()

    def end(self) -> None:
        """End, without a question; everything is there again at the next start."""
        self.leaving.end()


def make_profile(folder: Path) -> None:
    """The profile's folder, for its owner alone. Raises Unusable when it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Unusable("folder", f"The folder {folder} cannot be used: {reason}.") from error


@contextmanager
def open_desk(options: "DesktopOptions") -> Iterator[Desk]:
    """The desk of a profile, shown. Raises Unusable when another window has it open."""
    make_profile(options.profile)
    lock = FileLock(options.profile / "lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        told = f"Parley is already open with the profile {options.profile}."
        raise Unusable(IN_USE, told) from error
    try:
        app = QApplication.instance() or QApplication(sys.argv[:1])
        assert isinstance(app, QApplication)
        app.setQuitOnLastWindowClosed(False)
        app.setApplicationName("Parley")
        app.setDesktopFileName("parley")
        desk = Desk(options, app)
        desk.open()
        yield desk
    finally:
        lock.release()
