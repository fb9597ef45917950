"""Where a server keeps its data, where it listens, and how it is reached by its own machine."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from console.kernel.errors import Unusable
from console.server.scanning import Clamd
from console.store.engine import parsed_url

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8425
NATS_SCHEMES = ("nats", "tls")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class ServerConfig:
    """What `parley serve` was asked for. `port` 0 takes any free one."""

    data: Path
    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    database_url: str | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    nats_url: str | None = None
    scan_url: str | None = None

    @property
    def url(self) -> str:
        """The database: the one asked for, else SQLite in the data folder."""
        return self.database_url or f"sqlite:///{(self.data / 'parley.db').absolute()}"

    @property
    def shown(self) -> str:
        """The database as people may be told of it: its file, or its URL without the password."""
        parsed = parsed_url(self.url)
        file = parsed.database if parsed.drivername == "sqlite" else None
        return file or parsed.render_as_string()

    @property
    def logs(self) -> Path:
        """Where the server's logs are."""
        return self.data / "logs"

    @property
    def stones(self) -> Path:
        """Where it is kept, beside the database, what was erased."""
        return self.data / "tombstones.jsonl"

    @property
    def scanner(self) -> Clamd | None:
        """What looks for viruses in files. Raises Unusable for an address that is none."""
        return Clamd(self.scan_url) if self.scan_url is not None else None

    def check(self) -> None:
        """Make the data folder. Raises Unusable, in one sentence, for what cannot work."""
        if bool(self.tls_cert) != bool(self.tls_key):
            raise Unusable("tls", "TLS needs both --tls-cert and --tls-key.")
        if self.tls_cert and self.tls_key:
            _check_tls(self.tls_cert, self.tls_key)
        if self.host not in LOOPBACK and self.tls_cert is None:
            raise Unusable(
                "tls",
                f"Listening on {self.host} needs TLS: give --tls-cert and --tls-key,"
                " or listen on 127.0.0.1.",
            )
        if self.nats_url is not None:
            self._check_nats(self.nats_url)
        make_private(self.data)

    def _check_nats(self, url: str) -> None:
        if not self.url.startswith("postgresql"):
            text = "--nats joins servers over one PostgreSQL: give --database postgresql://… too."
            raise Unusable("nats", text)
        parts = urlsplit(url)
        if parts.scheme not in NATS_SCHEMES or not parts.hostname:
            raise Unusable("nats", "--nats takes an address like nats://127.0.0.1:4222.")


def _check_tls(cert: Path, key: Path) -> None:
    for file in (cert, key):
        if not file.is_file():
            raise Unusable("tls", f"The file {file} cannot be read.")
    try:
        # An empty passphrase fits no key: nobody is asked for one in the middle of a start.
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(cert, key, lambda: "")
    except OSError as error:
        text = (
            f"{cert} and {key} are no certificate chain and its private key, both in PEM, the key"
            " without a passphrase."
        )
        raise Unusable("tls", text) from error


def make_private(folder: Path) -> None:
    """Make a folder that only its owner may enter; one that is there keeps its permissions.

    Raises Unusable when nothing can be written in it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        reason = error.strerror or str(error)
        raise Unusable("folder", f"The folder {folder} cannot be used: {reason}.") from error
