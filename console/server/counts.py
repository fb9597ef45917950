"""What a server counts while it works: commands by outcome, their time, fetches under way.

Plain integers, so that counting costs nothing that a command would notice. Words and text are
`metrics`' business. Lives on the loop's thread.
"""

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager

from console.store.timing import Times
from console.sync.records import Command, Rejected, Result

OTHER = "other"
"""The type under which commands are counted that this server does not know."""


class Counts:
    """Counts of one core since it started; `known` are the command types it has handlers for.

    `commands` is by type and outcome: an outcome's name, `failed` where a handler of ours did,
    `repeated` where an answer already given was given again. `decided` is from the asking to the
    durable answer; commands that came together took the same time.
    """

    def __init__(self, known: Container[str]) -> None:
        self._known = known
        self.commands: Counter[tuple[str, str]] = Counter()
        self.decided = Times()
        self.bootstraps = 0

    def note(self, commands: Sequence[Command], results: Sequence[Result], seconds: float) -> None:
        """These commands were answered, all together within `seconds`."""
        if not commands:
            return
        self.decided.add(seconds, len(commands))
        for command, result in zip(commands, results, strict=True):
            kind = command.type if command.type in self._known else OTHER
            self.commands[kind, _outcome(result)] += 1

    @contextmanager
    def bootstrap(self) -> Iterator[None]:
        """A fetch of everything is under way in the block."""
        self.bootstraps += 1
        try:
            yield
        finally:
            self.bootstraps -= 1


def _outcome(result: Result) -> str:
    if result.again:
        return "repeated"
    outcome = result.outcome
    if isinstance(outcome, Rejected) and outcome.code == "server_error":
        return "failed"
    return type(outcome).__name__.lower()
