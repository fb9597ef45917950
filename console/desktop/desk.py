"""The desk: one profile's window, session and engine, and the way from page to page."""

import asyncio
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from filelock import FileLock, Timeout
from PySide6.QtCore import QProcess, QTimer
from PySide6.QtWidgets import QApplication

from console.desktop.entrance import Entrance
from console.desktop.keystore import Secret
from console.desktop.language import speak
from console.desktop.rooms import rooms
from console.desktop.settings import Settings
from console.desktop.signin import LoadingPage
from console.desktop.window import Window
from console.desktop.workspace import Workspace
from console.kernel.clock import SystemClock
from console.kernel.errors import Refused, Unusable
from console.kernel.tongue import mark, pair, tr, trn
from console.store import sqlite
from console.sync.client import pipe
from console.sync.client.local import Local
from console.sync.client.work import WORK_FILE
from console.ui import words
from console.ui.slots import Slots
from console.ui.steps import Steps
from console.ui.theme import Theme

if TYPE_CHECKING:
    from console.desktop.app import DesktopOptions
    from console.sync.client.bridge import Bridge

MEMORY_NOTICE = mark("Kept for this session only: this computer has no keyring")
QUIT_UNSENT = pair(
    "{count} thing is not sent yet, and nothing here outlives this session.",
    "{count} things are not sent yet, and nothing here outlives this session.",
)
LEAVE_UNSENT = pair(
    "{count} thing is not sent yet. Signing out removes everything from this computer.",
    "{count} things are not sent yet. Signing out removes everything from this computer.",
)
SET_ASIDE = mark("The file of your unsent work could not be read: it was kept as {name}")
PICTURE_MS = 60_000

log = logging.getLogger(__name__)


class Desk:
    """Everything of one profile while it is open; `problem` is why it ended, if it failed."""

    def __init__(self, options: "DesktopOptions", app: QApplication) -> None:
        self.app = app
        self.options = options
        self.clock = SystemClock()
        self.settings = Settings(options.profile)
        self.theme = Theme(app, self.settings.effective_theme())
        speak(app, self.settings.language)
        self.slots = Slots()
        self.window = Window(self.settings)
        self.window.closing = self._before_closing
        self.window.closed = self._closed
        self.entrance = Entrance(options, self.settings, self.window)
        self.entrance.entered.connect(self._start)
        self.entrance.renewed.connect(self._begin)
        self.entrance.wants.connect(self._say)
        self.entrance.sandbox_wanted.connect(self._start_sandbox)
        self.local: Local | None = None
        self.workspace: Workspace | None = None
        self._raising: Steps | None = None
        self._notice = ""
        self.problem = ""
        self.bridge: Bridge | None = None
        self._done = asyncio.Event()

    # -- opening

    def open(self) -> None:
        """Show the first page: the workspace if a session and its cache are here."""
        self.entrance.open()
        self.window.show()

    async def live(self) -> None:
        """Start the engine, then wait until the window is closed."""
        from console.sync.client.bridge import Bridge

        self.bridge = Bridge([sys.executable, "-m", "console", "engine", str(self.options.logs)])
        self.bridge.said.connect(self._hear)
        self.bridge.started.connect(self._engine_started)
        self.bridge.start()
        self._await_picture()
        await self._done.wait()
        await self.bridge.close()
        await self.slots.close()
        if self.workspace is not None:
            await self.workspace.drafts.close()
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
        self.local.say = self._say
        self.local.company.tell = self._say
        self.local.files.tell = self._say
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
        """Make the workspace and show it."""
        self._present(self._make_workspace(at_once=True))

    def _raise_workspace(self) -> None:
        """Make the workspace in steps behind the page that is shown, which goes on moving."""
        if self._raising is None:
            made = self._make_workspace(at_once=False)
            self._raising = Steps(made.raising, lambda: self._raised(made), made)

    def _make_workspace(self, *, at_once: bool) -> Workspace:
        assert self.local is not None, "a workspace needs an open profile"
        return Workspace(
            self.local, self.settings, self.theme, self.clock, self.slots, at_once=at_once
        )

    def _raised(self, made: Workspace) -> None:
        self._raising = None
        if self.local is not None and self.local.usable:
            self._present(made)
            self._maybe_picture()
        else:
            made.deleteLater()

    def _present(self, made: Workspace) -> None:
        self.workspace = made
        made.sign_out_wanted.connect(self._sign_out)
        made.sign_in_wanted.connect(self.entrance.ask_again)
        made.language_wanted.connect(self._speak_anew)
        made.hurry_wanted.connect(lambda: self._say(pipe.Hurry()))
        made.offline_wanted.connect(lambda stay: self._say(pipe.GoOffline(stay)))
        if self.entrance.keys.mode == "memory":
            self._notice = self._notice or tr(MEMORY_NOTICE)
        made.status.notice.setText(self._notice)
        self.window.show_page(made)
        if self.bridge is not None:
            made.drafts.keep_time()
        made.list.setFocus()

    def _speak_anew(self) -> None:
        """Show everything in the language wished for now."""
        speak(self.app, self.settings.language)
        if self.workspace is not None:
            self.workspace.keep()
            self._show_workspace()

    def _begin(self, _: object = None) -> None:
        """Tell the engine whose files to work on."""
        secret = self.entrance.keys.secret
        assert self.local is not None, "a profile is open"
        assert secret is not None, "a profile is open"
        session = secret.session
        assert session is not None, "it was entered with a session"
        self._say(
            pipe.Begin(
                server=session.server,
                token=session.token,
                user_id=session.id,
                device=self.local.device,
                folder=str(self.options.profile),
                key=bytes.fromhex(secret.key),
                offline=self.workspace is not None and self.workspace.program.offline,
            )
        )
        self._say(self.local.company.attending)
        if self.bridge is not None:  # the loop runs
            self.local.releases.keep_time()
            if self.workspace is not None:
                self.workspace.drafts.keep_time()

    def _say(self, frame: pipe.ToEngine) -> None:
        if self.bridge is not None:
            self.bridge.send(frame)

    def _hear(self, frame: pipe.FromEngine) -> None:
        match frame:
            case pipe.SignedIn() | pipe.SignInFailed():
                self.entrance.hear(frame)
            case pipe.SignedOut():
                self.slots.start(self._signed_out(), "sign-out")
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
            self.slots.start(self.workspace.drafts.close(), "drafts")
            self.workspace = None
            self._show_loading()
        if self.workspace is None and self.local is not None and self.local.usable:
            self._raise_workspace()

    def _link_changed(self, standing: pipe.Standing) -> None:
        page = self.window.page
        if isinstance(page, LoadingPage):
            page.show_standing(standing)
            if self.local is not None and self.local.usable:
                self._cache_opened(None)
        if standing.mode == "signed_out":
            self.entrance.ask_again()

    # -- leaving

    def _sign_out(self) -> None:
        if unsent := self._unsent():
            question = trn(*LEAVE_UNSENT, unsent).format(count=words.count(unsent))
            self.window.ask(question, tr("Sign out and lose it"), lambda: self._say(pipe.SignOut()))
        else:
            self._say(pipe.SignOut())

    async def _signed_out(self) -> None:
        """Close the files and leave the way in to remove them."""
        if self.workspace is not None:
            await self.workspace.drafts.close()
        self.workspace = None
        if self._raising is not None:
            self._raising.stop()
            self._raising = None
        local, self.local = self.local, None
        self.window.show_page(LoadingPage())
        if local is not None:
            await local.close()
        self.entrance.leave()

    def _before_closing(self) -> str:
        if self.workspace is not None:
            self.workspace.keep()
        unsent = self._unsent()
        if self.entrance.keys.mode != "memory" or not unsent:
            return ""
        return trn(*QUIT_UNSENT, unsent).format(count=words.count(unsent))

    def _unsent(self) -> int:
        """How much would be lost with the files here."""
        if self.local is None:
            return 0
        count = sum(e.state != "accepted" and bool(e.about) for e in self.local.entries.values())
        return count + len(self.local.drafts)

    def _closed(self) -> None:
        self._done.set()

    # -- pictures

    def _await_picture(self) -> None:
        """Give up on the screenshot that was asked for when its page does not come."""
        if self.options.screenshot is not None:
            QTimer.singleShot(PICTURE_MS, self.window, self._no_picture)
            self._maybe_picture()

    def _maybe_picture(self) -> None:
        """Take the screenshot that was asked for, once the page it should show is there."""
        signing_in = self.options.sign_in is not None and self.workspace is None
        loading = isinstance(self.window.page, LoadingPage)
        if self.options.screenshot is not None and not signing_in and not loading:
            QTimer.singleShot(0, self.window, self._take_picture)  # when the page is laid out

    def _take_picture(self) -> None:
        file = self.options.screenshot
        if not self.window.grab().save(str(file)):
            self.problem = (
                f"The picture {file} cannot be written: name a .png in a folder of yours."
            )
        self._done.set()

    def _no_picture(self) -> None:
        if not self._done.is_set():
            self.problem = "There is nothing to show yet: is the server running and reachable?"
            self._done.set()


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
        raise Unusable("profile_in_use", told) from error
    try:
        app = QApplication.instance() or QApplication(sys.argv[:1])
        assert isinstance(app, QApplication)
        app.setQuitOnLastWindowClosed(False)
        app.setApplicationName("Parley")
        desk = Desk(options, app)
        desk.open()
        app.processEvents()
        yield desk
    finally:
        lock.release()
