"""Snoozing: asks until when, for the open ticket or for what is selected, and wakes on time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QWidget

from console.kernel.clock import Clock, whole_ms
from console.kernel.tongue import tr
from console.sync.client.local import Local
from console.tickets.model import MOST_SNOOZED
from console.tickets.viewmodel.times import Waking, presets, typed_time
from console.ui import words
from console.ui.picker import Choice, Picker, containing
from console.ui.theme import Theme
from console.ui.when import WhenDialog

if TYPE_CHECKING:
    from console.desktop.workspace import Workspace

LOOK_MS = 5_000
"""So late at most is a ticket awake here whose time has come."""
_ICONS = ("sun-horizon", "sun", "calendar-blank")


class Snoozing:
    """Asks until when; `wake` brings the open ticket back."""

    def __init__(self, workspace: "Workspace", local: Local, theme: Theme) -> None:
        self._workspace, self._theme = workspace, theme
        self._clock: Clock = local.clock
        self._waking = Waking(local)
        self._timer = QTimer(workspace, interval=LOOK_MS)
        self._timer.timeout.connect(self._waking.look)
        self._timer.start()

    def pick(self) -> None:
        """Ask until when the open ticket is to be snoozed."""
        state, triage = self._workspace.opened.state, self._workspace.triage
        if state is None:
            return
        # By the time of choosing another ticket may be open.
        ticket_id, slots = state.ticket.id, self._workspace.slots
        asleep = state.ticket.snoozed_until is not None
        self.ask(
            self._workspace.page.header.status,
            lambda at: slots.start(triage.snooze(ticket_id, at), "snooze"),
            (lambda: slots.start(triage.wake(ticket_id), "wake")) if asleep else None,
        )

    def wake(self) -> None:
        """Have the open ticket back now."""
        self._workspace.current.act(self._workspace.triage.wake, "wake")

    def ask(
        self,
        at: QWidget,
        snooze: Callable[[datetime], None],
        wake: Callable[[], None] | None = None,
        *,
        above: bool = False,
    ) -> None:
        """Ask at a widget until when, and offer to wake if that is possible."""
        now = whole_ms(self._clock.now())
        usual = presets(now)
        choices = [
            Choice(time, tr(name), icon, words.soon(time, now))
            for (name, time), icon in zip(usual, _ICONS[-len(usual) :], strict=True)
        ]
        if wake is not None:
            choices.insert(0, Choice("wake", tr("Wake now"), "bell"))
        pick = Choice("pick", tr("Pick a date and time…"), "calendar-plus")

        def search(typed: str) -> list[Choice]:
            told = typed_time(typed, now)
            mine = [Choice(told, words.until(told, now), "clock")] if told else []
            return [*mine, *containing([*choices, pick])(typed)]

        def picked(value: Any) -> None:
            if value == "wake" and wake is not None:
                wake()
            elif value == "pick":
                self._pick_date(now, usual[0][1], snooze)
            else:
                snooze(value.astimezone(UTC))

        picker = Picker(self._theme, tr("Snooze until"), search, picked, self._workspace)
        beside = -picker.sizeHint().height() - 4 if above else at.height() + 4
        picker.open_at(at.mapToGlobal(QPoint(0, beside)))

    def _pick_date(
        self, now: datetime, first: datetime, snooze: Callable[[datetime], None]
    ) -> None:
        least, most = now + timedelta(minutes=1), now + MOST_SNOOZED
        WhenDialog(tr("Snooze"), first, least, most, snooze, self._workspace).open()
