"""Where a mail repeats another: the marks of many programs in many languages, and what is none."""

import json
import zipfile
from pathlib import Path

import pytest

from console.conversations.viewmodel.quotes import quoted_from

REAL = Path(__file__).parents[4] / "shared" / "data" / "cucom_ecommerce.jsonl.zip"
OWN = "Thank you, that helps.\n\nLena\n\n"
WROTE = (
    "On Mon, 3 Nov 2026 at 14:02, Ana Kovač <ana@shop.example> wrote:",
    "On 03/11/2026 14:02, Ana wrote:",
    "Am 03.11.2026 um 14:02 schrieb Ana Kovač:",
    "Am Mo., 3. Nov. 2026 um 14:02 Uhr schrieb Ana <ana@shop.example>:",
    "Le lun. 3 nov. 2026 à 14:02, Ana <ana@shop.example> a écrit :",
    "El lun, 3 nov 2026 a las 14:02, Ana (<ana@shop.example>) escribió:",
    "Il giorno lun 3 nov 2026 alle ore 14:02 Ana ha scritto:",
    "Em seg., 3 de nov. de 2026 às 14:02, Ana escreveu:",
    "Op ma 3 nov 2026 om 14:02 schreef Ana <ana@shop.example>:",
    "Den mån 3 nov. 2026 kl 14:02 skrev Ana <ana@shop.example>:",
    "W dniu 03.11.2026 o 14:02, Ana napisał(a):",
    "Dne po 3. 11. 2026 14:02 Ana napsal(a):",
    "3 Kas 2026 Pzt 14:02 tarihinde Ana şunları yazdı:",
    "пн, 3 нояб. 2026 г. в 14:02, Ана <ana@shop.example> написал(а):",
    "03.11.2026, 14:02, Ana пишет:",
    "في الاثنين، 3 نوفمبر 2026 14:02 Ana كتب:",
    "2026年11月3日(月) 14:02 Ana <ana@shop.example>さんは書きました:",
    "Ana <ana@shop.example> 于2026年11月3日周一 14:02写道：",
    "2026년 11월 3일 (월) 14:02, Ana님이 작성:",
)
RULES = (
    "-----Original Message-----", "-----Ursprüngliche Nachricht-----", "-------- Message d'origine --------",
    "-----Mensaje original-----", "---------- Forwarded message ---------", "-----元のメッセージ-----",
    "------------------ 原始邮件 ------------------",
)  # fmt: skip
HEADS = (
    ("From: Ana", "Sent: Monday, 3 November 2026 14:02", "To: Lena", "Subject: Your order"),
    (
        "Von: Ana",
        "Gesendet: Montag, 3. November 2026 14:02",
        "An: Lena",
        "Betreff: Ihre Bestellung",
    ),
    ("De : Ana", "Envoyé : lundi 3 novembre 2026 14:02", "À : Lena", "Objet : Votre commande"),
    ("De: Ana", "Enviado el: lunes, 3 de noviembre de 2026", "Para: Lena", "Asunto: Su pedido"),
    ("*From:* Ana", "*Date:* 3 Nov", "*Subject:* Your order"),
    ("发件人: Ana", "发送时间: 2026年11月3日", "收件人: Lena", "主题: 订单"),
)


def split(body: str) -> tuple[str, str]:
    """What is shown, and what is folded."""
    end = quoted_from(body)
    return body[:end].rstrip(), body[end:].strip()


@pytest.mark.parametrize("line", WROTE)
@pytest.mark.parametrize("quoted", ["> Where is it?\n>\n> Ana", "Where is it?\nAna"])
def test_the_line_that_says_who_wrote_begins_it(line: str, quoted: str) -> None:
    assert split(f"{OWN}{line}\n\n{quoted}\n") == (OWN.strip(), f"{line}\n\n{quoted}")


@pytest.mark.parametrize("line", WROTE[:4])
def test_it_may_be_broken_in_two(line: str) -> None:
    middle = line.index(" ", len(line) // 2)
    broken = f"{line[:middle]}\n{line[middle + 1 :]}"
    assert split(f"{OWN}{broken}\n> Where?\n") == (OWN.strip(), f"{broken}\n> Where?")


@pytest.mark.parametrize("line", RULES)
def test_a_rule_begins_it(line: str) -> None:
    assert split(f"{OWN}{line}\nAna\nWhere is it?") == (OWN.strip(), f"{line}\nAna\nWhere is it?")


@pytest.mark.parametrize("lines", HEADS)
def test_the_head_of_a_mail_begins_it(lines: tuple[str, ...]) -> None:
    quoted = "\n".join((*lines, "", "Where is it?"))
    assert split(OWN + quoted) == (OWN.strip(), quoted)


def test_marked_lines_at_the_end_are_folded_without_any_head() -> None:
    assert split("Yes.\n\n> Is it blue?\n> Ana\n\n") == ("Yes.", "> Is it blue?\n> Ana")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "Where is my parcel?",
        "> only\n> quoted",
        "On Monday 3 November he wrote:\n> a\nI answer here\n> b\nand here",
        "> Is it blue?\nYes.\n> And round?\nNo.",
        "On 3 November my neighbour wrote: it never came.",
        "From: Berlin to Paris\nI want to send it back.",
        "-----\nLena\n-----",
        "Amazon wrote nothing: 3 days!",
        "x" * 100_000,
        "On " * 30_000 + "wrote:",
        (">" * 50 + "\n") * 3 + "answer",
    ],
)
def test_words_of_ones_own_are_never_hidden(body: str) -> None:
    assert quoted_from(body) == len(body)


@pytest.mark.skipif(not REAL.exists(), reason="../shared/data/cucom_ecommerce.jsonl.zip is absent")
def test_real_conversations_are_not_cut() -> None:
    """Thousands of real messages from shops: what they say is not taken for a quote."""
    with zipfile.ZipFile(REAL) as archive:
        lines = archive.read(archive.namelist()[0]).decode().splitlines()[:400]
    texts = [turn for line in lines for turn in _strings(json.loads(line)) if len(turn) > 20]
    assert len(texts) > 400
    assert [text for text in texts if quoted_from(text) != len(text)] == []


def _strings(told: object) -> list[str]:
    match told:
        case str():
            return [told]
        case dict():
            return [text for value in told.values() for text in _strings(value)]
        case list():
            return [text for value in told for text in _strings(value)]
    return []
