"""The states of custom fields, tags at the side, and notes on a customer."""

from uuid import UUID

from msgspec import structs
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from console.desktop.workspace import Workspace
from console.fields.model import POSITION_GAP, Content, Option, Value, column_of
from console.fields.records import FIELD, CreateField
from console.fields.widgets.page import FieldsPage
from console.kernel.ids import derived_id
from console.tickets.model import View, ViewName
from console.tickets.model.orders import ByField
from console.views.model import Condition
from tests.parts.seat import press
from tests.screens.stage import Scene, State

LENA = "Lena Hoffmann"
FIELDS: tuple[tuple[Content, Value | None], ...] = (
    (
        Content(
            name="Reason", type="choice",
            options=tuple(Option(n) for n in ("Late parcel", "Damaged", "Wrong item", "Not as told")),
        ),
        "1",
    ),
    (Content(name="Refund agreed", type="number", required=True), 1249.5),
    (Content(name="Pick-up", type="date"), "2026-11-27"),
    (Content(name="Carrier informed", type="yesno"), True),
    (Content(name="Claim number", type="text"), None),
    (Content(name="Old reference", type="text", active=False), None),
)  # fmt: skip


def field_id(name: str) -> UUID:
    """The id of a field of these pictures."""
    return derived_id("picture-field", name)


async def make(scene: Scene) -> Workspace:
    """The workspace with these fields."""
    await scene.work()
    return await fill(scene)


async def fill(scene: Scene) -> Workspace:
    """Bring these fields to the workspace, and values to Lena's ticket and some others."""
    shown, local = scene.workspace, scene.local
    for place, (content, _) in enumerate(FIELDS, start=1):
        args = CreateField(content=content, position=place * POSITION_GAP)
        await local.do(FIELD, field_id(content.name), args, lane=local.me, about="x")
    for n, ticket_id in enumerate((scene.made.tickets[LENA], *shown.queue.ids()[:6])):
        for content, value in FIELDS[n % 3 :]:
            field = shown.fields.field(field_id(content.name))
            if field is not None and value is not None and field.content.active:
                await shown.triage.set_field(ticket_id, field, value)
    shown.toast.hide()
    shown.show_ticket(scene.made.tickets[LENA])
    shown.list.setFocus()
    await scene.settle()
    return shown


async def fields(scene: Scene) -> None:
    await make(scene)


async def fields_picked(scene: Scene) -> None:
    await make(scene)
    press("D")
    await scene.settle()


async def fields_missing(scene: Scene) -> None:
    shown = await make(scene)
    ticket_id = shown.opened.ticket_id
    field = shown.fields.field(field_id("Refund agreed"))
    assert field is not None
    await shown.triage.set_field(ticket_id, field, None)
    press("E")
    await scene.settle()


async def fields_wrong(scene: Scene) -> None:
    await fields_missing(scene)
    line = scene.workspace.focusWidget()
    assert isinstance(line, QLineEdit)
    QTest.keyClicks(line, "a lot")
    press("Return")
    await scene.settle()


def _page(shown: Workspace) -> FieldsPage:
    page = shown.pages.page("fields")
    assert isinstance(page, FieldsPage)
    return page


async def fields_page(scene: Scene) -> None:
    shown = await make(scene)
    me = shown.directory.me
    assert me is not None
    shown.directory.users[me.id] = structs.replace(me, role="supervisor")
    press("G, F")
    _page(shown)._editing.choose(field_id("Reason"))
    await scene.settle()


async def fields_page_read(scene: Scene) -> None:
    shown = await make(scene)
    press("G, F")
    _page(shown)._editing.choose(field_id("Pick-up"))
    await scene.settle()


async def fields_filter(scene: Scene) -> None:
    shown = await make(scene)
    conditions = (
        Condition(field="status", values=("new", "open")),
        Condition(field=column_of(field_id("Reason")), values=("=1", "=3")),
        Condition(field=column_of(field_id("Refund agreed")), values=(">=500",)),
        Condition(field=column_of(field_id("Pick-up")), values=(">=2026-11-20",), without=True),
        Condition(field=column_of(field_id("Claim number")), values=("~dhl",)),
        Condition(field=column_of(field_id("Carrier informed")), values=("",), without=True),
    )
    shown.show_view(View(name=ViewName.FILTER, conditions=conditions))
    shown.looks.filter()
    await scene.settle()


async def fields_sorted(scene: Scene) -> None:
    """The table by a field's values, the largest first, and the orders there are."""
    await fields_table(scene)
    scene.workspace.sort_by(ByField(field_id("Refund agreed"), down=True))
    scene.workspace.looks.pick_sort()
    await scene.settle()


async def fields_table(scene: Scene) -> None:
    shown = await make(scene)
    shown.show_view(View(name=ViewName.ACTIVE))
    mine = [
        column_of(field_id(n)) for n in ("Reason", "Refund agreed", "Pick-up", "Carrier informed")
    ]
    scene.settings.keep_text(
        "columns", " ".join(("number", "subject", "status", "requester", *mine))
    )
    shown.looks.tabled.toggle()
    await scene.settle()


async def fields_bulk(scene: Scene) -> None:
    shown = await make(scene)
    shown.show_view(View(name=ViewName.ACTIVE))
    shown.list.setFocus()
    for keys in ("X", "J", "X", "J", "X", "D"):
        press(keys)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    QTest.keyClicks(popup.focusWidget(), "reason")
    press("Return")
    await scene.settle()


async def fields_asked(scene: Scene) -> None:
    """What can be typed into the search line, down to the desk's own fields."""
    shown = await make(scene)
    shown.show_search()
    await scene.settle()
    shown.search_page.help.scrollToBottom()


async def tags_open(scene: Scene) -> None:
    shown = await scene.work()
    shown.views_list.fold(folded=False)
    await scene.settle()
    shown.show_view(next(row.view for row in shown.views.rows if row.tag == "vip" and row.view))
    await scene.settle()


async def customer_notes(scene: Scene) -> None:
    shown = await scene.work()
    shown.show_ticket(scene.made.tickets[LENA])
    await scene.settle()
    notes = shown.beside.notes.notes
    await notes.add(
        "Calls on Mondays after ten. Speaks Croatian with her grandchildren, German with us."
    )
    await notes.add("Prefers a replacement to money back.")
    await scene.settle()
    press("Shift+N")
    QTest.keyClicks(shown.beside.notes.editor, "Has a second address in Split")
    await scene.settle()


FIELDED = (
    State("fields", fields),
    State("fields-picked", fields_picked),
    State("fields-missing", fields_missing),
    State("fields-wrong", fields_wrong),
    State("fields-page", fields_page),
    State("fields-page-read", fields_page_read),
    State("fields-filter", fields_filter),
    State("fields-table", fields_table),
    State("fields-sorted", fields_sorted),
    State("fields-bulk", fields_bulk),
    State("fields-asked", fields_asked),
    State("tags-open", tags_open),
    State("customer-notes", customer_notes),
)
