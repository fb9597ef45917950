"""The language: the system's or one's own, at the start and from then on, without losing anything."""

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtWidgets import QApplication

from console.desktop.language import speak, spoken
from console.desktop.pages import SETTINGS
from console.desktop.preferences import LANGUAGE
from console.desktop.settings import SYSTEM, Settings
from console.kernel.tongue import LANGUAGES, tr
from tests.desktop.conftest import Shop, to_work
from tests.parts.seat import Seat, said, sit_down

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        (["de-AT", "de", "en-US"], "de"),
        (["fr-FR", "ar_EG"], "ar"),
        (["C"], "en"),
        ([], "en"),
    ],
)
def test_the_first_language_that_there_is(wanted: list[str], language: str) -> None:
    assert spoken(wanted) == language


def test_a_language_is_kept_and_one_that_is_none_is_the_systems(shop: Shop) -> None:
    settings = Settings(shop.options.profile)
    assert settings.language == SYSTEM
    for language in LANGUAGES:
        settings.language = language
        assert Settings(shop.options.profile).language == language
    settings.language = "tlh"
    assert settings.language == SYSTEM


def test_everything_follows_the_language(qapp: QApplication) -> None:
    for language, direction, cancel, of_qt in (
        ("ar", Qt.LayoutDirection.RightToLeft, "إلغاء", "ألغِ"),
        ("de", Qt.LayoutDirection.LeftToRight, "Abbrechen", "Abbrechen"),
        ("en", Qt.LayoutDirection.LeftToRight, "Cancel", "Cancel"),
    ):
        assert speak(qapp, language) == language
        assert qapp.layoutDirection() == direction
        assert QLocale().name().startswith(language)
        assert QLocale().zeroDigit() == "0"
        assert tr("Cancel") == cancel
        theirs = QCoreApplication.translate("QPlatformTheme", "Cancel").replace("&", "")
        assert theirs == of_qt


def test_another_language_at_work_keeps_what_is_open_and_typed(shop: Shop) -> None:
    async def work(seat: Seat) -> None:
        await to_work(seat, shop)
        before = seat.workspace
        opened = before.opened.ticket_id
        await seat.press("R")
        await seat.type("On its way")
        before.program.use_language("ar")
        await seat.until(lambda: seat.workspace is not before, "a workspace in Arabic")
        page = seat.workspace.page
        assert seat.workspace.opened.ticket_id == opened
        assert page.composer.editor.toPlainText() == "On its way"
        assert seat.workspace.isRightToLeft()
        await seat.until(lambda: "العميل" in said(), "what is around it in Arabic")
        seat.workspace.program.use_language("en")
        await seat.until(lambda: "CUSTOMER" in said(), "the workspace in English")
        assert seat.workspace.page.composer.editor.toPlainText() == "On its way"

    sit_down(shop.options, work)


def test_the_next_start_speaks_the_language_that_was_chosen(shop: Shop) -> None:
    Settings(shop.options.profile).language = "de"

    async def work(seat: Seat) -> None:
        await seat.until(lambda: "Am Support-Arbeitsplatz anmelden." in said(), "German")
        seat.desk.settings.language = "en"
        speak(seat.desk.app, "en")

    sit_down(shop.options, work)


def test_the_settings_change_the_language_of_every_window(shop: Shop) -> None:
    async def work(seat: Seat) -> None:
        await to_work(seat, shop)
        seat.workspace.new_window()
        await seat.until(lambda: len(seat.desk.windows) == 1, "another window")
        (place,) = seat.desk.windows
        before = seat.workspace, place.workspace
        seat.workspace.program.show_settings()
        LANGUAGE.keep(seat.desk.settings, "de")
        await seat.until(lambda: seat.workspace is not before[0], "a workspace in German")
        await seat.until(lambda: place.workspace is not before[1], "the other window in German")
        assert seat.workspace.shown_page == SETTINGS
        assert "KUNDE" in said()
        LANGUAGE.keep(seat.desk.settings, "en")
        await seat.until(lambda: "CUSTOMER" in said(), "English again")

    sit_down(shop.options, work)
