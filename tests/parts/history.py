"""A random life of records: made, moved, written into, erased, in a few scopes."""

import random
from uuid import UUID

from msgspec import structs

from console.conversations.model import Conversation, Message, with_message
from console.conversations.records import CONVERSATION, MESSAGE
from console.kernel.ids import new_id
from console.people.model import Party
from console.people.records import PARTY
from console.sync.server.tx import Tx
from tests.parts.acts import AT
from tests.parts.office import Office

SCOPES = (20, 22, 24)


class History:
    """Writes random changes to conversations, messages and parties; the same for the same seed."""

    def __init__(self, office: Office, seed: int) -> None:
        self._office = office
        self._random = random.Random(seed)
        self._conversations: list[UUID] = []
        self._parties: list[UUID] = []

    def go_on(self, steps: int) -> None:
        """So many more changes, in transactions of one to three."""
        while steps > 0:
            count = min(steps, self._random.randint(1, 3))
            found = self._office.together(*[self._step] * count)
            assert not [result for result in found if isinstance(result, Exception)], found
            steps -= count

    def _scopes(self) -> frozenset[int]:
        return frozenset(self._random.sample(SCOPES, self._random.choice((1, 1, 2))))

    def _step(self, tx: Tx) -> None:
        choice = self._random.random()
        if not self._conversations or choice < 0.15:
            conversation = Conversation(id=new_id(), subject="x", created_at=AT, last_at=AT)
            self._conversations.append(conversation.id)
            tx.record(CONVERSATION, conversation, self._scopes())
        elif choice < 0.55:
            self._write(tx, self._random.choice(self._conversations))
        elif choice < 0.8:
            moved = tx.get(CONVERSATION, self._random.choice(self._conversations))
            assert moved is not None
            tx.record(CONVERSATION, moved.record, self._scopes())
        elif choice < 0.9:
            party = Party(id=new_id(), side="buyer", name=str(self._random.random()))
            self._parties.append(party.id)
            tx.record(PARTY, party, self._scopes())
        elif choice < 0.93 and self._parties:
            tx.erase(PARTY, self._random.choice(self._parties))
        else:
            self._part_with_message(tx, erase=choice > 0.96)

    def _write(self, tx: Tx, conversation_id: UUID) -> None:
        stored = tx.get(CONVERSATION, conversation_id)
        assert stored is not None
        message = Message(
            id=new_id(),
            conversation_id=conversation_id,
            pos=stored.record.count + 1,
            lane=self._random.choice(("buyer", "internal")),
            author="staff",
            body=str(self._random.random()),
            at=AT,
        )
        tx.record(CONVERSATION, with_message(stored.record, message))
        tx.record(MESSAGE, message)

    def _part_with_message(self, tx: Tx, *, erase: bool) -> None:
        """Erase a message, or move it to another conversation."""
        found = tx.rows("SELECT id FROM messages ORDER BY id")
        if not found:
            return
        message = tx.get(MESSAGE, UUID(bytes=bytes(self._random.choice(found)[0])))
        assert message is not None
        if erase:
            tx.erase(MESSAGE, message.record.id)
            return
        there = tx.get(CONVERSATION, self._random.choice(self._conversations))
        assert there is not None
        pos = there.record.count + 1
        tx.record(CONVERSATION, structs.replace(there.record, count=pos))
        parent = there.record.id
        tx.record(MESSAGE, structs.replace(message.record, conversation_id=parent, pos=pos))
