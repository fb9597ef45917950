"""Masking on the server: the policy is set by whoever may, and known to all staff."""

from msgspec import structs

from console.kernel.errors import Refused
from console.kernel.grown import with_unknown
from console.masking.model.policy import (
    POLICY_ID,
    Content,
    MaskingPolicy,
    checked,
    content_of,
)
from console.masking.records import MASKING, SetMasking
from console.people.model import Action
from console.people.server.scopes import org_scopes
from console.sync.server.dispatch import Handles, Request
from console.sync.server.tx import Tx


def content_now(tx: Tx) -> Content:
    """The policy as it is now."""
    stored = tx.get(MASKING, POLICY_ID)
    return content_of(stored.record if stored else None)


def set_masking(tx: Tx, request: Request[SetMasking]) -> None:
    """Compare and set: a colleague's newer policy is not written over unseen."""
    if request.target != POLICY_ID:
        raise Refused("wrong_target", "There is one policy: it is set under its own id.")
    stored, me, args = tx.get(MASKING, POLICY_ID), request.actor.user_id, request.args
    if stored and stored.rev > request.base_rev and stored.record.changed_by != me:
        raise Refused("masking_changed", "A colleague changed what is masked meanwhile.")
    before = stored.record if stored else MaskingPolicy(id=POLICY_ID, content=Content())
    content = checked(with_unknown(args.content, before.content, args.knows))
    if stored is None or content != before.content:
        after = structs.replace(before, content=content, changed_by=me)
        tx.record(MASKING, after, org_scopes())


HANDLERS = (Handles(SetMasking, Action.MASKING, None, set_masking),)
