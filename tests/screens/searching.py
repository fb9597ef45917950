"""The states of the search: nothing typed, hits here and on the server, notes, the way to a message."""

from datetime import timedelta

from console.kernel.ids import new_id
from console.sync.asking import Searched, SearchHit
from console.sync.client import pipe
from console.sync.client.mode import Mode
from tests.parts.until import until
from tests.screens.content import LENA, NOW
from tests.screens.stage import Scene, State

LINE = "parcel -voucher after:2025"
_THERE = (
    ("Parcel went back to the seller", "Anton Weiss", "My parcel was sent back, although I was at home."),
    ("Second parcel of two", "Inès Moreau", "Only one parcel came; tracking shows both as delivered."),
)  # fmt: skip


def _found() -> Searched:
    hits = []
    for n, (subject, author, text) in enumerate(_THERE, start=1):
        at = NOW - timedelta(days=120 * n)
        hits.append(
            SearchHit(
                new_id(), 21_480 - n, subject, "solved", at, text, new_id(), 1, "buyer", author,
                "party", into=48_209 if n == 2 else 0,
            )
        )  # fmt: skip
    return Searched(tuple(hits))


async def _search(scene: Scene, line: str, mode: Mode = "live") -> None:
    shown = await scene.work(LENA.name, mode=mode)
    shown.show_search()
    shown.search_page.line.setText(line)
    search = shown.search
    await until(lambda: not (search.busy or search._tasks.names), "the search")
    await scene.settle()


async def nothing_typed(scene: Scene) -> None:
    await _search(scene, "")


async def remembered(scene: Scene) -> None:
    shown = await scene.work(LENA.name)
    for line in ("refund tag:vip", "from:lena", '"never arrived" is:open'):
        shown.search.lines.used(line)
    await shown.search.lines.save("is:unassigned has:attachment")
    await shown.search.lines.save("tag:fraud before:2026")
    shown.show_search()
    shown.search_page.step(1)
    await scene.settle()


async def found(scene: Scene) -> None:
    await _search(scene, LINE)
    search = scene.workspace.search
    scene.local.hear(pipe.Sought(search._number, _found()))
    scene.workspace.search_page.step(1)
    scene.workspace.search_page.step(1)
    await scene.settle()


async def unfolded(scene: Scene) -> None:
    """What fits best first, all places of a ticket open."""
    await _search(scene, "parcel")
    search = scene.workspace.search
    search.lines.order(best=True)
    await until(lambda: not search.busy and not search._tasks.names, "what fits best")
    for key in list(search.rows):
        search.unfold(key)
    for _ in range(4):
        scene.workspace.search_page.step(1)
    await scene.settle()


async def offline(scene: Scene) -> None:
    await _search(scene, "refund", "offline")


async def operators(scene: Scene) -> None:
    await _search(scene, "is:open tag:vip")


async def not_understood(scene: Scene) -> None:
    await _search(scene, "form:lena parcel is:opne before:soon")


async def nobody(scene: Scene) -> None:
    await _search(scene, "from:zacharias kettledrum ")


async def scripts(scene: Scene) -> None:
    await _search(scene, "送料")


async def jumped(scene: Scene) -> None:
    """The message that a hit led to, marked in a long conversation."""
    await _search(scene, "screw turns from:greta")
    shown = scene.workspace
    page = shown.search_page
    for key in list(shown.search.rows):
        shown.search.unfold(key)
    for _ in range(40):
        page.step(1)
    page.enter()
    await scene.settle()


SEARCHING = (
    State("search-empty", nothing_typed),
    State("search-remembered", remembered),
    State("search", found),
    State("search-1024x640", found, (1024, 640), elides=True),
    State("search-unfolded", unfolded),
    State("search-offline", offline),
    State("search-operators", operators),
    State("search-not-understood", not_understood),
    State("search-nothing", nobody),
    State("search-japanese", scripts),
    State("search-jumped", jumped),
)
