"""Conversations told by hand: the shape of the file of stories."""

from console.conversations.model import Channel, LaneName
from console.demo.texts import Data, Texts
from console.orders.model import EventName
from console.tickets.model import Priority, Status


class StoryBuyer(Data, frozen=True):
    """A buyer told by hand; `years` ago they joined, `spent` counts minor units."""

    first: str
    last: str
    woman: bool
    country: str
    city: str
    email: str
    years: int
    orders: int
    spent: int


class StoryEvent(Data, frozen=True):
    """An order event so many days back, or on the last Friday at least two days past."""

    name: EventName
    time: str
    days: int = 0
    friday: bool = False
    place: str = ""
    note: str = ""


class StoryOrder(Data, frozen=True):
    """What is special about a story's order; the rest is made up."""

    title: str
    price: int
    shipping: int
    quantity: int = 1
    number: str = ""
    masked: str = ""
    carrier: str = ""
    tracking: str = ""
    promised: int = 0
    events: tuple[StoryEvent, ...] = ()


class StoryMessage(Data, frozen=True):
    """A message `ago` minutes back; `by` is a colleague's key, empty for the lane's party."""

    ago: int
    text: str
    lane: LaneName | None = None
    by: str = ""
    channel: Channel = "email"
    files: Texts = ()


class Story(Data, frozen=True):
    """A conversation told by hand; `triage` minutes ago it got team, priority, tags, assignee."""

    key: str
    topic: str
    subject: str
    messages: tuple[StoryMessage, ...]
    triage: int
    buyer: str = ""
    seller: str = ""
    team: str = ""
    priority: Priority = Priority.NORMAL
    tags: Texts = ()
    assignee: str = ""
    status: Status = Status.OPEN
    found: bool = False
    order: StoryOrder | None = None
