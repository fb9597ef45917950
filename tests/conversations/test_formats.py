"""Formats and mentions of what colleagues write, on the server: nothing of it is taken on trust."""

import pytest

from console.conversations import markup
from console.conversations.model import MAX_MENTIONS, Mention, Message
from console.conversations.records import AddNote, SendReply
from console.conversations.tables import rows
from console.kernel import codec
from console.kernel.ids import new_id
from console.people.model import Actor
from console.sync.records import Accepted, Rejected
from tests.conversations.hostile.corpus import PAYLOADS
from tests.parts.acts import Case, begin_case, note, reply
from tests.parts.office import Office

HTML = (
    '<p>Hi <strong>you</strong></p><ul><li>a</li><li><a href="https://x.desk.test">b</a></li></ul>'
)


@pytest.fixture
def ana(office: Office) -> Actor:
    return office.actor(office.user("Ana Kovac"))


def last(office: Office, case: Case) -> Message:
    return office.read(lambda r: rows.messages(r, case.conversation_id))[-1]


def test_a_formatted_reply_reads_as_plain_text_too(office: Office, ana: Actor) -> None:
    case = begin_case(office)
    told = reply(case.conversation_id, "something else", html=HTML)
    assert isinstance(office.run(ana, told), Accepted)
    message = last(office, case)
    assert message.html == HTML
    assert message.body == "Hi you\n- a\n- b (https://x.desk.test)", "it is never another text"


def test_words_without_formats_are_plain(office: Office, ana: Actor) -> None:
    case = begin_case(office)
    office.run(ana, reply(case.conversation_id, "One\n\nTwo", html="<p>One</p><p></p><p>Two</p>"))
    assert (last(office, case).body, last(office, case).html) == ("One\n\nTwo", "")


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_hostile_formats_are_cleaned_again(payload: str) -> None:
    cleaned = markup.own(f"<p><strong>x</strong></p>{payload}")
    assert markup.own(cleaned) == cleaned
    tags = {tag.lower() for _, tag in markup._TAG.findall(cleaned)}
    assert tags <= markup.OWN_TAGS
    assert not {"src=", "onerror=", "style=", "onclick="} & set(cleaned.split())
    assert "javascript:" not in cleaned.partition("href=")[2].partition(">")[0]


def test_formats_beyond_the_limit_leave_the_words(office: Office, ana: Actor) -> None:
    case = begin_case(office)
    html = f"<p><strong>{'x' * markup.MAX_HTML_CHARS}</strong></p>"
    office.run(ana, reply(case.conversation_id, "Words", html=html))
    assert (last(office, case).body, last(office, case).html) == ("Words", "")


def test_plain_text_and_markup_and_back() -> None:
    text = "a <b> & c\n\n  d"
    assert markup.text_of(markup.from_plain(text)) == text
    assert not markup.is_formatted(markup.from_plain(text))
    assert markup.plain_of("<blockquote><p>q</p></blockquote><ol><li>1</li><li>2</li></ol>") == (
        "> q\n1. 1\n2. 2"
    )
    assert markup.plain_of('<p><a href="mailto:a@b.test">a@b.test</a></p>') == "a@b.test"


def test_older_servers_and_consoles_see_no_new_field_in_plain_messages() -> None:
    plain = SendReply(message_id=new_id(), lane="buyer", body="x")
    assert b"html" not in codec.encode(plain)
    assert b"mentions" not in codec.encode(AddNote(message_id=new_id(), body="x"))


# -- mentions


def test_a_note_keeps_whom_it_mentions(office: Office, ana: Actor) -> None:
    case, ben = begin_case(office), office.user("Ben Ode")
    named = (Mention(ben.id, "Ben Ode"), Mention(ben.id, "Somebody Else"))
    office.run(ana, note(case.conversation_id, "@Ben Ode look", mentions=named))
    assert last(office, case).mentions == (Mention(ben.id, "Ben Ode"),)


def test_only_colleagues_that_are_there_are_mentioned(office: Office, ana: Actor) -> None:
    case = begin_case(office)
    outcome = office.run(ana, note(case.conversation_id, "@X", mentions=(Mention(new_id(), "X"),)))
    assert isinstance(outcome, Rejected)
    assert outcome.code == "no_user"


def test_too_many_mentions_are_refused(office: Office, ana: Actor) -> None:
    case, ben = begin_case(office), office.user("Ben Ode")
    many = (Mention(ben.id, "Ben"),) * (MAX_MENTIONS + 1)
    outcome = office.run(ana, note(case.conversation_id, "@Ben", mentions=many))
    assert isinstance(outcome, Rejected)
    assert outcome.code == "too_many_mentions"
    assert isinstance(
        office.run(ana, note(case.conversation_id, "@Ben", mentions=many[:-1])), Accepted
    )
