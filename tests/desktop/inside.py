"""What is done inside a session with a keyring, each in a process of its own; few imports."""

import subprocess
from pathlib import Path
from uuid import UUID

from console.desktop.keystore import KeyStore, Secret, Session, backend_name, new_key

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
