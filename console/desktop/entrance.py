"""The way in: who one is, what is kept of it on this computer, and what opens it again."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from msgspec import structs

from console.desktop.keystore import KeyStore, Secret, Session, new_key
from console.desktop.settings import Settings
from console.desktop.signin import PassphrasePage, ShutPage, SignInAgain, SignInPage
from console.desktop.window import Window
from console.kernel.errors import Refused
from console.kernel.signal import Signal
from console.kernel.tongue import mark, tr
from console.store import sqlite
from console.sync.client import pipe
from console.sync.client.local import Local
from console.sync.client.work import CACHE_FILE, WORK_FILE

if TYPE_CHECKING:
    from console.desktop.app import DesktopOptions

DEFAULT_SERVER = "http://127.0.0.1:8425"
FORGET = mark("What was written here and not sent is lost with it.")
FORGET_DEED = mark("Forget and sign in anew")


class Entrance:
    """Shows the pages of signing in and unlocking, and keeps the secret.

    Signals: `entered` (a session is open, the profile's files may be opened), `renewed` (the
    session that had ended is open again), `wants` (a frame for the engine), `sandbox_wanted`.
    """

    def __init__(self, options: "DesktopOptions", settings: Settings, window: Window) -> None:
        self.keys = KeyStore(options.profile)
        self.entered: Signal[Secret] = Signal()
        self.renewed: Signal[Secret] = Signal()
        self.wants: Signal[pipe.ToEngine] = Signal()
        self.sandbox_wanted: Signal[None] = Signal()
        self._options, self._settings, self._window = options, settings, window
        self._again: SignInAgain | None = None
        self._fresh: Secret | None = None
        self._asked: pipe.SignIn | None = None

    def open(self) -> None:
        """Enter with the session that is kept, or ask for what is missing."""
        secret = self.keys.load()
        if secret is not None and secret.session is not None:
            self.entered.emit(self._where_it_is(secret))
        elif self.keys.locked:
            self._ask_passphrase()
        elif self.keys.shut and (self._options.profile / WORK_FILE).exists():
            self._wait_for_keyring()
        else:
            self.show_sign_in()

    def engine_started(self) -> None:
        """Ask what was asked of an engine that is no more, or what the options say."""
        if self._asked is not None:
            self.wants.emit(self._asked)
        elif self._options.sign_in and isinstance(self._window.page, SignInPage):
            email, password = self._options.sign_in
            self._sign_in(self._options.server or DEFAULT_SERVER, email, password)

    def hear(self, frame: pipe.SignedIn | pipe.SignInFailed) -> None:
        """The engine's answer to a sign-in."""
        self._asked = None
        match frame:
            case pipe.SignedIn() if self._again is not None:
                self._signed_in_again(frame, self._again)
            case pipe.SignedIn():
                self._signed_in(frame)
            case pipe.SignInFailed(code, message):
                self._refuse(code, message)

    def lock(self) -> None:
        """Forget what opens the files, until the passphrase is given again."""
        self.keys.lock()
        self.open()

    def leave(self) -> None:
        """Forget the session and remove the files, which must be closed by now."""
        self.keys.forget()
        self._fresh = None
        self._remove_files()
        self.show_sign_in()

    # -- signing in

    def show_sign_in(self) -> None:
        """Ask for server, address and password."""
        server = self._options.server or self._settings.text("server", DEFAULT_SERVER)
        page = SignInPage(server, self._settings.text("email"))
        page.asked.connect(self._sign_in)
        page.sandbox_wanted.connect(lambda: self.sandbox_wanted.emit(None))
        self._window.show_page(page)

    def _sign_in(self, server: str, email: str, password: str) -> None:
        from console.sync.client.http import checked_url  # httpx: not needed for the first paint

        try:
            url = checked_url(server)
        except Refused as refusal:
            self._refuse(refusal.code, refusal.message)
            return
        self._settings.keep_text("server", url)
        self._settings.keep_text("email", email)
        self._settings.sync()
        self._asked = pipe.SignIn(url, email, password, self._device())
        self.wants.emit(self._asked)

    def _refuse(self, code: str, message: str) -> None:
        page = self._again or self._window.page
        if isinstance(page, SignInPage | SignInAgain):
            page.refuse(code, message)

    def _device(self) -> UUID:
        """This profile's device; a new one, over empty files, when nothing is kept."""
        if self.keys.secret is None and self._fresh is None:
            self._remove_files()
            self._fresh = Secret(key=new_key())
        known = self.keys.secret or self._fresh
        assert known is not None, "one of them was just made"
        return Local.device_of(self._options.profile, bytes.fromhex(known.key))

    def _remove_files(self) -> None:
        for name in (CACHE_FILE, WORK_FILE):
            sqlite.remove(self._options.profile / name)

    def _signed_in(self, told: pipe.SignedIn) -> None:
        known = self.keys.secret or self._fresh
        assert known is not None, "the sign-in was asked with its device"
        server = self._settings.text("server", DEFAULT_SERVER)
        secret = structs.replace(known, session=_session(told, server), user=told.user_id)
        mode = self.keys.save(secret)
        if mode == "memory" and self._options.sign_in is None:
            page = PassphrasePage(new=True)
            page.given.connect(lambda text: self._wrap(secret, text, page))
            page.declined.connect(lambda: self.entered.emit(secret))
            self._window.show_page(page)
        else:
            self.entered.emit(secret)

    # -- what is kept here

    def _wait_for_keyring(self) -> None:
        page = ShutPage()
        page.again.connect(self.open)
        page.declined.connect(lambda: self._forget(self.show_sign_in))
        self._window.show_page(page)

    def _forget(self, then: Callable[[], object]) -> None:
        self._window.ask(tr(FORGET), tr(FORGET_DEED), then)

    def _wrap(self, secret: Secret, passphrase: str, page: PassphrasePage) -> None:
        try:
            self.keys.save(secret, passphrase)
        except Refused as refusal:
            page.refuse(refusal.message)
        else:
            self.entered.emit(secret)

    def _ask_passphrase(self) -> None:
        page = PassphrasePage(new=False)

        def forget() -> None:
            self.keys.forget()
            self.show_sign_in()

        page.given.connect(lambda text: self._unlock(text, page))
        page.declined.connect(lambda: self._forget(forget))
        self._window.show_page(page)

    def _unlock(self, passphrase: str, page: PassphrasePage) -> None:
        try:
            secret = self.keys.unlock(passphrase)
        except Refused as refusal:
            page.refuse(refusal.message)
        else:
            if secret.session is None:
                self.show_sign_in()
            else:
                self.entered.emit(self._where_it_is(secret))

    def _where_it_is(self, secret: Secret) -> Secret:
        """The session at the address that was named at the start: a server may have moved."""
        named, session = self._options.server, secret.session
        if session is None or named in (None, session.server):
            return secret
        from console.sync.client.http import checked_url  # httpx: not needed for the first paint

        try:
            url = checked_url(named)
        except Refused:
            return secret  # it is no address: the session is where it was
        moved = structs.replace(secret, session=structs.replace(session, server=url))
        self.keys.save(moved)
        self._settings.keep_text("server", url)
        return moved

    # -- a session that the server ended

    def ask_again(self) -> None:
        """Ask for the password over the workspace; what is here stays as it is."""
        secret = self.keys.secret
        if self._again is not None or secret is None or secret.session is None:
            return
        session = secret.session
        self._again = dialog = SignInAgain(session.name, session.email, self._window)
        dialog.given.connect(lambda word: self._sign_in(session.server, session.email, word))
        dialog.finished.connect(self._again_closed)
        dialog.open()

    def _again_closed(self, _: int) -> None:
        self._again = None

    def _signed_in_again(self, told: pipe.SignedIn, dialog: SignInAgain) -> None:
        secret = self.keys.secret
        if secret is None or secret.session is None or told.user_id != secret.session.id:
            dialog.refuse("other_user", tr("This is somebody else now: sign out first."))
            return
        secret = structs.replace(secret, session=_session(told, secret.session.server))
        self.keys.save(secret)
        dialog.accept()
        self.renewed.emit(secret)


def _session(told: pipe.SignedIn, server: str) -> Session:
    return Session(
        id=told.user_id,
        server=server,
        token=told.token,
        name=told.name,
        email=told.email,
        role=told.role,
    )
