"""Who sets the policy, and that no reply gets round it; on both databases."""

from typing import Any
from uuid import UUID

import pytest

from console.conversations.model import Message
from console.conversations.records import ReceiveMessage, Sender
from console.conversations.tables import rows
from console.kernel.ids import new_id
from console.masking.model.policy import POLICY_ID, Content, MaskingPolicy
from console.masking.records import KNOWN, MASKING, SetMasking
from console.people.model import ORG_SCOPE, Actor
from console.sync.records import Outcome, Rejected
from tests.parts.acts import AT, Case, act, begin_case, note, reply
from tests.parts.office import Office


def code(outcome: Outcome) -> str:
    return outcome.code if isinstance(outcome, Rejected) else type(outcome).__name__.lower()


def put(
    office: Office, who: Actor, base_rev: int = 0, target: UUID = POLICY_ID, **content: Any
) -> str:
    args = SetMasking(content=Content(**content), knows=KNOWN)
    return code(office.run(who, act(target, args, base_rev=base_rev)))


@pytest.fixture
def sue(office: Office) -> Actor:
    return office.actor(office.user("Sue", "supervisor"))


@pytest.fixture
def ana(office: Office) -> Actor:
    return office.actor(office.user("Ana"))


@pytest.fixture
def case(office: Office) -> Case:
    """Lena's, about a parcel of a seller's who reads English."""
    case = begin_case(office, language="de")
    case.hear("Sent.", side="seller", name="Nord", email="nord@nord.test", language="en")
    return case


def said(office: Office, case: Case, who: Actor, body: str, **more: object) -> Message:
    assert code(office.run(who, reply(case.conversation_id, body, **more))) == "accepted"
    return office.read(lambda r: rows.messages(r, case.conversation_id))[-1]


def test_those_who_lead_set_it_and_all_staff_know_it(
    office: Office, sue: Actor, ana: Actor
) -> None:
    assert put(office, ana) == "denied"
    assert put(office, sue, buyer=("link",)) == "accepted"
    stored = office.get(MASKING, POLICY_ID)
    assert stored is not None
    assert stored.scopes == {ORG_SCOPE}
    assert stored.record == MaskingPolicy(
        id=POLICY_ID, content=Content(buyer=("link",)), changed_by=sue.user_id
    )
    assert put(office, sue, target=new_id()) == "wrong_target"
    assert put(office, sue, own=("nonsense",)) == "bad_own"


def test_nobody_writes_over_a_colleagues_newer_policy(office: Office, sue: Actor) -> None:
    tom = office.actor(office.user("Tom", "admin"))
    assert put(office, sue, buyer=()) == "accepted"
    seen = office.get(MASKING, POLICY_ID)
    assert seen is not None
    assert put(office, tom, base_rev=seen.rev, buyer=("email",)) == "accepted"
    assert put(office, sue, base_rev=seen.rev, buyer=("phone",)) == "masking_changed"
    assert put(office, tom, base_rev=seen.rev, buyer=("link",)) == "accepted"


def test_a_reply_is_kept_as_the_party_gets_it(office: Office, case: Case, ana: Actor) -> None:
    told = said(office, case, ana, "Ask lena@mail.test or +49 171 2345678.", lane="seller")
    assert told.body == "Ask •••• (e-mail address removed) or •••• (telephone number removed)."
    assert told.masked == ("email", "phone")
    german = said(office, case, ana, "Fragen Sie nord@nord.test")
    assert german.body == "Fragen Sie •••• (E-Mail-Adresse entfernt)"
    same = said(office, case, ana, "We write to lena@mail.test, see help.desk.test/x")
    assert (same.masked, same.body) == ((), "We write to lena@mail.test, see help.desk.test/x")
    html = said(office, case, ana, "x", html="<p><strong>nord@nord.test</strong></p>")
    assert "nord@nord" not in html.body + html.html
    assert html.masked == ("email",)


def test_notes_are_never_masked(office: Office, case: Case, ana: Actor) -> None:
    office.run(ana, note(case.conversation_id, "Her address: lena@mail.test"))
    last = office.read(lambda r: rows.messages(r, case.conversation_id))[-1]
    assert (last.body, last.masked) == ("Her address: lena@mail.test", ())


def test_the_policy_as_it_is_now_decides(
    office: Office, case: Case, ana: Actor, sue: Actor
) -> None:
    put(office, sue, seller=(), buyer=("phone",))
    assert said(office, case, ana, "lena@mail.test", lane="seller").masked == ()
    assert said(office, case, ana, "nord@nord.test +49 171 2345678").masked == ("phone",)
    put(office, sue, base_rev=office.head(), own=("nord.test",))
    assert said(office, case, ana, "nord@nord.test").masked == ()


def test_as_it_is_needs_leave_and_is_noted(
    office: Office, case: Case, ana: Actor, sue: Actor
) -> None:
    args = {"as_is": True, "lane": "seller"}
    denied = office.run(ana, reply(case.conversation_id, "lena@mail.test", **args))
    assert code(denied) == "may_not_unmask"
    told = said(office, case, sue, "lena@mail.test", **args)
    assert (told.body, told.as_is, told.masked) == ("lena@mail.test", True, ())
    assert not said(office, case, sue, "Nothing to hide", **args).as_is
    hidden = said(
        office, case, sue, "here", html='<p><a href="https://evil.test/pay">here</a></p>', **args
    )
    assert hidden.as_is, "where a link leads counts, too"


def test_other_partys_number_is_known_in_any_shape(office: Office, ana: Actor) -> None:
    case = begin_case(office)
    case.hear("Sent.", side="seller", name="Nord", email="nord@nord.test")

    sender = Sender(
        side="buyer", name="Lena Braun", email="lena@mail.test", phone="+49 171 2345678"
    )
    args = ReceiveMessage(
        message_id=new_id(), sender=sender, channel="email", subject="x", body="x", at=AT
    )
    office.run(case.shop, act(case.conversation_id, args))
    told = said(office, case, ana, "order 1712345678 it says", lane="seller")
    assert told.masked == ("phone",)
