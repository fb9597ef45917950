"""States of the settings: each section, a search, a key that is asked for, compact rows."""

from console.desktop.commands import by_id
from console.desktop.preferences import DENSITY, QUIET
from tests.screens.stage import Scene, State
from tests.screens.unsettled import LENA


async def _section(scene: Scene, name: str) -> None:
    shown = await scene.work(LENA)
    shown.program.show_settings()
    shown.settings_page.show_section(name)
    await scene.settle()


async def general(scene: Scene) -> None:
    await _section(scene, "general")


async def appearance(scene: Scene) -> None:
    await _section(scene, "appearance")


async def keys(scene: Scene) -> None:
    await _section(scene, "keys")


async def key_taken(scene: Scene) -> None:
    await _section(scene, "keys")
    page = scene.workspace.settings_page
    page.keys._check(by_id("next"), "E")
    await scene.settle()


async def notifications(scene: Scene) -> None:
    QUIET.keep(scene.settings, True)
    await _section(scene, "notifications")


async def device(scene: Scene) -> None:
    await _section(scene, "device")


async def search(scene: Scene) -> None:
    await _section(scene, "general")
    scene.workspace.settings_page.search.setText("lock")
    await scene.settle()


async def search_nothing(scene: Scene) -> None:
    await _section(scene, "general")
    scene.workspace.settings_page.search.setText("zzqq")
    await scene.settle()


async def compact(scene: Scene) -> None:
    await scene.work(LENA)
    DENSITY.keep(scene.settings, "compact")
    await scene.settle()


async def popped(scene: Scene) -> None:
    await scene.work(LENA, alone=True)


async def offline_on_purpose(scene: Scene) -> None:
    shown = await scene.work(LENA)
    shown.program.toggle_offline()
    scene.link("offline", minutes=4)
    shown.toast.hide()
    await scene.settle()


async def signed_out(scene: Scene) -> None:
    await scene.work(LENA, mode="signed_out")


SETTLED = (
    State("popped", popped, (980, 720), elides=True),
    State("offline-on-purpose", offline_on_purpose),
    State("signed-out", signed_out),
    State("settings", general),
    State("settings-appearance", appearance),
    State("settings-keys", keys),
    State("settings-key-taken", key_taken),
    State("settings-notifications", notifications),
    State("settings-device", device, elides=True),
    State("settings-search", search),
    State("settings-search-nothing", search_nothing),
    State("settings-1024x640", notifications, (1024, 640)),
    State("compact", compact, elides=True),
)
