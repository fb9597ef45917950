"""Drafts on the wire: the kind, and the one command that keeps them."""

from typing import Any
from uuid import UUID

from console.drafts.model import SharedDraft, Version
from console.kernel.codec import Strict
from console.sync.records import Kind, Seq

DRAFT = Kind("draft", SharedDraft)


class ShareDraft(Strict, frozen=True):
    """This is written on a ticket now; the target is the author's draft there.

    Whoever comes last wins. What another of the author's computers wrote meanwhile, which `over`
    (the change this one went on from) does not say was seen, is kept among the others. Without
    text and others the draft is gone.
    """

    ticket_id: UUID
    version: Version
    device: UUID
    then: dict[str, Any] = {}
    others: tuple[Version, ...] = ()
    over: Seq = 0
