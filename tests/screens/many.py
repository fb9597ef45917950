"""The states of many tickets at once: selecting, all of them, the question before, the work, carrying."""

from datetime import timedelta

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from console.tickets.model import Status, View, ViewName
from console.tickets.viewmodel.bulk import Progress
from console.tickets.viewmodel.bulk_deeds import Become
from tests.parts.seat import press
from tests.screens.stage import Scene, State


async def _active(scene: Scene) -> None:
    shown = await scene.work()
    shown.show_view(View(name=ViewName.ACTIVE))
    shown.list.setFocus()
    await scene.settle()


async def selecting(scene: Scene) -> None:
    await _active(scene)
    for keys in ("J", "X", "Shift+J", "J", "J", "X"):
        press(keys)
    await scene.settle()


async def selecting_all(scene: Scene) -> None:
    await _active(scene)
    press("*")
    press("J")
    press("X")
    await scene.settle()


async def bulk_asked(scene: Scene) -> None:
    await _active(scene)
    shown = scene.workspace
    ids = shown.queue.ids()
    for ticket in ids[:2]:
        await shown.triage.set_status(ticket, Status.CLOSED)
    await shown.triage.set_status(ids[2], Status.HOLD)
    press("*")
    shown.many.do(Become(Status.HOLD), ids)
    await scene.settle()


async def bulk_working(scene: Scene) -> None:
    await selecting_all(scene)
    scene.workspace.many.bulk._tell(Progress("Solve", 120, 214))
    await scene.settle()


async def bulk_assign(scene: Scene) -> None:
    await selecting(scene)
    press("A")
    await scene.settle()


async def snooze_asked(scene: Scene) -> None:
    shown = await scene.work()
    shown.show_ticket(scene.made.tickets["Omar Haddad"])
    shown.list.setFocus()
    press("Z")
    await scene.settle()


async def snooze_typed(scene: Scene) -> None:
    await selecting(scene)
    press("Z")
    popup = QApplication.activePopupWidget()
    assert popup is not None
    QTest.keyClicks(popup.focusWidget(), "3d")
    await scene.settle()


async def snooze_date(scene: Scene) -> None:
    await snooze_asked(scene)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    QTest.keyClicks(popup.focusWidget(), "pick")
    QTest.keyClick(popup.focusWidget(), Qt.Key.Key_Return)
    await scene.settle()


async def snoozed(scene: Scene) -> None:
    shown = await scene.work()
    for hours, name in enumerate(("Omar Haddad", "Priya Nair", "Mei Lin")):
        until = scene.clock.now() + timedelta(hours=3 + 40 * hours * hours)
        await shown.triage.snooze(scene.made.tickets[name], until)
    shown.toast.hide()
    shown.show_view(View(name=ViewName.SNOOZED))
    await scene.settle()


async def bulk_refused(scene: Scene) -> None:
    await _active(scene)
    shown = scene.workspace
    ids = shown.queue.ids()[:9]
    scene.link("offline", minutes=4)
    shown.many.do(Become(Status.SOLVED), ids)
    await scene.settle()
    press("Return")
    await scene.settle()
    entries = list(scene.local.entries)
    for number, cmd_id in enumerate(entries[:6]):
        scene.refuse(cmd_id, "denied" if number == 2 else "status_changed")
    shown.toast.hide()
    shown.show_outbox()
    shown.outbox.list.setCurrentIndex(shown.outbox.list.model().index(0, 0))
    await scene.settle()


async def bulk_done(scene: Scene) -> None:
    await selecting(scene)
    press("E")
    await scene.settle()


async def carried(scene: Scene) -> None:
    await selecting(scene)
    shown = scene.workspace
    row = shown.list.visualRect(shown.list.model().index(2, 0)).center()
    team = next(n for n, r in enumerate(shown.views.rows) if r.view and r.view.name == "team")
    views = shown.views_list
    target = views.visualRect(views.model().index(team, 0)).center()
    drag(shown.list.viewport(), row, views.viewport().mapToGlobal(target), drop=False)
    await scene.settle()


def drag(port: QWidget, start: QPoint, end: QPoint, *, drop: bool = True) -> None:
    """Press at a place of a widget, move to one on the screen and, unless told, let go."""
    steps = [(QEvent.Type.MouseButtonPress, port.mapToGlobal(start))]
    steps += [(QEvent.Type.MouseMove, end)]
    steps += [(QEvent.Type.MouseButtonRelease, end)] if drop else []
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for kind, at in steps:
        held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else left
        here = QPointF(port.mapFromGlobal(at))
        QApplication.sendEvent(port, QMouseEvent(kind, here, QPointF(at), left, held, none))


MANY = (
    State("selecting", selecting),
    State("selecting-all", selecting_all),
    State("bulk-asked", bulk_asked),
    State("bulk-working", bulk_working),
    State("bulk-assign", bulk_assign),
    State("bulk-done", bulk_done),
    State("carried", carried),
    State("snooze-asked", snooze_asked),
    State("snooze-typed", snooze_typed),
    State("snooze-date", snooze_date),
    State("snoozed", snoozed),
    State("bulk-refused", bulk_refused),
    State("selecting-1024x640", selecting, (1024, 640), elides=True),
)
