"""Whatever comes in is shown as text or refused, by the real window; and nobody is asked for anything."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from console.people.server import accounts
from console.sync.records import Accepted
from tests.desktop.conftest import Shop, open_shop, to_work
from tests.parts import hostile
from tests.parts.acts import received
from tests.parts.keyboard import Keyboard, current, here, sees, shown
from tests.parts.seat import Seat, sit_down

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def ear() -> Iterator[socket.socket]:
    """Somebody who waits to be asked for a picture."""
    with socket.create_server(("127.0.0.1", 0)) as made:
        made.setblocking(False)
        yield made


def hear_all(shop: Shop, host: str) -> list[str]:
    """Every one of them comes in; their subjects as they are kept."""
    team = shop.server.write(lambda tx: accounts.ensure_team(tx, "Europe"))
    told = hostile.messages(host)
    for each in told:
        wish = received(**each, team_id=team.id)
        (result,) = shop.server.execute(shop.server.operator(), wish)
        assert isinstance(result.outcome, Accepted), (each["subject"], result)
    return [" ".join(each["subject"].split())[:200] for each in told]


@pytest.mark.timeout(180)
def test_hostile_mail_is_words_and_nobody_is_asked(tmp_path: Path, ear: socket.socket) -> None:
    host, port = ear.getsockname()
    with open_shop(tmp_path) as shop:
        subjects = hear_all(shop, f"{host}:{port}")

        async def work(seat: Seat) -> None:
            keys = Keyboard(seat)
            await to_work(seat, shop)
            await keys.command("oldest first")
            found = []
            for _ in range(len(subjects) + 3):
                found.append(seat.workspace.opened.state.ticket.subject)
                assert sees(found[-1]), "its subject stands there as it is"
                await keys.press("Return", "L, P", "L, P", "L, F", "Home", "PgDown", "End")
                if found[-1] == "files":
                    await keys.press("L, L")
                    assert QApplication.activePopupWidget() is None, "no way to a file is offered"
                    assert not sees("passwd")
                await keys.press("Esc", "J")
            assert sorted(found[3:]) == sorted(subjects)
            await keys.press("/")
            await keys.type("evil")
            await keys.see("places")
            await keys.press("Down", "Down", "Return")
            assert current() or here()
            assert shown("<img src=http"), "markup is words"

        sit_down(shop.options, work)
    with pytest.raises(BlockingIOError):
        ear.accept()
