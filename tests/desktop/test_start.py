"""What a start loads before its first paint: the list, nothing behind it, nor of the network."""

import subprocess
import sys
from collections import deque
from uuid import UUID

from console.desktop.workspace import Workspace
from tests.desktop.at import At, titles
from tests.screens.stage import Scene

LATER = {
    "console.conversations.viewmodel.timeline", "console.conversations.widgets.composer",
    "console.desktop.behind", "console.desktop.commands", "console.desktop.palette",
    "console.tickets.viewmodel.opened", "console.tickets.widgets.filter_dialog",
    "console.tickets.widgets.page",
    "console.desktop.settings_page", "console.macros.widgets.page", "console.search.widgets.page",
    "aiohttp", "asyncio", "babel", "difflib", "httpx", "keyring.backends.macOS", "litestar", "nh3",
    "console.masking.model.addresses", "console.masking.model.phones", "phonenumbers",
    "PySide6.QtDBus",
    "PySide6.QtNetwork", "PySide6.QtPrintSupport", "PySide6.QtSvg", "qasync", "rich", "sqlalchemy",
    "truststore", "websockets",
}  # fmt: skip


def loaded(first: str) -> set[str]:
    """What is loaded once a process of its own has run these lines."""
    code = first + "\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_first_window_needs_no_network() -> None:
    here = loaded("import console.desktop.desk")
    assert "console.desktop.workspace" in here
    assert here & LATER == set()


def test_the_keyring_of_this_system_is_the_only_one_loaded() -> None:
    here = loaded("from console.desktop import keystore\nkeystore.backend()")
    assert "keyring.core" in here
    assert here & LATER == set()


def test_the_list_stands_as_it_was_before_what_is_behind_it_is_made(at: At) -> None:
    async def work(scene: Scene, shown: Workspace) -> None:
        shown.step(1)
        shown.keep()
        chosen, sizes = shown.opened.ticket_id, shown.split.sizes()
        told = (scene.local, scene.settings, scene.theme, scene.clock, scene.slots)
        again = Workspace(*told, at_once=False)
        next(again.raising)
        assert again.fronted
        scene.window.show_page(again)
        await scene.settle()
        assert titles(again) == titles(shown)
        assert UUID(bytes=again.list.current_key or b"") == chosen
        assert again.split.sizes() == sizes
        deque(again.raising, maxlen=0)
        await scene.settle()
        assert again.opened.ticket_id == chosen
        assert again.split.sizes() == sizes
        assert (again.page.isVisible(), again.context.isVisible()) == (True, True)
        shown.cut()
        await again.end()

    at.work(work)
