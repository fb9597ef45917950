"""The desk: one profile's window, session and engine, and the way from page to page."""

import asyncio
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import UUID

from filelock import FileLock, Timeout
from msgspec import structs
from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QApplication

from console.desktop.keystore import KeyStore, Secret, Session, new_key
from console.desktop.rooms import rooms
from console.desktop.settings import Settings
from console.desktop.signin import LoadingPage, PassphrasePage, SignInPage
from console.desktop.window import Window
from console.desktop.workspace import Workspace
from console.kernel.clock import SystemClock
from console.kernel.errors import Refused, Unusable
from console.store import sqlite
from console.sync.client import pipe
from console.sync.client.local import Local
from console.sync.client.work import CACHE_FILE, WORK_FILE
from console.ui.slots import Slots
from console.ui.theme import Theme

if TYPE_CHECKING:
    from console.desktop.app import DesktopOptions
    from console.sync.client.bridge import Bridge

DEFAULT_SERVER = "http://127.0.0.1:8425"
MEMORY_NOTICE = "Kept for this session only: this computer has no keyring"
UNSENT = "{count} not sent yet, and nothing here outlives this session. Quit all the same?"

log = logging.getLogger(__name__)


class Desk:
    """Everything of one profile while it is open."""

    def __init__(self, options: "DesktopOptions", app: QApplication) -> None:
        self.app = app
        self.options = options
        self.clock = SystemClock()
        self.settings = Settings(options.profile)
        self.theme = Theme(app, self.settings.effective_theme())
        self.slots = Slots()
        self.keys = KeyStore(options.profile)
        self.window = Window(self.settings)
        self.window.closing = self._before_closing
        self.window.closed = self._closed
        self.local: Local | None = None
        self.workspace: Workspace | None = None
        self.bridge: Bridge | None = None
        self._done = asyncio.Event()
        self._pending: Secret | None = None

    # -- opening

    def open(self) -> None:
        """Show the first page: the workspace if a session and its cache are here."""
        secret = self.keys.load()
        if secret is not None and secret.session is not None:
            self._start(secret)
        elif self.keys.locked:
            self._ask_passphrase()
        else:
            self._sign_in_page()
        self.window.show()

    async def live(self) -> None:
        """Start the engine, then wait until the window is closed."""
        from console.sync.client.bridge import Bridge

        self.bridge = Bridge([sys.executable, "-m", "console", "engine"])
        self.bridge.said.connect(self._hear)
        self.bridge.started.connect(self._engine_started)
        self.bridge.start()
        self._maybe_picture()
        await self._done.wait()
        await self.bridge.close()
        await self.slots.close()
        if self.local is not None:
            await self.local.close()

    def _engine_started(self, _: None) -> None:
        self._begin_again()
        if self.options.sign_in and self.local is None:
            email, password = self.options.sign_in
            self._sign_in(self.options.server or DEFAULT_SERVER, email, password)

    # -- signing in

    def _sign_in_page(self, problem: str = "") -> None:
        server = self.options.server or self.settings.text("server", DEFAULT_SERVER)
        page = SignInPage(server, self.settings.text("email"))
        page.asked.connect(self._sign_in)
        page.sandbox_wanted.connect(self._start_sandbox)
        self.window.show_page(page)
        if problem:
            page.refuse("", problem)

    def _sign_in(self, server: str, email: str, password: str) -> None:
        from console.sync.client.http import checked_url

        page = self.window.page
        try:
            url = checked_url(server)
        except Refused as refusal:
            if isinstance(page, SignInPage):
                page.refuse(refusal.code, refusal.message)
            return
        self.settings.keep_text("server", url)
        self.settings.keep_text("email", email)
        self._say(pipe.SignIn(url, email, password, self._device()))

    def _device(self) -> UUID:
        """The device to sign in as: this profile's if its files can be opened, else a new one."""
        known = self._secret_at_hand()
        return Local.device_of(self.options.profile, bytes.fromhex(known.key))

    def _secret_at_hand(self) -> Secret:
        """The profile's secret; a new one, over empty files, when there is none."""
        if self._pending is None:
            self._pending = self.keys.secret or self._fresh_secret()
        return self._pending

    def _fresh_secret(self) -> Secret:
        for name in (CACHE_FILE, WORK_FILE):
            sqlite.remove(self.options.profile / name)
        return Secret(key=new_key())

    def _signed_in(self, told: pipe.SignedIn) -> None:
        secret = self._secret_at_hand()
        server = self.settings.text("server", DEFAULT_SERVER)
        session = Session(
            id=told.user_id, server=server, token=told.token, name=told.name, email=told.email,
            role=told.role,
        )  # fmt: skip
        secret = structs.replace(secret, session=session, user=told.user_id)
        mode = self.keys.save(secret)
        if mode == "memory" and self.options.sign_in is None:
            page = PassphrasePage(new=True)
            page.given.connect(lambda text: self._wrap(secret, text, page))
            page.declined.connect(lambda: self._start(secret))
            self.window.show_page(page)
        else:
            self._start(secret)
            self._begin_again()

    def _wrap(self, secret: Secret, passphrase: str, page: PassphrasePage) -> None:
        try:
            self.keys.save(secret, passphrase)
        except Refused as refusal:
            page.refuse(refusal.message)
            return
        self._start(secret)
        self._begin_again()

    def _ask_passphrase(self) -> None:
        page = PassphrasePage(new=False)

        def unlock(text: str) -> None:
            try:
                secret = self.keys.unlock(text)
            except Refused as refusal:
                page.refuse(refusal.message)
                return
            if secret.session is None:
                self._sign_in_page()
            else:
                self._start(secret)
                self._begin_again()

        def forget() -> None:
            self.keys.forget()
            self._sign_in_page()

        page.given.connect(unlock)
        page.declined.connect(forget)
        self.window.show_page(page)

    def _start_sandbox(self) -> None:
        QProcess.startDetached(sys.executable, ["-m", "console", "demo"])
        self.window.close()

    # -- working

    def _start(self, secret: Secret) -> None:
        """Open the files of a signed-in profile and show what they have."""
        session = secret.session
        if session is None:
            raise Unusable("no_session", "Sign in first.")
        self._pending = None
        self.local = Local(
            self.options.profile, bytes.fromhex(secret.key), session.id, self.clock, rooms()
        )
        self.local.opened.connect(self._cache_opened)
        self.local.link.connect(self._link_changed)
        self.local.poke = lambda: self._say(pipe.Poke())
        if self.local.open_cache() and self.local.usable:
            self._show_workspace()
        else:
            self.window.show_page(LoadingPage())

    def _show_workspace(self) -> None:
        assert self.local is not None, "a workspace needs an open profile"
        self.workspace = Workspace(self.local, self.settings, self.theme, self.clock, self.slots)
        self.workspace.sign_out_wanted.connect(self._sign_out)
        self.workspace.hurry_wanted.connect(lambda: self._say(pipe.Hurry()))
        self.workspace.offline_wanted.connect(lambda stay: self._say(pipe.GoOffline(stay)))
        if self.keys.mode == "memory":
            self.workspace.status.notice.setText(MEMORY_NOTICE)
        self.window.show_page(self.workspace)
        self.workspace.list.setFocus()

    def _begin_again(self) -> None:
        secret = self.keys.secret
        if self.local is None or secret is None or secret.session is None:
            return
        session = secret.session
        self._say(
            pipe.Begin(
                server=session.server,
                token=session.token,
                user_id=session.id,
                device=self.local.device,
                folder=str(self.options.profile),
                key=bytes.fromhex(secret.key),
            )
        )

    def _say(self, frame: pipe.ToEngine) -> None:
        if self.bridge is not None:
            self.bridge.send(frame)

    def _hear(self, frame: pipe.FromEngine) -> None:
        match frame:
            case pipe.SignedIn():
                self._signed_in(frame)
            case pipe.SignInFailed(code, message):
                page = self.window.page
                if isinstance(page, SignInPage):
                    page.refuse(code, message)
            case pipe.SignedOut():
                self._signed_out()
            case _ if self.local is not None:
                self.local.hear(frame)

    def _cache_opened(self, _: None) -> None:
        if self.workspace is None and self.local is not None and self.local.usable:
            self._show_workspace()
            self._maybe_picture()

    def _link_changed(self, standing: pipe.Standing) -> None:
        page = self.window.page
        if isinstance(page, LoadingPage):
            page.show_standing(standing)
            if self.local is not None and self.local.usable:
                self._cache_opened(None)
        if standing.mode == "signed_out":
            self._session_ended()

    # -- leaving

    def _sign_out(self) -> None:
        self._say(pipe.SignOut())

    def _signed_out(self) -> None:
        """Forget the session and everything of it that was kept here."""
        self.keys.forget()
        self._leave_workspace()
        for name in (CACHE_FILE, WORK_FILE):
            sqlite.remove(self.options.profile / name)
        self._sign_in_page()

    def _session_ended(self) -> None:
        """The server ended the session: keep the work, ask for the password again."""
        secret = self.keys.secret
        if secret is not None and self.workspace is not None:
            self.workspace.toast.say("Your session has ended: sign in again to send what waits.")

    def _leave_workspace(self) -> None:
        self.workspace = None
        local, self.local = self.local, None
        if local is not None:
            self.slots.start(local.close(), "close-files")

    def _before_closing(self) -> str:
        if self.workspace is not None:
            self.workspace.keep()
        waiting = len(self.local.entries) if self.local is not None else 0
        if self.keys.mode != "memory" or not waiting:
            return ""
        count = "1 action is" if waiting == 1 else f"{waiting} actions are"
        return UNSENT.format(count=count)

    def _closed(self) -> None:
        self._done.set()

    # -- pictures

    def _maybe_picture(self) -> None:
        """Write the screenshot that was asked for, once the page it should show is there."""
        file = self.options.screenshot
        signing_in = self.options.sign_in is not None and self.workspace is None
        if file is None or signing_in or isinstance(self.window.page, LoadingPage):
            return
        self.app.processEvents()
        self.window.grab().save(str(file))
        self.window.close()


@contextmanager
def open_desk(options: "DesktopOptions") -> Iterator[Desk]:
    """The desk of a profile, shown. Raises Unusable when another window has it open."""
    try:
        options.profile.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        reason = error.strerror or str(error)
        told = f"The folder {options.profile} cannot be used: {reason}."
        raise Unusable("folder", told) from error
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
