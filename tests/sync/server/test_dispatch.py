"""From a command to its stored outcome: once, in order, allowed, whatever goes wrong."""

from typing import Any
from uuid import UUID

import pytest
from msgspec import Raw, structs

from console.kernel.codec import Strict
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.people.model import INTAKE_SCOPE, Action, Actor, Party
from console.people.records import PARTY
from console.sync.records import Accepted, Command, Expected, Merged, Outcome, Rejected, Retry
from console.sync.server import schema
from console.sync.server.answers import GREET_ANEW_S
from console.sync.server.dispatch import Dispatch, Handles, Request
from console.sync.server.tx import Stored, Tx
from tests.parts.acts import act
from tests.parts.office import Office

QUEUE = frozenset((INTAKE_SCOPE,))


class Meet(Strict, frozen=True):
    """Make a party of that name."""

    name: str


class Rename(Strict, frozen=True):
    """Give the target another name; tells the old one when `loud`."""

    name: str
    loud: bool = False


class Fail(Strict, frozen=True):
    """Our own mistake."""


def meet(tx: Tx, request: Request[Meet]) -> None:
    if not request.args.name:
        tx.record(PARTY, Party(id=new_id(), side="buyer", name="half done"), QUEUE)
        raise Refused("no_name", "Who?", fields={"name": "empty"})
    tx.record(PARTY, Party(id=request.target, side="buyer", name=request.args.name), QUEUE)


def rename(tx: Tx, request: Request[Rename]) -> dict[str, Any] | None:
    stored = tx.get(PARTY, request.target)
    assert stored is not None
    if stored.record.name == "fixed":
        raise Refused("fixed", "Not this one.")
    if stored.record.name != request.args.name:
        tx.record(PARTY, structs.replace(stored.record, name=request.args.name))
    return {"name": stored.record.name} if request.args.loud else None


def fail(tx: Tx, request: Request[Fail]) -> None:
    tx.record(PARTY, Party(id=request.target, side="buyer", name="half done"), QUEUE)
    raise ZeroDivisionError


def permit(actor: Any, action: str, stored: Stored[Any] | None) -> None:
    from console.people.model import authorize

    authorize(actor, action, stored.scopes if stored else None)


DISPATCH = Dispatch(
    [
        Handles(Meet, Action.RECEIVE, None, meet),
        Handles(Rename, Action.REPLY, PARTY, rename),
        Handles(Fail, Action.RECEIVE, None, fail),
    ],
    permit,
)


def actor(scopes: frozenset[int] = QUEUE, device: UUID | None = None) -> Actor:
    actions = frozenset({Action.RECEIVE, Action.REPLY})
    return Actor(UUID(int=7), "Ana", "agent", actions, scopes, device)


def run(office: Office, who: Actor, *commands: Command) -> list[Outcome]:
    """All in one shared transaction."""
    found = office.together(*[lambda tx, c=c: DISPATCH.execute(tx, who, c) for c in commands])
    return [decision.settled for decision in found]


def names(office: Office) -> list[str]:
    return sorted(row[0] for row in office.rows("SELECT name FROM parties"))


def test_the_outcome_says_from_where_on_the_effect_is_visible(office: Office) -> None:
    (outcome,) = run(office, actor(), act(new_id(), Meet(name="Lena")))
    assert outcome == Accepted(office.head())
    assert names(office) == ["Lena"]


def test_the_same_id_again_gets_the_same_answer_and_no_second_effect(office: Office) -> None:
    target = new_id()
    first = act(target, Meet(name="Lena"))
    again = act(target, Rename(name="Nora"))
    (outcome,) = run(office, actor(), first)
    run(office, actor(), again)
    head = office.head()
    assert run(office, actor(), first) == [outcome]
    assert office.head() == head
    assert names(office) == ["Nora"]


def test_the_same_id_twice_in_one_transaction(office: Office) -> None:
    wish = act(new_id(), Meet(name="Lena"))
    first, second = run(office, actor(), wish, wish)
    assert first == second == Accepted(office.head())
    assert len(office.rows("SELECT 1 FROM applied_command")) == 1


def test_a_refusal_is_stored_too(office: Office) -> None:
    wish = act(new_id(), Meet(name=""))
    first, second = run(office, actor(), wish, wish)
    assert first == second == Rejected("no_name", {"name": "empty"})
    assert run(office, actor(), wish) == [first]
    assert names(office) == []


def test_one_id_for_two_wishes_is_a_mismatch(office: Office) -> None:
    wish = act(new_id(), Meet(name="Lena"))
    other = structs.replace(wish, args=Raw(b'{"name":"Nora"}'))
    first, second = run(office, actor(), wish, other)
    assert isinstance(first, Accepted)
    assert second == Rejected("idempotency_mismatch")
    assert run(office, actor(), other) == [Rejected("idempotency_mismatch")]
    assert run(office, actor(), wish) == [first]
    assert names(office) == ["Lena"]


def test_one_failing_command_of_a_transaction_leaves_the_others(office: Office) -> None:
    wishes = [act(new_id(), Meet(name=name)) for name in ("Lena", "", "Nora")]
    found = run(office, actor(), *wishes)
    assert [type(outcome).__name__ for outcome in found] == ["Accepted", "Rejected", "Accepted"]
    assert names(office) == ["Lena", "Nora"]


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (Command(new_id(), "Teleport", new_id()), "unknown_command"),
        (Command(new_id(), "Meet", new_id(), args=Raw(b'{"name":1}')), "bad_input"),
        (Command(new_id(), "Meet", new_id(), args=Raw(b'{"name":"x","sudo":1}')), "bad_input"),
        (Command(new_id(), "Rename", new_id(), args=Raw(b'{"name":"x"}')), "denied"),
    ],
)
def test_what_cannot_be_done_is_an_outcome(office: Office, wish: Command, code: str) -> None:
    (outcome,) = run(office, actor(), wish)
    assert isinstance(outcome, Rejected)
    assert outcome.code == code


def test_a_target_out_of_sight_is_denied_and_not_shown(office: Office) -> None:
    target = new_id()
    run(office, actor(), act(target, Meet(name="Lena")))
    (outcome,) = run(office, actor(frozenset((40,))), act(target, Rename(name="x")))
    assert outcome == Rejected("denied")
    assert names(office) == ["Lena"]


def test_a_refusal_brings_the_record_as_it_is(office: Office) -> None:
    target = new_id()
    run(office, actor(), act(target, Meet(name="fixed")))
    (outcome,) = run(office, actor(), act(target, Rename(name="x")))
    assert isinstance(outcome, Rejected)
    assert outcome.current is not None
    assert (outcome.current.id, outcome.current.rev) == (target, office.head())
    assert b'"fixed"' in bytes(outcome.current.doc)


def test_a_refusal_given_again_brings_the_record_as_it_is_by_then(office: Office) -> None:
    target = new_id()
    run(office, actor(), act(target, Meet(name="fixed")))
    wish = act(target, Rename(name="x"))
    run(office, actor(), wish)
    office.write(lambda tx: tx.record(PARTY, Party(id=target, side="buyer", name="moved on")))
    (again,) = run(office, actor(), wish)
    assert isinstance(again, Rejected)
    assert (again.code, again.fields) == ("fixed", {})
    assert again.current is not None
    assert again.current.rev == office.head()
    assert b"moved on" in bytes(again.current.doc)
    (elsewhere,) = run(office, actor(frozenset((40,))), wish)
    assert elsewhere == Rejected("fixed"), "who may not see it is told nothing of it"
    first, second = run(office, actor(), *[act(target, Rename(name="y"), cmd_id=new_id())] * 2)
    assert first == second == Accepted(office.head())


def test_what_was_overridden_is_told(office: Office) -> None:
    target = new_id()
    run(office, actor(), act(target, Meet(name="Lena")))
    (outcome,) = run(office, actor(), act(target, Rename(name="Nora", loud=True)))
    assert outcome == Merged(office.head(), {"name": "Lena"})


def test_a_command_without_effect_is_visible_where_its_target_last_was(office: Office) -> None:
    target = new_id()
    run(office, actor(), act(target, Meet(name="Lena")))
    seen = office.head()
    run(office, actor(), act(new_id(), Meet(name="Nora")))
    assert run(office, actor(), act(target, Rename(name="Lena"))) == [Accepted(seen)]
    both = run(office, actor(), act(target, Rename(name="Ida")), act(target, Rename(name="Ida")))
    assert both == [Accepted(office.head())] * 2


def numbered(n: int, name: str = "Lena") -> Command:
    return structs.replace(act(new_id(), Meet(name=name)), n=n)


def test_a_gap_is_expected_and_stored_nowhere(office: Office) -> None:
    who = actor(device=new_id())
    found = run(office, who, numbered(1), numbered(3), numbered(2), numbered(3))
    assert [type(outcome) for outcome in found] == [Accepted, Expected, Accepted, Accepted]
    assert found[1] == Expected(2)
    assert office.rows("SELECT last_n FROM device") == [(3,)]
    assert len(office.rows("SELECT 1 FROM applied_command")) == 3


def test_a_refusal_counts_so_that_the_queue_goes_on(office: Office) -> None:
    who = actor(device=new_id())
    found = run(office, who, numbered(1, ""), numbered(2))
    assert [type(outcome) for outcome in found] == [Rejected, Accepted]


def test_numbers_only_order_and_ids_alone_tell_twins(office: Office) -> None:
    who = actor(device=new_id())
    first = numbered(1)
    (outcome,) = run(office, who, first)
    assert run(office, who, structs.replace(first, n=9)) == [outcome]
    assert run(office, who, numbered(1)) != [outcome]


def test_a_number_whose_answer_is_pruned_is_already_processed(office: Office) -> None:
    device = new_id()
    row = {"user_id": UUID(int=7).bytes, "last_n": 9, "pruned_n": 5, "seen_at": 0}
    office.write(lambda tx: tx.insert(schema.device, id=device.bytes, **row))
    found = run(office, actor(device=device), numbered(5), numbered(10), numbered(12))
    assert found[0] == Rejected("already_processed")
    assert isinstance(found[1], Accepted)
    assert found[2] == Expected(11)
    assert names(office) == ["Lena"]


def test_what_was_numbered_in_another_epoch_is_not_decided_unless_it_was_before(
    office: Office,
) -> None:
    """A network may deliver it after the server was put back and its sender told what is lost."""
    desk = actor(device=new_id())
    now = office.rows("SELECT max(no) FROM epoch")[0][0]
    known, late = numbered(1), numbered(2)

    def send(wish: Command, epoch_no: int) -> Outcome:
        return office.write(lambda tx: DISPATCH.execute(tx, desk, wish, epoch_no)).settled

    done = send(known, now)
    assert isinstance(done, Accepted)
    assert send(late, now - 1) == send(late, now + 1) == Retry(GREET_ANEW_S)
    assert send(known, now - 1) == done
    assert len(names(office)) == len(office.rows("SELECT 1 FROM applied_command")) == 1
    assert isinstance(send(late, now), Accepted)


def test_without_a_device_nothing_is_numbered(office: Office) -> None:
    found = run(office, actor(), numbered(5), numbered(5))
    assert [type(outcome) for outcome in found] == [Accepted, Accepted]
    assert office.rows("SELECT 1 FROM device") == []


def test_a_command_after_one_that_was_not_done(office: Office) -> None:
    good, bad = act(new_id(), Meet(name="Lena")), act(new_id(), Meet(name=""))
    after_good = act(new_id(), Meet(name="Nora"), after=good.cmd_id)
    after_bad = act(new_id(), Meet(name="Ida"), after=bad.cmd_id)
    after_none = act(new_id(), Meet(name="Eva"), after=new_id())
    found = run(office, actor(), good, bad, after_good, after_bad, after_none)
    codes = [outcome.code if isinstance(outcome, Rejected) else "" for outcome in found]
    assert codes == ["", "no_name", "", "dependency_rejected", "dependency_rejected"]
    assert names(office) == ["Lena", "Nora"]
    later = act(new_id(), Meet(name="Ute"), after=bad.cmd_id)
    assert isinstance(run(office, actor(), later)[0], Rejected)


def test_giving_up_on_a_command_leaves_a_final_answer(office: Office) -> None:
    who, wish = actor(device=new_id()), structs.replace(act(new_id(), Fail()), n=1)
    with pytest.raises(ZeroDivisionError):
        office.write(lambda tx: DISPATCH.execute(tx, who, wish))
    decision = office.write(lambda tx: DISPATCH.give_up(tx, who, wish))
    assert decision.settled == Rejected("server_error")
    assert run(office, who, wish) == [Rejected("server_error")]
    assert isinstance(run(office, who, numbered(2))[0], Accepted)
    assert names(office) == ["Lena"]
