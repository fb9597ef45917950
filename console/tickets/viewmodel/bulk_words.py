"""What is said of a deed that is done to many tickets: a table of sentences, and how they are filled."""

from abc import ABC, abstractmethod
from typing import NamedTuple

from console.kernel.tongue import mark, pair, tr, trn
from console.ui import words


class Sentences(NamedTuple):
    """What is said of a deed, for the tongue to translate: in the outbox, before it and after it."""

    about: str
    will: tuple[str, str]
    did: tuple[str, str]


STATUS = Sentences(
    about=mark("Set status: {status}"),
    will=pair(
        "{count} ticket will get the status “{status}”.",
        "{count} tickets will get the status “{status}”.",
    ),
    did=pair("{count} ticket: {status}", "{count} tickets: {status}"),
)
SOLVED = Sentences(
    about=mark("Solve"),
    will=pair("{count} ticket will be solved.", "{count} tickets will be solved."),
    did=pair("{count} ticket solved", "{count} tickets solved"),
)
TAGGED = Sentences(
    about=mark("Add tag {tag}"),
    will=pair(
        "{count} ticket will get the tag “{tag}”.", "{count} tickets will get the tag “{tag}”."
    ),
    did=pair("{count} ticket tagged “{tag}”", "{count} tickets tagged “{tag}”"),
)
UNTAGGED = Sentences(
    about=mark("Remove tag {tag}"),
    will=pair(
        "{count} ticket will lose the tag “{tag}”.", "{count} tickets will lose the tag “{tag}”."
    ),
    did=pair("Tag “{tag}” removed from {count} ticket", "Tag “{tag}” removed from {count} tickets"),
)
ASSIGNED = Sentences(
    about=mark("Assign to {name}"),
    will=pair(
        "{count} ticket will be assigned to {name}.",
        "{count} tickets will be assigned to {name}.",
    ),
    did=pair("{count} ticket assigned to {name}", "{count} tickets assigned to {name}"),
)
TAKEN = Sentences(
    about=mark("Take"),
    will=pair("{count} ticket will be yours.", "{count} tickets will be yours."),
    did=pair("{count} ticket is yours", "{count} tickets are yours"),
)
MOVED = Sentences(
    about=mark("Move to {team}"),
    will=pair("{count} ticket will move to {team}.", "{count} tickets will move to {team}."),
    did=pair("{count} ticket moved to {team}", "{count} tickets moved to {team}"),
)
RANKED = Sentences(
    about=mark("Set priority: {priority}"),
    will=pair(
        "{count} ticket will get the priority “{priority}”.",
        "{count} tickets will get the priority “{priority}”.",
    ),
    did=pair("{count} ticket: {priority}", "{count} tickets: {priority}"),
)
SNOOZED = Sentences(
    about=mark("Snooze"),
    will=pair(
        "{count} ticket will be snoozed until {when}.",
        "{count} tickets will be snoozed until {when}.",
    ),
    did=pair("{count} ticket snoozed until {when}", "{count} tickets snoozed until {when}"),
)
AWAKE = Sentences(
    about=mark("Wake"),
    will=pair("{count} ticket will wake now.", "{count} tickets will wake now."),
    did=pair("{count} ticket is awake", "{count} tickets are awake"),
)


class Said(ABC):
    """Says what a deed is by its sentences and by what belongs into their gaps."""

    @property
    @abstractmethod
    def sentences(self) -> Sentences:
        """The deed's own."""

    def gaps(self) -> dict[str, str]:
        """What belongs into the gaps of its sentences, beside how many tickets it is about."""
        return {}

    @property
    def about(self) -> str:
        """What it is, in words."""
        return tr(self.sentences.about).format(**self.gaps())

    def will(self, number: int) -> str:
        """That so many tickets are about to be treated so."""
        return self._counted(self.sentences.will, number)

    def did(self, number: int) -> str:
        """That so many were."""
        return self._counted(self.sentences.did, number)

    def _counted(self, forms: tuple[str, str], number: int) -> str:
        return trn(*forms, number).format(count=words.count(number), **self.gaps())
