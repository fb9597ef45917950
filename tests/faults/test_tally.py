"""The tally sees what it is there to see: each way to lose, double and leak is told."""

from collections import Counter
from uuid import UUID

from console.kernel.ids import new_id
from tests.faults.tally import Deed, Tally, There, judge_deeds, judge_rows

TALK = new_id()


def there(*bodies: str, applied: dict[UUID, str] | None = None, **more: int) -> There:
    effects = {new_id(): n for n in more.values()}
    return There({}, {}, Counter(bodies), {TALK: list(bodies)}, applied or {}, effects)


def deed(serial: int, *, kept: bool = True, discarded: bool = False) -> Deed:
    return Deed(serial, "AddNote", TALK, f"note {serial}", new_id() if kept else None, discarded)


def judged(deeds: list[Deed], state: str | None, held: There) -> str:
    states = {d.cmd_id: state for d in deeds if d.cmd_id and state}
    return str(judge_deeds(deeds, states, held))


CLEAN = str(Tally())


def test_what_is_kept_and_done_once_is_clean() -> None:
    one = deed(1)
    assert one.cmd_id is not None
    done = there("note 1", applied={one.cmd_id: "accepted"}, once=1)
    assert judged([one], "journal", done) == judged([one], "accepted", done) == CLEAN
    assert judged([one], "queued", there()) == judged([one], "rejected", there()) == CLEAN


def test_what_was_never_acknowledged_may_be_there_or_not_but_not_twice() -> None:
    one = deed(1, kept=False)
    assert judged([one], None, there()) == judged([one], None, there("note 1")) == CLEAN
    assert judged([one], None, there("note 1", "note 1")) == "lost=0 doubled=1 leaked=0"


def test_a_command_in_neither_table_is_lost_unless_somebody_discarded_it() -> None:
    assert judged([deed(1)], None, there()) == "lost=1 doubled=0 leaked=0"
    assert judged([deed(1, discarded=True)], None, there()) == CLEAN


def test_an_acknowledged_command_without_answer_or_effect_is_lost() -> None:
    one = deed(1)
    assert one.cmd_id is not None
    assert judged([one], "journal", there("note 1")) == "lost=1 doubled=0 leaked=0"
    empty = there(applied={one.cmd_id: "accepted"})
    assert judged([one], "journal", empty) == "lost=1 doubled=0 leaked=0"


def test_a_refused_command_that_was_done_and_effects_in_two_transactions_are_doubled() -> None:
    assert judged([deed(1)], "rejected", there("note 1")) == "lost=0 doubled=1 leaked=0"
    assert judged([], None, there(twice=2)) == "lost=0 doubled=1 leaked=0"


def test_another_order_than_that_of_the_author_is_told() -> None:
    deeds = [deed(1, kept=False), deed(2, kept=False)]
    assert judged(deeds, None, there("note 1", "note 2")) == CLEAN
    assert judged(deeds, None, there("note 2", "note 1")) == "lost=1 doubled=0 leaked=0"


def test_a_row_too_many_is_leaked_and_a_missing_or_other_one_lost() -> None:
    held = {"tickets": {b"a": (1, "{}"), b"b": (2, "{}")}}
    assert str(judge_rows(held, held, held, "Ana")) == CLEAN
    more = {"tickets": {**held["tickets"], b"c": (3, "{}")}}
    assert str(judge_rows(more, held, held, "Ana")) == "lost=0 doubled=0 leaked=1"
    assert str(judge_rows(held, more, more, "Ana")) == "lost=1 doubled=0 leaked=0"
    assert str(judge_rows(held, more, held, "Ana")) == CLEAN
    other = {"tickets": {**held["tickets"], b"b": (1, "{}")}}
    assert str(judge_rows(other, held, held, "Ana")) == "lost=1 doubled=0 leaked=0"
