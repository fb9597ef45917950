"""What a console asks for beside the log: only what its user may see, in the parts it is kept in."""

from typing import Any
from uuid import UUID

import pytest

from console.conversations.records import CONVERSATION, MESSAGE
from console.conversations.tables.rows import PAGE
from console.kernel.errors import Denied, Refused
from console.kernel.ids import new_id
from console.sync.asking import BUCKETS, MAX_HELD, MAX_IDS, Compared, Found, Older, Wanted
from console.sync.records import Scopes, internal_scope
from console.sync.server.lookup import OLDER_ROWS, Lookup
from tests.parts.acts import Case, act, begin_case, note, received
from tests.parts.office import Office


def lookup(office: Office) -> Lookup:
    return Lookup(office.feed)


def staff(office: Office, name: str = "Ana Kovac", *teams: str) -> Scopes:
    return office.actor(office.user(name, "agent", teams or ("Europe",))).scopes


def wanted(office: Office, case: Case, scopes: Scopes) -> Found:
    asked = Wanted(kind="ticket", ids=(case.ticket.id,))
    return office.read(lambda reader: lookup(office).records(reader, asked, scopes))


def talk(office: Office, case: Case, count: int) -> None:
    execute = office.dispatch.execute
    wishes = [received(case.conversation_id, f"{n}") for n in range(count)]
    office.together(*[lambda tx, w=w: execute(tx, case.shop, w) for w in wishes])


def kinds(found: Found) -> dict[str, int]:
    names = [change.k for change in found.changes]
    return {name: names.count(name) for name in names}


def test_a_record_comes_with_all_that_belongs_to_it(office: Office) -> None:
    scopes = staff(office)
    case = begin_case(office, team="Europe", order_number="A-1")
    assert kinds(wanted(office, case, scopes)) == {
        "ticket": 1, "conversation": 1, "order": 1, "party": 1, "message": 1,
    }  # fmt: skip


def test_of_a_long_conversation_the_last_page_comes_and_older_ones_when_asked(
    office: Office,
) -> None:
    scopes = staff(office)
    case = begin_case(office, team="Europe")
    talk(office, case, PAGE + OLDER_ROWS + 5)
    assert kinds(wanted(office, case, scopes))["message"] == PAGE
    floors, before, got = [], 6 + OLDER_ROWS + 1, 0
    while before > 1:
        asked = Older(kind="message", parent=case.conversation_id, before=before)
        found = office.read(lambda r, a=asked: lookup(office).older(r, a, scopes))
        assert found.floor is not None
        got, before = got + len(found.changes), found.floor
        floors.append(before)
    assert (got, floors) == (6 + OLDER_ROWS, [7, 1])


def test_nobody_is_told_of_what_they_may_not_see(office: Office) -> None:
    ours, theirs = staff(office), staff(office, "Ben Ode", "Asia")
    case = begin_case(office, team="Europe")
    assert wanted(office, case, theirs).changes == ()
    asked = Older(kind="message", parent=case.conversation_id, before=99)
    with pytest.raises(Denied):
        office.read(lambda reader: lookup(office).older(reader, asked, theirs))
    gone = Older(kind="message", parent=new_id(), before=99)
    with pytest.raises(Denied):
        office.read(lambda reader: lookup(office).older(reader, gone, ours))
    held = Compared(kind="ticket", border=0, held=((case.ticket.id, 1),))
    found = office.read(lambda reader: lookup(office).compare(reader, held, theirs))
    assert [(change.id, change.op) for change in found.changes] == [(case.ticket.id, "X")]
    assert all(bytes(change.doc) == b"null" for change in found.changes)


def test_notes_come_to_those_who_see_the_inside(office: Office) -> None:
    scopes = staff(office)
    case = begin_case(office, team="Europe")
    ana = office.actor(next(iter(office.write(lambda tx: tx.all(_user()))), None).record)
    office.run(ana, note(case.conversation_id))
    outside = frozenset(scope for scope in scopes if scope != internal_scope(scope))
    assert kinds(wanted(office, case, scopes))["message"] == 2
    assert kinds(wanted(office, case, outside))["message"] == 1


def _user() -> Any:
    from console.people.records import USER

    return USER


def test_a_comparison_tells_exactly_what_differs(office: Office) -> None:
    scopes = staff(office)
    same, changed, missing = (begin_case(office, team="Europe", email=f"{n}@x.y") for n in "abc")
    revs: dict[UUID, int] = {
        UUID(bytes=bytes(row[0])): row[1] for row in office.rows("SELECT id, rev FROM tickets")
    }
    vanished = new_id()
    held = (
        (same.ticket.id, revs[same.ticket.id]), (changed.ticket.id, 5), (vanished, 7),
    )  # fmt: skip
    everywhere = tuple(range(BUCKETS))
    asked = Compared(kind="ticket", border=0, buckets=everywhere, held=held)
    found = office.read(lambda reader: lookup(office).compare(reader, asked, scopes))
    assert {(change.id, change.op) for change in found.changes} == {
        (changed.ticket.id, "U"), (missing.ticket.id, "U"), (vanished, "X"),
    }  # fmt: skip
    without = Compared(kind="ticket", border=0, held=held)
    found = office.read(lambda reader: lookup(office).compare(reader, without, scopes))
    assert {(change.id, change.op) for change in found.changes} == {
        (changed.ticket.id, "U"), (vanished, "X"),
    }  # fmt: skip


def test_sums_are_of_what_the_asker_sees(office: Office) -> None:
    ours, theirs = staff(office), staff(office, "Ben Ode", "Asia")
    begin_case(office, team="Europe")
    mine = office.read(lambda reader: lookup(office).digests(reader, 0, ours))
    other = office.read(lambda reader: lookup(office).digests(reader, 0, theirs))
    assert mine.kinds["user"] == other.kinds["user"]
    assert (any(mine.kinds["ticket"]), any(other.kinds["ticket"])) == (True, False)
    assert mine.as_of == office.head()


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda r, k: k.records(r, Wanted(kind="hologram", ids=()), frozenset()), "unknown_kind"),
        (
            lambda r, k: k.records(
                r, Wanted(kind="ticket", ids=tuple(new_id() for _ in range(MAX_IDS + 1))),
                frozenset(),
            ),
            "too_many",
        ),
        (lambda r, k: k.older(r, Older(kind="ticket", parent=new_id(), before=1), frozenset()), "unknown_kind"),
        (
            lambda r, k: k.compare(
                r, Compared(kind="ticket", border=0, held=((new_id(), 1),) * (MAX_HELD + 1)),
                frozenset(),
            ),
            "too_many",
        ),
        (
            lambda r, k: k.compare(
                r, Compared(kind="ticket", border=0, buckets=(BUCKETS,)), frozenset()
            ),
            "bad_bucket",
        ),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(office: Office, ask: Any, code: str) -> None:
    with pytest.raises(Refused) as refused:
        office.read(lambda reader: ask(reader, lookup(office)))
    assert refused.value.code == code


def test_the_kinds_used_here_are_the_rooms(office: Office) -> None:
    assert office.catalog.of(MESSAGE).latest is not None
    assert office.catalog.of(CONVERSATION).latest is None
    assert act(new_id(), Wanted(kind="x", ids=())).type == "Wanted"
