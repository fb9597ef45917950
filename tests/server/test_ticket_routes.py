"""The queue and the ticket over REST: the same reads as the console's, within the same scopes."""

from typing import Any

import httpx
import pytest

from console.kernel.ids import new_id
from console.people.model import User
from console.people.tables import rows
from tests.parts import web
from tests.parts.acts import note, received, reply
from tests.parts.server import LiveServer


@pytest.fixture
def ana(server: LiveServer) -> User:
    return server.add_user("Ana Kovac", teams=("Europe",))


def get(server: LiveServer, user: User, path: str, **params: Any) -> httpx.Response:
    headers = {"authorization": f"Bearer {server.token(user)}"}
    return web.get(server.url + path, params=params, headers=headers)


def hear(server: LiveServer, count: int, team: str = "") -> None:
    teams = {t.name: t.id for t in server.call(server.core.read(rows.teams))}
    extra = {"team_id": teams[team]} if team else {}
    for n in range(count):
        email = f"{team}{n}@mail.test"
        server.execute(server.operator(), received(email=email, name=f"{team} {n}", **extra))


def test_a_queue_page_by_page(server: LiveServer, ana: User) -> None:
    hear(server, 7)
    numbers, after = [], None
    while True:
        more = {"after": after} if after else {}
        page = get(server, ana, "/api/v1/tickets", limit=3, **more).json()
        numbers += [row["ticket"]["number"] for row in page["tickets"]]
        assert all(row["requester"] for row in page["tickets"])
        after = page["after"]
        if after is None:
            break
    assert sorted(numbers) == [1, 2, 3, 4, 5, 6, 7]


def test_only_tickets_in_sight_are_listed(server: LiveServer, ana: User) -> None:
    server.add_user("Ben Ode", teams=("Asia",))
    hear(server, 2, "Asia")
    hear(server, 1, "Europe")
    page = get(server, ana, "/api/v1/tickets").json()
    assert [row["requester"] for row in page["tickets"]] == ["Europe 0"]


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"after": "x"}, 422),
        ({"after": "1.zz"}, 422),
        ({"limit": 0}, 400),
        ({"limit": 201}, 400),
        ({"view": "all"}, 400),
    ],
)
def test_what_is_no_page(
    server: LiveServer, ana: User, params: dict[str, Any], status: int
) -> None:
    assert get(server, ana, "/api/v1/tickets", **params).status_code == status


def test_a_ticket_with_its_messages_requester_and_orders(server: LiveServer, ana: User) -> None:
    first = received(order_number="A-1", name="Lena Braun")
    server.execute(server.operator(), first, reply(first.target), note(first.target))
    (row,) = get(server, ana, "/api/v1/tickets").json()["tickets"]
    opened = get(server, ana, f"/api/v1/tickets/{row['id']}").json()
    assert [message["lane"] for message in opened["messages"]] == ["buyer", "buyer", "internal"]
    assert opened["requester"]["name"] == "Lena Braun"
    assert [order["number"] for order in opened["orders"]] == ["A-1"]
    assert get(server, ana, f"/api/v1/tickets/{new_id()}").status_code == 403
    assert get(server, ana, "/api/v1/tickets/7").status_code == 404
