"""Where a mail begins to repeat the mail it answers, by the marks that mail programs leave."""

import re

MAX_LINE_CHARS = 400
"""Longer lines are nobody's `On … wrote:`."""
MAX_LINES = 20_000

_WROTE = re.compile(
    r"(?:"
    r"(?:on|am|le|el|il|em|op|den|dnia|w dniu|dne|på|a)\b.{4,300}?"
    r"(?:wrote|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|skrev|napisał(?:\(a\)|a)?|napsal"
    r"(?:\(a\)|a)?|kirjoitti|írta).{0,120}"
    r"|.{4,300}(?:şunları yazdı|yazdı|написал(?:\(а\)|а)?|пишет|написав|كتب|כתב|έγραψε"
    r"|写道|寫道|さんは書きました|のメール|님이 작성).{0,120}"
    r")[:：]\s*",
    re.IGNORECASE,
)
_RULE = re.compile(
    r"[-_=\s]{2,}\s*(?:original message|ursprüngliche nachricht|message d['’]origine|mensaje original"
    r"|messaggio originale|mensagem original|oorspronkelijk bericht|wiadomość oryginalna"
    r"|ursprungligt meddelande|oprindelig meddelelse|forwarded message|weitergeleitete nachricht"
    r"|исходное сообщение|原始邮件|原始郵件|元のメッセージ|원본 메시지|الرسالة الأصلية)\s*[-_=\s]*",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"\W{0,3}(?:from|von|de|da|van|från|fra|od|от|差出人|发件人|寄件者|من)\s?[:：]", re.IGNORECASE
)
_SENT = re.compile(
    r"\W{0,3}(?:sent|date|gesendet|datum|envoyé|enviado(?: el)?|fecha|inviato|data|verzonden|skickat|sendt"
    r"|wysłano|отправлено|дата|送信日時|发送时间|寄件日期|التاريخ)\s?[:：]",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\W{0,3}(?:subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne|temat|тема|件名|主题"
    r"|主旨|الموضوع)\s?[:：]",
    re.IGNORECASE,
)
_DATED = re.compile(r"\d|@")


def quoted_from(body: str) -> int:
    """Where in `body` the quoted rest begins; its length when nothing is quoted.

    Only a rest that reaches to the end counts, and only below words of its own: answers between
    quoted lines are never hidden.
    """
    lines = body.split("\n", MAX_LINES)
    starts, place = [], 0
    for line in lines:
        starts.append(place)
        place += len(line) + 1
    first = next((n for n in range(len(lines)) if _begins(lines, n)), len(lines))
    first = min(first, _arrows(lines))
    while first > 0 and not lines[first - 1].strip():
        first -= 1
    return starts[first] if 0 < first < len(lines) else len(body)


def _begins(lines: list[str], n: int) -> bool:
    """Whether everything from this line on is another mail."""
    line = lines[n]
    if len(line) > MAX_LINE_CHARS:
        return False
    if _RULE.fullmatch(line.strip()):
        return True
    if _FROM.match(line):
        beneath = lines[n + 1 : n + 7]
        return any(map(_SENT.match, beneath)) and any(map(_ABOUT.match, beneath))
    return _is_attribution(lines, n)


def _is_attribution(lines: list[str], n: int) -> bool:
    """`On 3 May, Ben wrote:`, on one line or broken into two, with quoted lines beneath it."""
    for more in (1, 2):
        said = " ".join(line.strip() for line in lines[n : n + more])
        if len(said) > MAX_LINE_CHARS or not _DATED.search(said):
            continue
        if said.rstrip().endswith((":", "：")) and _WROTE.fullmatch(said):
            rest = [line for line in lines[n + more :] if line.strip()]
            return bool(rest) and (rest[0].lstrip().startswith(">") or not _answers(rest))
    return False


def _answers(rest: list[str]) -> bool:
    """Whether somebody wrote between quoted lines."""
    marked = [line.lstrip().startswith(">") for line in rest]
    return any(marked) and not marked[0]


def _arrows(lines: list[str]) -> int:
    """Where the lines begin that are all marked with `>`, up to the end."""
    first = len(lines)
    for n in range(len(lines) - 1, -1, -1):
        line = lines[n].lstrip()
        if line.startswith(">"):
            first = n
        elif line:
            break
    return first
