"""The states of what is not settled yet: waiting, refused, held, and the page that shows them."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from console.conversations.records import SendReply
from console.kernel.ids import new_id
from console.tickets.model import Priority, Status, View, ViewName
from console.tickets.records import TICKET, Assign, SetPriority, SetStatus, Take
from tests.screens.content import LENA as HEARD
from tests.screens.stage import Scene, State

LENA = HEARD.name
EXPRESS = (
    "Hello Lena,\n\nMarta can send a new one by express tomorrow morning, it would be with you on"
    " Saturday. May she?\n\nBest regards\nAna"
)


async def offline(scene: Scene) -> None:
    shown = await scene.work(LENA)
    shown.show_view(View(name=ViewName.ACTIVE))
    scene.link("offline", minutes=4)
    shown.page.write("buyer")
    shown.page.composer.editor.insertPlainText("Marta can send a new one by express tomorrow.")
    shown.page.send(False)
    await scene.settle()
    shown.current.take()
    await scene.settle()


async def catching_up(scene: Scene) -> None:
    await scene.work(LENA)
    scene.link("catchup", done=620, total=1_000)
    await scene.settle()


async def refused(scene: Scene) -> None:
    await _unsettled(scene)
    scene.workspace.show_ticket(scene.made.tickets[LENA])
    await scene.settle()


async def outbox(scene: Scene) -> None:
    await _unsettled(scene)
    scene.workspace.show_outbox()
    await scene.settle()


async def outbox_empty(scene: Scene) -> None:
    shown = await scene.work(LENA)
    shown.show_outbox()
    await scene.settle()


async def _unsettled(scene: Scene) -> None:
    """Actions that wait, and two that the server has refused."""
    shown = await scene.work(LENA)
    scene.link("offline", minutes=4)
    do, at = scene.local.do, scene.made.tickets
    assert shown.opened.state is not None
    lena = shown.opened.state.ticket
    reply = SendReply(message_id=new_id(), lane="buyer", body=EXPRESS)
    scene.clock.advance(-240)
    first = await scene.answer_unseen(lena, reply, "Reply to Lena Hoffmann")
    second = await do(TICKET, at["Mei Lin"], Take(), lane=at["Mei Lin"], about="Take")
    scene.clock.advance(150)
    for who, wish, about in (
        ("Omar Haddad", Assign(assignee_id=scene.made.me), "Assign to Ana Kovač"),
        ("Priya Nair", SetPriority(priority=Priority.HIGH, seen=Priority.NORMAL), "Priority: high"),
        ("Jonas Weber", SetStatus(status=Status.SOLVED, seen=Status.NEW), "Status: solved"),
    ):
        await do(TICKET, at[who], wish, lane=at[who], about=about)
    scene.clock.advance(90)
    scene.refuse(first, "newer_reply")
    scene.refuse(second, "taken_by")
    await scene.settle()


async def outbox_narrow(scene: Scene) -> None:
    await outbox(scene)


async def outbox_taken(scene: Scene) -> None:
    await outbox(scene)
    scene.workspace.outbox.list.setCurrentIndex(scene.workspace.outbox.list.model().index(1, 0))
    await scene.settle()


async def outbox_waiting(scene: Scene) -> None:
    await outbox(scene)
    scene.workspace.outbox.list.setCurrentIndex(scene.workspace.outbox.list.model().index(2, 0))
    await scene.settle()


async def outbox_held(scene: Scene) -> None:
    shown = await scene.work(LENA)
    assert shown.opened.state is not None
    reply = SendReply(message_id=new_id(), lane="buyer", body=EXPRESS)
    lena = shown.opened.state.ticket
    await scene.hold(lena, reply, "Reply to Lena Hoffmann")
    shown.show_outbox()
    await scene.settle()


async def held(scene: Scene) -> None:
    await outbox_held(scene)
    scene.workspace.show_ticket(scene.made.tickets[LENA])
    await scene.settle()


async def focus_way(scene: Scene) -> None:
    await outbox(scene)
    button = scene.workspace.outbox.matter.findChildren(QPushButton)[0]
    button.setFocus(Qt.FocusReason.TabFocusReason)
    await scene.settle()


async def focus_theirs(scene: Scene) -> None:
    await outbox(scene)
    scene.workspace.outbox.matter.theirs.setFocus(Qt.FocusReason.TabFocusReason)
    await scene.settle()


UNSETTLED = (
    State("offline", offline),
    State("catching-up", catching_up),
    State("refused", refused),
    State("outbox", outbox),
    State("outbox-1024x640", outbox_narrow, (1024, 640), elides=True),
    State("outbox-taken", outbox_taken),
    State("outbox-waiting", outbox_waiting),
    State("outbox-held", outbox_held),
    State("held", held),
    State("outbox-empty", outbox_empty),
    State("focus-way", focus_way),
    State("focus-theirs", focus_theirs),
)
