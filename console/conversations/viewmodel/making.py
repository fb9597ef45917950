"""From messages to the items of a timeline: the very same for as long as they look the same."""

from collections.abc import Collection, Hashable
from uuid import UUID

from console.conversations.model import Mention, Message
from console.conversations.viewmodel.deliveries import delivery_of
from console.conversations.viewmodel.items import MessageItem
from console.conversations.viewmodel.speakers import Speakers
from console.people.viewmodel import Directory
from console.sync.client.local import Local
from console.sync.client.outbox import Entry


class Making:
    """Makes items, and gives the same again for what looks the same."""

    def __init__(self, local: Local, directory: Directory) -> None:
        self._local, self._directory = local, directory
        self._made: dict[UUID, MessageItem] = {}

    def forget(self) -> None:
        """Another conversation is shown."""
        self._made = {}

    def item(
        self, message: Message, people: Speakers, entry: Entry | None, opened: Collection[Hashable]
    ) -> MessageItem:
        """A message as an item: the very same one for as long as it looks the same."""
        mine = message.author == "staff" and message.author_id == self._local.me
        author, to = "", ""
        if message.author == "staff":
            author = self._directory.name(message.author_id)
            to = people.spoken_to(message)
        elif message.author == "party":
            author = people.names.get(message.author_id, "")
        unfolded = ("message", message.id) in opened
        plain = ("plain", message.id) in opened
        delivery = delivery_of(message, entry)
        named = tuple((m.words, self._called(m)) for m in message.mentions)
        known = self._made.get(message.id)
        if known is not None and _same(known.message, message) and (
            known.author, known.to, known.delivery, known.unfolded, known.plain, known.named
        ) == (author, to, delivery, unfolded, plain, named):  # fmt: skip
            return known
        made = MessageItem(message, author, to, mine, delivery, unfolded, plain, named)
        self._made[message.id] = made
        return made

    def _called(self, mention: Mention) -> str:
        """A mention in the words of today: people change their names."""
        user = self._directory.users.get(mention.user_id)
        return f"@{user.name}" if user else mention.words


def _same(one: Message, other: Message) -> bool:
    return one is other or one == other
