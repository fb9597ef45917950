"""Reads of conversations and messages, page by page in both directions."""

from console.conversations.tables import rows
from console.kernel.ids import new_id
from tests.parts.acts import begin_case
from tests.parts.office import Office


def test_messages_page_by_page(office: Office) -> None:
    case = begin_case(office, body="message 1")
    for n in range(2, 8):
        case.hear(f"message {n}")
    begin_case(office, email="other@mail.test").hear("elsewhere")

    def before(pos: int | None, limit: int) -> list[int]:
        found = office.read(lambda r: rows.messages(r, case.conversation_id, pos, limit))
        return [message.pos for message in found]

    def after(pos: int, limit: int) -> list[int]:
        found = office.read(lambda r: rows.messages_after(r, case.conversation_id, pos, limit))
        return [message.pos for message in found]

    assert before(None, 3) == [5, 6, 7]
    assert before(5, 3) == [2, 3, 4]
    assert before(2, 3) == [1]
    assert before(1, 3) == []
    assert before(None, rows.PAGE) == [1, 2, 3, 4, 5, 6, 7]
    assert after(0, 2) == [1, 2]
    assert after(5, 9) == [6, 7]
    assert after(7, 9) == []


def test_a_conversation_by_id(office: Office) -> None:
    case = begin_case(office, subject="Parcel")
    found = office.read(lambda r: rows.conversation(r, case.conversation_id))
    assert found is not None
    assert (found.id, found.subject, found.count) == (case.conversation_id, "Parcel", 1)
    assert office.read(lambda r: rows.conversation(r, new_id())) is None
