"""Drafts in step with one's other computers: shared when one pauses, taken over when untouched."""

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from console.drafts.model import (
    MAX_SHARED_CHARS,
    NOTHING,
    SharedDraft,
    Version,
    Words,
    distinct,
    draft_id,
)
from console.drafts.records import DRAFT, ShareDraft
from console.drafts.tables import rows
from console.kernel.codec import NIL
from console.kernel.errors import ParleyError
from console.kernel.signal import Signal
from console.kernel.tasks import Tasks, heed
from console.sync.client.local import Local
from console.sync.client.outbox import Entry
from console.sync.client.overlay import Overlaid
from console.sync.client.scratch import Draft
from console.sync.client.telling import Touched

if TYPE_CHECKING:
    import asyncio

    from console.conversations.viewmodel.composer import Composer

SETTLED_S = 3.0
"""A draft that nobody typed into for so long is shared."""
LOOK_AGAIN_S = 30.0

OVERLAID = (Overlaid(DRAFT, "drafts", rows.draft_columns),)
log = logging.getLogger(__name__)


class Drafts:
    """Keeps the drafts here and the shared ones in step. `changed` when `others` may have.

    What is typed here is never replaced: a version of another computer that differs from it is
    offered beside it.
    """

    def __init__(self, local: Local, composer: "Composer") -> None:
        self._local, self._composer = local, composer
        self._typed_at: dict[UUID, datetime] = {}
        self._same: dict[UUID, Words] = {}  # the text of each ticket as here and there last agreed
        self._over: dict[UUID, int] = {}
        self._tasks = Tasks()
        self.changed: Signal[None] = Signal()
        local.drafted.connect(self._drafted)
        local.touched.connect(self._touched)
        local.opened.connect(self._opened)
        local.outbox_changed.connect(self._outbox_changed)
        composer.changed.connect(self._composer_changed)
        self._opened(None)

    # -- here to there

    @cached_property
    def _news(self) -> "asyncio.Event":
        import asyncio  # it comes with the loop: no first paint waits for it

        return asyncio.Event()

    def keep_time(self) -> None:
        """From now on share what is typed, whenever somebody pauses."""
        if not self._tasks.names:
            self._tasks.spawn(heed(self._news, self._turn), name="drafts")

    async def close(self) -> None:
        """Share nothing more; what is not shared is kept here."""
        await self._tasks.close()

    async def _turn(self) -> float:
        try:
            return await self.share()
        except ParleyError:  # the disk refuses: it is said where somebody acts
            log.warning("draft_not_shared")
            return LOOK_AGAIN_S

    async def share(self) -> float:
        """Share what nobody typed into for SETTLED_S; the seconds until there is more to share."""
        now, wait = self._local.clock.now(), LOOK_AGAIN_S
        for ticket, at in list(self._typed_at.items()):
            left = SETTLED_S - (now - at).total_seconds()
            if left > 0:
                wait = min(wait, left)
            elif not self._on_its_way(ticket):
                del self._typed_at[ticket]
                await self._share(ticket)
        return wait

    async def _share(self, ticket: UUID) -> None:
        local, stored = self._local, self._stored(ticket)
        kept = local.drafts.get(ticket)
        draft, at = (kept.draft, kept.at) if kept else (Draft("", ""), local.clock.now())
        here, there = _version(draft, at), stored.version.says if stored else NOTHING
        if len(draft.body) + len(draft.html) > MAX_SHARED_CHARS or here.says == there:
            return
        await self._tell(ticket, here, draft.then, self._unsettled(ticket, here.says))

    def _unsettled(self, ticket: UUID, here: Words) -> tuple[Version, ...]:
        """The versions that are still to be chosen from, when `here` is what is written here."""
        stored = self._stored(ticket)
        if stored is None:
            return ()
        unseen = () if stored.device == self._local.device else (stored.version,)
        if self._same.get(ticket) == stored.version.says:
            unseen = ()  # what is here went on from it
        return distinct((*unseen, *stored.others), but=here)

    async def _tell(
        self, ticket: UUID, version: Version, then: dict[str, object], others: Sequence[Version]
    ) -> None:
        local, key = self._local, draft_id(self._local.me, ticket)
        args = ShareDraft(
            ticket_id=ticket, version=version, device=local.device, then=then,
            others=tuple(others), over=local.revision(DRAFT, key),
        )  # fmt: skip
        self._same[ticket] = version.says
        await local.do(DRAFT, key, args, lane=local.me, about="")

    def _on_its_way(self, ticket: UUID) -> bool:
        key = draft_id(self._local.me, ticket)
        return any(entry.command.target == key for entry in self._local.waiting(self._local.me))

    def _drafted(self, ticket: UUID) -> None:
        self._typed_at[ticket] = self._local.clock.now()
        self._news.set()

    def _composer_changed(self, _: None) -> None:
        self.changed.emit(None)

    def _outbox_changed(self, _: None) -> None:
        self._news.set()
        self.changed.emit(None)
        refused = [entry for entry in self._local.entries.values() if _given_up(entry)]
        for entry in refused:  # the draft is kept here: nobody needs to decide anything
            self._tasks.spawn(self._local.discard(entry), name="draft-refused")

    # -- there to here

    def _opened(self, _: None) -> None:
        reader = self._local.reader
        for draft in rows.drafts(reader) if reader else ():
            self._take_over(draft)

    def _touched(self, touched: Touched) -> None:
        for key in touched.get(DRAFT.name, ()):
            stored = self._local.confirmed(DRAFT, key)
            if stored is not None:
                self._take_over(stored)
            else:
                self._gone(key)

    def _take_over(self, stored: SharedDraft) -> None:
        """Show what another computer wrote, if what is here is what it went on from."""
        ticket, there = stored.ticket_id, stored.version.says
        kept = self._local.drafts.get(ticket)
        here = _version(kept.draft, kept.at).says if kept else NOTHING
        if here == there:
            self._same[ticket] = there
        elif stored.device != self._local.device and here in (NOTHING, self._same.get(ticket)):
            self._same[ticket] = there
            self._put(ticket, stored.version, stored.then)
        self.changed.emit(None)

    def _gone(self, key: UUID) -> None:
        """It was sent or emptied at another computer: so it is here, unless it was written on."""
        for ticket, kept in list(self._local.drafts.items()):
            if draft_id(self._local.me, ticket) == key:
                if _version(kept.draft, kept.at).says == self._same.get(ticket):
                    self._put(ticket, Version(kept.draft.to, "", kept.at), {})
                self._same.pop(ticket, None)
        self.changed.emit(None)

    def _put(self, ticket: UUID, version: Version, then: dict[str, object]) -> None:
        from console.conversations.viewmodel.message import caret_at_end

        caret = caret_at_end(version.body)
        draft = Draft(version.to, version.body, caret, then, html=version.html)
        self._local.keep_draft(ticket, draft)
        self._typed_at.pop(ticket, None)  # nobody typed it here
        if ticket == self._composer.ticket_id:
            self._composer.reopen()

    def _stored(self, ticket: UUID) -> SharedDraft | None:
        return self._local.confirmed(DRAFT, draft_id(self._local.me, ticket))

    # -- choosing

    @property
    def others(self) -> Sequence[Version]:
        """What was begun for the open ticket on other computers, beside what stands here."""
        ticket = self._composer.ticket_id
        if ticket == NIL or self._on_its_way(ticket):
            return ()
        return self._unsettled(ticket, self._mine.says)

    @property
    def _mine(self) -> Version:
        here = self._composer.state
        return Version(here.to.key, here.text, self._local.clock.now(), here.html)

    async def use(self, version: Version) -> None:
        """Write on with another version; what stands here is offered in its place."""
        ticket, mine = self._composer.ticket_id, self._mine
        others = distinct((mine, *self._unsettled(ticket, mine.says)), but=version.says)
        self._put(ticket, version, self._composer.then)
        await self._tell(ticket, version, self._composer.then, others)
        self.changed.emit(None)

    async def leave(self) -> None:
        """Forget the other versions: what stands here is what is meant."""
        await self._tell(self._composer.ticket_id, self._mine, self._composer.then, ())
        self.changed.emit(None)


def _version(draft: Draft, at: datetime) -> Version:
    return Version(draft.to, draft.body, at, draft.html)


def _given_up(entry: Entry) -> bool:
    return entry.command.type == ShareDraft.__name__ and entry.parked
