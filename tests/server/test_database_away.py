"""A database that cannot be read for a while: whoever asks is told to come back, and is not to blame."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from console.kernel.ids import new_id
from console.sync.frames import BYE_RESTART, SUBPROTOCOL
from tests.parts import web
from tests.parts.server import LiveServer, live_server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LiveServer]:
    with live_server(tmp_path / "server") as running:
        yield running


def lose(server: LiveServer) -> None:
    """The part of the database in which sessions are cannot be read any more."""
    server.write(
        lambda tx: tx.connection.exec_driver_sql("ALTER TABLE session RENAME TO elsewhere")
    )


def test_a_request_is_told_when_to_come_back(server: LiveServer, expected_errors: Any) -> None:
    expected_errors.expect("database_read_failed")
    headers = {"authorization": f"Bearer {server.token(server.add_user('Ana Kovac'))}"}
    lose(server)
    answer = web.get(f"{server.url}/api/v1/tickets", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0


def test_a_console_is_sent_away_with_a_word(server: LiveServer, expected_errors: Any) -> None:
    expected_errors.expect("console_sent_away")
    device = new_id()
    token = server.token(server.add_user("Ana Kovac"), device)
    lose(server)
    hello = {
        "t": "hello", "proto": [1, 2], "device": str(device), "token": token, "cursor": 0, "hwm": 0,
        "epoch": None, "scopes": "",
    }  # fmt: skip
    url = server.url.replace("http", "ws") + "/sync/v1/live"
    with connect(url, subprotocols=[Subprotocol(SUBPROTOCOL)], compression=None) as socket:
        socket.send(json.dumps(hello))
        bye = json.loads(socket.recv(10))
    assert (bye["t"], bye["code"]) == ("bye", BYE_RESTART)
    assert bye["retry_after_s"] > 0
