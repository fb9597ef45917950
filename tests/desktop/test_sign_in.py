"""The way in and out through the real window: what is wrong is said, what is kept is kept."""

from pathlib import Path

import pytest
from filelock import FileLock
from PySide6.QtWidgets import QLineEdit

from console.desktop.app import DesktopOptions
from console.desktop.desk import MEMORY_NOTICE, make_profile, open_desk
from console.desktop.signin import REASONS, SignInPage
from console.kernel.errors import Unusable
from console.sync.client.work import CACHE_FILE, WORK_FILE
from tests.desktop.conftest import SUBJECTS, Shop, open_shop, to_work
from tests.parts.ports import free_port
from tests.parts.seat import PASSPHRASE, Seat, said, sit_down
from tests.parts.server import PASSWORD

pytestmark = pytest.mark.usefixtures("qapp")


def test_what_is_wrong_is_said_and_what_was_typed_stays(shop: Shop) -> None:
    async def work(seat: Seat) -> None:
        ana = shop.ana.email
        away = f"http://127.0.0.1:{free_port()}"
        for server, password, code in (
            ("http://desk.shop.example", PASSWORD, "insecure"),
            ("no address", PASSWORD, "bad_url"),
            (away, PASSWORD, "unreachable"),
            (shop.server.url, "not the password", "wrong_password"),
        ):
            await seat.sign_in(server, ana, password)
            await seat.until(lambda c=code: REASONS[c] in said(), code)
            page = seat.desk.window.page
            assert isinstance(page, SignInPage)
            typed = [line.text() for line in page.findChildren(QLineEdit)]
            assert typed == [server, ana, password]
        await to_work(seat, shop)

    sit_down(shop.options, work)


def test_who_fills_nothing_in_is_told_what_is_missing(shop: Shop) -> None:
    async def work(seat: Seat) -> None:
        await seat.until(lambda: isinstance(seat.desk.window.page, SignInPage))
        await seat.click("Sign in")
        assert "Fill in: e-mail address." in said()

    sit_down(shop.options, work)


def test_server_and_address_are_kept_for_the_next_time_and_the_password_is_not(shop: Shop) -> None:
    async def first(seat: Seat) -> None:
        await to_work(seat, shop)

    async def second(seat: Seat) -> None:
        await seat.until(lambda: isinstance(seat.desk.window.page, SignInPage))
        lines = seat.desk.window.page.findChildren(QLineEdit)
        assert [line.text() for line in lines] == [shop.server.url, shop.ana.email, ""]

    sit_down(shop.options, first)
    sit_down(shop.options, second)


def test_a_profile_that_is_held_and_does_not_answer_is_refused(tmp_path: Path) -> None:
    make_profile(tmp_path / "profile")
    with FileLock(tmp_path / "profile" / "lock"):
        options = DesktopOptions(server=None, profile=tmp_path / "profile")
        with pytest.raises(Unusable, match="already open") as refusal, open_desk(options):
            pass
    assert refusal.value.code == "profile_in_use"


def test_in_memory_only_it_says_so_and_asks_before_unsent_work_is_lost(shop: Shop) -> None:
    async def work(seat: Seat) -> None:
        await to_work(seat, shop)
        assert MEMORY_NOTICE in said()
        window = seat.desk.window
        await seat.press("R")
        await seat.type("Half a sentence")
        window.close()
        await seat.until(lambda: any("nothing here outlives" in text for text in said()), "asked")
        await seat.click("Cancel")
        await seat.until(lambda: not any("nothing here outlives" in text for text in said()))
        assert window.isVisible()
        assert seat.workspace.page.composer.editor.toPlainText() == "Half a sentence"
        window.close()
        await seat.until(lambda: any("nothing here outlives" in text for text in said()), "asked")
        await seat.click("Quit and lose it")
        await seat.until(lambda: not window.isVisible(), "the window to close")

    sit_down(shop.options, work)


def test_with_everything_sent_it_closes_without_a_question(shop: Shop) -> None:
    async def work(seat: Seat) -> None:
        await to_work(seat, shop)
        await seat.settled()
        seat.desk.window.close()
        assert not seat.desk.window.isVisible()

    sit_down(shop.options, work)


def test_signing_out_removes_what_is_here(shop: Shop) -> None:
    async def work(seat: Seat) -> None:
        await to_work(seat, shop, PASSPHRASE)
        assert {CACHE_FILE, WORK_FILE, "locked.json"} <= _files(shop)
        await seat.settled()
        seat.workspace.program.sign_out()
        await seat.until(lambda: isinstance(seat.desk.window.page, SignInPage), "the way in")
        left = _files(shop)
        assert not {name for name in left if name.startswith((CACHE_FILE, WORK_FILE, "locked"))}
        assert seat.desk.settings.text("email") == shop.ana.email
        await to_work(seat, shop)

    sit_down(shop.options, work)
    tokens = shop.server.call(shop.server.core.read(lambda r: r.rows("SELECT * FROM session")))
    assert len(tokens) == 1, "the session that was signed out is gone from the server"


def test_signing_out_with_unsent_work_asks_first(shop: Shop) -> None:
    async def work(seat: Seat) -> None:
        await to_work(seat, shop, PASSPHRASE)
        await seat.press("R")
        await seat.type("Not sent")
        seat.workspace.program.sign_out()
        await seat.until(lambda: any("Signing out removes" in text for text in said()), "asked")
        await seat.click("Cancel")
        await seat.until(lambda: not any("Signing out removes" in text for text in said()))
        assert seat.workspace.page.composer.editor.toPlainText() == "Not sent"
        assert CACHE_FILE in _files(shop)

    sit_down(shop.options, work)


def _files(shop: Shop) -> set[str]:
    return {file.name for file in shop.profile.iterdir()}


def test_a_server_that_moved_is_followed_with_all_that_is_here(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:

        async def first(seat: Seat) -> None:
            await to_work(seat, shop, PASSPHRASE)

        sit_down(shop.options, first)
        before, profile = shop.server.url, shop.profile

    with open_shop(tmp_path) as moved:
        assert moved.server.url != before
        moved.hear("Brand new", "It has moved.")

        async def second(seat: Seat) -> None:
            await seat.give_passphrase(PASSPHRASE)
            workspace = await seat.at_work()
            await seat.until(lambda: len(workspace.queue) == len(SUBJECTS) + 1, "the new one")

        # Named once; from then on it is known.
        sit_down(DesktopOptions(server=moved.server.url, profile=profile), second)
        sit_down(DesktopOptions(server=None, profile=profile), second)
        sit_down(DesktopOptions(server="no address", profile=profile), second)
