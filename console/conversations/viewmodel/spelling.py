"""The spelling of what is being written: in which language, which words it lacks, what was meant.

Dictionaries are loaded and asked in a thread of their own, a moment after something was typed: a
key press only looks at what is known by then. The language is the one somebody chose for the ticket;
else that of what is written, once enough is; until then the recipient's.
"""

import asyncio
import json
import locale
from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from msgspec import structs

from console.conversations.model import lane
from console.conversations.viewmodel.composer import Composer
from console.conversations.viewmodel.dictionaries import Speller, dictionaries
from console.conversations.viewmodel.guessing import Guesser, in_letters_of, words_in
from console.kernel import tongue
from console.kernel.codec import NIL
from console.kernel.errors import Refused
from console.kernel.signal import Signal
from console.kernel.tasks import Tasks, runs
from console.kernel.tongue import number, tr
from console.people.viewmodel import Directory
from console.sync.client.local import Local
from console.sync.client.pace import Later, Timer, on_the_loop

Follow = Literal["recipient", "mine"]
OFF = "off"
"""In place of a language: what is written on this ticket is not looked through."""
CHECK_S = 0.25
"""Words are looked up so long after the first of them was typed."""
MAX_KNOWN = 20_000
"""Words remembered of a language; then all are forgotten and looked up again."""
MAX_OWN = 5_000
MAX_CHOSEN = 500
"""Tickets whose chosen language is kept; the one chosen longest ago goes."""
MAX_HEARD = 500
"""Recipients for whom is remembered in which language they were written to, until Parley ends."""
_NAME, _CHOSEN = "spelling.words", "spelling.tickets"
_NOTHING = (NIL, "", "")
_USUAL = {"en": "US", "de": "DE", "fr": "FR", "es": "ES", "pt": "PT", "nl": "NL", "it": "IT"}


class Spelling:
    """What the open draft is checked with. `changed` when a word may be judged otherwise.

    `on` is the switch, `follow` says whose language a public message is in until what is written
    shows another; notes to colleagues are in the desk's own.
    """

    def __init__(
        self,
        local: Local,
        composer: Composer,
        directory: Directory,
        speller: Speller | None = None,
        later: Later = on_the_loop,
    ) -> None:
        self._local, self._composer, self._directory = local, composer, directory
        self._speller, self._later = speller or dictionaries(), later
        self._guesser = Guesser(self._speller)
        self._tasks = Tasks()
        self._timer: Timer | None = None
        self._known: dict[str, bool] = {}
        self._asked: set[str] = set()
        self._told, self._own = "", frozenset[str]()
        self._chosen: tuple[str, dict[str, str]] = ("", {})
        self._read = _NOTHING
        self._heard: dict[tuple[UUID, str], str] = {}
        self._begun, self._closed, self._loaded = False, False, asyncio.Event()
        self._names: frozenset[str] = frozenset()
        self.languages: Sequence[str] | None = None
        """Those there are dictionaries of; None until they were looked for."""
        self.language = ""
        """That of the open draft, empty where none fits or nothing is checked."""
        self.on, self.follow = True, "recipient"
        self.changed: Signal[None] = Signal()
        composer.changed.connect(self._composed)
        local.drafted.connect(self._drafted)
        self._composed(None)

    def begin(self) -> None:
        """Somebody is about to write: look for dictionaries, unless that was done."""
        if not self._begun and self.on and runs():
            self._begun = True
            self._tasks.spawn(self._load(), name="dictionaries")

    async def ready(self) -> None:
        """Wait until dictionaries were looked for, if any are wanted."""
        self.begin()
        if self._begun:
            await self._loaded.wait()

    async def settle(self) -> None:
        """Look up at once what was asked for; afterwards it is known."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        await self._listen()
        words, self._asked = self._asked, set()
        if words and self.language:
            await self._look_up(self.language, words)

    async def close(self) -> None:
        """Look nothing up any more, whatever is still written."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        await self._tasks.close()

    def arrange(self, *, on: bool, follow: str) -> None:
        """What is set holds from now on."""
        if (on, follow) != (self.on, self.follow):
            self.on, self.follow = on, follow
            self._turn()

    async def _load(self) -> None:
        self._adopt()
        self.languages = await asyncio.to_thread(self._look)
        self._loaded.set()
        self._turn()

    def _look(self) -> Sequence[str]:
        called(tongue.language())  # names of languages take a while, too, the first time
        return self._speller.languages()

    # -- the language

    @property
    def chosen(self) -> str:
        """The language somebody chose for the open ticket, or OFF; empty where nobody did."""
        return self._choices().get(self._composer.ticket_id.hex, "")

    def choose(self, language: str) -> None:
        """Check what is written on this ticket in another language, OFF not at all; empty guesses."""
        ticket = self._composer.ticket_id.hex
        chosen = {key: told for key, told in self._choices().items() if key != ticket}
        if language:
            chosen[ticket] = language
        kept = dict(list(chosen.items())[-MAX_CHOSEN:])
        self._local.remember(_CHOSEN, json.dumps(kept) if kept else "")
        self._read = _NOTHING
        self._turn()

    def _adopt(self) -> None:
        """Take over languages that drafts of an earlier release say themselves."""
        old = {t: kept.draft for t, kept in self._local.drafts.items() if kept.draft.language}
        if old:
            told = {ticket.hex: draft.language for ticket, draft in old.items()}
            self._local.remember(_CHOSEN, json.dumps(told | self._choices()))
        for ticket, draft in old.items():
            self._local.keep_draft(ticket, structs.replace(draft, language=""))

    def _choices(self) -> dict[str, str]:
        told = self._local.remembered.get(_CHOSEN, "")
        if told is not self._chosen[0]:  # also when another window of this desk chose one
            self._chosen = told, json.loads(told) if told else {}
        return self._chosen[1]

    # -- what is written

    def _drafted(self, ticket: UUID) -> None:
        if ticket == self._composer.ticket_id:
            self._hear()

    def _hear(self) -> None:
        """Something else stands there: see a moment later in which language it is."""
        if self._unread(self._writing()):
            self._soon()

    def _unread(self, told: tuple[UUID, str, str]) -> bool:
        guesses = self.on and bool(self.languages) and not self.chosen
        return guesses and bool(told[2]) and told != self._read

    def _writing(self) -> tuple[UUID, str, str]:
        state = self._composer.state
        return self._composer.ticket_id, state.to.key, state.text

    async def _listen(self) -> None:
        """Find out in which language what stands there is; it holds where that can be told."""
        told = self._writing()
        if not self._unread(told):
            return
        self._read = told
        ticket, to, text = told
        first = self._heard.get((ticket, to)) or self.fitting(self.guessed)
        names, others = self._names | self._own_words(), self._others(first)

        def listen() -> str:
            return self._guesser.language(words_in(text, names), first, others)

        found = await asyncio.to_thread(listen)
        if found:
            self._heard.pop((ticket, to), None)
            self._heard[ticket, to] = found
            if len(self._heard) > MAX_HEARD:
                del self._heard[next(iter(self._heard))]
        if self._wanted() != self.language:
            self._turn()

    def _others(self, first: str) -> list[str]:
        """A dictionary of each other language, the likeliest first."""
        system = locale.getlocale()[0] or ""
        likely = [tongue.language(), system, *self._choices().values(), *(self.languages or ())]
        bases = dict.fromkeys(tag.partition("_")[0] for tag in likely)
        bases.pop(first.partition("_")[0], None)
        return [found for base in bases if (found := self.fitting(base))]

    @property
    def guessed(self) -> str:
        """In which language the message will be, before anything is written; `de`, `en_GB`."""
        state = self._composer.state
        if state.to.lane == "internal" or self.follow == "mine":
            return tongue.language()
        conversation = self._composer.conversation
        known = lane(conversation, state.to.lane) if conversation else None
        other = state.to.key.partition(":")[2]  # of a ticket that was merged into this one
        party_id = UUID(other) if other else known.party_id if known else NIL
        party = self._directory.party(party_id)
        if party is None or not party.language:
            return tongue.language()
        told = party.language.replace("-", "_")
        return told if "_" in told or not party.country else f"{told}_{party.country.upper()}"

    def fitting(self, wanted: str) -> str:
        """The dictionary for a language such as `de` or `en_GB`, empty when there is none."""
        languages = self.languages or ()
        if wanted in languages:
            return wanted
        base = wanted.partition("_")[0]
        here = (locale.getlocale()[0] or "").partition("_")[2]
        regions = [region for region in (here, _USUAL.get(base, "")) if region]
        first = [base, *(f"{base}_{region}" for region in regions)]
        others = [tag for tag in languages if tag.partition("_")[0] == base]
        return next((tag for tag in (*first, *others) if tag in languages), "")

    def _composed(self, _: None) -> None:
        state = self._composer.state
        names = frozenset(part for choice in state.choices for part in choice.name.split())
        known, self._names = self._names, names
        if self._wanted() != self.language:
            self._turn()
        elif names != known:
            self.changed.emit(None)
        self._hear()

    def _wanted(self) -> str:
        chosen = self.chosen
        if not self.on or chosen == OFF or self.languages is None:
            return ""
        if chosen in self.languages:
            return chosen
        heard = self._heard.get((self._composer.ticket_id, self._composer.state.to.key), "")
        return heard or self.fitting(self.guessed)

    def _turn(self) -> None:
        """Another language, or none: nothing is known of any word yet."""
        self.language = self._wanted()
        self._known.clear()
        self._asked.clear()
        self.changed.emit(None)
        self._hear()

    # -- words

    def wrong(self, word: str) -> bool:
        """Whether the dictionary lacks a word; asks it, and says no until it answered."""
        if not self.language or word in self._own_words() or word in self._names:
            return False
        known = self._known.get(word)
        if known is None and in_letters_of(self.language, word):
            self._asked.add(word)
            self._soon()
        return known is False

    def _soon(self) -> None:
        if self._timer is None and not self._closed and runs():
            self._timer = self._later(CHECK_S, self._due)

    def _due(self) -> None:
        self._timer = None
        self._tasks.spawn(self.settle(), name="spelling")

    async def _look_up(self, language: str, words: set[str]) -> None:
        found = await asyncio.to_thread(self._speller.check, language, words)
        if language != self.language:
            return
        if len(self._known) + len(found) > MAX_KNOWN:
            self._known.clear()
        self._known |= found
        if not all(found.values()):
            self.changed.emit(None)

    async def suggest(self, word: str) -> list[str]:
        """What may have been meant."""
        if not self.language:
            return []
        return await asyncio.to_thread(self._speller.suggest, self.language, word)

    # -- one's own words

    @property
    def own(self) -> list[str]:
        """The words somebody added, by the alphabet."""
        return sorted(self._own_words(), key=str.casefold)

    def learn(self, word: str) -> None:
        """Take a word for right from now on. Raises Refused `too_many_words` beyond MAX_OWN."""
        own = self._own_words() | {word}
        if len(own) > MAX_OWN:
            told = tr("Your dictionary has {count} words, which is all it holds: remove some.")
            raise Refused("too_many_words", told.format(count=number(MAX_OWN)))
        self._keep(own)

    def forget(self, word: str) -> None:
        """A word that was added is none again."""
        self._keep(self._own_words() - {word})

    def _own_words(self) -> frozenset[str]:
        told = self._local.remembered.get(_NAME, "")
        if told is not self._told:  # also when another window of this desk added one
            self._told, self._own = told, frozenset(json.loads(told) if told else ())
        return self._own

    def _keep(self, own: frozenset[str]) -> None:
        self._local.remember(_NAME, json.dumps(sorted(own), ensure_ascii=False))
        self.changed.emit(None)

    @property
    def told(self) -> str:
        """In which language is checked, or why nothing is; a few words."""
        if not self.on or self.chosen == OFF:
            return tr("Spelling off")
        if self.languages is None:
            return tr("Spelling")
        if self.language:
            return called(self.language)
        wanted = self.guessed.partition("_")[0]
        return tr("No dictionary: {language}").format(language=called(wanted))


def called(language: str) -> str:
    """A language's name in the language of the program: `German (Austria)`."""
    from babel import Locale, UnknownLocaleError  # half a second nobody waits for at the start

    try:
        name = Locale.parse(language).get_display_name(tongue.language())
    except (UnknownLocaleError, ValueError):
        name = None
    return (name[:1].upper() + name[1:]) if name else language
