"""The one way out: HTTP and WebSocket clients that speak plain text to this machine only."""

import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
import truststore
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from console.kernel import codec
from console.kernel.errors import Refused, SignedOut, Unavailable
from console.sync.frames import SUBPROTOCOL
from console.sync.wire import MAX_FRAME_BYTES

T = TypeVar("T")
JSON = {"content-type": "application/json"}
CONNECT_S = 10.0
ANSWER_S = 30.0
PING_S = 20.0
CLOSE_S = 1.0
"""How long a good-bye may take: a server that is silently gone would cost ten seconds more."""
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def checked_url(text: str) -> str:
    """A server's address as it is used: scheme and host, no path.

    `https://` is added where no scheme is given (`http://` for this machine). Raises Refused
    `bad_url`, or `insecure` for plain HTTP to any other machine.
    """
    bare = text.strip()
    try:
        host = urlsplit(f"//{bare}").hostname if "://" not in bare else None
        url = bare if "://" in bare else f"{'http' if host in LOOPBACK else 'https'}://{bare}"
        parts = urlsplit(url)
        named, port = parts.hostname, parts.port
    except ValueError as error:
        raise Refused("bad_url", f"{text!r} is no server address.") from error
    whole = parts.path in ("", "/") and not parts.query and not any(map(str.isspace, bare))
    if parts.scheme not in ("http", "https") or not named or not whole:
        raise Refused("bad_url", f"{text!r} is no server address: write it like https://desk.shop.")
    if parts.scheme == "http" and named not in LOOPBACK:
        raise Refused("insecure", f"{named} is another machine: use https:// to reach it.")
    shown = f"[{named}]" if ":" in named else named
    return f"{parts.scheme}://{shown}" + (f":{port}" if port else "")


def is_local(url: str) -> bool:
    """Whether the address is this machine's own."""
    return urlsplit(url).hostname in LOOPBACK


def trust(certificate: str | None = None) -> ssl.SSLContext:
    """What we trust: the system's store, or one certificate alone (a server of this machine's)."""
    if certificate is not None:
        return ssl.create_default_context(cafile=certificate)
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def make_client(url: str, certificate: str | None = None) -> httpx.AsyncClient:
    """The only maker of HTTP clients. Raises what `checked_url` raises."""
    base = checked_url(url)
    return httpx.AsyncClient(
        base_url=base,
        verify=trust(certificate),
        timeout=httpx.Timeout(ANSWER_S, connect=CONNECT_S),
        follow_redirects=False,
        trust_env=not is_local(base),
    )


async def open_live(url: str, certificate: str | None = None) -> ClientConnection:
    """The live socket, compression off (frames bring their own). Raises OSError and friends."""
    base = checked_url(url)
    secure = base.startswith("https")
    return await connect(
        base.replace("http", "ws", 1) + "/sync/v1/live",
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        compression=None,
        max_size=MAX_FRAME_BYTES,
        open_timeout=CONNECT_S,
        ping_interval=PING_S,
        ping_timeout=PING_S,
        close_timeout=CLOSE_S,
        ssl=trust(certificate) if secure else None,
        proxy=None if is_local(base) else True,
    )


class Elsewhere(Unavailable):
    """What answered is no Parley server: a proxy's page, a portal's. Ours has not decided anything."""

    def __init__(self) -> None:
        super().__init__("This is no answer of a Parley server.")


class _Told(codec.Record, frozen=True):
    """How a server words a refusal."""

    code: str
    message: str


def check(response: httpx.Response) -> None:
    """Raise SignedOut, Unavailable or Refused for an answer that is not a success.

    One that is not a server's of ours refuses nothing, whatever its number: it raises Elsewhere.
    """
    if response.is_success:
        return
    status, told = response.status_code, _told(response.content)
    message = told.message if told else f"The server answered {status}."
    if status >= 500 or status in (408, 429):
        after = response.headers.get("retry-after", "")
        raise Unavailable(message, retry_after_s=float(after) if after.isdecimal() else None)
    # What answers HEAD has no body, ours too.
    if told is None and (response.content or status not in (401, 403)):
        raise Elsewhere
    if status == 401:
        raise SignedOut
    raise Refused(told.code if told else "refused", message)


def _told(content: bytes) -> _Told | None:
    try:
        return codec.decode(content, _Told)
    except Refused:
        return None


def read(content: bytes, kind: type[T]) -> T:
    """The body of a success, as what it must be. Raises Elsewhere for anything else."""
    try:
        return codec.decode(content, kind)
    except Refused as error:
        raise Elsewhere from error


@dataclass(frozen=True)
class Network:
    """How an engine reaches servers; a simulation hands in ways of its own."""

    make_client: Callable[[str, str | None], httpx.AsyncClient] = make_client
    open_live: Callable[[str, str | None], Awaitable[ClientConnection]] = open_live


REAL = Network()
