"""What somebody wants done, before it is a command of the outbox."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from console.kernel.codec import Strict
from console.kernel.ids import new_id
from console.sync.client.outbox import Entry
from console.sync.client.releases import Release
from console.sync.records import Kind, command


@dataclass(frozen=True)
class Deed:
    """Something to be done: the record meant, the command's arguments, and what it is in words."""

    kind: Kind[Any]
    target: UUID
    args: Strict
    about: str
    requires: tuple[UUID, ...] = ()
    after: UUID | None = None

    def entry(
        self,
        revision: Callable[[Kind[Any], UUID], int],
        lane: UUID,
        at: datetime,
        *,
        after: UUID | None = None,
        release: Release | None = None,
    ) -> Entry:
        """It as a new command of the outbox, on the record as it is by `revision`.

        It is done only if `after` was, and kept here until `release` says.
        """
        wish = command(
            self.target,
            self.args,
            cmd_id=new_id(),
            base_rev=revision(self.kind, self.target),
            after=after or self.after,
            requires=self.requires,
        )
        if release is None:
            return Entry(wish, lane, "queued", self.about, at)
        return Entry(wish, lane, release.state, self.about, at, due_at=release.at)
