"""Ports for servers of the tests that nobody else takes, not even between two lives of a server."""

import random
import socket

FIRST, LAST = 12_000, 32_000
"""Below what the system hands out to whoever connects, so that no connection sits on one by chance."""
_TRIES = 100
_DICE = random.SystemRandom()  # whoever seeds the others does not mean ports


def listening(port: int = 0) -> socket.socket:
    """A listener on loopback: at this port, or at one that was free."""
    if port:
        return socket.create_server(("127.0.0.1", port))
    for _ in range(_TRIES):
        try:
            return socket.create_server(("127.0.0.1", _DICE.randint(FIRST, LAST)))
        except OSError:
            continue
    raise AssertionError(f"no port between {FIRST} and {LAST} is free")


def free_port() -> int:
    """A port that nobody listens on now, for a server that opens it itself."""
    with listening() as probe:
        return int(probe.getsockname()[1])
