"""Actions that were done in one go, and stand alike: one line for hundreds of them."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence

from console.conversations.records import AddNote, SendReply
from console.kernel.tongue import trn
from console.sync.client.outbox import Entry
from console.tickets.viewmodel.reasons import reason
from console.ui import words

Heap = Sequence[Entry]
_WRITTEN = frozenset({SendReply.__name__, AddNote.__name__})


def heaps(entries: Iterable[Entry]) -> dict[Hashable, Heap]:
    """What was done at one moment with the same words and stands alike, by a key that lasts.

    What somebody wrote is always by itself. Heaps that need somebody come first, then all in the
    order of their first action.
    """
    found: dict[Hashable, list[Entry]] = {}
    for entry in entries:
        found.setdefault(_key(entry), []).append(entry)
    return dict(sorted(found.items(), key=lambda pair: not pair[1][0].parked))


def needing(entries: Iterable[Entry]) -> int:
    """How often somebody has to decide: what was done in one go and stands alike counts once."""
    return len(heaps(entry for entry in entries if entry.parked))


def _key(entry: Entry) -> Hashable:
    kind = entry.command.type
    if kind in _WRITTEN:
        return entry.command.cmd_id
    return (entry.made_at, entry.about, kind, entry.state)


def whys(heap: Heap) -> str:
    """Why they were refused, and how many for each reason."""
    counts = Counter(reason(entry).words for entry in heap)
    said = []
    for why, number in counts.most_common():
        told = trn(
            "Not done on {count} ticket: {reason}.",
            "Not done on {count} tickets: {reason}.",
            number,
        )
        said.append(told.format(count=words.count(number), reason=why))
    return " ".join(said)
