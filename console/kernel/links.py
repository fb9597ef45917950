"""Links into Parley, read strictly: `parley://ticket/48213` and nothing else."""

import re

from console.kernel.errors import Refused

SCHEME = "parley"
MOST_CHARS = 200
_TICKET = re.compile(r"parley://ticket/([1-9][0-9]{0,11})/?", re.ASCII)


def ticket_number(link: str) -> int:
    """The number of the ticket that a link names.

    Raises Refused `bad_link` for every other text, with a sentence that quotes none of it.
    """
    found = _TICKET.fullmatch(link) if len(link) <= MOST_CHARS else None
    if found is None:
        told = "This is not a link that Parley knows: write it like parley://ticket/48213."
        raise Refused("bad_link", told)
    return int(found[1])


def link_to(number: int) -> str:
    """The link to a ticket."""
    return f"{SCHEME}://ticket/{number}"
