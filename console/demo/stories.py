"""The conversations told by hand, as steps: what the first screen shows."""

from datetime import datetime, timedelta

from console.demo.casebook import Casebook
from console.demo.cases import Case
from console.demo.script import Roster, Script, Step, order_steps
from console.demo.told import Story, StoryMessage
from console.orders.model import EventName
from console.tickets.model import ACTIVE

_SORTER = "priya"
"""Who puts tickets in their queues when nobody takes them."""


def story_steps(book: Casebook, story: Story, roster: Roster, now: datetime) -> list[Step]:
    """Everything that happened in a story up to now."""
    case = book.told(story, now)
    script = Script(case, book.seed, roster, routed=False)
    beats = sorted([(-m.ago, 0, m) for m in story.messages], key=lambda beat: beat[0])
    triaged = False
    for ago, _, message in beats:
        if not triaged and ago > -story.triage:
            _triage(script, story, now)
            triaged = True
        _said(script, case, message, now)
    if not triaged:
        _triage(script, story, now)
    last = now - timedelta(minutes=min(message.ago for message in story.messages))
    if story.status not in ACTIVE:
        script.sets(last, story.assignee, story.status)
    if story.found:
        _found(script, case, last)
    if case.order is None or case.way is None:
        return script.steps
    return script.steps + order_steps(case.order, case.way, book.seed, until=now)


def _said(script: Script, case: Case, message: StoryMessage, now: datetime) -> None:
    at = now - timedelta(minutes=message.ago)
    text = case.voice.say(message.text)
    lane = message.lane or case.asker.side
    if message.by and lane == "internal":
        script.notes(at, message.by, text)
    elif message.by:
        script.writes(at, message.by, text, lane)
    elif lane == case.asker.side:
        script.asks(at, text, message.files, message.channel)
    else:
        script.seller_says(at, text, message.files, message.channel)


def _triage(script: Script, story: Story, now: datetime) -> None:
    at = now - timedelta(minutes=story.triage)
    by = story.assignee or _SORTER
    if story.assignee:
        script.takes(at, by)
    script.ranks(at, by, story.priority)
    script.tags(at, by, story.tags)
    if story.team:
        script.moves(at, by, story.team)


def _found(script: Script, case: Case, at: datetime) -> None:
    """The parcel came shortly before its buyer said so."""
    assert case.buyer is not None, "a parcel goes to a buyer"
    script.happens(at - timedelta(minutes=25), EventName.DELIVERED, case.buyer.address.city)
