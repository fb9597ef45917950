"""The status pill: one honest line about the link and the outbox, always in the same place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy

from console.kernel.tongue import beside, tr, trn
from console.sync.client import pipe
from console.sync.client.local import Local
from console.sync.client.outbox import Entry
from console.tickets.viewmodel.heaps import needing
from console.ui import mirror, paint, words
from console.ui.theme import BASE, Theme, font

if TYPE_CHECKING:
    from console.desktop.keymap import KeyMap


@dataclass(frozen=True)
class PillState:
    """The words, and the token of the dot's colour."""

    text: str
    color: str


def pill(standing: pipe.Standing | None, entries: Sequence[Entry]) -> PillState:
    """What the pill says."""
    waiting = sum(entry.state == "queued" and bool(entry.about) for entry in entries)
    parked = needing(entries)
    text, color = _link(standing)
    parts = [text]
    if waiting:
        told = trn("{count} waiting", "{count} waiting", waiting)
        parts.append(told.format(count=words.count(waiting)))
    if parked:
        told = trn("{count} needs you", "{count} need you", parked)
        parts.append(told.format(count=words.count(parked)))
        color = "red_mark"
    return PillState(beside(parts), color)


def _link(standing: pipe.Standing | None) -> tuple[str, str]:
    if standing is None:
        return tr("Starting"), "edge"
    since = words.clock(standing.since)
    synced = words.clock_s(standing.synced_at or standing.since)
    done, total = words.count(standing.done), words.count(standing.total)
    share = words.share(standing.done, standing.total) if standing.total else ""
    catchup = tr("Catching up {share}").format(share=share) if share else tr("Catching up")
    loading = tr("Loading {done} of {total}").format(done=done, total=total)
    return {
        "live": (tr("Live · {time}").format(time=synced), "green_mark"),
        "catchup": (catchup, "amber_mark"),
        "loading": (loading if standing.total else tr("Loading"), "amber_mark"),
        "connecting": (tr("Connecting"), "amber_mark"),
        "offline": (tr("Offline since {time}").format(time=since), "amber_mark"),
        "signed_out": (tr("Signed out"), "red_mark"),
        "stuck": (tr("This computer's disk is full or cannot be written"), "red_mark"),
        "outdated": (tr("This Parley is too old for the server"), "red_mark"),
    }[standing.mode]


class Pill(QPushButton):
    """The pill as a button that opens the outbox."""

    wanted = Signal()

    def __init__(self, local: Local, theme: Theme) -> None:
        super().__init__()
        self._local, self._theme = local, theme
        self._state = PillState(tr("Starting"), "edge")
        self.setProperty("kind", "quiet")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.wanted)
        local.link.connect(self._changed)
        local.outbox_changed.connect(self._changed)
        theme.changed.connect(self.update)
        self._changed(None)

    def show_keys(self, keymap: "KeyMap") -> None:
        """Name the key that goes to the outbox."""
        self.setToolTip(keymap.beside(tr("Outbox"), "outbox"))

    def _changed(self, _: object) -> None:
        self._state = pill(self._local.standing, list(self._local.entries.values()))
        self.setAccessibleName(tr("Status: {text}").format(text=self._state.text))
        self.setFixedSize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:
        width = paint.measure(font(BASE, tabular=True)).horizontalAdvance(self._state.text)
        return QSize(width + 40, 26)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter, tokens = QPainter(self), self._theme.tokens
        mirror.turn(painter, self.rect())
        center = QPointF(14, self.height() / 2)
        paint.dot(painter, center, 4, tokens[self._state.color])
        box = self.rect().adjusted(26, 0, -8, 0)
        paint.line(painter, box, self._state.text, font(BASE, tabular=True), tokens["text"])
        painter.end()
