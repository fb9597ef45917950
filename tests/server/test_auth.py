"""Sign-in and sign-out over the wire: sessions, devices, limits on guessing, equal work."""

import asyncio
from typing import Any

import httpx
import pytest
from msgspec import structs

from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.people.records import USER
from console.people.server import accounts
from console.server.auth import SIGN_INS_PER_ADDRESS, Gate, SignIn
from console.sync.server.tx import Tx
from tests.parts import web
from tests.parts.server import CONTROL, PASSWORD, LiveServer
from tests.parts.until import until


def sign_in(
    server: LiveServer, email: str, password: str = PASSWORD, **more: Any
) -> httpx.Response:
    body = {"email": email, "password": password, **more}
    return web.post(f"{server.url}/auth/sign-in", json=body)


def status(server: LiveServer, token: str) -> int:
    headers = {"authorization": f"Bearer {token}"}
    return web.get(f"{server.url}/sync/v1/changes?after=0", headers=headers).status_code


def test_a_session_begins_and_ends(server: LiveServer) -> None:
    ana = server.add_user("Ana Kovac")
    answer = sign_in(server, " ANA@desk.test ")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["user_id"], told["name"], told["role"]) == (str(ana.id), "Ana Kovac", "agent")
    assert status(server, told["token"]) == 200
    headers = {"authorization": f"Bearer {told['token']}"}
    assert web.post(f"{server.url}/auth/sign-out", headers=headers).status_code == 204
    assert status(server, told["token"]) == 401
    assert answer.headers["cache-control"] == "no-store"


def test_all_sessions_end_where_one_asks_for_it(server: LiveServer) -> None:
    server.add_user("Ana Kovac")
    server.add_user("Ben Ode")
    tokens = [sign_in(server, "ana@desk.test").json()["token"] for _ in range(2)]
    other = sign_in(server, "ben@desk.test").json()["token"]
    headers = {"authorization": f"Bearer {tokens[0]}"}
    assert web.post(f"{server.url}/auth/sign-out-everywhere", headers=headers).status_code == 204
    assert [status(server, token) for token in (*tokens, other)] == [401, 401, 200]


def test_wrong_and_unknown_are_told_alike(server: LiveServer) -> None:
    server.add_user("Ana Kovac")
    server.add_user("Hook", "integration")
    answers = [
        sign_in(server, "ana@desk.test", "wrong password"),
        sign_in(server, "nobody@desk.test"),
        sign_in(server, "an\x00a@desk.test"),
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert len({answer.text for answer in answers}) == 1
    assert answers[0].json()["code"] == "wrong_password"


def test_every_attempt_costs_one_verification_of_the_same_hash_parameters(
    server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted at the port to argon2: the library is asked as often and for the same work."""
    asked: list[str] = []

    class Counting:
        def verify(self, password_hash: str, password: str) -> bool:
            asked.append(password_hash.rsplit("$", 2)[0])
            return real.verify(password_hash, password)

    real = accounts._hasher
    monkeypatch.setattr(accounts, "_hasher", Counting())
    ana = server.add_user("Ana Kovac")
    kept = real.hash(PASSWORD)
    server.write(lambda tx: accounts.set_password(tx, ana.id, kept))
    for email in ("ana@desk.test", "nobody@desk.test"):
        sign_in(server, email, "wrong password")
    assert len(asked) == 2
    assert len(set(asked)) == 1


@pytest.mark.parametrize("change", ["password", "active"])
def test_what_was_right_when_it_was_asked_may_be_wrong_by_now(
    server: LiveServer, change: str
) -> None:
    ana = server.add_user("Ana Kovac")

    def meanwhile(tx: Tx) -> None:
        if change == "password":
            accounts.set_password(tx, ana.id, accounts.hashed("another password"))
        else:
            tx.record(USER, structs.replace(ana, active=False))

    async def sign_in_late() -> None:
        gate = Gate(server.core, CONTROL)
        async with gate._hashing, gate._hashing:  # everybody else waits to be verified
            asking = asyncio.create_task(gate.sign_in("", SignIn("ana@desk.test", PASSWORD)))
            await until(lambda: gate._hashing._waiters, "somebody to be verified")
            await server.core.write(meanwhile)
        await asking

    with pytest.raises(Refused, match="address or the password"):
        server.call(sign_in_late())


def test_an_address_without_end_is_told_as_an_unknown_one(server: LiveServer) -> None:
    answer = sign_in(server, "a" * 500_000 + "@desk.test")
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_password")


def test_guessing_is_slowed_down_by_address_and_a_success_clears_it(server: LiveServer) -> None:
    server.add_user("Ana Kovac")
    server.add_user("Ben Ode")
    for _ in range(SIGN_INS_PER_ADDRESS - 1):
        assert sign_in(server, "ana@desk.test", "wrong password").status_code == 422
    assert sign_in(server, "ana@desk.test").status_code == 200
    for _ in range(SIGN_INS_PER_ADDRESS):
        assert sign_in(server, "ana@desk.test", "wrong password").status_code == 422
    held = sign_in(server, "Ana@Desk.test ")
    assert held.status_code == 503
    assert int(held.headers["retry-after"]) > 0
    assert sign_in(server, "ben@desk.test").status_code == 200


def test_guessing_is_slowed_down_by_peer(
    server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "matches", lambda *_: False)
    statuses = [sign_in(server, f"{n}@desk.test").status_code for n in range(125)]
    assert statuses[:100] == [422] * 100
    assert statuses[-1] == 503


def test_another_users_device_is_refused(server: LiveServer) -> None:
    server.add_user("Ana Kovac")
    server.add_user("Ben Ode")
    device = str(new_id())
    assert sign_in(server, "ana@desk.test", device=device).status_code == 200
    assert sign_in(server, "ben@desk.test", device=device).status_code == 403
    assert sign_in(server, "ana@desk.test", device=device).status_code == 200


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"email":"a"}', b'{"email":"a","password":"b","sudo":1}', b"[]"]
)
def test_what_is_no_sign_in(server: LiveServer, body: bytes) -> None:
    answer = web.post(f"{server.url}/auth/sign-in", content=body)
    assert answer.status_code in (400, 422)
    assert set(answer.json()) == {"code", "message", "fields"}


@pytest.mark.parametrize("header", ["", "Bearer", "Basic abc", "bearer x y"])
def test_what_is_no_token(server: LiveServer, header: str) -> None:
    headers = {"authorization": header} if header else {}
    assert web.get(f"{server.url}/status", headers=headers).status_code == 401


def test_the_control_token_is_the_operator(server: LiveServer) -> None:
    headers = {"authorization": f"Bearer {CONTROL}"}
    answer = web.get(f"{server.url}/status", headers=headers)
    assert answer.status_code == 200
    assert answer.json()["records"]["role"] == 4
