"""Two consoles act on the same tickets, one of them offline."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.conversations.records import ReceiveMessage, Sender
from console.kernel.ids import new_id
from console.sync.records import command
from tests.parts.compare import assert_replica_equals_server
from tests.parts.desk import Desk
from tests.parts.server import live_server

pytestmark = pytest.mark.anyio


async def test_first(tmp_path: Path) -> None:
    with live_server(tmp_path / "server") as server:
        ana = server.add_user("Ana Kovac", teams=("Europe",))
        actor = server.operator()
        for n in range(50):
            server.execute(
                actor,
                command(
                    new_id(),
                    ReceiveMessage(
                        message_id=new_id(),
                        sender=Sender(side="buyer", name=f"Lena {n}", email=f"l{n}@x.io"),
                        channel="email",
                        subject="Parcel",
                        body="where",
                        at=datetime.now(UTC),
                        order_number=f"A-{n}",
                    ),
                    cmd_id=new_id(),
                ),
            )
        (tmp_path / "a").mkdir()
        desk = await Desk(tmp_path / "a", server, ana).open()
        await desk.live()
        assert_replica_equals_server(desk)
        server.execute(
            actor,
            command(
                new_id(),
                ReceiveMessage(
                    message_id=new_id(),
                    sender=Sender(side="buyer", name="Lena", email="l@x.io"),
                    channel="email",
                    subject="Parcel",
                    body="where",
                    at=datetime.now(UTC),
                    order_number="A",
                ),
                cmd_id=new_id(),
            ),
        )
        await desk.until(lambda: len(desk.rows("tickets")) == 51)
        assert_replica_equals_server(desk)
        await desk.close()
