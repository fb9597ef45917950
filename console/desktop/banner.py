"""The line above the work while the server is not there: what holds meanwhile, and the way out."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy

from console.kernel.tongue import tr, trn
from console.sync.client import pipe
from console.sync.client.local import Local
from console.ui import mirror, words
from console.ui.widgets import Text


@dataclass(frozen=True)
class BannerState:
    """The sentence and the words of its button; neither is shown when there is no sentence."""

    text: str = ""
    way: str = ""


def banner(standing: pipe.Standing | None, waiting: int, *, wished: bool) -> BannerState:
    """What is said of the link; nothing while it is there or comes. `wished`: offline on purpose."""
    if standing is None:
        return BannerState()
    since = words.clock(standing.since)
    if standing.mode == "signed_out":
        told = tr("Your session has ended. Work on: it goes out when you have signed in again.")
        return BannerState(told, tr("Sign in"))
    if standing.mode == "stuck":
        told = tr("This computer's disk is full or cannot be written: make room, nothing is lost.")
        return BannerState(told, tr("Try now"))
    if standing.mode == "outdated":
        told = tr("This Parley is too old for the server. What you do is kept until it is updated.")
        return BannerState(told)
    if standing.mode != "offline":
        return BannerState()
    if wished:
        told = tr("You work offline since {time}.").format(time=since)
        return BannerState(f"{told} {_kept(waiting)}", tr("Go online"))
    told = tr("No connection since {time}.").format(time=since)
    return BannerState(f"{told} {_kept(waiting)}", tr("Try now"))


def _kept(waiting: int) -> str:
    if not waiting:
        return tr("Everything you do is kept and goes out by itself.")
    told = trn(
        "{count} action waits and goes out by itself.",
        "{count} actions wait and go out by themselves.",
        waiting,
    )
    return told.format(count=words.count(waiting))


class Banner(QFrame):
    """Stands above the work and takes nothing from it: no focus, no click but its own button."""

    hurry_wanted = Signal()
    online_wanted = Signal()

    def __init__(self, local: Local) -> None:
        super().__init__()
        self.setObjectName("strip")
        self._local = local
        self._wished = False
        self.text = Text()
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.text.setWordWrap(True)
        self.way = QPushButton()
        self.way.setProperty("kind", "quiet")
        self.way.clicked.connect(self._go)
        row = QHBoxLayout(self)
        mirror.margins(row, 16, 3, 8, 3)
        row.setSpacing(8)
        row.addWidget(self.text, 1)
        row.addWidget(self.way, 0, Qt.AlignmentFlag.AlignVCenter)
        local.link.connect(self._changed)
        local.outbox_changed.connect(self._changed)
        self.hide()

    def wish(self, *, offline: bool) -> None:
        """Somebody works offline on purpose, or not any more."""
        self._wished = offline
        self._changed(None)

    def _changed(self, _: object) -> None:
        waiting = sum(entry.state == "queued" for entry in self._local.entries.values())
        state = banner(self._local.standing, waiting, wished=self._wished)
        self.text.setText(state.text)
        self.setAccessibleName(state.text)
        self.way.setText(state.way)
        self.way.setVisible(bool(state.way))
        self.setVisible(bool(state.text))

    def _go(self) -> None:
        if self._wished:
            self.online_wanted.emit()
        else:
            self.hurry_wanted.emit()
