"""Who else is at a ticket and what they do there, in words for its header and its row."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from console.kernel.codec import NIL
from console.kernel.signal import Signal
from console.kernel.tongue import beside, pair, trn
from console.people.model import initials
from console.people.viewmodel import Directory, short_names, together
from console.sync.client.local import Local
from console.sync.presence import NOTING, TYPING

_WRITING = ("typing", "noting")
_DOING = (*_WRITING, "viewing")
_SENTENCES = {
    "typing": pair("{names} is typing a reply…", "{names} are typing a reply…"),
    "noting": pair("{names} is writing a note…", "{names} are writing a note…"),
    "viewing": pair("{names} is viewing", "{names} are viewing"),
}


@dataclass(frozen=True)
class Other:
    """A colleague; `writes` when they do more than look."""

    name: str
    initials: str
    writes: bool


@dataclass(frozen=True)
class OthersState:
    """Who is there, writers first; `words` with first names, `whole` with whole ones.

    `brief` tells only what those do who come first, and how many others there are.
    """

    people: Sequence[Other] = ()
    words: str = ""
    brief: str = ""
    whole: str = ""

    @property
    def writes(self) -> bool:
        """Whether one of them does more than look."""
        return any(other.writes for other in self.people)


NOBODY = OthersState()


class Others:
    """Colleagues at one ticket. `changed` when `state` did."""

    def __init__(self, local: Local, directory: Directory) -> None:
        self._local = local
        self._directory = directory
        self._id = NIL
        self.state = NOBODY
        self.changed: Signal[None] = Signal()
        local.present.connect(self._present)
        directory.changed.connect(self._again)

    def show(self, ticket_id: UUID) -> None:
        """Tell of this ticket from now on, of none for NIL."""
        self._id = ticket_id
        self._again(None)

    def _present(self, ticket_id: UUID) -> None:
        if ticket_id == self._id:
            self._again(None)

    def _again(self, _: None) -> None:
        state = others_at(self._local, self._directory, self._id)
        if state != self.state:
            self.state = state
            self.changed.emit(None)


def others_at(local: Local, directory: Directory, ticket_id: UUID) -> OthersState:
    """Who else is at a ticket now."""
    there = local.company.of(ticket_id)
    if not there:
        return NOBODY
    found = sorted(there.items(), key=lambda item: _DOING.index(_doing(item[1])))
    names = [directory.colleague(who) for who, _ in found]
    doing = [_doing(what) for _, what in found]
    people = [
        Other(name, initials(name), what in _WRITING)
        for name, what in zip(names, doing, strict=True)
    ]
    words = _said(short_names(names), doing)
    return OthersState(
        people=tuple(people),
        words=beside(words),
        brief=_brief(words, doing),
        whole=beside(_said(names, doing)),
    )


def _doing(what: str) -> str:
    if what == NOTING:
        return _WRITING[1]
    return _WRITING[0] if what.partition(":")[0] == TYPING else "viewing"


def _said(names: Sequence[str], doing: Sequence[str]) -> list[str]:
    """`Ben is typing a reply…`, `Cara and Dora are viewing`."""
    parts = []
    for what in _DOING:
        who = [name for name, does in zip(names, doing, strict=True) if does == what]
        if who:
            parts.append(trn(*_SENTENCES[what], len(who)).format(names=together(who)))
    return parts


def _brief(words: Sequence[str], doing: Sequence[str]) -> str:
    """`Ben is typing a reply… +2`."""
    if len(words) < 2:
        return words[0] if words else ""
    return f"{words[0]} +{sum(what != doing[0] for what in doing)}"
