"""What one console was told of who is where, and so what of it is news."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf
from uuid import UUID

from console.sync.frames import Ephemeral
from console.sync.presence import LEFT, THROTTLE_S

People = dict[UUID, tuple[str, float]]
"""What each does, and when it was said."""


@dataclass(slots=True)
class Told:
    """By topic and person: each word that was told, and when last."""

    _told: dict[str, dict[UUID, dict[str, float]]] = field(default_factory=dict)

    def news(self, topic: str, people: People, now: float) -> Iterable[Ephemeral]:
        """What is not told yet, and what was said again since, but not too often; it is told now."""
        told = self._told.setdefault(topic, {})
        for who in [who for who in told if who not in people]:
            del told[who]
            yield Ephemeral(topic, LEFT, who)
        for who, (what, said_at) in people.items():
            times = told.setdefault(who, {})  # the last that was told is the last in it
            told_at = times.get(what, -inf)
            news = said_at > told_at or what != next(reversed(times))
            if news and now - told_at >= THROTTLE_S:
                times.pop(what, None)
                times[what] = now
                yield Ephemeral(topic, what, who)

    def forget(self, topic: str) -> None:
        """Nothing was told of this one."""
        self._told.pop(topic, None)
