"""What is done inside a session with a keyring, each in a process of its own."""

import subprocess
from pathlib import Path
from uuid import UUID

from PySide6.QtWidgets import QApplication

from console.desktop.app import DesktopOptions
from console.desktop.entrance import Entrance
from console.desktop.keystore import KeyStore, Secret, Session, backend_name, new_key
from console.desktop.settings import Settings
from console.desktop.window import Window

PASSPHRASE = "correct horse"
ME = UUID(int=7)


def secret(key: str = "") -> Secret:
    """A secret with a session, under a random key unless one is given."""
    session = Session(
        id=ME, server="https://desk.test", token="canary-token", name="Ana", email="ana@desk.test",
        role="agent",
    )  # fmt: skip
    return Secret(key=key or new_key(), session=session, user=ME)


def keep(folder: str, key: str) -> dict[str, object]:
    """In the session: keep a secret."""
    store = KeyStore(Path(folder))
    mode = store.save(secret(key), PASSPHRASE)
    return {
        "mode": mode,
        "backend": backend_name(),
        "files": [f.name for f in Path(folder).iterdir()],
    }


def found(folder: str) -> dict[str, object]:
    """In the session: what is kept."""
    store = KeyStore(Path(folder))
    told = store.load()
    return {"key": told.key if told else None, "mode": store.mode, "locked": store.locked}


def forget(folder: str) -> dict[str, object]:
    """In the session: keep, forget, look."""
    KeyStore(Path(folder)).forget()
    return found(folder)


def listed(folder: str) -> list[str]:
    """In the session: what the system's own tool says the keyring holds."""
    assert folder
    command = ["secret-tool", "search", "--all", "service", "parley"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return [line for line in done.stdout.splitlines() if line.startswith("secret = ")]


def entered(folder: str) -> list[str]:
    """In the session: the page a console opens with, and the one after another try."""
    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    options = DesktopOptions(server=None, profile=Path(folder))
    settings = Settings(options.profile)
    window = Window(settings)
    entrance = Entrance(options, settings, window)
    went_in: list[Secret] = []
    entrance.entered.connect(went_in.append)
    pages = []
    for _ in range(2):
        entrance.open()
        pages.append("in" if went_in else type(window.page).__name__)
    return pages
