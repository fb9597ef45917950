"""At home on the desktop: the title counts, notices open their ticket, waking hurries, rest is told."""

from uuid import UUID

import pytest

from console.kernel.codec import NIL
from console.tickets.records import Assign
from console.tickets.tables import rows
from tests.desktop.conftest import Shop, to_work
from tests.parts.acts import act
from tests.parts.seat import PASSPHRASE, Seat, said, sit_down

pytestmark = pytest.mark.usefixtures("qapp")


def _give(shop: Shop, number: int) -> UUID:
    """Somebody gives Ana a ticket."""
    core = shop.server.core
    ticket = shop.server.call(core.read(lambda r: rows.by_number(r, number)))
    assert ticket is not None
    shop.server.execute(shop.server.operator(), act(ticket.id, Assign(assignee_id=shop.ana.id)))
    return ticket.id


def test_the_title_of_every_window_counts_what_waits(shop: Shop) -> None:
    async def work(seat: Seat) -> None:
        await to_work(seat, shop)
        seat.desk.open_window()
        (place,) = seat.desk.windows
        assert place.window.windowTitle() == "Parley"
        _give(shop, 1)
        await seat.until(lambda: place.window.windowTitle() == "(1) Parley", "the count")
        assert seat.desk.window.windowTitle() == "(1) Parley"

    sit_down(shop.options, work)


def test_a_notices_buttons_open_the_ticket_and_mark_it_read(shop: Shop) -> None:
    async def work(seat: Seat) -> None:
        await to_work(seat, shop)
        assert seat.desk.citizen is not None
        notifier = seat.desk.citizen.notifier
        ticket = _give(shop, 2)
        triage = seat.workspace.triage
        await seat.until(lambda: seat.desk.window.windowTitle() == "(1) Parley", "it to come")
        notifier.opened.emit(ticket)
        assert seat.workspace.opened.ticket_id == ticket
        assert triage.ticket(ticket).unread == 1
        notifier.read.emit(ticket)
        await seat.until(lambda: triage.ticket(ticket).unread == 0, "read")
        notifier.opened.emit(NIL)  # one about several tickets only comes up
        assert seat.workspace.opened.ticket_id == ticket
        await seat.settled()

    sit_down(shop.options, work)


def test_whoever_rests_is_seen_at_no_ticket(shop: Shop) -> None:
    async def work(seat: Seat) -> None:
        await to_work(seat, shop)
        desk = seat.desk
        assert desk.citizen is not None
        assert desk.local is not None
        here = seat.workspace.opened.ticket_id
        assert desk.local.company.attending.ticket == here
        desk.citizen.idle.changed.emit(True)
        assert desk.local.company.attending.ticket is None
        desk.citizen.idle.changed.emit(False)
        assert desk.local.company.attending.ticket == here

    sit_down(shop.options, work)


def test_waking_brings_the_link_back_at_once(shop: Shop) -> None:
    async def work(seat: Seat) -> None:
        await to_work(seat, shop, PASSPHRASE)
        await seat.settled()
        assert seat.desk.citizen is not None
        seat.desk.go_offline(True)
        await seat.until(lambda: seat.mode == "offline", "offline")
        seat.desk.citizen.wake.woken.emit()
        assert seat.mode == "offline", "who works offline on purpose stays so"
        seat.desk.go_offline(False)
        seat.desk.citizen.wake.woken.emit()
        await seat.until(lambda: seat.mode == "live", "live")
        assert not any("No connection" in text for text in said())

    sit_down(shop.options, work)
