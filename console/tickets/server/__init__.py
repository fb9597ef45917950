"""Tickets on the server: triage, snoozing, what messages do to tickets, merging, splitting, links, imports, erasing."""

from console.tickets.server.erasure import SUBSCRIBERS as _ERASURE
from console.tickets.server.imports import HANDLERS as _IMPORTS
from console.tickets.server.merges import HANDLERS as _MERGES
from console.tickets.server.messages import SUBSCRIBERS as _MESSAGES
from console.tickets.server.snooze import HANDLERS as _SNOOZE
from console.tickets.server.snooze import JOBS
from console.tickets.server.splits import HANDLERS as _SPLITS
from console.tickets.server.triage import HANDLERS as _TRIAGE

HANDLERS = (*_TRIAGE, *_SNOOZE, *_MERGES, *_SPLITS, *_IMPORTS)
SUBSCRIBERS = {**_MESSAGES, **_ERASURE}

__all__ = ["HANDLERS", "JOBS", "SUBSCRIBERS"]
