"""What fits a case: first words and replies, files, a seller's lines, notes, tags, urgency."""

import re
from collections.abc import Sequence

from console.demo.cases import Case
from console.demo.content import Library
from console.demo.dice import Dice, one
from console.demo.wording import day_text, told
from console.tickets.model import Priority

_DIGIT = re.compile("#")
_VIP_ORDERS = 18
_STAFF_LOCALE = "en_GB"


def first_words(case: Case, rng: Dice) -> str:
    """How the asker begins."""
    return case.voice.opening(rng, case.opening, plain=case.topic in ("praise", "trade"))


def first_files(case: Case, rng: Dice) -> tuple[str, ...]:
    """What comes with the first message."""
    names = case.traits.files if rng.random() < case.traits.files_share else ()
    return tuple(_DIGIT.sub(lambda _: str(rng.randrange(10)), name) for name in names)


def long_story(case: Case) -> str:
    """What somebody may tell at length: of a parcel that never came, or of how it was handled."""
    texts = case.voice.language.long
    if case.topic == "missing":
        return texts[0]
    complains = case.topic in ("refusal", "refund", "damaged")
    return texts[1] if complains and len(texts) > 1 else ""


def replies(case: Case) -> Sequence[str]:
    """What the asker may say when we have answered."""
    return case.fitting(case.texts.more) or case.voice.language.nudges


def seller_texts(library: Library, case: Case) -> tuple[str, ...]:
    """What a seller may say at first about a case, in a language both sides have."""
    texts = library.languages[seller_language(case)].topics[case.topic].seller
    return texts[:-1] if case.traits.ends == "approved" else texts


def seller_language(case: Case) -> str:
    """The language in which seller and marketplace speak about a case."""
    spoken = case.voice.language.language
    assert case.seller is not None, "an order has a seller"
    return spoken if case.seller.sender.language == spoken else "en"


def seller_line(case: Case, text: str) -> str:
    """A line of the seller's, or one to them, filled in."""
    line = told(text, case.voice.values, woman=False)
    return line[:1].upper() + line[1:]


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
    texts = case.fitting(library.notes.topics[case.topic])
    text = one(rng, texts if texts and rng.random() < 0.85 else library.notes.general)
    return told(text, {**case.voice.values, "due": _due(case)}, woman=False)


def _due(case: Case) -> str:
    return day_text(case.way.promised_at, _STAFF_LOCALE, case.zone) if case.way else ""
