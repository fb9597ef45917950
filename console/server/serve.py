"""The server process: hold the folder, open the core, listen, say so, stop cleanly."""

import asyncio
import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from types import FrameType
from typing import Any

import uvicorn

from console import __version__
from console.kernel.clock import SystemClock
from console.kernel.errors import Unusable
from console.kernel.logs import log_to
from console.kernel.tasks import Tasks
from console.server import exclusive, lock
from console.server.app import make_app
from console.server.config import ServerConfig
from console.server.core import Core, open_core
from console.server.sockets import Sockets
from console.store.engine import open_database
from console.sync.server.broker import Broker
from console.sync.wire import MAX_ASKED_BYTES

STOP_DEADLINE_S = 5
MAX_WAITING_CONNECTIONS = 2048
MOVED = "PostgreSQL is another server now (a standby took over, or a backup): start Parley again."

log = logging.getLogger(__name__)
Ready = Callable[[str], None]


def say_ready(url: str) -> None:
    """The line that tells whoever started us that we accept."""
    sys.stdout.write(f"Parley server ready at {url}\n")
    sys.stdout.flush()


def serve(config: ServerConfig, ready: Ready = say_ready) -> None:
    """Run a server until SIGTERM or SIGINT. Raises Unusable when it cannot start."""
    config.check()
    log_to(config.logs, "server")
    with lock.holding(config.data):
        listener = _listen(config)
        try:
            uvloop_run(_serve(config, listener, ready))
        finally:
            listener.close()


def uvloop_run(work: Any) -> None:
    """Run a coroutine on uvloop where there is one."""
    if sys.platform == "win32":
        asyncio.run(work)
        return
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work)


def _listen(config: ServerConfig) -> socket.socket:
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Inherited by what is accepted: without it head and body of an answer wait 40 ms for an ack.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listener.bind((config.host, config.port))
    except OSError as error:
        listener.close()
        reason = error.strerror or str(error)
        text = f"Cannot listen on {config.host}:{config.port}: {reason}. Choose another --host or --port."
        raise Unusable("port", text) from error
    listener.listen(MAX_WAITING_CONNECTIONS)
    listener.set_inheritable(True)
    return listener


async def _serve(config: ServerConfig, listener: socket.socket, ready: Ready) -> None:
    database = open_database(config.url)
    exclusive.share(database)
    core = await open_core(
        database, SystemClock(), serving=True, stones=config.stones, broker=broker_for(config),
        scanner=config.scanner,
    )  # fmt: skip
    token = lock.new_control_token()
    url = _url(config, listener)
    cert = str(config.tls_cert.absolute()) if config.tls_cert else None
    running = lock.Running(url, os.getpid(), token, cert)
    server = WebServer(
        uvicorn_config(config, make_app(core, token, lock.scrape_token(config.data))),
        started=lambda: _started(config, running, ready),
        stopping=lambda: setattr(core, "stopping", True),
        leaving=core.leave,
    )
    beside = Tasks()
    beside.spawn(_stop_when_moved(core, server), name="moved")
    try:
        await server.serve(sockets=[listener])
    finally:
        await beside.close()
        lock.withdraw(config.data, running)
        await core.leave()
        core.close()
        log.info("server_stopped")
    if core.moved.is_set():
        raise Unusable("database_moved", MOVED)


async def _stop_when_moved(core: Core, server: uvicorn.Server) -> None:
    await core.moved.wait()
    log.error("database_moved")
    server.should_exit = True


def broker_for(config: ServerConfig) -> Callable[[int], Broker] | None:
    """What makes the broker that was asked for, once the installation's number is known."""
    if config.nats_url is None:
        return None
    from console.server.nats_broker import NatsBroker  # a server alone needs none of it

    return partial(NatsBroker, config.nats_url)


def _settle_down() -> None:
    """What is here by now stays: walking through it for garbage again and again took a tenth."""
    gc.collect()
    gc.freeze()


def _started(config: ServerConfig, running: lock.Running, ready: Ready) -> None:
    lock.announce(config.data, running)
    _settle_down()
    log.info("server_ready", extra={"url": running.url, "version": __version__})
    ready(running.url)


class WebServer(uvicorn.Server):
    """Uvicorn, telling when it accepts, when it was asked to stop, and before it sends all away."""

    def __init__(
        self,
        config: uvicorn.Config,
        *,
        started: Callable[[], None],
        stopping: Callable[[], None],
        leaving: Callable[[], Awaitable[None]],
    ) -> None:
        super().__init__(config)
        self._tell = started
        self._tell_stopping = stopping
        self._leaving = leaving

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            self._tell()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()  # whoever comes now goes to another node at once
        await self._leaving()
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # Uvicorn's own raises the signal again at the end, which would kill us before we closed.
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True
        self._tell_stopping()


def uvicorn_config(config: ServerConfig, app: Any) -> uvicorn.Config:
    """Uvicorn as Parley runs it: no compression on sockets, no trust in proxy headers."""
    return uvicorn.Config(
        app,
        interface="asgi3",
        ws=Sockets,
        ws_per_message_deflate=False,
        ws_max_size=MAX_ASKED_BYTES,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=STOP_DEADLINE_S,
        ssl_certfile=config.tls_cert,
        ssl_keyfile=config.tls_key,
    )


def _url(config: ServerConfig, listener: socket.socket) -> str:
    scheme = "https" if config.tls_cert else "http"
    host = f"[{config.host}]" if ":" in config.host else config.host
    return f"{scheme}://{host}:{listener.getsockname()[1]}"
