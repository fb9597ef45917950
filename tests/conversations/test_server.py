"""Replies, notes and words from outside, each with its rule, on both databases."""

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec import structs

from console.conversations.model import Conversation, Message
from console.conversations.records import CONVERSATION, MESSAGE
from console.conversations.server import MAX_TOLD_CHARS
from console.conversations.tables import rows
from console.kernel.ids import new_id
from console.people.model import Actor
from console.people.records import PARTY
from console.sync.records import Accepted, Outcome, Rejected
from tests.parts.acts import AT, Case, begin_case, chance_text, note, received, reply
from tests.parts.blobs import Sample, put
from tests.parts.office import Office


def code(outcome: Outcome) -> str:
    return outcome.code if isinstance(outcome, Rejected) else type(outcome).__name__.lower()


def messages(office: Office, conversation_id: UUID) -> list[Message]:
    return office.read(lambda r: rows.messages(r, conversation_id))


def rev(office: Office, case: Case) -> int:
    stored = office.get(CONVERSATION, case.conversation_id)
    assert stored is not None
    return stored.rev


def test_a_reply_is_the_next_message(office: Office, ana: Actor) -> None:
    case = begin_case(office)
    message_id = new_id()
    outcome = office.run(ana, reply(case.conversation_id, "On its way.", message_id=message_id))
    assert isinstance(outcome, Accepted)
    last = messages(office, case.conversation_id)[-1]
    assert (last.id, last.pos, last.lane, last.author) == (message_id, 2, "buyer", "staff")
    assert (last.author_id, last.channel, last.at) == (ana.user_id, "email", office.clock.now())
    conversation = office.record(CONVERSATION, case.conversation_id)
    assert conversation.answered == message_id


def test_a_reply_after_a_colleagues_that_was_not_seen_is_refused(
    office: Office, ana: Actor, ben: Actor
) -> None:
    case = begin_case(office)
    seen = rev(office, case)
    assert code(office.run(ana, reply(case.conversation_id, base_rev=seen))) == "accepted"
    late = reply(case.conversation_id, "Mine.", base_rev=seen)
    assert code(office.run(ben, late)) == "newer_reply"
    assert (
        code(office.run(ben, reply(case.conversation_id, base_rev=rev(office, case)))) == "accepted"
    )
    assert [m.body for m in messages(office, case.conversation_id)].count("Mine.") == 0


def test_it_may_be_sent_anyway(office: Office, ana: Actor, ben: Actor) -> None:
    case = begin_case(office)
    seen = rev(office, case)
    office.run(ana, reply(case.conversation_id))
    assert (
        code(office.run(ben, reply(case.conversation_id, base_rev=seen, anyway=True))) == "accepted"
    )


def test_ones_own_reply_notes_and_words_from_outside_are_no_newer_reply(
    office: Office, ana: Actor, ben: Actor
) -> None:
    case = begin_case(office)
    seen = rev(office, case)
    office.run(ana, reply(case.conversation_id))
    assert code(office.run(ana, reply(case.conversation_id, base_rev=seen))) == "accepted"
    case = begin_case(office, email="nora@mail.test")
    seen = rev(office, case)
    office.run(ben, note(case.conversation_id))
    case.hear("Hello?")
    assert code(office.run(ana, reply(case.conversation_id, base_rev=seen))) == "accepted"


def test_two_replies_in_one_transaction_meet_the_same_rule(
    office: Office, ana: Actor, ben: Actor
) -> None:
    case = begin_case(office)
    seen = rev(office, case)
    found = office.together(
        *[
            lambda tx, who=who: office.dispatch.execute(
                tx, who, reply(case.conversation_id, base_rev=seen)
            )
            for who in (ana, ben)
        ]
    )
    assert [code(decision.settled) for decision in found] == ["accepted", "newer_reply"]


@pytest.mark.parametrize(
    ("lane", "expected"), [("internal", "bad_lane"), ("seller", "nobody_there")]
)
def test_a_reply_needs_somebody_at_the_other_end(
    office: Office, ana: Actor, lane: str, expected: str
) -> None:
    case = begin_case(office)
    assert code(office.run(ana, reply(case.conversation_id, lane=lane))) == expected


def test_a_note_is_always_accepted(office: Office, ana: Actor, ben: Actor) -> None:
    case = begin_case(office)
    office.run(ana, reply(case.conversation_id))
    for who in (ben, ana, ben):
        assert code(office.run(who, note(case.conversation_id))) == "accepted"
    lanes = [message.lane for message in messages(office, case.conversation_id)]
    assert lanes == ["buyer", "buyer", "internal", "internal", "internal"]


@pytest.mark.parametrize("make", [reply, note])
def test_an_empty_message_is_refused_and_counts_nothing(
    office: Office, ana: Actor, make: object
) -> None:
    case = begin_case(office)
    assert code(office.run(ana, make(case.conversation_id, "  \n "))) == "empty_message"
    conversation = office.record(CONVERSATION, case.conversation_id)
    assert conversation.count == 1


def test_a_message_id_is_used_once(office: Office, ana: Actor) -> None:
    case = begin_case(office)
    first = messages(office, case.conversation_id)[0].id
    taken = reply(case.conversation_id, message_id=first)
    assert code(office.run(ana, taken)) == "message_id_taken"


def test_a_hook_called_twice_makes_one_message(office: Office) -> None:
    case = begin_case(office)
    hook = received(case.conversation_id, "Hello?")
    first, second = office.run(case.shop, hook), office.run(case.shop, hook)
    assert first == second
    assert [m.pos for m in messages(office, case.conversation_id)] == [1, 2]


def test_a_word_from_outside_begins_a_conversation_with_its_party(office: Office) -> None:
    case = begin_case(office, subject="Parcel", name="Lena Braun", email="lena@mail.test")
    conversation = office.record(CONVERSATION, case.conversation_id)
    assert isinstance(conversation, Conversation)
    assert (conversation.subject, conversation.count) == ("Parcel", 1)
    (lane,) = conversation.lanes
    party = office.record(PARTY, lane.party_id)
    assert (lane.name, lane.channel, party.name) == ("buyer", "email", "Lena Braun")


def test_buyer_and_seller_have_a_lane_each(office: Office, ana: Actor) -> None:
    case = begin_case(office)
    case.hear("I sent it.", side="seller", name="Cups & Co", email="shop@cups.test")
    conversation = office.record(CONVERSATION, case.conversation_id)
    assert {lane.name for lane in conversation.lanes} == {"buyer", "seller"}
    assert code(office.run(ana, reply(case.conversation_id, lane="seller"))) == "accepted"
    assert code(office.run(ana, reply(case.conversation_id, lane="buyer"))) == "accepted"


def test_a_message_from_the_future_is_of_now(office: Office) -> None:
    case = begin_case(office)
    case.hear("Later", at=AT + timedelta(days=400))
    assert messages(office, case.conversation_id)[-1].at == office.clock.now()


def test_a_name_that_no_database_keeps_is_cleaned(office: Office) -> None:
    """PostgreSQL has no NUL in text; one sender must not fail where another database takes them."""
    case = begin_case(office)
    assert code(case.hear("Hi", name="Le\x00na", email="le\x00na@mail.test")) in (
        "accepted",
        "bad_input",
    )


def test_a_sender_of_any_length_is_kept_as_far_as_databases_go(office: Office) -> None:
    """What stands behind `From:` is anybody's: no index takes 6,000 letters that do not repeat."""
    case = begin_case(office)
    long = chance_text(6_000).replace(" ", "")
    told = ({"name": long}, {"email": f"{long}@mail.test"}, {"country": long})
    kept = []
    for n, more in enumerate(told):
        outcome = case.hear("Hello?", **{"email": f"{n}@mail.test", **more})
        assert code(outcome) == "accepted", more.keys()
        party = office.get(PARTY, messages(office, case.conversation_id)[-1].author_id)
        assert party is not None
        kept.append((party.record.name, party.record.email, party.record.country))
    short = long[:MAX_TOLD_CHARS]
    assert kept == [
        (short, "0@mail.test", ""), ("Lena Braun", "", ""), ("Lena Braun", "2@mail.test", short),
    ]  # fmt: skip


def test_positions_have_no_gaps_however_commands_share_transactions(
    office: Office, ana: Actor
) -> None:
    case = begin_case(office)
    commands = [note(case.conversation_id) for _ in range(5)] + [note(case.conversation_id, " ")]
    commands += [reply(case.conversation_id) for _ in range(5)]
    office.together(*[lambda tx, c=c: office.dispatch.execute(tx, ana, c) for c in commands])
    assert [m.pos for m in messages(office, case.conversation_id)] == list(range(1, 12))
    assert office.get(MESSAGE, new_id()) is None


# -- as its sender formatted it


def test_what_is_harmless_of_the_markup_is_kept(office: Office) -> None:
    case = begin_case(office, body="Hello", html="<p onclick=x()>Hello<script>evil()</script></p>")
    (message,) = messages(office, case.conversation_id)
    assert (message.body, message.html) == ("Hello", "<p>Hello</p>")


def test_a_message_of_markup_alone_gets_its_words(office: Office) -> None:
    case = begin_case(office, body="", html="<p>Where is <b>it</b>?</p><ul><li>the mug</ul>")
    (message,) = messages(office, case.conversation_id)
    assert message.body == "Where is it?\n\nthe mug"
    outcome = case.hear("", html="<script>evil()</script>")
    assert code(outcome) == "empty_message"


def test_markup_beyond_the_limit_leaves_the_words(office: Office) -> None:
    case = begin_case(office, body="Hello", html="<div>" * 5_000 + "x")
    (message,) = messages(office, case.conversation_id)
    assert (message.body, message.html) == ("Hello", "")


def test_the_mail_as_it_came_is_a_file_of_the_message(office: Office) -> None:
    case = begin_case(office)
    mail = put(office, case.shop, Sample(b"From: Lena\r\n\r\nHello", "mail.eml", "message/rfc822"))
    case.hear("Hello", source=mail.attachment)
    _, message = messages(office, case.conversation_id)
    assert message.attachments == ()
    assert message.source == mail.attachment
    assert [file.id for file in message.files] == [mail.id]
    gone = structs.replace(mail.attachment, id=new_id())
    assert code(case.hear("again", source=gone)) == "attachment_missing"
