"""Leaving the desk: signing out, locking, quitting, starting again; asked first where work would be lost."""

from typing import TYPE_CHECKING

from console.desktop.preferences import TRAY
from console.desktop.signin import LoadingPage
from console.kernel.tongue import mark, pair, tr, trn
from console.sync.client import pipe
from console.ui import words

if TYPE_CHECKING:
    from console.desktop.desk import Desk

QUIT_UNSENT = pair(
    "{count} thing is not sent yet, and nothing here outlives this session.",
    "{count} things are not sent yet, and nothing here outlives this session.",
)
LEAVE_UNSENT = pair(
    "{count} thing is not sent yet. Signing out removes everything from this computer.",
    "{count} things are not sent yet. Signing out removes everything from this computer.",
)
NOT_EVERYWHERE = mark("The server cannot be reached: nobody was signed out")
NO_RESTART = mark("Close Parley and start it again")


class Leaving:
    """What a desk does as somebody leaves. `everywhere`: all sessions are being ended."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk
        self.everywhere = False

    # -- signing out

    def sign_out(self) -> None:
        """End the session here and on the server."""
        self._ask_and_say(tr("Sign out and lose it"), pipe.SignOut())

    def sign_out_everywhere(self) -> None:
        """End every session of whoever is signed in."""
        self._ask_and_say(tr("Sign out everywhere and lose it"), pipe.SignOut(everywhere=True))

    def _ask_and_say(self, deed: str, frame: pipe.SignOut) -> None:
        def leave() -> None:
            self.everywhere = frame.everywhere
            self._desk.say(frame)

        if unsent := self._unsent():
            question = trn(*LEAVE_UNSENT, unsent).format(count=words.count(unsent))
            self._desk.window.ask(question, deed, leave)
        else:
            leave()

    def not_everywhere(self) -> None:
        """The server could not be asked."""
        self.everywhere = False
        for workspace in self._desk.workspaces:
            workspace.toast.say(tr(NOT_EVERYWHERE))

    async def signed_out(self) -> None:
        """Close the files and leave the way in to remove them."""
        await self._shut()
        self._desk.windows.forget()
        self.everywhere = self._desk.stay_offline = False
        self._desk.entrance.leave()

    # -- locking

    def lock(self) -> None:
        """Shut what is here until the passphrase is given."""
        self.keep()
        self._desk.slots.start(self._locked_up(), "lock")

    async def _locked_up(self) -> None:
        """Shut the files, let the engine forget the key, and ask for the passphrase."""
        desk = self._desk
        await self._shut()
        assert desk.bridge is not None, "somebody is at work"
        await desk.bridge.renew()
        desk.entrance.lock()
        desk.come_up()

    async def _shut(self) -> None:
        """Take every workspace away and close the files."""
        desk = self._desk
        await desk.windows.close()
        if desk.workspace is not None:
            await desk.workspace.end()
        desk.maker.drop()
        local, desk.local = desk.local, None
        desk.window.show_page(LoadingPage())
        if desk.citizen is not None:
            desk.citizen.off_work()
        if local is not None:
            await local.close()

    # -- ending

    def quit(self) -> None:
        """End with every window; ask first where something would be lost."""
        question = self._question()
        if question:
            self._desk.come_up()
            self._desk.window.ask(question, tr("Quit and lose it"), self.end)
        else:
            self.end()

    def restart(self) -> None:
        """End, to be started again at once."""
        desk = self._desk
        if desk.options.again:
            desk.again = True
            self.quit()
        else:
            for workspace in desk.workspaces:
                workspace.toast.say(tr(NO_RESTART))

    def end(self) -> None:
        """End, without a question; everything is there again at the next start."""
        self.keep()
        self._desk.finished.set()

    def keep(self) -> None:
        """Remember how every window stands."""
        desk = self._desk
        if desk.workspace is not None:
            desk.workspace.keep()
        desk.window.keep()
        desk.windows.keep()

    def asks(self) -> str:
        """What is to be asked before a window closes: nothing while another stays."""
        desk = self._desk
        if desk.workspace is not None:
            desk.workspace.keep()
        shown = [desk.window, *(place.window for place in desk.windows)]
        if sum(window.isVisible() for window in shown) > 1 or self._stays:
            return ""
        return self._question()

    def closed(self) -> None:
        """The first window has closed: with it Parley ends, unless another or the tray stays."""
        if not self._others() and not self._stays:
            self._desk.finished.set()

    def other_closed(self) -> None:
        """Another window has closed."""
        if not self._desk.window.isVisible():
            self.closed()

    def _others(self) -> bool:
        return any(place.window.isVisible() for place in self._desk.windows)

    @property
    def _stays(self) -> bool:
        """Whether Parley goes on in the tray without a window."""
        desk = self._desk
        tray = desk.citizen is not None and desk.citizen.tray is not None
        return tray and desk.workspace is not None and TRAY.of(desk.settings)

    def _question(self) -> str:
        unsent = self._unsent()
        if self._desk.entrance.keys.mode != "memory" or not unsent:
            return ""
        return trn(*QUIT_UNSENT, unsent).format(count=words.count(unsent))

    def _unsent(self) -> int:
        """How much would be lost with the files here."""
        local = self._desk.local
        if local is None:
            return 0
        count = sum(e.state != "accepted" and bool(e.about) for e in local.entries.values())
        return count + len(local.drafts)
