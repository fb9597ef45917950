"""Administration over HTTP: users are added by those who may, and never half."""

from typing import Any

import httpx
import pytest

from tests.parts.server import CONTROL, LiveServer

NEW = {"email": "zoe@desk.test", "name": "Zoe Adams", "role": "agent", "password": "correct horse"}


def add(server: LiveServer, **more: Any) -> httpx.Response:
    headers = {"authorization": f"Bearer {CONTROL}"}
    return httpx.post(f"{server.url}/admin/users", json={**NEW, **more}, headers=headers)


def test_a_user_who_was_added_signs_in(server: LiveServer) -> None:
    user_id = add(server, teams=["Europe"]).json()["user_id"]
    body = {"email": NEW["email"], "password": NEW["password"]}
    told = httpx.post(f"{server.url}/auth/sign-in", json=body).json()
    assert (told["user_id"], told["role"]) == (user_id, "agent")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"password": "short"}, "password_short"),
        ({"email": "nobody"}, "bad_email"),
        ({"email": "a\x00@b.c"}, "bad_email"),
        ({"role": "wizard"}, "bad_role"),
        ({"teams": [" "]}, "bad_team"),
        ({"teams": ["a\x00b"]}, "bad_team"),
        ({"name": "a\x00b"}, "bad_name"),
    ],
)
def test_who_cannot_be_added_is_not_there_at_all(
    server: LiveServer, more: dict[str, Any], code: str
) -> None:
    answer = add(server, **more)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    users = server.call(server.core.read(lambda r: r.rows("SELECT email FROM users")))
    teams = server.call(server.core.read(lambda r: r.rows("SELECT name FROM teams")))
    assert (list(users), list(teams)) == ([], [])


def test_the_same_address_twice(server: LiveServer) -> None:
    assert add(server).status_code == 201
    assert add(server, email="ZOE@desk.test").json()["code"] == "email_taken"
