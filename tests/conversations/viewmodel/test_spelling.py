"""Spelling of the open draft: its language, when words are looked up, one's own words, limits."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from console.conversations.tables import rows
from console.conversations.viewmodel.composer import Composer
from console.conversations.viewmodel.dictionaries import MOST_SUGGESTIONS, Dictionaries
from console.conversations.viewmodel.spelling import (
    MAX_CHOSEN,
    MAX_KNOWN,
    MAX_OWN,
    OFF,
    Spelling,
)
from console.kernel import tongue
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.people.viewmodel import Directory
from console.sync.client.pace import on_the_loop
from console.sync.client.scratch import Draft
from tests.fakes.speller import WORDS, Wordlist
from tests.parts.console import Console
from tests.parts.until import until

pytestmark = pytest.mark.anyio


@dataclass
class Moments:
    """Timers that run out when a test says so."""

    due: list[Callable[[], None]] = field(default_factory=list)

    def later(self, _: float, work: Callable[[], None]) -> "Moments":
        self.due.append(work)
        return self

    def cancel(self) -> None:
        self.due.clear()

    def pass_by(self) -> None:
        due, self.due = self.due, []
        for work in due:
            work()


class Writing:
    """A composer on Lena's case, with the spelling of a small word list."""

    def __init__(self, console: Console, language: str = "en", country: str = "") -> None:
        case = console.case(language=language, country=country)
        console.pull()
        self.console, self.speller, self.moments = console, Wordlist(), Moments()
        assert console.local.reader is not None
        directory = Directory(console.local)
        self.composer = Composer(console.local, directory)
        self.ticket = case.ticket.id
        self.composer.open(
            self.ticket, rows.conversation(console.local.reader, case.conversation_id)
        )
        self.spelling = Spelling(
            console.local, self.composer, directory, self.speller, self.moments.later
        )
        self.changed = 0
        self.spelling.changed.connect(self._count)

    def _count(self, _: None) -> None:
        self.changed += 1

    async def begin(self) -> "Writing":
        self.spelling.begin()
        await self.settle()
        return self

    async def settle(self) -> None:
        self.moments.pass_by()
        await self.spelling._tasks.done(10)

    async def wrong(self, *words: str) -> list[str]:
        for word in words:
            self.spelling.wrong(word)
        await self.settle()
        return [word for word in words if self.spelling.wrong(word)]


@pytest.fixture
async def writing(console: Console) -> AsyncIterator[Writing]:
    made = Writing(console)
    yield await made.begin()
    await made.spelling.close()


async def test_a_word_is_looked_up_a_moment_later_and_in_another_thread(writing: Writing) -> None:
    spelling = writing.spelling
    before = writing.changed
    assert not spelling.wrong("teh")
    assert not spelling.wrong("the")
    assert writing.speller.asked == []
    await writing.settle()
    assert writing.speller.asked == [{"teh", "the"}]
    assert (spelling.wrong("teh"), spelling.wrong("the")) == (True, False)
    assert writing.changed == before + 1
    assert writing.speller.threads.isdisjoint({threading.get_ident()})
    await writing.settle()
    assert len(writing.speller.asked) == 1


async def test_while_the_dictionary_is_slow_nothing_waits_for_it(console: Console) -> None:
    writing = Writing(console)
    writing.speller.gate.clear()
    writing.spelling.begin()
    writing.composer.type("teh", 3)
    assert not writing.spelling.wrong("teh")
    assert writing.spelling.told == "Spelling"
    writing.speller.gate.set()
    await writing.settle()
    assert await writing.wrong("teh") == ["teh"]


async def test_an_answer_for_another_language_is_dropped(writing: Writing) -> None:
    before = len(writing.speller.asked)
    writing.spelling.wrong("teh")
    writing.speller.gate.clear()
    writing.moments.pass_by()
    await until(lambda: writing.speller.asked[before:], "the dictionary to be asked")
    writing.spelling.choose("de_DE")
    writing.speller.gate.set()
    await writing.settle()
    assert writing.spelling._known == {}


@pytest.mark.parametrize(
    ("language", "country", "found"),
    [
        ("en", "", "en_US"),
        ("en", "GB", "en_GB"),
        ("en-GB", "", "en_GB"),
        ("en", "AU", "en_US"),
        ("de", "AT", "de_DE"),
        ("ar", "EG", "ar"),
        ("", "", "en_US"),
        ("pl", "PL", ""),
    ],
)
async def test_the_language_is_the_recipients(
    console: Console, language: str, country: str, found: str
) -> None:
    writing = await Writing(console, language, country).begin()
    assert writing.spelling.language == found
    if not found:
        assert writing.spelling.told == "No dictionary: Polish"
        assert await writing.wrong("teh") == []
        assert writing.speller.asked == []


async def test_notes_and_the_setting_follow_the_program(console: Console) -> None:
    writing = await Writing(console, "de").begin()
    assert writing.spelling.told == "German (Germany)"
    writing.composer.address("internal")
    assert writing.spelling.language == "en_US"
    writing.composer.address("buyer")
    writing.spelling.arrange(on=True, follow="mine")
    assert writing.spelling.language == "en_US"
    tongue.use("ar")
    try:
        writing.spelling.arrange(on=True, follow="recipient")
        writing.spelling.arrange(on=True, follow="mine")
        assert writing.spelling.language == "ar"
    finally:
        tongue.use("en")


async def test_the_language_somebody_chose_stays_with_the_ticket(writing: Writing) -> None:
    writing.composer.type("Paket", 5)
    writing.spelling.choose("de_DE")
    assert await writing.wrong("Paket", "parcel") == ["parcel"]
    writing.composer.type("", 0)
    assert writing.spelling.chosen == "de_DE", "also for the next message"
    await writing.console.settled()
    await writing.console.reopen()
    again = await Writing(writing.console, "ar").begin()
    assert (again.spelling.chosen, again.spelling.language) == ("", "ar"), "another ticket"
    again.composer.open(writing.ticket, None)
    assert again.spelling.language == "de_DE"
    again.spelling.choose(OFF)
    assert (again.spelling.language, again.spelling.told) == ("", "Spelling off")
    assert await again.wrong("parcel") == []
    again.spelling.choose("")
    assert (again.spelling.chosen, again.spelling.language) == ("", "en_US")
    await again.spelling.close()


async def test_the_language_a_draft_of_before_was_written_in_is_that_of_its_ticket(
    console: Console,
) -> None:
    made, other = Writing(console), new_id()
    for ticket, language in ((made.ticket, "de_DE"), (other, OFF)):
        console.local.keep_draft(ticket, Draft("buyer", "Paket", language=language))
    await console.settled()
    await console.reopen()
    again = await Writing(console).begin()
    again.composer.open(made.ticket, None)
    assert (again.spelling.chosen, again.spelling.language) == ("de_DE", "de_DE")
    again.composer.type("Pakete", 6)
    assert again.spelling.chosen == "de_DE"
    again.spelling.choose("")
    await again.spelling.close()
    await console.settled()
    await console.reopen()
    once_more = await Writing(console).begin()
    once_more.composer.open(made.ticket, None)
    assert once_more.spelling.chosen == "", "what was chosen since holds"
    once_more.composer.open(other, None)
    assert once_more.spelling.chosen == OFF
    await once_more.spelling.close()


async def test_choices_of_old_tickets_are_let_go(writing: Writing) -> None:
    kept = {f"{n:032x}": "ar" for n in range(MAX_CHOSEN)}
    writing.console.local.remember("spelling.tickets", json.dumps(kept))
    writing.spelling.choose("de_DE")
    now = json.loads(writing.console.local.remembered["spelling.tickets"])
    assert (len(now), now[writing.ticket.hex], f"{0:032x}" in now) == (MAX_CHOSEN, "de_DE", False)


async def test_a_language_that_is_gone_is_guessed_again(writing: Writing) -> None:
    writing.spelling.choose("nn_NO")
    assert writing.spelling.language == "en_US"


# -- the language of what is written


@pytest.mark.parametrize(
    ("to", "text", "found"),
    [
        ("de", "Hello, we will mail the", "en_US"),
        ("de", "Hello, we will", "de_DE"),
        ("en", "Guten Tag, Ihr Paket kommt morgen", "de_DE"),
        ("en", "مرحبا، الطرد سيصل غدا، شكرا", "ar"),
        ("ar", "Hello, we will mail the parcel", "en_US"),
        ("pl", "Guten Tag, Ihr Paket kommt morgen", "de_DE"),
        ("pl", "Dzień dobry, paczka przyjdzie jutro rano", ""),
        ("de", "Guten Tag, your order will morgen", "de_DE"),
        ("de", "> Hello, we will mail the parcel\nxa xb xc xd", "de_DE"),
    ],
)
async def test_what_is_written_tells_the_language(
    console: Console, to: str, text: str, found: str
) -> None:
    writing = await Writing(console, to).begin()
    writing.composer.type(text, len(text))
    await writing.settle()
    assert writing.spelling.language == found
    await writing.spelling.close()


async def test_a_key_press_waits_for_no_guess_and_a_message_goes_on_as_the_last(
    console: Console,
) -> None:
    writing = await Writing(console, "de").begin()
    writing.speller.gate.clear()
    before = len(writing.speller.asked)
    writing.composer.type("Hello, we will mail the parcel", 30)
    assert (len(writing.speller.asked), writing.spelling.language) == (before, "de_DE")
    writing.speller.gate.set()
    await writing.settle()
    assert writing.spelling.language == "en_US"
    assert await writing.wrong("parcle", "parcel") == ["parcle"]
    writing.composer.type("", 0)
    await writing.settle()
    assert writing.spelling.language == "en_US", "the next message to them begins so"
    writing.composer.address("internal")
    writing.composer.type("Guten Tag, Ihr Paket kommt morgen", 33)
    await writing.settle()
    assert writing.spelling.language == "de_DE", "a note is in its own"
    writing.composer.address("buyer")
    await writing.settle()
    assert writing.spelling.language == "de_DE"
    await writing.spelling.close()


async def test_a_choice_is_stronger_than_what_is_written(writing: Writing) -> None:
    writing.spelling.choose("en_GB")
    writing.composer.type("Guten Tag, Ihr Paket kommt morgen", 33)
    await writing.settle()
    assert writing.spelling.language == "en_GB"
    writing.spelling.choose("")
    await writing.settle()
    assert writing.spelling.language == "de_DE"


async def test_a_draft_that_stands_there_is_read_when_its_ticket_is_opened(
    console: Console,
) -> None:
    writing = await Writing(console).begin()
    writing.console.local.keep_draft(
        writing.ticket, Draft("buyer", "Guten Tag, Ihr Paket kommt morgen")
    )
    writing.composer.reopen()
    await writing.settle()
    assert writing.spelling.language == "de_DE"
    await writing.spelling.close()


async def test_names_and_own_words_tell_no_language(writing: Writing) -> None:
    for word in ("Paket", "kommt", "morgen"):
        writing.spelling.learn(word)
    writing.composer.type("Lena Hofmann Paket kommt morgen leider Ihr", 42)
    await writing.settle()
    assert writing.spelling.language == "en_US"


async def test_off_means_that_no_dictionary_is_even_looked_for(console: Console) -> None:
    writing = Writing(console)
    writing.spelling.arrange(on=False, follow="recipient")
    await writing.begin()
    assert writing.speller.threads == set()
    assert await writing.wrong("teh") == []
    writing.spelling.arrange(on=True, follow="recipient")
    await writing.begin()
    assert await writing.wrong("teh") == ["teh"]


async def test_names_and_other_letters_are_no_mistakes(writing: Writing) -> None:
    assert await writing.wrong("Lena", "مرحبا", "Привет", "teh") == ["teh"]
    assert writing.speller.asked == [{"teh"}]


async def test_own_words_are_kept_here_and_known_in_every_window(writing: Writing) -> None:
    assert await writing.wrong("teh") == ["teh"]
    writing.spelling.learn("teh")
    writing.spelling.learn("Überraschungsei")
    assert not writing.spelling.wrong("teh")
    assert writing.spelling.own == ["teh", "Überraschungsei"]
    await writing.console.settled()
    await writing.console.reopen()
    again = Writing(writing.console)
    assert again.spelling.own == ["teh", "Überraschungsei"]
    again.spelling.forget("teh")
    assert again.spelling.own == ["Überraschungsei"]


async def test_limits(writing: Writing, monkeypatch: pytest.MonkeyPatch) -> None:
    writing.spelling._known = {f"w{n}": True for n in range(MAX_KNOWN)}
    assert await writing.wrong("teh") == ["teh"]
    assert len(writing.spelling._known) == 1
    writing.spelling._keep(frozenset(f"w{n}" for n in range(MAX_OWN)))
    with pytest.raises(Refused, match=r"5,000 words, which is all it holds") as refused:
        writing.spelling.learn("teh")
    assert refused.value.code == "too_many_words"


async def test_where_no_loop_runs_any_more_nothing_is_asked(writing: Writing) -> None:
    writing.spelling._later = on_the_loop
    assert not await asyncio.to_thread(writing.spelling.wrong, "teh")
    assert writing.spelling._timer is None
    other = Writing(writing.console)
    await asyncio.to_thread(other.spelling.begin)
    assert other.speller.threads == set()


async def test_suggestions(writing: Writing) -> None:
    assert await writing.spelling.suggest("lete") == ["late"]
    writing.spelling.choose(OFF)
    assert await writing.spelling.suggest("lete") == []


def small_dictionary(folder: Path, language: str = "en_XX") -> None:
    """A real dictionary of a few words, where Enchant looks for somebody's own."""
    place = folder / "hunspell"
    place.mkdir()
    words = sorted(WORDS["en_US"])
    (place / f"{language}.dic").write_text("\n".join([str(len(words)), *words]) + "\n")
    (place / f"{language}.aff").write_text("SET UTF-8\nTRY esianrtolcdugmphbyfvkwz\n")


async def test_the_systems_own_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_dictionary(tmp_path)
    monkeypatch.setenv("ENCHANT_CONFIG_DIR", str(tmp_path))
    found = Dictionaries()
    assert "en_XX" in found.languages()
    assert found.check("en_XX", ["parcel", "parcle", "Hello"]) == {
        "parcel": True, "parcle": False, "Hello": True,
    }  # fmt: skip
    assert found.suggest("en_XX", "parcle")[0] == "parcel"
    assert len(found.suggest("en_XX", "w")) <= MOST_SUGGESTIONS


async def test_without_the_library_there_are_no_dictionaries(
    monkeypatch: pytest.MonkeyPatch, console: Console
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "enchant", None)
    assert Dictionaries().languages() == ()
    writing = Writing(console)
    writing.speller._words = {}
    await writing.begin()
    assert writing.spelling.told == "No dictionary: English"
