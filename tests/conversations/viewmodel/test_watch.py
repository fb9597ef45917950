"""What the composer says of contact data before it goes, and that what then goes is the same."""

from datetime import timedelta

import pytest
from msgspec import structs

from console.conversations.model import Message
from console.conversations.tables import rows
from console.conversations.viewmodel.watch import SHOWN, SHOWN_CHARS
from console.kernel.codec import NIL
from console.masking.model.policy import POLICY_ID, Content, MaskingPolicy
from console.masking.records import MASKING
from console.people.records import USER
from console.people.server.scopes import org_scopes
from console.sync.records import Rejected
from tests.conversations.viewmodel.test_composer import Writing
from tests.parts.console import Console
from tests.parts.until import until

pytestmark = pytest.mark.anyio
PHONE = "0171 2345678"
BODY = f"Her address: lena@mail.test, or {PHONE}"


@pytest.fixture
async def writing(console: Console) -> Writing:
    """A case of Lena's about a seller's parcel; the seller wrote last."""
    case = console.case()
    case.hear("We sent it.", side="seller", name="Nordlicht Shop", email="shop@nord.test")
    console.pull()
    return Writing(console, case)


def lead(console: Console) -> None:
    """Make Ana one who may have contact data go out as it is."""
    ana = structs.replace(console.ana, role="supervisor")
    console.office.write(lambda tx: tx.record(USER, ana))
    console.pull()


async def told(writing: Writing) -> str:
    """What is said once the text was looked through."""
    watch = writing.composer.watch
    await until(lambda: watch.notice.words, "a notice")
    return watch.notice.words


def last(writing: Writing) -> Message:
    assert writing.console.local.reader is not None
    return rows.messages(writing.console.local.reader, writing.case.conversation_id)[-1]


async def test_it_is_named_a_moment_after_it_was_typed(writing: Writing) -> None:
    writing.type(BODY)
    assert writing.composer.watch.notice.words == "", "no key press waits for it"
    assert await told(writing) == (
        "2 contact details will be masked for the seller: lena@mail.test, 0171 2345678"
    )
    notice = writing.composer.watch.notice
    assert [BODY[c.start : c.end] for c in notice.contacts] == ["lena@mail.test", "0171 2345678"]
    assert not notice.may_leave, "an agent has no leave"
    writing.type("Nothing")
    await until(lambda: not writing.composer.watch.notice.words, "no notice")


async def test_many_are_counted_and_long_ones_cut(writing: Writing) -> None:
    long_ = f"https://evil.test/{'x' * SHOWN_CHARS}"
    writing.type(" ".join([long_, *(f"p{n}@mail.test" for n in range(SHOWN))]))
    said = await told(writing)
    assert said.startswith(f"{SHOWN + 1} contact details will be masked for the seller: ")
    assert "…, p0@mail.test, p1@mail.test, …" in said
    assert long_ not in said


async def test_where_a_link_leads_is_told_too(writing: Writing) -> None:
    writing.composer.format(rich=True)
    html = '<p><a href="https://evil.test/pay">pay here</a></p>'
    writing.composer.type("pay here", 8, html)
    assert await told(writing) == (
        "1 contact detail will be masked for the seller: https://evil.test/pay"
    )


async def test_nothing_is_said_to_colleagues_or_of_what_they_know(writing: Writing) -> None:
    writing.composer.address("internal")
    writing.type(BODY)
    watch = writing.composer.watch
    assert watch.question() == ""
    writing.composer.address("buyer")
    writing.type("We wrote to lena@mail.test")
    assert watch.question() == ""
    assert watch.notice.words == ""


async def test_what_is_shown_at_once_is_what_the_server_keeps(writing: Writing) -> None:
    writing.type(BODY)
    await told(writing)
    assert await writing.send() is not None
    shown = last(writing)
    assert shown.body.startswith("Her address: •••• (")
    assert shown.masked == ("email", "phone")
    await writing.console.push()
    assert writing.console.local.entries == {}
    assert last(writing) == shown
    assert writing.composer.watch.notice.words == ""


async def test_sent_faster_than_it_was_looked_through_asks_once(writing: Writing) -> None:
    writing.type(BODY)
    assert await writing.send() is None
    assert (
        writing.composer.state.problem == "Contact data will be masked: see what, then send again."
    )
    assert writing.composer.watch.notice.words
    assert await writing.send() is not None


async def test_who_has_leave_sends_it_as_it_is(writing: Writing) -> None:
    lead(writing.console)
    watch = writing.composer.watch
    writing.type(BODY)
    await told(writing)
    assert watch.notice.may_leave
    writing.composer.unmask(as_is=True)
    assert watch.notice.words.startswith("2 contact details go to the seller as they are: ")
    assert await writing.send() is not None
    assert (last(writing).body, last(writing).as_is) == (BODY, True)
    await writing.console.push()
    assert (last(writing).body, last(writing).as_is) == (BODY, True)
    writing.type(BODY)
    await told(writing)
    assert not watch.as_is, "the next message is masked again"


async def test_that_it_goes_as_it_is_stays_with_the_draft(writing: Writing) -> None:
    lead(writing.console)
    composer, watch = writing.composer, writing.composer.watch
    writing.type(BODY)
    await told(writing)
    composer.unmask(as_is=True)
    composer.open(NIL, None)
    assert watch.notice.words == ""
    writing.open()
    assert (await told(writing)).startswith("2 contact details go to the seller as they are: ")
    composer.address("buyer")
    await until(lambda: "for the buyer" in watch.notice.words, "masked for somebody else")
    composer.address("seller")
    await until(lambda: "masked for the seller" in watch.notice.words, "decided anew")


async def test_a_message_taken_back_is_as_it_was_typed(writing: Writing) -> None:
    lead(writing.console)
    composer = writing.composer
    composer.undo_s = 10
    for as_is in (False, True):
        writing.type(BODY)
        await told(writing)
        composer.unmask(as_is=as_is)
        sent = await writing.send()
        assert sent is not None
        assert (PHONE in last(writing).body) is as_is, "shown as it would go"
        await composer.undo_send(sent)
        assert (composer.state.text, composer.state.as_is) == (BODY, as_is)


async def test_what_is_scheduled_goes_by_the_policy_of_its_time(writing: Writing) -> None:
    console = writing.console
    writing.type(BODY)
    await told(writing)
    at = console.clock.now() + timedelta(hours=1)
    assert await writing.composer.send(at=at) is not None
    policy = MaskingPolicy(id=POLICY_ID, content=Content(seller=("phone",)))
    console.office.write(lambda tx: tx.record(MASKING, policy, org_scopes()))
    console.pull()
    (entry,) = console.local.waiting(writing.ticket)
    await console.local.releases.free([entry])
    await console.push()
    assert last(writing).masked == ("phone",)
    assert "lena@mail.test" in last(writing).body


async def test_leave_lost_meanwhile_holds_it_and_trying_again_masks_it(writing: Writing) -> None:
    lead(writing.console)
    console = writing.console
    writing.type(BODY)
    await told(writing)
    writing.composer.unmask(as_is=True)
    await writing.send()
    console.office.write(lambda tx: tx.record(USER, console.ana))
    await console.push()
    (entry,) = console.local.waiting(writing.ticket)
    assert isinstance(entry.refusal, Rejected)
    assert entry.refusal.code == "may_not_unmask"
    await console.local.retry(entry)
    await console.push()
    assert last(writing).masked == ("email", "phone")


async def test_another_policy_holds_at_once(writing: Writing) -> None:
    writing.type(BODY)
    await told(writing)
    policy = MaskingPolicy(id=POLICY_ID, content=Content(seller=("phone",)))
    writing.console.office.write(lambda tx: tx.record(MASKING, policy, org_scopes()))
    writing.console.pull()
    await until(lambda: writing.composer.watch.notice.words.startswith("1 "), "the new policy")
