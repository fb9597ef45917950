"""Masking on the wire: the kind, and the command by which the policy is set."""

from console.kernel.codec import Strict
from console.kernel.grown import names_of
from console.masking.model.policy import Content, MaskingPolicy
from console.sync.records import Kind

MASKING = Kind("masking", MaskingPolicy)
FIRST = ("buyer", "seller", "own")
"""What the first release knew of a policy's content: it does not say so."""
KNOWN = names_of(Content)


class SetMasking(Strict, frozen=True):
    """Give the organisation's one policy this content; the target is `policy.POLICY_ID`.

    A colleague changed it since the author looked: `masking_changed`. Of the content that is set
    which `knows` names; the rest stays, whether the author did not change it or does not know it.
    """

    content: Content
    knows: tuple[str, ...] = FIRST
