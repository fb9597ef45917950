"""Search on the server: the words of every record, and what of them somebody may find."""

from console.search.server.saved import HANDLERS
from console.search.server.texts import keep_texts
from console.sync.server.tx import Subscribers, Written

SUBSCRIBERS: Subscribers = {Written: (keep_texts,)}

__all__ = ["HANDLERS", "SUBSCRIBERS"]
