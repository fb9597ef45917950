"""What is written in the sandbox: whole in every language, nothing left unfilled, nobody mixed up."""

import re
from collections.abc import Iterator
from string import Formatter
from typing import Any

import pytest
from msgspec import structs

from console.conversations.records import AddNote, ReceiveMessage, SendReply
from console.demo.content import LANGUAGES, Library
from console.demo.history import History
from console.demo.texts import Language
from console.demo.wording import PLACEHOLDERS, told

SCRIPTS = {
    "ja": r"[\u3040-\u30ff\u4e00-\u9fff]",
    "ar": r"[\u0600-\u06ff]",
    "hi": r"[\u0900-\u097f]",
}
OTHERS_OWN = {"quote": {"agent", "date"}, "streets": {"n"}}
LEFT_OPEN = re.compile(r"[{}\[\]]|^#\d|^@[a-z]")


def texts(part: Any) -> Iterator[str]:
    """Every text in a part of the library."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for one in part:
            yield from texts(one)
    elif isinstance(part, dict):
        yield from texts(tuple(part.values()))
    elif hasattr(part, "__struct_fields__"):
        yield from texts(tuple(structs.asdict(part).values()))


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_placeholder_is_one_that_is_filled(library: Library, name: str) -> None:
    language = library.languages[name]
    for field in Language.__struct_fields__:
        known = OTHERS_OWN.get(field, PLACEHOLDERS)
        for text in texts(getattr(language, field)):
            asked = {part[1] for part in Formatter().parse(text) if part[1] is not None}
            assert asked <= known, (field, text)


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_language_speaks_about_every_topic(library: Library, name: str) -> None:
    language, english = library.languages[name], library.languages["en"]
    assert language.topics.keys() == english.topics.keys() == library.shop.topics.keys()
    for name_of_topic, topic in language.topics.items():
        traits = library.shop.topics[name_of_topic]
        assert not traits.paired or len(topic.subjects) == len(topic.openings)
        assert not traits.seller or topic.seller
        assert {"fashion", "home", "tech"} & {product.kind for product in language.products}


def test_a_gap_without_its_word_is_an_error() -> None:
    assert told("Dear [Mr|Ms] {last}", {"last": "Lin"}, woman=True) == "Dear Ms Lin"
    with pytest.raises(KeyError):
        told("{nobody_knows}", {}, woman=False)


def test_nothing_told_has_an_open_gap(history: History) -> None:
    told_ones = [
        text
        for step in history.steps
        if isinstance(step.args, ReceiveMessage | SendReply | AddNote)
        for text in (step.args.body, getattr(step.args, "subject", ""))
    ]
    assert len(told_ones) > 4000
    assert [text for text in told_ones if LEFT_OPEN.search(text)] == []
    assert not [step for step in history.steps if getattr(step.args, "body", "x").strip() == ""]


def test_buyers_write_in_the_script_of_their_language(history: History) -> None:
    heard = [step.args for step in history.steps if isinstance(step.args, ReceiveMessage)]
    for language, letters in SCRIPTS.items():
        theirs = [a for a in heard if a.sender.language == language and a.sender.side == "buyer"]
        assert len(theirs) >= 10
        assert [a.body for a in theirs if not re.search(letters, a.body)] == []
