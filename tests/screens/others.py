"""Pictures of colleagues at the same ticket: in its header, in its row, in its line of the table."""

from console.sync.client import pipe
from console.tickets.model import View, ViewName
from tests.screens.content import LONG_NAME
from tests.screens.stage import Scene, State

LENA = "Lena Hoffmann"


def _there(scene: Scene, name: str, what: str, ticket: str = LENA) -> None:
    """A colleague does something at a ticket."""
    users = scene.workspace.directory.users.values()
    (who,) = [user.id for user in users if user.name == name]
    scene.local.hear(pipe.Present(scene.made.tickets[ticket], who, what))


async def other_viewing(scene: Scene) -> None:
    await scene.work(LENA)
    _there(scene, "Tomas Silva", "viewing")
    await scene.settle()


async def other_typing(scene: Scene) -> None:
    await scene.work(LENA)
    _there(scene, "Tomas Silva", "typing:buyer")
    await scene.settle()


async def others_several(scene: Scene) -> None:
    shown = await scene.work("Omar Haddad")
    shown.page.write("internal")
    shown.page.composer.editor.insertPlainText("I ask the warehouse.")
    for name, what in (
        ("Tomas Silva", "viewing"), ("Mila Lund", "noting"), ("Priya Raman", "viewing"),
    ):  # fmt: skip
        _there(scene, name, what, "Omar Haddad")
    await scene.settle()


async def others_no_room(scene: Scene) -> None:
    await scene.work(LONG_NAME)
    for name, what in (("Tomas Silva", "viewing"), ("Mila Lund", "typing:buyer")):
        _there(scene, name, what, LONG_NAME)
    await scene.settle()


async def others_listed(scene: Scene) -> None:
    """Who is where in the list: looking, writing, several, beside other marks."""
    shown = await scene.work(LENA)
    shown.show_view(View(name=ViewName.ACTIVE))
    for at, (name, what) in enumerate(
        (
            ("Tomas Silva", "viewing"), ("Mila Lund", "typing:buyer"), ("Priya Raman", "viewing"),
            ("Tomas Silva", "noting"),
        )
    ):  # fmt: skip
        _there(scene, name, what, list(scene.made.tickets)[-1 - at])
    await scene.settle()


async def others_table(scene: Scene) -> None:
    await others_listed(scene)
    scene.workspace.looks.tabled.toggle()
    await scene.settle()


OTHERS = (
    State("other-viewing", other_viewing),
    State("other-typing", other_typing),
    State("others-several", others_several, (1600, 900)),
    State("others-no-room", others_no_room, elides=True),
    State("others-listed", others_listed),
    State("others-table", others_table),
)
