"""The figures of a server: counts by kind, the log, the epoch, who is connected."""

from tests.parts import web
from tests.parts.acts import received
from tests.parts.server import CONTROL, LiveServer


def test_figures_count_what_is_there(server: LiveServer) -> None:
    server.add_user("Ana Kovac", teams=("Europe",))
    server.execute(server.operator(), received(order_number="A-1"), received(email="n@mail.test"))
    headers = {"authorization": f"Bearer {CONTROL}"}
    told = web.get(f"{server.url}/status", headers=headers).json()
    assert told["records"] == {
        "role": 4, "team": 1, "user": 1, "ticket": 2, "party": 2, "order": 1,
        "conversation": 2, "message": 2, "view": 0, "saved_search": 0, "macro": 0, "draft": 0, "field": 0, "party_note": 0,
        "sighting": 0, "masking": 0,
    }  # fmt: skip
    assert told["head"] == server.call(server.core.read(server.core.feed.head))
    assert told["epoch"][0] == told["head"] >> 32
    assert told["consoles"] == 0
