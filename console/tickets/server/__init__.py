"""Tickets on the server: triage, what messages do to tickets, links, imports."""

from console.tickets.server.imports import HANDLERS as _IMPORTS
from console.tickets.server.messages import SUBSCRIBERS
from console.tickets.server.triage import HANDLERS as _TRIAGE

HANDLERS = (*_TRIAGE, *_IMPORTS)

__all__ = ["HANDLERS", "SUBSCRIBERS"]
