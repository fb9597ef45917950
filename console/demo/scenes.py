"""How a case of the past year went: answered, sought, settled, thanked for."""

from datetime import datetime, timedelta

from console.demo.cases import Case
from console.demo.content import Library
from console.demo.dice import dice, hours, one
from console.demo.lines import (
    first_files,
    first_words,
    labels,
    long_story,
    note,
    replies,
    seller_language,
    seller_line,
    seller_texts,
    urgency,
)
from console.demo.moments import awake
from console.demo.script import Roster, Script, Step
from console.demo.shifts import answered, on_shift, taker
from console.demo.stage import Scene, settle_order
from console.demo.wording import day_text
from console.orders.model import EventName
from console.tickets.model import Status

HELPER = "priya"
"""Takes over when somebody is out; supervisors see every team's queue."""


def play(library: Library, case: Case, seed: int, roster: Roster, now: datetime) -> list[Step]:
    """The whole case as it went, in the order of each part; empty when none of it is past."""
    rng = dice(seed, "scene", case.key)
    script = Script(case, seed, roster, routed=rng.random() < 0.75)
    scene = Scene(library, case, script, rng, now)
    scene.agent = taker(rng, case.team)
    _open(scene)
    if rng.random() < case.traits.short or not case.fitting(case.texts.first):
        _settle(scene)
    else:
        _first_answer(scene)
        if not _left(scene):
            _asked_again(scene)
            _settle(scene)
    return scene.steps(seed)


def _open(scene: Scene) -> None:
    case, rng = scene.case, scene.rng
    story = long_story(case)
    if story and scene.voice.channel == "email" and rng.random() < 0.09:
        body = scene.voice.long(rng, story)
    else:
        body = first_words(case, rng)
    scene.script.asks(scene.at, body, first_files(case, rng))
    if scene.voice.channel == "chat" and rng.random() < 0.3 and case.topic != "praise":
        scene.at += timedelta(minutes=rng.randint(6, 50))
        scene.script.asks(scene.at, scene.voice.more(rng, one(rng, case.voice.language.nudges)))
    if not case.traits.late and rng.random() < case.traits.seller:
        _seller_speaks(scene)


def _seller_speaks(scene: Scene) -> None:
    """The order's seller has their say, in the buyer's language when it is theirs too."""
    case, rng = scene.case, scene.rng
    scene.at += hours(rng, 0.3, 5)
    body = seller_line(case, one(rng, seller_texts(scene.library, case)))
    files = ("hand-over-receipt.pdf",) if case.topic == "missing" and rng.random() < 0.5 else ()
    scene.script.seller_says(scene.at, body, files)


def _first_answer(scene: Scene) -> None:
    case, rng, script = scene.case, scene.rng, scene.script
    scene.at = answered(scene.library, rng, scene.agent, scene.at)
    _triage(scene)
    if rng.random() < case.traits.note:
        script.notes(scene.at, scene.agent, note(scene.library, case, rng))
    _to_seller(scene)
    _answer(scene, one(rng, case.fitting(case.texts.first)), first=True)
    if case.traits.ends == "returned":
        script.happens(scene.at, EventName.RETURN_REQUESTED)
        script.happens(scene.at + timedelta(minutes=1), EventName.RETURN_APPROVED)
    script.sets(scene.at, scene.agent, Status.PENDING)
    scene.rest()


def _to_seller(scene: Scene) -> None:
    """A word to the seller, if they spoke."""
    case, rng = scene.case, scene.rng
    if case.asker.side == "buyer" and scene.script.heard("seller") and rng.random() < 0.6:
        texts = scene.library.languages[seller_language(case)].topics[case.topic].to_seller
        line = seller_line(case, one(rng, texts))
        scene.script.writes(scene.at, scene.agent, line, "seller")


def _left(scene: Scene) -> bool:
    """Whether the asker never comes back, or it waits for somebody else."""
    recent = scene.now - scene.at < timedelta(days=13)
    if recent and scene.rng.random() < 0.3:
        if scene.rng.random() < 0.35:
            scene.at = on_shift(
                scene.library, scene.rng, scene.agent, scene.at + hours(scene.rng, 1, 20)
            )
            scene.script.sets(scene.at, scene.agent, Status.HOLD)
            scene.rest()
        return True
    return False


def _asked_again(scene: Scene) -> None:
    case, rng, script = scene.case, scene.rng, scene.script
    day = day_text(scene.at, scene.voice.locale, case.zone)
    scene.at = awake(scene.at + hours(rng, 0.4, 30), case.zone)
    again = scene.voice.more(rng, one(rng, replies(case)), scene.last_answer, _name(scene), day)
    script.asks(scene.at, again, case.traits.more_files)
    if case.topic == "missing" and rng.random() < 0.3:
        _held(scene)
    _seller_again(scene)
    if case.traits.ends == "returned":
        scene.at += hours(rng, 70, 150)
    if rng.random() < 0.06:
        scene.agent = HELPER
        scene.at = on_shift(scene.library, rng, HELPER, scene.at)
        script.notes(scene.at, HELPER, one(rng, scene.library.notes.general))


def _held(scene: Scene) -> None:
    """We ask for patience, and are asked again."""
    rng, texts = scene.rng, scene.voice.language
    scene.at = answered(scene.library, rng, scene.agent, scene.at)
    _answer(scene, one(rng, texts.holding))
    scene.script.sets(scene.at, scene.agent, Status.PENDING)
    scene.rest()
    scene.at = awake(scene.at + hours(rng, 20, 60), scene.case.zone)
    scene.script.asks(scene.at, scene.voice.more(rng, one(rng, texts.nudges)))


def _seller_again(scene: Scene) -> None:
    """The seller reports, late by nature, or gives in."""
    case, rng = scene.case, scene.rng
    if case.traits.late and rng.random() < case.traits.seller:
        _seller_speaks(scene)
    elif case.traits.ends == "approved" and scene.script.heard("seller") and rng.random() < 0.4:
        scene.at += hours(rng, 0.5, 9)
        texts = scene.library.languages[seller_language(case)].topics[case.topic].seller
        scene.script.seller_says(scene.at, seller_line(case, texts[-1]))


def _settle(scene: Scene) -> None:
    case, rng, script = scene.case, scene.rng, scene.script
    scene.at = answered(scene.library, rng, scene.agent, scene.at)
    if not scene.last_answer:
        _triage(scene)
    if case.traits.late:
        _to_seller(scene)
    found = bool(case.texts.found) and rng.random() < 0.4
    answers = case.texts.found if found else case.fitting(case.texts.solved)
    chosen = one(rng, answers)
    settle_order(scene, found=found, first=chosen == answers[0])
    _answer(scene, chosen, first=not scene.last_answer)
    script.sets(scene.at, scene.agent, Status.SOLVED)
    scene.rest()
    if case.topic != "praise" and rng.random() < 0.4:
        _thanks(scene)


def _thanks(scene: Scene) -> None:
    rng, script, texts = scene.rng, scene.script, scene.voice.language
    scene.at = awake(scene.at + hours(rng, 0.1, 12), scene.case.zone)
    thanks = scene.voice.say(one(rng, texts.thanks).replace("{agent}", _name(scene)))
    script.asks(scene.at, thanks)
    scene.at = answered(scene.library, rng, scene.agent, scene.at)
    if rng.random() < 0.5:
        _answer(scene, one(rng, texts.bye))
    script.sets(scene.at, scene.agent, Status.SOLVED)
    scene.rest()


def _triage(scene: Scene) -> None:
    """Team, owner, priority and tags, as the one who takes it sees fit."""
    case, rng, script = scene.case, scene.rng, scene.script
    script.moves(scene.at, scene.agent, case.team)
    script.takes(scene.at, scene.agent)
    script.ranks(scene.at, scene.agent, urgency(case, rng))
    script.tags(scene.at, scene.agent, labels(case, rng))


def _answer(scene: Scene, text: str, *, first: bool = False) -> None:
    scene.last_answer = scene.voice.answer(scene.rng, text, _name(scene), first=first)
    scene.script.writes(scene.at, scene.agent, scene.last_answer)


def _name(scene: Scene) -> str:
    return scene.library.staff(scene.agent).name.split()[0]
