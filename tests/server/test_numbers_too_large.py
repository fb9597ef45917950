"""Numbers that no database keeps: refused where they come in, and never our failure."""

import json
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from console.kernel.ids import new_id
from console.people.model import User
from console.sync.frames import BYE_PROTOCOL, SUBPROTOCOL
from console.sync.server.feed import Resume, token_of
from tests.parts import web
from tests.parts.server import LiveServer

HUGE = 10**40
FIRST_TOO_LARGE = 1 << 63
NUMBERS = (HUGE, -HUGE, FIRST_TOO_LARGE)
ID = str(new_id())


@pytest.fixture
def ana(server: LiveServer) -> User:
    return server.add_user("Ana Kovac", role="admin", teams=("Europe",))


def ask(server: LiveServer, user: User, method: str, path: str, **told: Any) -> httpx.Response:
    headers = {"authorization": f"Bearer {server.token(user)}"}
    return web.request(method, server.url + path, headers=headers, **told)


def asked(path: str, field: str, number: int) -> dict[str, Any]:
    command: dict[str, Any] = {"cmd_id": ID, "type": "Take", "target": ID}
    whole: dict[str, dict[str, Any]] = {
        "bootstrap": {},
        "older": {"kind": "message", "parent": ID, "before": 1},
        "digests": {"border": 0},
        "compare": {"kind": "ticket", "border": 0, "buckets": [1]},
        "commands": {"commands": [command]},
    }
    within = command if field in ("n", "base_rev", "v") else whole[path]
    within[field] = {"scopes": [number], "held": [[ID, number]]}.get(field, number)
    return whole[path]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("bootstrap", "since"),
        ("bootstrap", "scopes"),
        ("older", "before"),
        ("digests", "border"),
        ("compare", "border"),
        ("compare", "held"),
        ("commands", "epoch"),
        ("commands", "n"),
        ("commands", "base_rev"),
        ("commands", "v"),
    ],
)
def test_in_what_a_console_asks(server: LiveServer, ana: User, path: str, field: str) -> None:
    for number in NUMBERS:
        answer = ask(server, ana, "POST", f"/sync/v1/{path}", json=asked(path, field, number))
        assert answer.status_code in (400, 422), answer.text


def test_in_a_place_to_go_on_from(server: LiveServer, ana: User) -> None:
    for number in NUMBERS:
        answer = ask(server, ana, "GET", "/sync/v1/changes", params={"after": number})
        assert (answer.status_code, answer.json()["code"]) == (422, "resync"), answer.text
        queue = ask(server, ana, "GET", "/api/v1/tickets", params={"after": f"{number}.00"})
        assert (queue.status_code, queue.json()["code"]) == (422, "bad_after"), queue.text
        token = token_of(Resume(start=1, kind="user", after="ff", border=number))
        boot = ask(server, ana, "POST", "/sync/v1/bootstrap", json={"resume": token})
        assert (boot.status_code, boot.json()["code"]) == (422, "bad_resume"), boot.text


def test_in_the_number_of_a_ticket(server: LiveServer, ana: User) -> None:
    for number in NUMBERS:
        answer = ask(server, ana, "POST", "/admin/erase", json={"number": number})
        assert answer.status_code == 400, answer.text


@pytest.mark.parametrize("field", ["none", "cursor", "hwm", "marks", "epoch"])
def test_in_a_greeting(server: LiveServer, ana: User, field: str) -> None:
    device = new_id()
    hello: dict[str, Any] = {
        "t": "hello", "proto": [1, 2], "device": str(device), "token": server.token(ana, device),
        "cursor": 0, "hwm": 0, "epoch": None, "scopes": "",
    }  # fmt: skip
    told: dict[str, Any] = {"none": {}, "marks": {"marks": [HUGE]}, "epoch": {"epoch": [HUGE, 1]}}
    hello |= told.get(field, {field: HUGE})
    url = server.url.replace("http", "ws") + "/sync/v1/live"
    with connect(url, subprotocols=[Subprotocol(SUBPROTOCOL)], compression=None) as socket:
        socket.send(json.dumps(hello))
        frame = json.loads(socket.recv(10))
    assert (frame["t"], frame.get("code")) == (
        ("welcome", None) if field == "none" else ("bye", BYE_PROTOCOL)
    )


def test_many_buckets_are_as_many_as_there_are(server: LiveServer, ana: User) -> None:
    body = {"kind": "ticket", "border": 0, "buckets": [1] * 40_000}
    answer = ask(server, ana, "POST", "/sync/v1/compare", json=body)
    assert answer.status_code == 200, answer.text
