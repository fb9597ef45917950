"""Contact data on its way: an agent at the real window, a supervisor's desk, a network that is cut."""

from pathlib import Path
from uuid import UUID

import pytest

from console.conversations.model import Message
from console.conversations.records import MESSAGE, ReceiveMessage, Sender, SendReply
from console.kernel.ids import new_id
from console.macros.model import Content as MacroContent
from console.macros.records import CreateMacro
from console.masking.model.contacts import ContactKind
from console.masking.model.policy import POLICY_ID, Content
from console.masking.records import KNOWN, SetMasking
from console.sync.records import Accepted, Command
from tests.desktop.conftest import SUBJECTS, Shop, open_shop
from tests.journeys.test_shift import accepted, door_of, tickets
from tests.parts.acts import AT, act, received
from tests.parts.compare import assert_replica_equals_server
from tests.parts.desk import Desk, ProcessDesk
from tests.parts.keyboard import Keyboard, sees
from tests.parts.seat import Seat, sit_down
from tests.parts.server import PASSWORD

pytestmark = pytest.mark.usefixtures("qapp")
ADDRESS, PHONE = "wrong@mail.test", "+49 171 2345678"
MACRO = MacroContent(
    name="Ask them", shortcut="ask", text="Please ask at {customer.email}.", sharing="everybody"
)
WILL = "contact detail will be masked for the seller: "


def fill(shop: Shop) -> UUID:
    """A buyer left an address and a number, then the seller wrote: the conversation."""
    conversation_id = tickets(shop)[SUBJECTS[1]].conversation_id
    buyer = Sender(side="buyer", name="Wrong Buyer", email=ADDRESS, phone=PHONE)
    asked = ReceiveMessage(
        message_id=new_id(), sender=buyer, channel="email", subject="x", body="Call me.", at=AT
    )
    accepted(shop, None, act(conversation_id, asked))
    seller = {"side": "seller", "name": "Nord", "email": "nord@nord.test", "language": "en"}
    accepted(shop, None, received(conversation_id, "We sent it.", **seller))
    accepted(shop, None, act(new_id(), CreateMacro(content=MACRO)))
    return conversation_id


async def done(desk: Desk, command: Command) -> None:
    """The server accepted it from this desk."""
    await desk.do(command)
    await desk.until(lambda: desk.outcome(command.cmd_id) is not None, "an answer")
    assert isinstance(desk.outcome(command.cmd_id), Accepted)


async def mask(desk: Desk, *kinds: ContactKind) -> None:
    """These kinds are masked for the seller from now on, as a supervisor says."""
    before = desk.rows("masking").get(POLICY_ID.bytes)
    args = SetMasking(content=Content(seller=kinds), knows=KNOWN)
    await done(desk, act(POLICY_ID, args, base_rev=before[0] if before else 0))


def last(desk: Desk) -> Message:
    """What a colleague wrote last, as it is at a desk."""
    found = [MESSAGE.read(UUID(bytes=key), doc) for key, (_, doc) in desk.rows("messages").items()]
    return max(found, key=lambda message: (message.author == "staff", message.at))


@pytest.mark.timeout(120)
def test_contact_data_goes_as_the_policy_has_it_then(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop, door_of(shop) as door:
        conversation_id = fill(shop)
        cara = shop.server.add_user("Cara Lind", "supervisor", teams=("Europe",))
        folder = tmp_path / "cara"
        folder.mkdir()

        async def work(seat: Seat) -> None:
            keys = Keyboard(seat)
            await seat.sign_in(door.url, shop.ana.email, PASSWORD)
            await seat.give_passphrase("")
            await seat.at_work()
            there = await ProcessDesk(folder, shop.server, cara).open()
            try:
                await there.live()
                await masked_as_one_is_told(keys, seat, there)
                await masked_by_what_was_decided_meanwhile(keys, seat, there)
                await sent_as_it_is(keys, there)
                assert_replica_equals_server(there)
            finally:
                await there.close()

        async def masked_as_one_is_told(keys: Keyboard, seat: Seat, there: Desk) -> None:
            await mask(there, "email")
            await keys.command(f"#{tickets(shop)[SUBJECTS[1]].number}")
            await keys.see("We sent it.")
            await keys.press("R")
            await keys.type(f"{PHONE}. /ask")
            await keys.press("Return")
            await keys.see(f"1 {WILL}{ADDRESS}")
            await mask(there, "email", "phone")
            await keys.see(f"2 contact details will be masked for the seller: {PHONE}, {ADDRESS}")
            await keys.press("Ctrl+Return")
            no_phone, no_address = "(telephone number removed)", "(e-mail address removed)"
            await keys.see(f"{no_phone}. Please ask at {no_address}.")
            kept = f"•••• {no_phone}. Please ask at •••• {no_address}."
            await there.until(lambda: last(there).body == kept, "the same at the other desk")
            assert last(there).masked == ("phone", "email")
            assert not [body for body in shop.bodies() if PHONE in body or ADDRESS in body]

        async def masked_by_what_was_decided_meanwhile(
            keys: Keyboard, seat: Seat, there: Desk
        ) -> None:
            await keys.type(f"Once more: {PHONE}")
            await keys.see(f"1 {WILL}{PHONE}")
            await mask(there)
            await keys.until(lambda: not sees(WILL), "the notice to go")
            door.cut()
            await keys.see("Offline since")
            await keys.press("Ctrl+Return")
            await keys.see("Waiting to send", f"Once more: {PHONE}")
            await mask(there, "phone")
            door.target = shop.server.port
            await keys.command("Try the server now")
            await there.until(lambda: last(there).body.startswith("Once more: ••••"), "it there")
            await keys.see("Once more: (telephone number removed)")
            assert not [body for body in shop.bodies() if PHONE in body]
            await seat.settled()

        async def sent_as_it_is(keys: Keyboard, there: Desk) -> None:
            args = SendReply(message_id=new_id(), lane="seller", body=f"Call {PHONE}", as_is=True)
            base_rev = there.rows("conversations")[conversation_id.bytes][0]
            await done(there, act(conversation_id, args, base_rev=base_rev))
            await keys.see("contact data not masked", f"Call {PHONE}")
            await there.until(lambda: last(there).as_is, "it at her own desk")

        sit_down(shop.options, work)
