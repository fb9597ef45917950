"""The states of masking: seen while writing, in the conversation, and where it is set."""

from msgspec import structs

from console.desktop.workspace import Workspace
from console.masking.widgets.page import MaskingPage
from tests.parts.seat import press
from tests.parts.until import until
from tests.screens.content import LENA as HEARD
from tests.screens.stage import Scene, State

LENA = HEARD.name
TEXT = (
    "Dear Marta,\n\nthe buyer asks you to write to lena.hoffmann@mail.example or to call"
    " +49 171 2345678. Her photos are at https://photos.example/a/9182 for you."
)


def _lead(shown: Workspace) -> None:
    """Whoever sits there leads from now on."""
    me = shown.directory.me
    assert me is not None
    shown.directory.users[me.id] = structs.replace(me, role="supervisor")
    shown.directory.changed.emit(None)


async def _writing(scene: Scene, text: str, *, leads: bool = False) -> Workspace:
    shown = await scene.work(LENA)
    if leads:
        _lead(shown)
    shown.page.write("seller")
    shown.page.composer.insert(text)
    await until(lambda: shown.opened.composer.watch.notice.words, "the notice")
    await scene.settle()
    return shown


async def contacts_seen(scene: Scene) -> None:
    """What will be masked, said and marked."""
    await _writing(scene, TEXT)


async def contacts_as_is(scene: Scene) -> None:
    """Somebody who may has it go out as it is."""
    shown = await _writing(scene, TEXT, leads=True)
    shown.page.composer.contacts.turn()
    assert shown.opened.composer.watch.as_is
    await scene.settle()


async def contacts_masked(scene: Scene) -> None:
    """A message with masked passages, sent a moment ago."""
    shown = await _writing(scene, TEXT)
    await shown.opened.composer.send()
    await shown.opened.composer.send()  # whatever it asked first
    shown.list.setFocus()
    await scene.settle()


async def masking_page(scene: Scene) -> None:
    """The policy, by somebody who may set it, with a line that is none."""
    shown = await scene.work(LENA)
    _lead(shown)
    press("G, P")
    page = shown.pages.page("masking")
    assert isinstance(page, MaskingPage)
    page.checks["seller", "messenger"].setChecked(False)
    page.own.appendPlainText("parley.example\nour shop")
    page.save()
    await scene.settle()


async def masking_page_read(scene: Scene) -> None:
    """The same, for agents."""
    await scene.work(LENA)
    press("G, P")
    await scene.settle()


MASKED = (
    State("contacts-seen", contacts_seen),
    State("contacts-as-is", contacts_as_is),
    State("contacts-masked", contacts_masked),
    State("masking-page", masking_page),
    State("masking-page-read", masking_page_read),
)
