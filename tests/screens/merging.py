"""Merging in pictures: what is offered and told before, and the tickets as one."""

from uuid import UUID

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.desktop.workspace import Workspace
from console.tickets.model import View, ViewName
from tests.parts.seat import press
from tests.screens.many import selecting
from tests.screens.stage import Scene, State

LENA, OMAR, PRIYA = "Lena Hoffmann", "Omar Haddad", "Priya Nair"


async def _at(scene: Scene, name: str = LENA) -> Workspace:
    shown = await scene.work(name)
    shown.show_view(View(name=ViewName.ACTIVE))
    shown.show_ticket(scene.made.tickets[name])
    await scene.settle()
    return shown


def _type(text: str) -> None:
    dialog = QApplication.activeModalWidget() or QApplication.activeWindow()
    assert dialog is not None
    QTest.keyClicks(dialog.focusWidget(), text)


async def merge_asked(scene: Scene) -> None:
    await _at(scene)
    press("Shift+M")
    await scene.settle()


async def merge_strangers(scene: Scene) -> None:
    await merge_asked(scene)
    _type("priya")
    await scene.settle()


async def merge_nothing(scene: Scene) -> None:
    await merge_asked(scene)
    _type("nobody of that name")
    await scene.settle()


async def merge_many(scene: Scene) -> None:
    await selecting(scene)
    press("Shift+M")
    await scene.settle()


async def _merged(scene: Scene, *others: str) -> UUID:
    shown = await _at(scene)
    into = scene.made.tickets[LENA]
    plan = shown.merging.merges.plan(into, [scene.made.tickets[name] for name in others])
    assert plan is not None
    await shown.merging.merges.carry_out(plan)
    shown.show_ticket(into)
    await scene.settle()
    return into


async def merged(scene: Scene) -> None:
    await _merged(scene, OMAR, PRIYA)
    scene.workspace.page.timeline.scrollToBottom()
    await scene.settle()


async def merged_led(scene: Scene) -> None:
    await _merged(scene, PRIYA)
    scene.workspace.show_ticket(scene.made.tickets[OMAR])
    scene.workspace.show_ticket(scene.made.tickets[PRIYA])
    await scene.settle()


async def split_asked(scene: Scene) -> None:
    shown = await _at(scene)
    ids = [message.id for message in shown.opened.timeline.messages]
    shown.merging.splitting.ask(ids[-2:])
    await scene.settle()


async def split_done(scene: Scene) -> None:
    shown = await _at(scene)
    state, messages = shown.opened.state, shown.opened.timeline.messages
    assert state is not None
    cut = shown.merging.splitting.splits.cut(
        state.ticket, messages, [message.id for message in messages[-1:]]
    )
    assert cut is not None
    await shown.merging.splitting.splits.carry_out(cut, "A present for Sunday")
    await scene.settle()
    shown.page.timeline.scrollToBottom()
    await scene.settle()


async def split_new(scene: Scene) -> None:
    await split_done(scene)
    shown = scene.workspace
    assert shown.opened.state is not None
    shown.show_ticket(shown.opened.state.ticket.parts[0])
    await scene.settle()


MERGING = (
    State("merge-asked", merge_asked),
    State("merge-strangers", merge_strangers),
    State("merge-nothing", merge_nothing),
    State("merge-many", merge_many),
    State("merged", merged, elides=True),
    State("merged-led", merged_led, elides=True),
    State("split-asked", split_asked),
    State("split-done", split_done),
    State("split-new", split_new, elides=True),
)
