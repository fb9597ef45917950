"""Locking, signing out everywhere, starting again: what is unsent stays, what must go goes."""

import sys

import pytest

from console.desktop.app import DesktopOptions
from console.desktop.leaving import NOT_EVERYWHERE
from console.desktop.preferences import SCALE
from console.desktop.signin import PassphrasePage, SignInPage
from tests.desktop.conftest import Shop, to_work
from tests.parts.seat import PASSPHRASE, Seat, said, sit_down

pytestmark = pytest.mark.usefixtures("qapp")


def test_a_locked_desk_opens_with_its_passphrase_and_has_everything(shop: Shop) -> None:
    async def work(seat: Seat) -> None:
        await to_work(seat, shop, PASSPHRASE)
        await seat.press("R")
        await seat.type("Half a sentence")
        ticket = seat.workspace.opened.ticket_id
        seat.desk.open_window()
        seat.workspace.program.lock()
        await seat.until(lambda: isinstance(seat.desk.window.page, PassphrasePage), "locked")
        assert seat.desk.local is None
        assert len(seat.desk.windows) == 0
        assert seat.desk.entrance.keys.secret is None
        await seat.give_passphrase(PASSPHRASE)
        await seat.at_work()
        assert seat.workspace.opened.ticket_id == ticket
        assert seat.workspace.page.composer.editor.toPlainText() == "Half a sentence"
        assert len(seat.desk.windows) == 1

    sit_down(shop.options, work)


def test_signing_out_everywhere_ends_every_session(shop: Shop) -> None:
    shop.server.token(shop.ana)  # at another computer

    async def work(seat: Seat) -> None:
        await to_work(seat, shop, PASSPHRASE)
        await seat.settled()
        assert _sessions(shop) == 2
        seat.workspace.program.sign_out_everywhere()
        await seat.until(lambda: isinstance(seat.desk.window.page, SignInPage), "the way in")

    sit_down(shop.options, work)
    assert _sessions(shop) == 0


def test_without_the_server_nobody_is_signed_out(shop: Shop) -> None:
    async def work(seat: Seat) -> None:
        await to_work(seat, shop, PASSPHRASE)
        await seat.settled()
        seat.desk.go_offline(True)
        await seat.until(lambda: seat.mode == "offline", "offline")
        seat.workspace.program.sign_out_everywhere()
        assert "The server cannot be reached: nobody was signed out" in said()
        assert seat.desk.workspace is not None
        # It goes away at the very moment it is asked.
        shop.server.stop()
        seat.workspace.toast.hide()
        seat.desk.leaving.sign_out_everywhere()
        await seat.until(lambda: NOT_EVERYWHERE in said(), "told")
        assert seat.desk.workspace is not None

    sit_down(shop.options, work)


def _sessions(shop: Shop) -> int:
    core = shop.server.core
    return len(shop.server.call(core.read(lambda r: r.rows("SELECT id FROM session"))))


def test_starting_again_ends_this_one_first(shop: Shop) -> None:
    async def work(seat: Seat) -> None:
        await to_work(seat, shop)
        await seat.settled()
        SCALE.keep(seat.desk.settings, "150")
        assert seat.workspace.program.scale_waits
        seat.workspace.program.restart()
        assert seat.desk.again
        assert seat.desk.finished.is_set()

    sit_down(_again(shop), work)


def _again(shop: Shop) -> DesktopOptions:
    return DesktopOptions(None, shop.profile, again=(sys.executable, "-c", "pass"))


def test_where_nothing_starts_it_again_it_says_so(shop: Shop) -> None:
    async def work(seat: Seat) -> None:
        await to_work(seat, shop)
        seat.workspace.program.restart()
        assert "Close Parley and start it again" in said()
        assert not seat.desk.finished.is_set()

    sit_down(shop.options, work)
