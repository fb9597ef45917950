"""A link with the replica that its actions change, and a clock moved by hand: no socket, no waiting."""

import random
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from msgspec import Raw, structs

from console.kernel.ids import new_id
from console.sync.client.link import Absorb, Action, Greeted, Link, Post, Rescope, Say, Tell
from console.sync.client.standing import Standing
from console.sync.frames import Welcome
from console.sync.records import Command, Epoch, Outcome, Result

LIFE = Epoch(5, 6)
LANE, OTHER = new_id(), new_id()


class Wire:
    """A link with the replica that its actions change, and a clock moved by hand."""

    def __init__(self, standing: Standing, seed: int = 0) -> None:
        self.link = Link(random.Random(seed))
        self.standing = standing
        self.now = 100.0

    def do(self, actions: Iterable[Action]) -> list[Action]:
        """Carry actions out as the session would, and give them back."""
        done = []
        for action in actions:
            done.append(action)
            match action:
                case Greeted(epoch, scopes, _):
                    self._rescope(scopes, epoch=epoch)
                case Rescope(scopes):
                    self._rescope(scopes)
                case Absorb(batch):
                    self._move(cursor=batch.to_seq)
        return done

    def _rescope(self, scopes: frozenset[int], **more: Any) -> None:
        held = set(self.standing.scopes)
        wanted = (scopes - held) | (scopes & set(self.standing.wanted))
        self._move(scopes=tuple(sorted(scopes)), wanted=tuple(sorted(wanted)), **more)

    def _move(self, **news: Any) -> None:
        self.standing = structs.replace(self.standing, **news)
        self.link.moved(self.standing)

    def start(self) -> list[Action]:
        return self.do(self.link.start(self.standing))

    def frame(self, frame: Any) -> list[Action]:
        return self.do(self.link.frame(frame, self.now))

    def live(self) -> "Wire":
        """Brought to a live session at cursor 10."""
        self.start()
        self.frame(welcome())
        assert self.link.status.mode == "live"
        return self

    def queue(self, *commands: Command, lane: UUID = LANE) -> list[Action]:
        return self.do(self.link.queued([(lane, command) for command in commands], self.now))

    def posted(self, *outcomes: tuple[Command, Outcome]) -> list[Action]:
        results = [Result(command.cmd_id, outcome) for command, outcome in outcomes]
        return self.do(self.link.posted(results, self.now))


def fetched_before(**more: Any) -> Standing:
    return Standing(**{"cursor": 10, "hwm": 10, "epoch": LIFE, "scopes": (2, 4), **more})


def welcome(**more: Any) -> Welcome:
    fields = {
        "session": new_id(), "proto": 1, "epoch": LIFE, "head": 10, "scopes": (2, 4),
        "server_time": datetime(2026, 3, 2, tzinfo=UTC), "mode": "live", "last_n": 0,
    }  # fmt: skip
    return Welcome(**{**fields, **more})


def wish(size: int = 0) -> Command:
    return Command(new_id(), "AddNote", new_id(), args=Raw(b'"' + b"x" * size + b'"'))


def modes(actions: Iterable[Action]) -> list[str]:
    return [action.status.mode for action in actions if isinstance(action, Tell)]


def of(actions: Iterable[Action], kind: type[Any]) -> list[Any]:
    return [action for action in actions if isinstance(action, kind)]


def sent(actions: Iterable[Action]) -> list[tuple[UUID, int]]:
    """What goes out, over the socket or posted."""
    said = [(say.command.cmd_id, say.command.n) for say in of(actions, Say)]
    return said + [(c.cmd_id, c.n) for post in of(actions, Post) for c in post.commands]
