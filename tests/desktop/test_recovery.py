"""Nothing is lost: the engine killed, the server away, the program closed and opened again."""

import os
import signal
from pathlib import Path

import pytest

from console.desktop.signin import PassphrasePage
from console.sync.client import pipe
from console.tickets.model import Status, ViewName
from tests.conftest import Errors
from tests.desktop.conftest import SUBJECTS, Shop, open_shop, to_work
from tests.parts.desk import ProcessDesk
from tests.parts.seat import PASSPHRASE, Seat, said, sit_down
from tests.parts.server import PASSWORD

pytestmark = pytest.mark.usefixtures("qapp")


def _engine(seat: Seat) -> int:
    bridge = seat.desk.bridge
    return bridge._process.pid if bridge and bridge._process else 0


def test_a_killed_engine_comes_back_and_nothing_typed_is_lost(
    shop: Shop, expected_errors: Errors
) -> None:
    expected_errors.expect("engine_died")

    async def work(seat: Seat) -> None:
        await to_work(seat, shop, PASSPHRASE)
        workspace = seat.workspace
        first, before = workspace.opened.ticket_id, _engine(seat)
        await seat.press("R")
        await seat.type("Half a thought")
        os.kill(before, signal.SIGKILL)
        await seat.type(", finished while the engine was dead")
        await seat.press("Ctrl+Return")
        await seat.until(lambda: seat.desk.local and seat.desk.local.entries, "it to be queued")
        workspace.show_ticket(next(i for i in workspace.queue.ids() if i != first))
        await seat.press("Esc")
        await seat.press("R")
        await seat.type("A draft elsewhere")
        await seat.until(lambda: _engine(seat) not in (0, before), "another engine")
        await seat.settled()
        assert workspace.page.composer.editor.toPlainText() == "A draft elsewhere"
        workspace.show_ticket(first)
        await seat.until(lambda: "Half a thought" in _bodies_shown(seat))
        assert workspace.page.composer.editor.toPlainText() == ""

    sit_down(shop.options, work)
    sent = [b for b in shop.bodies() if "Half a thought, finished while the engine was dead" in b]
    assert len(sent) == 1


def test_colleagues_see_one_again_after_the_engine_was_killed(
    shop: Shop, tmp_path: Path, expected_errors: Errors
) -> None:
    expected_errors.expect("engine_died")
    ben, folder = shop.server.add_user("Ben Ode", teams=("Europe",)), tmp_path / "ben"
    folder.mkdir()

    async def work(seat: Seat) -> None:
        other = await ProcessDesk(folder, shop.server, ben).open()
        await other.live()

        def seen() -> list[str]:
            told = [f for f in other.said if isinstance(f, pipe.Present)]
            return [f.what for f in told if f.who == shop.ana.id]

        await to_work(seat, shop, PASSPHRASE)
        ticket, before = seat.workspace.opened.ticket_id, _engine(seat)
        await other.tell(pipe.Attend(ticket, "typing:buyer"))
        await seat.until(lambda: seen() == ["viewing"], "Ben to see Ana")
        strip = seat.workspace.page.header.others
        await seat.until(lambda: "Ben Ode is typing" in strip.accessibleName(), "Ana to see Ben")
        os.kill(before, signal.SIGKILL)
        await seat.until(lambda: seen()[:2] == ["viewing", "left"], "Ana to be gone")
        await seat.until(lambda: seen()[-1] == "viewing", "Ben to see Ana again")
        await seat.press("R")
        await seat.type("Dear Lena")
        await seat.until(lambda: seen()[-1] == "typing:buyer", "Ben to see that Ana writes")
        await other.close()

    sit_down(shop.options, work)


def test_whoever_works_offline_stays_so_when_the_engine_is_killed(
    shop: Shop, expected_errors: Errors
) -> None:
    expected_errors.expect("engine_died")

    async def work(seat: Seat) -> None:
        await to_work(seat, shop, PASSPHRASE)
        local, before = seat.desk.local, _engine(seat)
        assert local is not None
        seat.workspace.program.toggle_offline()
        await seat.at_work("offline")
        modes: list[str] = []

        def heard(standing: pipe.Standing) -> None:
            modes.append(standing.mode)

        local.link.connect(heard)
        os.kill(before, signal.SIGKILL)
        await seat.until(lambda: _engine(seat) not in (0, before), "another engine")
        await seat.press("R")
        await seat.type("Not yet")
        await seat.press("Ctrl+Return")
        await seat.until(lambda: local.entries, "it to be queued")
        await seat.until(lambda: "offline" in modes, "the new engine to be offline")
        assert "live" not in modes
        assert all("Not yet" not in body for body in shop.bodies())
        seat.workspace.program.toggle_offline()
        await seat.settled()

    sit_down(shop.options, work)
    assert len([body for body in shop.bodies() if "Not yet" in body]) == 1


def _bodies_shown(seat: Seat) -> str:
    model = seat.workspace.page.timeline.model()
    return "\n".join(str(model.index(n, 0).data()) for n in range(model.rowCount()))


def test_it_starts_offline_from_its_cache_works_and_sends_later(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        port, options = shop.server.port, shop.options

        async def first(seat: Seat) -> None:
            await to_work(seat, shop, PASSPHRASE)

        sit_down(options, first)

    async def away(seat: Seat) -> None:
        await seat.until(lambda: isinstance(seat.desk.window.page, PassphrasePage))
        await seat.give_passphrase("not the passphrase")
        await seat.until(lambda: "This is not the passphrase." in said(), "the refusal")
        await seat.give_passphrase(PASSPHRASE)
        await seat.until(lambda: seat.desk.workspace is not None, "the workspace")
        assert len(seat.workspace.queue) == len(SUBJECTS)
        assert "can you help?" in _bodies_shown(seat)
        await seat.at_work("offline")
        await seat.press("R")
        await seat.type("Written on a train")
        await seat.press("Ctrl+Return")
        await seat.until(lambda: "Written on a train" in _bodies_shown(seat), "it to be shown")
        await seat.press("Esc")
        await seat.press("E")
        pill = seat.workspace.status.pill
        await seat.until(lambda: "2 waiting" in pill.accessibleName(), "2 waiting")
        assert "Offline since" in pill.accessibleName()

    sit_down(options, away)

    with open_shop(tmp_path, port) as shop:

        async def back(seat: Seat) -> None:
            await seat.give_passphrase(PASSPHRASE)
            await seat.at_work()
            await seat.settled()

        sit_down(options, back)
        assert len([body for body in shop.bodies() if "Written on a train" in body]) == 1
        assert [shop.status(n + 1) for n in range(len(SUBJECTS))].count(Status.SOLVED) == 1


def test_theme_view_and_ticket_are_as_they_were_left(shop: Shop) -> None:
    left: list[object] = []

    async def first(seat: Seat) -> None:
        await to_work(seat, shop, PASSPHRASE)
        workspace = seat.workspace
        workspace.program.use_theme("dark")
        active = next(r.view for r in workspace.views.rows if r.view and r.view.name == "active")
        workspace.show_view(active)
        await seat.press("J")
        left.append(workspace.opened.ticket_id)
        await seat.press("R")
        await seat.type("A draft for tomorrow")

    async def second(seat: Seat) -> None:
        assert seat.desk.theme.tokens.name == "dark"
        await seat.give_passphrase(PASSPHRASE)
        await seat.at_work()
        workspace = seat.workspace
        assert workspace.queue.view.name == ViewName.ACTIVE
        assert [workspace.opened.ticket_id] == left
        assert workspace.page.composer.editor.toPlainText() == "A draft for tomorrow"

    sit_down(shop.options, first)
    sit_down(shop.options, second)


def test_a_session_ended_by_the_server_asks_again_and_keeps_the_work(shop: Shop) -> None:
    async def work(seat: Seat) -> None:
        await to_work(seat, shop, PASSPHRASE)
        shop.end_sessions()
        await seat.press("R")
        await seat.type("Typed after the session had ended")
        await seat.press("Ctrl+Return")
        name = f"Sign in again, {shop.ana.name}"
        await seat.until(lambda: name in said(), "to be asked again")
        await seat.sign_in_again("not the password")
        await seat.until(lambda: "The address or the password is wrong." in said(), "the refusal")
        await seat.sign_in_again(PASSWORD)
        await seat.until(lambda: name not in said(), "the dialog to go")
        await seat.at_work()
        await seat.settled()

    sit_down(shop.options, work)
    assert len([b for b in shop.bodies() if "Typed after the session had ended" in b]) == 1
