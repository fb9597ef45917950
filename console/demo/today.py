"""The queue as it stands now, beside the stories: who waits, since when, and for whom."""

from datetime import datetime, timedelta

from console.demo.casebook import Casebook
from console.demo.dice import Dice, dice, hours, one
from console.demo.lines import (
    first_files,
    first_words,
    labels,
    note,
    replies,
    seller_line,
    seller_texts,
    urgency,
)
from console.demo.script import Roster, Script, Step, order_steps
from console.demo.shifts import taker

# Each line is one ticket: its topic, how it stands, and since about how many minutes.
# fresh: nobody has looked; sorted: in a queue, nobody's; heard: the seller has answered too;
# back: somebody's, and the buyer wrote again; answered: somebody's, the buyer has the word.
_QUEUE = (
    ("size", "fresh", 13),
    ("missing", "sorted", 21),
    ("praise", "fresh", 29),
    ("charged", "back", 33),
    ("missing", "heard", 41),
    ("damaged", "back", 52),
    ("voucher", "fresh", 64),
    ("missing", "sorted", 83),
    ("account", "fresh", 97),
    ("refund", "back", 110),
    ("damaged", "heard", 125),
    ("missing", "back", 141),
    ("trade", "sorted", 158),
    ("size", "answered", 176),
    ("refusal", "heard", 204),
    ("missing", "back", 233),
    ("invoice", "sorted", 262),
    ("refund", "answered", 290),
    ("outside", "back", 338),
    ("missing", "sorted", 397),
    ("account", "answered", 455),
    ("damaged", "sorted", 520),
)


def open_steps(book: Casebook, roster: Roster, now: datetime) -> list[Step]:
    """Everything that led to the tickets that are open now."""
    steps: list[Step] = []
    for n, (topic, state, minutes) in enumerate(_QUEUE):
        rng = dice(book.seed, "today", n)
        ago = timedelta(seconds=int(minutes * 60 * rng.uniform(0.9, 1.1)))
        before = hours(rng, 2, 26) if state in ("back", "answered") else timedelta(0)
        if state == "heard":
            before = hours(rng, 0.4, 3)
        case = book.drawn(f"today-{n}", topic, now - ago - before, exact=True)
        script = Script(case, book.seed, roster, routed=state != "fresh" or n % 2 == 0)
        _play(book, script, rng, state, now - ago)
        steps += script.steps
        if case.order is not None and case.way is not None:
            steps += order_steps(case.order, case.way, book.seed, until=now)
    return steps


def _play(book: Casebook, script: Script, rng: Dice, state: str, last_at: datetime) -> None:
    case = script.case
    script.asks(case.begins, first_words(case, rng), first_files(case, rng))
    if state == "heard":
        script.seller_says(last_at, seller_line(case, one(rng, seller_texts(book.library, case))))
    if state in ("heard", "sorted"):
        _sort(script, rng, last_at)
    if state in ("back", "answered"):
        _answer(book, script, rng, state, last_at)


def _sort(script: Script, rng: Dice, at: datetime) -> None:
    later = at + timedelta(minutes=2)
    script.ranks(later, "priya", urgency(script.case, rng))
    script.tags(later, "priya", labels(script.case, rng))


def _answer(book: Casebook, script: Script, rng: Dice, state: str, last_at: datetime) -> None:
    case = script.case
    agent = taker(rng, case.team)
    at = last_at if state == "answered" else case.begins + (last_at - case.begins) * 0.4
    script.takes(at, agent)
    script.ranks(at, agent, urgency(case, rng))
    script.tags(at, agent, labels(case, rng))
    if rng.random() < case.traits.note:
        script.notes(at, agent, note(book.library, case, rng))
    name = book.library.staff(agent).name.split()[0]
    script.writes(at, agent, case.voice.answer(rng, one(rng, case.fitting(case.texts.first)), name))
    if state == "back":
        again = case.voice.more(rng, one(rng, replies(case)))
        script.asks(last_at, again, case.traits.more_files)
