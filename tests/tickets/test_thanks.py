"""What says only thanks, in the languages of a marketplace, and what only looks like it."""

import pytest

from console.conversations.model import Attachment, Message
from console.kernel.ids import new_id
from console.tickets.server.thanks import MOST_CHARS, MOST_WORDS, is_thanks
from tests.parts.acts import AT


def message(body: str, files: int = 0) -> Message:
    file = Attachment(new_id(), "a.png", "image/png", 1, "0" * 64)
    return Message(
        id=new_id(), conversation_id=new_id(), pos=1, lane="buyer", author="party", body=body, at=AT,
        attachments=(file,) * files,
    )  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        "Thanks!", "thank you so much", "Ok, thanks a lot for your help!", "Great, thank you.\n\nLena",
        "Hi Ana,\nthank you very much for everything.\nBest regards\nLena Braun", "👍", "🙏🏽", "thx 👍",
        "Danke schön!", "Vielen herzlichen Dank für Ihre Hilfe", "Merci beaucoup pour votre aide",
        "¡Muchas gracias!", "Grazie mille, buona giornata", "Muito obrigado pela ajuda",
        "Hartelijk dank", "Tack så mycket", "Tusind tak".replace("Tusind", "Mange"), "Kiitos paljon",
        "Dziękuję bardzo za pomoc", "Hvala lijepa", "Teşekkür ederim", "Большое спасибо за помощь",
        "Дуже дякую", "Ευχαριστώ πολύ", "شكرا جزيلا لك", "תודה רבה", "ありがとうございます。", "谢谢您的帮助！",
        "謝謝", "감사합니다", "ขอบคุณมากค่ะ", "Cảm ơn bạn", "बहुत धन्यवाद",
        "Thank you!\n\nOn 2 March 2026 Ana wrote:\n> Your parcel 303-9182736 is on its way.\n> Ana",
    ],
)  # fmt: skip
def test_mere_thanks(body: str) -> None:
    assert is_thanks(message(body), ("Lena Braun", "Ana Kovac"))


@pytest.mark.parametrize(
    "body",
    [
        "", "Hello", "ok", "Thanks, but where is it?", "Thanks for nothing", "No thanks",
        "Thanks, it is still broken", "Thank you. Order 303-9182736", "Thanks, 2 are missing",
        "Help", "Thanks, help!", "help help", "Please help, thanks", "Thanks!\nMarta",
        "Danke, aber das Paket fehlt", "Danke, wann kommt es", "Merci mais non", "Gracias, ¿y el reembolso",
        "Gracias pero no funciona", "شكرا أين طلبي", "شكرا؟", "ありがとう。でも届きません", "谢谢，退款呢？",
        "谢谢 退款", "감사합니다 환불", "धन्यवाद वापसी", "👎", "Thanks 💔", "Thanks https://x.test",
        "thanks €", "Спасибо, но нет", "Ευχαριστώ, αλλά όχι",
        "> Thank you", "Thank you\n> quoted\nBut the parcel is lost",
        "Thanks\nOn the invoice the amount is wrong:",
        "thanks " * (MOST_WORDS + 1), "thanks" + "!" * MOST_CHARS,
    ],
)  # fmt: skip
def test_whatever_may_be_more_wakes(body: str) -> None:
    assert not is_thanks(message(body), ("Lena Braun",))


def test_a_file_is_always_more_than_thanks() -> None:
    assert is_thanks(message("Thanks"))
    assert not is_thanks(message("Thanks", files=1))
