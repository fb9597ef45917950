"""The organisation's policy: which contact data is masked for whom, and what is the exchange's own."""

import re
from typing import Literal
from uuid import UUID

from msgspec import Struct, structs

from console.kernel.codec import NIL, Record
from console.kernel.errors import Refused
from console.kernel.ids import derived_id
from console.masking.model.contacts import KINDS, ContactKind
from console.masking.model.digits import MAX_DIGITS, MIN_DIGITS, digits_of

Audience = Literal["buyer", "seller"]

POLICY_ID = derived_id("masking")
"""The one policy there is."""
MAX_OWN = 200
"""So many domains, addresses and numbers are the exchange's own."""
MAX_OWN_CHARS = 254
CARRIERS = (
    "dhl.com", "dhl.de", "dpd.com", "dpd.de", "fedex.com", "gls-group.com", "gls-group.eu",
    "hermesworld.com", "inpost.pl", "laposte.fr", "postnl.nl", "royalmail.com", "ups.com", "usps.com",
)  # fmt: skip
"""Where parcels are followed: no trade leaves the exchange by them."""

_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,24}")
_ADDRESS = re.compile(r"[\w.+%'-]{1,64}@" + _DOMAIN.pattern)
_NUMBER = re.compile(r"\+?[\d\s().\-/]+")


class Content(Struct, frozen=True, omit_defaults=True):
    """What somebody says of it: the kinds masked for the buyer and for the seller.

    `own` is never masked: domains with all below them, e-mail addresses, telephone numbers.
    """

    buyer: tuple[ContactKind, ...] = KINDS
    seller: tuple[ContactKind, ...] = KINDS
    own: tuple[str, ...] = CARRIERS

    def masked(self, audience: Audience) -> tuple[ContactKind, ...]:
        """The kinds masked in what they get."""
        return self.buyer if audience == "buyer" else self.seller


class MaskingPolicy(Record, frozen=True, kw_only=True):
    """The policy as it is kept; `changed_by` wrote it last. Until somebody does, `Content()` holds."""

    content: Content
    changed_by: UUID = NIL


def content_of(policy: MaskingPolicy | None) -> Content:
    """What the policy says, also while there is none."""
    return policy.content if policy else Content()


def checked(content: Content) -> Content:
    """The content as it is kept: each kind once, what is the exchange's own once, in order.

    Raises Refused `bad_own`, whose field is the line that is neither, or `too_many_own`.
    """
    own = sorted({_own(told) for told in content.own if told.strip()})
    if len(own) > MAX_OWN:
        told = f"At most {MAX_OWN} domains, addresses and numbers are the exchange's own."
        raise Refused("too_many_own", told, fields={"own": "too many"})
    return structs.replace(
        content,
        buyer=tuple(kind for kind in KINDS if kind in content.buyer),
        seller=tuple(kind for kind in KINDS if kind in content.seller),
        own=tuple(own),
    )


def _own(told: str) -> str:
    clean = told.strip().lower().removeprefix("https://").removeprefix("http://")
    clean = clean.removeprefix("www.").removeprefix("@").rstrip("/")
    if len(clean) <= MAX_OWN_CHARS:
        if _DOMAIN.fullmatch(clean) or _ADDRESS.fullmatch(clean):
            return clean
        if _NUMBER.fullmatch(clean) and MIN_DIGITS <= len(digits_of(clean)) <= MAX_DIGITS:
            return " ".join(clean.split())
    line = told.strip()[:MAX_OWN_CHARS]
    raise Refused("bad_own", "This is no domain, address or number.", fields={"own": line})
