"""What makes Parley at home on a desktop: bell, tray, notifications, titles, waking, going idle."""

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtWidgets import QSystemTrayIcon

from console.desktop import preferences
from console.desktop.doorbell import Doorbell
from console.desktop.idle import Idle
from console.desktop.logind import Logind
from console.desktop.news import News, Notice
from console.desktop.notifier import Notifier
from console.desktop.tray import Tray
from console.desktop.wake import Wake
from console.desktop.window import Window
from console.kernel.codec import NIL
from console.kernel.tongue import tr
from console.people.viewmodel import Directory

if TYPE_CHECKING:
    from console.desktop.desk import Desk


class Citizen:
    """Lives as long as the desk's loop; `at_work` and `off_work` as somebody comes and goes."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk
        self.bell = Doorbell(desk.options.profile)
        self.bell.rung.connect(desk.show_number)
        self.wake = Wake(desk.clock)
        self.wake.woken.connect(self._woken)
        self.logind = Logind()
        self.logind.woken.connect(self.wake.told)
        self.logind.begin()
        self.idle = Idle(desk.clock)
        self.idle.changed.connect(self._idle)
        self.idle.watch(desk.window)
        desk.windows.shown.connect(self._shown)
        self.notifier = Notifier()
        self.notifier.opened.connect(self._open)
        self.notifier.read.connect(self._read)
        self.tray = self._make_tray() if QSystemTrayIcon.isSystemTrayAvailable() else None
        self.notifier.begin(self.tray.icon if self.tray is not None else None)
        self.news: News | None = None
        if desk.workspace is not None:
            self.at_work()

    def speak(self) -> None:
        """Say everything in the language that is spoken now."""
        if self.tray is not None:
            self.tray.write()
        self._count(self.news.count if self.news is not None else 0)

    def _make_tray(self) -> Tray:
        tray, desk = Tray(self._desk.theme), self._desk
        tray.wanted.connect(desk.come_up)
        tray.window_wanted.connect(desk.open_window)
        tray.quiet_wanted.connect(self._be_quiet)
        tray.quit_wanted.connect(desk.leaving.quit)
        return tray

    def _be_quiet(self) -> None:
        if self._desk.workspace is not None:
            self._desk.workspace.program.be_quiet()

    async def close(self) -> None:
        """Be gone from the desktop."""
        self.off_work()
        self.bell.close()
        self.wake.close()
        self.idle.close()
        if self.tray is not None:
            self.tray.close()
        await self.logind.close()
        await self.notifier.close()

    # -- what is told

    def at_work(self) -> None:
        """Somebody is signed in: watch for what concerns them."""
        desk = self._desk
        if desk.local is None or desk.workspace is None or self.news is not None:
            return
        self.news = News(desk.local, Directory(desk.local), desk.settings)
        self.news.seen = self._seen
        self.news.told.connect(self._tell)
        self.news.counted.connect(self._count)
        self._count(self.news.count)

    def off_work(self) -> None:
        """Nobody is signed in any more."""
        if self.news is not None:
            self.news.close()
            self.news = None
        self._count(0)

    def _seen(self, ticket: UUID) -> bool:
        """Whether somebody looks at this ticket now."""
        return any(
            workspace.isActiveWindow() and workspace.opened.ticket_id == ticket
            for workspace in self._desk.workspaces
        )

    def _tell(self, notice: Notice) -> None:
        self.notifier.show(notice, sound=preferences.SOUND.of(self._desk.settings))

    def _count(self, number: int) -> None:
        if self.tray is not None:
            self.tray.count(number)
        title = tr("({count}) Parley").format(count=number) if number else "Parley"
        for window in (self._desk.window, *(place.window for place in self._desk.windows)):
            window.setWindowTitle(title)

    def _open(self, ticket: UUID) -> None:
        desk = self._desk
        desk.come_up()
        if desk.workspace is not None and ticket != NIL:
            desk.workspace.show_ticket(ticket)

    def _read(self, ticket: UUID) -> None:
        workspace = self._desk.workspace
        if workspace is not None:
            workspace.slots.start(workspace.triage.mark_read(ticket), "mark-read")

    # -- coming and going

    def _shown(self, window: Window) -> None:
        self.idle.watch(window)
        window.setWindowTitle(self._desk.window.windowTitle())

    def _woken(self) -> None:
        """The socket may be dead and every clock on screen is old."""
        self._desk.hurry()
        for workspace in self._desk.workspaces:
            workspace.refresh()

    def _idle(self, idle: bool) -> None:
        local = self._desk.local
        if local is not None:
            local.company.rest(idle)
