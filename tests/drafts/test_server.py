"""A draft is its author's alone; two computers lose neither's words; erasing takes it along."""

from uuid import UUID

from console.drafts.model import MAX_SHARED_CHARS, SharedDraft, Version, draft_id
from console.drafts.records import DRAFT, ShareDraft
from console.kernel.ids import new_id
from console.people.model import User
from console.sync.records import Accepted, Outcome, Rejected
from console.tickets.server.erasure import erase_ticket
from tests.parts.acts import AT, act, begin_case
from tests.parts.office import Office

HERE, THERE = new_id(), new_id()


def share(
    office: Office, user: User, ticket: UUID, body: str, *, device: UUID = HERE, over: int = 0,
    others: tuple[str, ...] = (), target: UUID | None = None,
) -> Outcome:  # fmt: skip
    args = ShareDraft(
        ticket_id=ticket, version=Version("buyer", body, AT), device=device, over=over,
        others=tuple(Version("buyer", other, AT) for other in others),
    )  # fmt: skip
    return office.run(office.actor(user), act(target or draft_id(user.id, ticket), args))


def stands(office: Office, user: User, ticket: UUID) -> tuple[str, list[str]] | None:
    stored = office.get(DRAFT, draft_id(user.id, ticket))
    if stored is None:
        return None
    draft: SharedDraft = stored.record
    assert stored.scopes == {user.scope}
    return draft.version.body, [version.body for version in draft.others]


def rev(office: Office, user: User, ticket: UUID) -> int:
    stored = office.get(DRAFT, draft_id(user.id, ticket))
    return stored.rev if stored else 0


def test_the_last_writer_wins_and_what_they_had_not_seen_is_kept(office: Office) -> None:
    ana, ticket = office.user("Ana"), begin_case(office).ticket.id
    assert isinstance(share(office, ana, ticket, "here"), Accepted)
    share(office, ana, ticket, "there", device=THERE)
    assert stands(office, ana, ticket) == ("there", ["here"])
    share(office, ana, ticket, "there, further", device=THERE, others=("here",))
    assert stands(office, ana, ticket) == ("there, further", ["here"])
    seen = rev(office, ana, ticket)
    share(office, ana, ticket, "here, further", over=seen)
    assert stands(office, ana, ticket) == ("here, further", [])


def test_an_empty_draft_is_gone_unless_another_version_was_not_seen(office: Office) -> None:
    ana, ticket = office.user("Ana"), begin_case(office).ticket.id
    share(office, ana, ticket, "there", device=THERE)
    share(office, ana, ticket, "")
    assert stands(office, ana, ticket) == ("", ["there"])
    share(office, ana, ticket, "", over=rev(office, ana, ticket))
    assert stands(office, ana, ticket) is None


def test_nobody_writes_anothers_draft(office: Office) -> None:
    ana, ben, ticket = office.user("Ana"), office.user("Ben"), begin_case(office).ticket.id
    share(office, ana, ticket, "mine")
    outcome = share(office, ben, ticket, "his", target=draft_id(ana.id, ticket))
    assert isinstance(outcome, Rejected)
    assert outcome.code == "wrong_target"
    assert stands(office, ana, ticket) == ("mine", [])
    assert office.actor(ben).scopes.isdisjoint({ana.scope})


def test_a_draft_that_is_too_long_is_refused(office: Office) -> None:
    ana, ticket = office.user("Ana"), begin_case(office).ticket.id
    assert isinstance(share(office, ana, ticket, "x" * MAX_SHARED_CHARS), Accepted)
    outcome = share(office, ana, ticket, "x" * (MAX_SHARED_CHARS + 1))
    assert isinstance(outcome, Rejected)
    assert outcome.code == "message_too_long"


def test_it_goes_with_its_ticket(office: Office) -> None:
    case, ana = begin_case(office), office.user("Ana")
    other = begin_case(office, email="other@mail.test").ticket.id
    share(office, ana, case.ticket.id, "about her")
    share(office, ana, other, "about somebody else")
    ticket = case.ticket
    office.write(lambda tx: erase_ticket(tx, ticket))
    assert stands(office, ana, ticket.id) is None
    assert stands(office, ana, other) == ("about somebody else", [])


def test_what_comes_after_its_ticket_was_erased_is_not_kept(office: Office) -> None:
    """From a computer that was away meanwhile: nothing would ever take the words along."""
    ticket, ana = begin_case(office).ticket, office.user("Ana")
    office.write(lambda tx: erase_ticket(tx, ticket))
    outcome = share(office, ana, ticket.id, "Dear Lena")
    assert isinstance(outcome, Rejected)
    assert outcome.code == "denied"
    assert stands(office, ana, ticket.id) is None
    assert isinstance(share(office, ana, ticket.id, ""), Accepted)
