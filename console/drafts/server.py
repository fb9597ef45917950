"""Drafts on the server: each is its author's alone, and goes when its ticket is erased."""

from typing import Any

from console.drafts.model import MAX_SHARED_CHARS, SharedDraft, Version, distinct, draft_id
from console.drafts.records import DRAFT, ShareDraft
from console.kernel.errors import Denied, Refused
from console.people.model import Action
from console.people.records import USER
from console.sync.server.dispatch import Handles, Request
from console.sync.server.erasure import Erased
from console.sync.server.tx import Tx


def share_draft(tx: Tx, request: Request[ShareDraft]) -> None:
    """The last writer wins; what they had not seen of another computer is kept beside it."""
    args, me = request.args, request.actor.user_id
    if request.target != draft_id(me, args.ticket_id):
        raise Refused("wrong_target", "A draft is its author's own.")
    for version in (args.version, *args.others):
        if len(version.body) + len(version.html) > MAX_SHARED_CHARS:
            told = f"A shared draft has at most {MAX_SHARED_CHARS:,} characters."
            raise Refused("message_too_long", told)
    author = tx.get(USER, me)
    if author is None:
        raise Denied
    stored = tx.get(DRAFT, request.target)
    unseen: tuple[Version, ...] = ()
    if stored is not None and stored.rev != args.over and stored.record.device != args.device:
        unseen = (stored.record.version, *stored.record.others)
    others = distinct((*unseen, *args.others), but=args.version.says)
    if not args.version.body.strip() and not others:
        tx.erase(DRAFT, request.target)
        return
    if tx.get(tx.catalog["ticket"].kind, args.ticket_id) is None:
        raise Denied  # erased meanwhile: nothing would take the words along any more
    draft = SharedDraft(
        id=request.target, owner_id=me, ticket_id=args.ticket_id, version=args.version,
        device=args.device, then=args.then, others=others,
    )  # fmt: skip
    tx.record(DRAFT, draft, frozenset((author.record.scope,)))


def drop_erased(tx: Tx, event: Erased) -> None:
    """What anybody had begun to write on a ticket that is erased goes with it."""
    if event.kind == "ticket":
        for stored in tx.find(DRAFT, "ticket_id", event.record.id):
            tx.erase(DRAFT, stored.record.id)


HANDLERS = (Handles(ShareDraft, Action.REPLY, None, share_draft),)
SUBSCRIBERS: dict[type, tuple[Any, ...]] = {Erased: (drop_erased,)}
