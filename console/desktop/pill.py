"""The status pill: one honest line about the link and the outbox, always in the same place."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy

from console.kernel.tongue import tr
from console.sync.client import pipe
from console.sync.client.local import Local
from console.sync.client.outbox import Entry
from console.ui import paint, words
from console.ui.theme import BASE, Theme, font


@dataclass(frozen=True)
class PillState:
    """The words, and the token of the dot's colour."""

    text: str
    color: str


def pill(standing: pipe.Standing | None, entries: Sequence[Entry]) -> PillState:
    """What the pill says."""
    waiting = sum(entry.state == "queued" for entry in entries)
    parked = sum(entry.parked for entry in entries)
    text, color = _link(standing)
    parts = [text]
    if waiting:
        parts.append(f"{words.count(waiting)} waiting")
    if parked:
        parts.append("1 needs you" if parked == 1 else f"{parked} need you")
        color = "red_mark"
    return PillState(" · ".join(parts), color)


def _link(standing: pipe.Standing | None) -> tuple[str, str]:
    if standing is None:
        return "Starting", "edge"
    since = words.clock(standing.since)
    synced = words.clock_s(standing.synced_at or standing.since)
    share = f" {100 * standing.done // standing.total} %" if standing.total else ""
    loaded = f" {words.count(standing.done)} of {words.count(standing.total)}"
    return {
        "live": (f"Live · {synced}", "green_mark"),
        "catchup": (f"Catching up{share}", "amber_mark"),
        "loading": (f"Loading{loaded if standing.total else ''}", "amber_mark"),
        "connecting": ("Connecting", "amber_mark"),
        "offline": (f"Offline since {since}", "amber_mark"),
        "signed_out": ("Signed out", "red_mark"),
        "stuck": ("This computer's disk is full or cannot be written", "red_mark"),
        "outdated": ("This Parley is too old for the server", "red_mark"),
    }[standing.mode]


class Pill(QPushButton):
    """The pill as a button that opens the outbox."""

    wanted = Signal()

    def __init__(self, local: Local, theme: Theme) -> None:
        super().__init__()
        self._local, self._theme = local, theme
        self._state = PillState("Starting", "edge")
        self.setProperty("kind", "quiet")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.wanted)
        local.link.connect(self._changed)
        local.outbox_changed.connect(self._changed)
        theme.changed.connect(self.update)
        self._changed(None)

    def show_key(self, key: str) -> None:
        """Name the key that goes to the outbox, empty for none."""
        name = tr("Outbox")
        self.setToolTip(tr("{name} ({key})").format(name=name, key=key) if key else name)

    def _changed(self, _: object) -> None:
        self._state = pill(self._local.standing, list(self._local.entries.values()))
        self.setAccessibleName(f"Status: {self._state.text}")
        self.setFixedSize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:
        width = paint.measure(font(BASE, tabular=True)).horizontalAdvance(self._state.text)
        return QSize(width + 40, 26)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter, tokens = QPainter(self), self._theme.tokens
        center = QPointF(14, self.height() / 2)
        paint.dot(painter, center, 4, tokens[self._state.color])
        box = self.rect().adjusted(26, 0, -8, 0)
        paint.line(painter, box, self._state.text, font(BASE, tabular=True), tokens["text"])
        painter.end()
