"""Two computers of one agent: what is begun goes on at the other, and nothing typed is replaced."""

from uuid import UUID

import pytest

from console.conversations.tables import rows
from console.conversations.viewmodel.composer import Composer
from console.drafts.model import MAX_SHARED_CHARS, Version, draft_id
from console.drafts.records import DRAFT, ShareDraft
from console.drafts.viewmodel import SETTLED_S, Drafts
from console.kernel.ids import new_id
from console.people.viewmodel import Directory
from console.sync.client import pipe
from console.sync.records import Accepted, Rejected, Result
from tests.parts.acts import AT, act
from tests.parts.console import Console
from tests.parts.until import until

pytestmark = pytest.mark.anyio
THERE = new_id()


class Desk:
    """Ana's composer on Lena's ticket, and her other computer's word on it."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.case = console.case()
        console.pull()
        self.ticket: UUID = self.case.ticket.id
        self.begin()

    def begin(self) -> None:
        """The screens of a console that has just started."""
        local = self.console.local
        assert local.reader is not None
        self.composer = Composer(local, Directory(local))
        self.drafts = Drafts(local, self.composer)
        self.composer.open(self.ticket, rows.conversation(local.reader, self.case.conversation_id))

    def type(self, text: str) -> None:
        self.composer.type(text, len(text))

    async def pause(self) -> list[str]:
        """Nobody types for a while; how the server answered what was shared."""
        self.console.clock.advance(SETTLED_S)
        await self.drafts.share()
        outcomes = await self.console.push()
        return [type(outcome).__name__ for outcome in outcomes]

    def there(self, body: str, *, over: int | None = None) -> None:
        """The other computer shares this, having seen everything unless told."""
        key = draft_id(self.console.ana.id, self.ticket)
        stored = self.console.office.get(DRAFT, key)
        seen = stored.rev if stored else 0
        args = ShareDraft(
            ticket_id=self.ticket, version=Version("buyer", body, AT), device=THERE,
            over=seen if over is None else over,
        )  # fmt: skip
        outcome = self.console.office.run(self.console.actor(), act(key, args))
        assert isinstance(outcome, Accepted)
        self.console.pull()

    def shared(self) -> str | None:
        stored = self.console.office.get(DRAFT, draft_id(self.console.ana.id, self.ticket))
        return stored.record.version.body if stored else None

    @property
    def others(self) -> list[str]:
        return [version.body for version in self.drafts.others]


@pytest.fixture
async def desk(console: Console) -> Desk:
    return Desk(console)


async def test_a_draft_is_shared_once_somebody_pauses_and_gone_when_it_is_sent(desk: Desk) -> None:
    desk.type("Dear")
    assert await desk.drafts.share() == SETTLED_S
    assert desk.console.local.entries == {}
    desk.type("Dear Lena")
    assert await desk.pause() == ["Accepted"]
    assert desk.shared() == "Dear Lena"
    assert await desk.pause() == [], "nothing new"
    assert await desk.composer.send() is not None
    assert await desk.pause() == ["Accepted", "Accepted"]
    assert desk.shared() is None


async def test_what_is_begun_there_stands_here_and_survives_a_restart(desk: Desk) -> None:
    desk.there("Dear Lena")
    assert (desk.composer.state.text, desk.others) == ("Dear Lena", [])
    desk.there("Dear Lena, we")
    assert desk.composer.state.text == "Dear Lena, we"
    await desk.console.reopen()
    desk.begin()
    desk.there("Dear Lena, we look")
    assert desk.composer.state.text == "Dear Lena, we look"
    assert await desk.pause() == []


async def test_what_is_typed_here_is_never_replaced_and_the_other_is_offered(desk: Desk) -> None:
    desk.type("mine")
    desk.there("theirs", over=0)
    assert (desk.composer.state.text, desk.others) == ("mine", ["theirs"])
    assert await desk.pause() == ["Accepted"]
    assert (desk.shared(), desk.others) == ("mine", ["theirs"])


async def test_another_version_is_used_and_ones_own_offered_in_its_place(desk: Desk) -> None:
    desk.type("mine")
    desk.there("theirs", over=0)
    await desk.drafts.use(desk.drafts.others[0])
    assert desk.composer.state.text == "theirs"
    assert [type(o).__name__ for o in await desk.console.push()] == ["Accepted"]
    assert (desk.shared(), desk.others) == ("theirs", ["mine"])
    await desk.drafts.leave()
    await desk.console.push()
    assert (desk.shared(), desk.others) == ("theirs", [])


async def test_sent_there_it_is_gone_here_unless_it_was_written_on(desk: Desk) -> None:
    desk.there("Dear Lena")
    desk.there("")
    assert desk.composer.state.text == ""
    assert desk.console.local.drafts == {}
    desk.there("Dear Lena")
    desk.type("Dear Lena, and more")
    desk.there("")
    assert desk.composer.state.text == "Dear Lena, and more"
    assert await desk.pause() == ["Accepted"]
    assert desk.shared() == "Dear Lena, and more"


async def test_at_most_one_is_on_its_way_and_the_newest_follows_it(desk: Desk) -> None:
    desk.type("one")
    desk.console.clock.advance(SETTLED_S)
    await desk.drafts.share()
    for text in ("one two", "one two three"):
        desk.type(text)
        desk.console.clock.advance(SETTLED_S)
        await desk.drafts.share()
    assert len(desk.console.local.entries) == 1
    await desk.console.push()
    assert await desk.pause() == ["Accepted"]
    assert desk.shared() == "one two three"


async def test_a_very_long_draft_stays_here(desk: Desk) -> None:
    desk.type("x" * (MAX_SHARED_CHARS + 1))
    assert await desk.pause() == []
    assert len(desk.composer.state.text) == MAX_SHARED_CHARS + 1


async def test_a_share_that_is_refused_is_let_go_by_all_windows_and_the_draft_stays(
    desk: Desk,
) -> None:
    local = desk.console.local
    other = Drafts(local, Composer(local, Directory(local)))  # another window's
    desk.type("Hello")
    desk.console.clock.advance(SETTLED_S)
    await desk.drafts.share()
    await other.share()
    (entry,) = local.entries.values()
    assert entry.command.type == "ShareDraft"
    local.hear(pipe.Answered((Result(entry.command.cmd_id, Rejected("denied")),)))
    await until(lambda: not desk.drafts._tasks.names and not other._tasks.names, "both")
    await desk.console.settled()
    assert local.entries == {}, "nobody has to decide anything"
    assert (local.drafts[desk.ticket].draft.body, desk.shared()) == ("Hello", None)
    desk.type("Hello Lena")
    assert await desk.pause() == ["Accepted"]
    assert desk.shared() == "Hello Lena"
