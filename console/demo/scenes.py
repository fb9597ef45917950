"""How a case of the past year went: answered, sought, settled, thanked for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from console.demo.cases import Case
from console.demo.content import Library
from console.demo.dice import Dice, dice, hours, one
from console.demo.script import Roster, Script, Step, order_steps
from console.demo.shifts import answered, on_shift, taker
from console.demo.wording import Voice, day_text, told
from console.kernel.money import decimal_text
from console.orders.model import EventName
from console.tickets.model import Priority, Status

_VIP_ORDERS = 18
HELPER = "priya"
"""Takes over when somebody is out; supervisors see every team's queue."""


@dataclass
class Scene:
    """A case being played. What would happen after `now` does not happen."""

    library: Library
    case: Case
    script: Script
    rng: Dice
    now: datetime
    agent: str = ""
    at: datetime = field(init=False)
    last_answer: str = ""
    stopped_at: datetime | None = None
    kept: int = 0

    def __post_init__(self) -> None:
        self.at = self.case.begins

    @property
    def voice(self) -> Voice:
        """How the asker writes."""
        return self.case.voice

    def rest(self) -> None:
        """The work may stay like this for good: nothing so far will be cut off."""
        if self.at < self.now:
            self.kept = len(self.script.steps)

    def steps(self, seed: int) -> list[Step]:
        """What happened before now, up to the last moment of rest, with its order's history."""
        kept = self.script.steps[: self.kept]
        if not kept or self.case.order is None or self.case.way is None:
            return kept
        return kept + order_steps(
            self.case.order, self.case.way, seed, until=self.now, stopped_at=self.stopped_at
        )


def play(library: Library, case: Case, seed: int, roster: Roster, now: datetime) -> list[Step]:
    """The whole case as it went, in the order of each part; empty when none of it is past."""
    rng = dice(seed, "scene", case.key)
    script = Script(case, seed, roster, routed=rng.random() < 0.75)
    scene = Scene(library, case, script, rng, now)
    scene.agent = taker(rng, case.team)
    _open(scene)
    if rng.random() < case.traits.short:
        _settle(scene)
    else:
        _first_answer(scene)
        if not _left(scene):
            _asked_again(scene)
            _settle(scene)
    return scene.steps(seed)


def _open(scene: Scene) -> None:
    case, rng = scene.case, scene.rng
    serious = case.topic in ("missing", "refusal", "refund", "damaged")
    if case.order and serious and scene.voice.channel == "email" and rng.random() < 0.07:
        body = scene.voice.long(rng)
    else:
        plain = case.topic in ("praise", "trade")
        body = scene.voice.opening(rng, one(rng, case.texts.openings), plain=plain)
    files = case.traits.files if rng.random() < 0.7 else ()
    scene.script.asks(scene.at, body, files)
    if scene.voice.channel == "chat" and rng.random() < 0.5 and case.topic != "praise":
        scene.at += timedelta(seconds=rng.randint(20, 90))
        scene.script.asks(scene.at, scene.voice.more(rng, one(rng, case.voice.language.nudges)))
    if case.order and case.texts.seller and rng.random() < case.traits.seller:
        _seller_speaks(scene)


def _seller_speaks(scene: Scene) -> None:
    """The order's seller has their say, in the buyer's language when it is theirs too."""
    case, rng = scene.case, scene.rng
    assert case.seller is not None, "an order has a seller"
    scene.at += hours(rng, 0.3, 5)
    body = seller_line(case, one(rng, seller_texts(scene.library, case)))
    files = ("hand-over-receipt.pdf",) if case.topic == "missing" and rng.random() < 0.5 else ()
    scene.script.seller_says(scene.at, body, files)


def seller_texts(library: Library, case: Case) -> tuple[str, ...]:
    """What a seller may say about a case, in a language both sides have."""
    return library.languages[seller_language(case)].topics[case.topic].seller


def seller_language(case: Case) -> str:
    """The language in which seller and marketplace speak about a case."""
    spoken = case.voice.language.language
    assert case.seller is not None, "an order has a seller"
    return spoken if case.seller.sender.language == spoken else "en"


def seller_line(case: Case, text: str) -> str:
    """A line of the seller's, or one to them, filled in."""
    line = told(text, case.voice.values, woman=False)
    return line[:1].upper() + line[1:]


def _first_answer(scene: Scene) -> None:
    case, rng, script = scene.case, scene.rng, scene.script
    scene.at = answered(scene.library, rng, scene.agent, scene.at)
    _triage(scene)
    if rng.random() < case.traits.note:
        script.notes(scene.at, scene.agent, note(scene.library, case, rng))
    if script.heard("seller") and case.asker.side == "buyer" and rng.random() < 0.55:
        texts = scene.library.languages[seller_language(case)].topics[case.topic].to_seller
        script.writes(scene.at, scene.agent, seller_line(case, one(rng, texts)), "seller")
    _answer(scene, one(rng, case.texts.first))
    if case.traits.ends == "returned":
        script.happens(scene.at, EventName.RETURN_REQUESTED)
        script.happens(scene.at + timedelta(minutes=1), EventName.RETURN_APPROVED)
    script.sets(scene.at, scene.agent, Status.PENDING)
    scene.rest()


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
    day = day_text(scene.at, scene.voice.language.language, case.zone)
    scene.at += hours(rng, 0.4, 30)
    again = scene.voice.more(
        rng, one(rng, case.texts.more), scene.last_answer, _name(scene), day
    )
    script.asks(scene.at, again, case.traits.files if rng.random() < 0.25 else ())
    if rng.random() < 0.15:
        scene.at = answered(scene.library, rng, scene.agent, scene.at)
        _answer(scene, one(rng, scene.voice.language.holding))
        script.sets(scene.at, scene.agent, Status.PENDING)
        scene.rest()
        scene.at += hours(rng, 20, 60)
        script.asks(scene.at, scene.voice.more(rng, one(rng, scene.voice.language.nudges)))
    if case.traits.ends == "returned":
        scene.at += hours(rng, 70, 150)
    if rng.random() < 0.06:
        scene.agent = HELPER
        scene.at = on_shift(scene.library, rng, HELPER, scene.at)
        script.notes(scene.at, HELPER, one(rng, scene.library.notes.general))


def _settle(scene: Scene) -> None:
    case, rng, script = scene.case, scene.rng, scene.script
    scene.at = answered(scene.library, rng, scene.agent, scene.at)
    if not scene.last_answer:
        _triage(scene)
    found = bool(case.texts.found) and rng.random() < 0.4
    chosen = one(rng, case.texts.found if found else case.texts.solved)
    _ending(scene, found=found, first=chosen == case.texts.solved[0])
    _answer(scene, chosen)
    script.sets(scene.at, scene.agent, Status.SOLVED)
    scene.rest()
    if case.topic != "praise" and rng.random() < 0.4:
        _thanks(scene)


def _thanks(scene: Scene) -> None:
    rng, script, texts = scene.rng, scene.script, scene.voice.language
    scene.at += hours(rng, 0.1, 12)
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


def urgency(case: Case, rng: Dice) -> Priority:
    """How urgent a case of this kind usually is."""
    if rng.random() < case.traits.urgent:
        return Priority.URGENT if rng.random() < 0.25 else Priority.HIGH
    return Priority.LOW if case.topic == "praise" else Priority.NORMAL


def labels(case: Case, rng: Dice) -> tuple[str, ...]:
    """The tags a case gets; not every colleague tags every case."""
    vip = ("vip",) if case.buyer and case.buyer.before >= _VIP_ORDERS else ()
    return (*(case.traits.tags if rng.random() < 0.8 else ()), *vip)


def note(library: Library, case: Case, rng: Dice) -> str:
    """What a colleague notes about a case."""
    texts = library.notes.topics[case.topic]
    text = one(rng, library.notes.general if rng.random() < 0.15 else texts)
    return told(text, {**case.voice.values, "due": _due(case)}, woman=False)


def _due(case: Case) -> str:
    return day_text(case.way.promised_at, "en", case.zone) if case.way else ""


def _answer(scene: Scene, text: str) -> None:
    scene.last_answer = scene.voice.answer(scene.rng, text, _name(scene))
    scene.script.writes(scene.at, scene.agent, scene.last_answer)


def _name(scene: Scene) -> str:
    return scene.library.staff(scene.agent).name.split()[0]


# -- what settling does to the order


def _ending(scene: Scene, *, found: bool, first: bool) -> None:
    ends = scene.case.traits.ends
    if found:
        _found(scene)
    elif ends and (ends != "cancelled" or first):
        _ENDINGS[ends](scene)


def _found(scene: Scene) -> None:
    """The lost parcel comes after all, just before we say so."""
    assert scene.case.buyer is not None, "a parcel goes to a buyer"
    city, at = scene.case.buyer.address.city, scene.at
    scene.script.happens(at - timedelta(minutes=190), EventName.OUT_FOR_DELIVERY, city)
    scene.script.happens(at - timedelta(minutes=12), EventName.DELIVERED, city)


def _refunded(scene: Scene) -> None:
    order = scene.case.order
    assert order is not None and order.total is not None, "what is refunded was paid"
    note = f"{decimal_text(order.total)} {order.total.currency}"
    scene.script.happens(scene.at, EventName.REFUNDED, note=note)


def _returned(scene: Scene) -> None:
    assert scene.case.seller is not None, "a return goes to a seller"
    city = scene.case.seller.sender.city
    scene.script.happens(scene.at - timedelta(hours=2), EventName.RETURN_RECEIVED, city)
    _refunded(scene)


def _approved(scene: Scene) -> None:
    scene.script.happens(scene.at, EventName.RETURN_APPROVED, note="by the marketplace")


def _cancelled(scene: Scene) -> None:
    scene.stopped_at = scene.at
    scene.script.happens(scene.at, EventName.CANCELLED, note="seller suspended")
    _refunded(scene)


_ENDINGS: dict[str, Callable[[Scene], None]] = {
    "refund": _refunded,
    "returned": _returned,
    "approved": _approved,
    "cancelled": _cancelled,
}
