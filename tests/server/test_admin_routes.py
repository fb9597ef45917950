"""Administration over HTTP: users are added and tickets erased by those who may, and never half."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from console.kernel.clock import SystemClock
from console.search.server.texts import FORGOTTEN_AT_ONCE
from console.server.auth import operator
from console.server.core import open_core
from console.server.erasing import FINISH_AFTER, erase_ticket
from console.store.engine import open_database
from console.sync.server.tx import Tx
from console.tickets.server.erasure import TicketErased
from tests.fakes.clock import ManualClock
from tests.parts import web
from tests.parts.acts import received
from tests.parts.server import CONTROL, LiveServer

NEW = {"email": "zoe@desk.test", "name": "Zoe Adams", "role": "agent", "password": "correct horse"}


def add(server: LiveServer, **more: Any) -> httpx.Response:
    headers = {"authorization": f"Bearer {CONTROL}"}
    return web.post(f"{server.url}/admin/users", json={**NEW, **more}, headers=headers)


def test_a_user_who_was_added_signs_in(server: LiveServer) -> None:
    user_id = add(server, teams=["Europe"]).json()["user_id"]
    body = {"email": NEW["email"], "password": NEW["password"]}
    told = web.post(f"{server.url}/auth/sign-in", json=body).json()
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


def test_a_ticket_is_erased_by_who_may_see_it(server: LiveServer) -> None:
    server.execute(server.operator(), received())
    boss = server.token(server.add_user("Root Boss", "admin"))
    agent = server.token(server.add_user("Ana Kovac"))

    def erase(token: str, number: int) -> httpx.Response:
        headers = {"authorization": f"Bearer {token}"}
        return web.post(f"{server.url}/admin/erase", json={"number": number}, headers=headers)

    assert erase(agent, 1).status_code == 403
    missing = erase(boss, 7)
    assert (missing.status_code, missing.json()["code"]) == (422, "no_ticket")
    gone = erase(boss, 1)
    assert (gone.status_code, gone.json()) == (
        200, {"tickets": 1, "messages": 1, "orders": 0, "parties": 1}
    )  # fmt: skip
    assert erase(boss, 1).json()["code"] == "no_ticket"
    actor = server.call(
        server.core.read(
            lambda r: r.row("SELECT count(*) FROM change_log WHERE op = 'D' AND actor IS NULL")
        )
    )
    assert actor == (0,), "the log says who did it"


def test_who_is_put_in_other_teams_sees_other_queues(server: LiveServer) -> None:
    server.add_user("Ben Ode", teams=("Asia",))
    ana = server.add_user("Ana Kovac", teams=("Europe",))

    def put(token: str, **body: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {token}"}
        return web.post(f"{server.url}/admin/teams", json=body, headers=headers)

    before = server.call(server.core.actor(server.token(ana))).scopes
    assert put(server.token(ana), email=ana.email, teams=["Asia"]).status_code == 403
    assert put(CONTROL, email="ANA@desk.test ", teams=["Asia"]).status_code == 200
    after = server.call(server.core.actor(server.token(ana))).scopes
    assert before != after
    assert len(before) == len(after)
    assert put(CONTROL, email="nobody@desk.test").json()["code"] == "no_user"


def test_a_long_conversation_is_erased_in_bites_between_which_others_write(
    server: LiveServer,
) -> None:
    """The words of each message take their time to leave the index: nobody waits for all of them."""
    operator, first = server.operator(), received()
    server.execute(operator, first)
    more = [received(first.target, f"Word {n}") for n in range(3 * FORGOTTEN_AT_ONCE)]
    server.execute(operator, *more)
    (number,) = server.write(lambda tx: tx.rows("SELECT number FROM tickets"))[0]
    left = "SELECT count(*) FROM search_text WHERE kind = 'message'"

    async def beside() -> tuple[TicketErased, list[int]]:
        core, seen = server.core, list[int]()
        erasing = asyncio.create_task(erase_ticket(core, operator, number))
        while not erasing.done():
            seen.append(await core.write(lambda tx: tx.rows(left)[0][0]))
        return await erasing, seen

    gone, seen = server.call(beside())
    assert gone.messages == len(more) + 1
    assert any(0 < count < len(more) + 1 for count in seen), "nobody wrote in between"
    assert server.write(lambda tx: tx.rows(left)[0][0]) == 0


@pytest.mark.anyio
async def test_an_erasure_that_was_interrupted_is_finished_later(
    database_url: str, clock: ManualClock
) -> None:
    """Whoever asked need not ask again: the words are gone already, the rows would stay."""
    clock.advance((SystemClock().now() - clock.now()).total_seconds())
    core = await open_core(open_database(database_url), clock, serving=False)
    who, first = await operator(core), received()
    await core.execute(who, [first, *(received(first.target, f"Word {n}") for n in range(30))])
    erasing = asyncio.create_task(erase_ticket(core, who, 1))
    words = "SELECT count(*) FROM search_text WHERE kind = 'message'"
    while await core.write(lambda tx: tx.rows(words)[0][0]) == 31:
        assert not erasing.done(), "there was nothing to interrupt"
    erasing.cancel()
    await asyncio.gather(erasing, return_exceptions=True)

    def left(tx: Tx) -> tuple[int, int]:
        jobs, tickets = (
            tx.rows(f"SELECT count(*) FROM {table}")[0][0]
            for table in ("job WHERE kind = 'finish_erasing'", "tickets")
        )
        return jobs, tickets

    await core.worker.turn()
    assert await core.write(left) == (1, 1), "not before it must be dead"

    def due(tx: Tx) -> None:
        back = FINISH_AFTER // timedelta(milliseconds=1)
        tx.connection.exec_driver_sql(
            f"UPDATE job SET due_at = due_at - {back} WHERE kind = 'finish_erasing'"
        )

    await core.write(due)
    await core.worker.turn()
    assert await core.write(left) == (0, 0)
    assert await core.write(lambda tx: tx.rows(words)[0][0]) == 0
    by = "SELECT DISTINCT actor FROM change_log WHERE op = 'D'"
    assert [bytes(row[0]) for row in await core.read(lambda r: r.rows(by))] == [who.user_id.bytes]
    await core.leave()
    core.close()


def test_custom_fields_are_told_to_staff_alone(server: LiveServer) -> None:
    """With them the names of teams and of what staff keep of a ticket: nothing for integrations."""
    operator = {"authorization": f"Bearer {CONTROL}"}
    field = {"name": "Fraud suspicion", "make": True}
    made = web.post(f"{server.url}/admin/fields", headers=operator, json=field)
    assert made.status_code == 200, made.text
    told = {}
    for name, role in (("Ana Kovac", "agent"), ("Shop Inc", "integration")):
        headers = {"authorization": f"Bearer {server.token(server.add_user(name, role=role))}"}
        answer = web.get(f"{server.url}/admin/fields", headers=headers)
        told[role] = [each["name"] for each in answer.json()["fields"]]
    assert told == {"agent": ["Fraud suspicion"], "integration": []}
