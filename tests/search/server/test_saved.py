"""Saved searches on the server: one's own, each once, with an end, on all one's computers."""

from datetime import timedelta
from uuid import UUID

import pytest

from console.kernel.codec import Strict
from console.people.model import User
from console.search.model.saved import SAVED_MOST, saved_id
from console.search.records import SAVED_SEARCH, DropSearch, SaveSearch
from console.sync.records import Outcome, Rejected
from console.sync.server.seen import visible
from tests.parts.acts import AT, act
from tests.parts.office import Office


class Staff:
    """Ana and Ben, each with searches of their own."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.ana, self.ben = office.user("Ana Kovac"), office.user("Ben Ode")

    def do(self, user: User, target: UUID, args: Strict) -> Outcome:
        return self.office.run(self.office.actor(user), act(target, args))

    def save(self, user: User, line: str) -> Outcome:
        return self.do(user, saved_id(user.id, line.strip()), SaveSearch(line=line, at=AT))

    def drop(self, user: User, line: str) -> Outcome:
        return self.do(user, saved_id(user.id, line), DropSearch())

    def lines(self, user: User) -> list[str]:
        """What somebody's console is sent."""
        scopes = self.office.actor(user).scopes
        condition, params = visible(self.office.catalog.of(SAVED_SEARCH), scopes)
        rows = self.office.rows(
            f"SELECT t.id, t.doc FROM saved_searches t WHERE {condition}", **params
        )
        return sorted(SAVED_SEARCH.read(UUID(bytes=bytes(i)), doc).line for i, doc in rows)


@pytest.fixture
def staff(office: Office) -> Staff:
    return Staff(office)


def code(outcome: Outcome) -> str:
    return outcome.code if isinstance(outcome, Rejected) else type(outcome).__name__


def test_each_sees_their_own_and_a_line_is_there_once(staff: Staff) -> None:
    assert code(staff.save(staff.ana, "is:open ")) == "Accepted"
    assert code(staff.save(staff.ana, "is:open")) == "Accepted"
    assert code(staff.save(staff.ben, "tag:vip")) == "Accepted"
    assert (staff.lines(staff.ana), staff.lines(staff.ben)) == (["is:open"], ["tag:vip"])


def test_what_is_dropped_is_gone_and_may_be_kept_again(staff: Staff) -> None:
    staff.save(staff.ana, "is:open")
    assert code(staff.drop(staff.ana, "is:open")) == "Accepted"
    assert code(staff.drop(staff.ana, "is:open")) == "Accepted", "gone already: no matter"
    assert staff.lines(staff.ana) == []
    assert code(staff.save(staff.ana, "is:open")) == "Accepted"
    assert staff.lines(staff.ana) == ["is:open"]


def test_nobody_keeps_or_drops_for_another(staff: Staff) -> None:
    staff.save(staff.ana, "is:open")
    hers = saved_id(staff.ana.id, "is:open")
    assert code(staff.do(staff.ben, hers, DropSearch())) == "denied"
    theirs = SaveSearch(line="is:open", at=AT + timedelta(days=1))
    assert code(staff.do(staff.ben, hers, theirs)) == "wrong_target"
    assert staff.lines(staff.ana) == ["is:open"]


def test_lines_that_are_none_and_too_many_are_refused(staff: Staff) -> None:
    assert code(staff.save(staff.ana, "  ")) == "bad_search"
    for n in range(SAVED_MOST):
        staff.save(staff.ana, f"line {n}")
    assert code(staff.save(staff.ana, "one more")) == "too_many_searches"
    assert code(staff.save(staff.ben, "one more")) == "Accepted", (
        "everybody has a limit of their own"
    )
    staff.drop(staff.ana, "line 0")
    assert code(staff.save(staff.ana, "one more")) == "Accepted"
    assert len(staff.lines(staff.ana)) == SAVED_MOST
