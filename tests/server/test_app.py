"""The web face: errors as values, private answers, bounded bodies, an OpenAPI page for staff."""

import json
from typing import Any

import pytest

from console.kernel.ids import new_id
from tests.parts import web
from tests.parts.server import CONTROL, LiveServer

OPERATOR = {"authorization": f"Bearer {CONTROL}"}


def test_what_is_not_there_is_a_value_too(server: LiveServer) -> None:
    answer = web.get(f"{server.url}/no/such/page", headers=OPERATOR)
    assert answer.status_code == 404
    assert set(answer.json()) == {"code", "message", "fields"}


def test_no_answer_may_be_kept_or_guessed_at(server: LiveServer) -> None:
    for path in ("/status", "/no/such/page", "/schema/openapi.json"):
        answer = web.get(server.url + path, headers=OPERATOR)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "server" not in answer.headers


def test_a_body_too_large_is_refused(server: LiveServer) -> None:
    body = b'{"email":"' + b"x" * (2 * 1024 * 1024) + b'"}'
    answer = web.post(f"{server.url}/auth/sign-in", content=body)
    assert answer.status_code == 413


DEEP = "[" * 100_000 + "]" * 100_000
DEEP_COMMAND = {"cmd_id": str(new_id()), "type": "Take", "target": str(new_id()), "args": {}}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/auth/sign-in", 400), ("/sync/v1/bootstrap", 400), ("/sync/v1/search", 400),
        ("/admin/users", 400), ("/sync/v1/commands", 422),
    ],
)  # fmt: skip
def test_brackets_within_brackets_are_refused(server: LiveServer, path: str, status: int) -> None:
    told = json.dumps({"commands": [DEEP_COMMAND]} if "commands" in path else {"x": 1})
    body = told.replace("{}", f'{{"x":{DEEP}}}').replace("1}", f"{DEEP}}}")
    assert DEEP in body
    answer = web.post(server.url + path, headers=OPERATOR, content=body)
    assert (answer.status_code, set(answer.json())) == (status, {"code", "message", "fields"})


def test_our_own_mistake_tells_nothing_of_itself(
    server: LiveServer, monkeypatch: pytest.MonkeyPatch, expected_errors: Any
) -> None:
    expected_errors.expect("request_failed")

    def broken(*_: object) -> None:
        raise ZeroDivisionError("a secret detail")

    monkeypatch.setattr(server.core.hub, "listeners", property(broken))
    answer = web.get(f"{server.url}/status", headers=OPERATOR)
    assert answer.status_code == 500
    assert answer.json()["code"] == "server_error"
    assert "secret" not in answer.text
    assert expected_errors.events == ["request_failed"]


def test_the_openapi_page_is_for_whoever_is_signed_in(server: LiveServer) -> None:
    ana = server.add_user("Ana Kovac")
    headers = {"authorization": f"Bearer {server.token(ana)}"}
    assert web.get(f"{server.url}/schema/openapi.json").status_code == 401
    answer = web.get(f"{server.url}/schema/openapi.json", headers=headers)
    assert answer.status_code == 200
    assert {"/auth/sign-in", "/admin/users", "/api/v1/tickets"} <= set(answer.json()["paths"])
