"""Where the cache key and the session live: the system's keyring, a passphrase, or memory alone.

Never in plain text on disk. A keyring is used only if it is one of the systems' own; without
one a passphrase may wrap the key (argon2id, AES-256-GCM), and whoever wants neither keeps the
key for the session only, after which the cache cannot be opened again.
"""

import base64
import hashlib
import logging
import secrets
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Literal
from uuid import UUID

from console.kernel import codec
from console.kernel.codec import Record
from console.kernel.errors import Refused
from console.kernel.tongue import tr
from console.store.sqlite import KEY_BYTES

SERVICE = "parley"
OWN = {
    "linux": ("keyring.backends.SecretService", "keyring.backends.kwallet"),
    "darwin": ("keyring.backends.macOS",),
    "win32": ("keyring.backends.Windows",),
}
ALLOWED = tuple(module for modules in OWN.values() for module in modules)
MIN_PASSPHRASE_CHARS = 10
Mode = Literal["keyring", "passphrase", "memory"]

log = logging.getLogger(__name__)


class Session(Record, frozen=True, kw_only=True):
    """Who is signed in where. The record's id is the user's."""

    server: str
    token: str
    name: str
    email: str
    role: str


class Secret(Record, frozen=True, kw_only=True):
    """What is kept: the cache key in hex, and the session if one is open."""

    key: str
    session: Session | None = None
    user: UUID | None = None


class Wrapped(Record, frozen=True, kw_only=True):
    """A secret under a passphrase; texts are base64."""

    salt: str
    nonce: str
    data: str
    time_cost: int = 4
    memory_kib: int = 131_072
    lanes: int = 2


def backend() -> Any | None:
    """The system's keyring, or None when there is none that is allowed.

    Only this system's own are looked at: to have the package choose loads those of every system.
    """
    from keyring import core  # not cheap, and only this module needs it

    found = core.load_env() or core.load_config()
    if found is None:
        modules = [import_module(name) for name in OWN.get(sys.platform, ())]
        usable = [kind for module in modules for kind in _kinds(module) if kind.viable]
        return max(usable, key=lambda kind: kind.priority)() if usable else None
    for candidate in getattr(found, "backends", [found]):
        if type(candidate).__module__.startswith(ALLOWED):
            return candidate
    return None


def _kinds(module: ModuleType) -> list[Any]:
    """The keyrings that a module of the package's makes."""
    from keyring.backend import KeyringBackend

    made = [kind for kind in vars(module).values() if isinstance(kind, type)]
    return [k for k in made if issubclass(k, KeyringBackend) and k.__module__ == module.__name__]


def backend_name() -> str | None:
    """The name of the keyring in use, None without one."""
    found = backend()
    return getattr(found, "name", type(found).__name__) if found is not None else None


class KeyStore:
    """The secret of one profile folder. `mode` says where it is kept."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "locked.json"
        # The keyring is shared by all profiles of a user: each has an entry of its own.
        self._entry = hashlib.sha256(str(folder.absolute()).encode()).hexdigest()[:32]
        self._backend: Any | None = None
        self._looked = False
        self._passphrase = ""
        self.mode: Mode = "memory"
        self.shut = False
        self.secret: Secret | None = None

    @property
    def keyring(self) -> Any | None:
        """The system's keyring if it can be used."""
        if not self._looked:
            self._looked, self._backend = True, backend()
        return self._backend

    @property
    def locked(self) -> bool:
        """Whether a passphrase is needed to go on."""
        return self.secret is None and self._file.exists()

    def load(self) -> Secret | None:
        """The secret from the keyring, None when it is not there or the keyring is `shut`.

        May be asked again, when somebody has opened the keyring.
        """
        self._looked = self.shut = False
        told = self._from_keyring()
        if told is not None:
            self.secret, self.mode = _decoded(told), "keyring"
        return self.secret

    def unlock(self, passphrase: str) -> Secret:
        """The secret under a passphrase. Raises Refused `wrong_passphrase`."""
        wrapped = codec.decode(self._file.read_bytes(), Wrapped)
        try:
            told = _cipher(wrapped, passphrase).decrypt(
                base64.b64decode(wrapped.nonce), base64.b64decode(wrapped.data), None
            )
        except Exception as error:
            raise Refused("wrong_passphrase", tr("This is not the passphrase.")) from error
        self._passphrase = passphrase
        self.secret, self.mode = _decoded(told.decode()), "passphrase"
        return self.secret

    def save(self, secret: Secret, passphrase: str | None = None) -> Mode:
        """Keep the secret: in the keyring if there is one, under a passphrase if one is given.

        Returns where it is now. Raises Refused `passphrase_short`.
        """
        self.secret = secret
        text = codec.encode(secret).decode()
        if self._to_keyring(text):
            self.mode = "keyring"
        elif passphrase or self._passphrase:
            self._wrap(text, passphrase or self._passphrase)
            self.mode = "passphrase"
        else:
            self.mode = "memory"
        return self.mode

    def lock(self) -> None:
        """Know the secret no more, until its passphrase is given."""
        self.secret, self.mode, self._passphrase = None, "memory", ""

    def forget(self) -> None:
        """Remove the secret from everywhere."""
        self.secret, self.mode, self._passphrase = None, "memory", ""
        self._file.unlink(missing_ok=True)
        if self.keyring is not None:
            from keyring.errors import KeyringError

            try:
                self.keyring.delete_password(SERVICE, self._entry)
            except KeyringError:
                log.info("keyring_had_nothing")

    def _from_keyring(self) -> str | None:
        if self.keyring is None:
            return None
        from keyring.errors import KeyringError

        try:
            told = self.keyring.get_password(SERVICE, self._entry)
        except KeyringError as error:
            log.warning("keyring_unreadable", extra={"cause": type(error).__name__})
            self._backend, self.shut = None, True
            return None
        return str(told) if told else None

    def _to_keyring(self, text: str) -> bool:
        if self.keyring is None:
            return False
        from keyring.errors import KeyringError

        try:
            self.keyring.set_password(SERVICE, self._entry, text)
        except KeyringError as error:
            log.warning("keyring_not_writable", extra={"cause": type(error).__name__})
            self._backend = None
            return False
        return True

    def _wrap(self, text: str, passphrase: str) -> None:
        if len(passphrase) < MIN_PASSPHRASE_CHARS:
            told = tr("A passphrase needs at least {count} characters.")
            raise Refused("passphrase_short", told.format(count=MIN_PASSPHRASE_CHARS))
        salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
        empty = Wrapped(salt=_b64(salt), nonce=_b64(nonce), data="")
        data = _cipher(empty, passphrase).encrypt(nonce, text.encode(), None)
        kept = Wrapped(salt=empty.salt, nonce=empty.nonce, data=_b64(data))
        fresh = self._file.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_bytes(codec.encode(kept))
        fresh.replace(self._file)
        self._passphrase = passphrase


def new_key() -> str:
    """A random cache key, in hex."""
    return secrets.token_bytes(KEY_BYTES).hex()


def _decoded(text: str) -> Secret:
    return codec.decode(text, Secret)


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _cipher(wrapped: Wrapped, passphrase: str) -> Any:
    from argon2.low_level import Type, hash_secret_raw
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key = hash_secret_raw(
        passphrase.encode(),
        base64.b64decode(wrapped.salt),
        wrapped.time_cost,
        wrapped.memory_kib,
        wrapped.lanes,
        KEY_BYTES,
        Type.ID,
    )
    return AESGCM(key)
