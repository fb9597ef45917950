"""The states of many tickets at once: selecting, all of them, the question before, the work, carrying."""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from console.tickets.model import Status, View, ViewName
from console.tickets.viewmodel.bulk import Progress
from console.tickets.viewmodel.deeds import Become
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
    first = shown.queue.ids()[:2]
    for ticket in first:
        await shown.triage.set_status(ticket, Status.CLOSED)
    shown.show_view(View(name=ViewName.SOLVED))
    press("*")
    shown.many.do(Become(Status.HOLD))
    await scene.settle()


async def bulk_working(scene: Scene) -> None:
    await selecting_all(scene)
    scene.workspace.many.bulk._tell(Progress("Solve", 120, 214))
    await scene.settle()


async def bulk_assign(scene: Scene) -> None:
    await selecting(scene)
    press("A")
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
    State("selecting-1024x640", selecting, (1024, 640), elides=True),
)
