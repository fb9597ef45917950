"""Whether a message only says thanks: then it wakes nobody's snoozed ticket.

Doubt wakes. It must be short, carry no file, ask nothing, name no number, and every word of it must
be one of thanks, of politeness or of the names of those who talk.
"""

import re
import unicodedata
from collections.abc import Iterable

from console.conversations.model import Message

MOST_WORDS = 12
MOST_CHARS = 160

_WORD = re.compile(r"[^\W_]+")


def _words(text: str) -> list[str]:
    """The words of a text, without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i"))
    bare = "".join(letter for letter in plain if unicodedata.category(letter) != "Mn")
    return _WORD.findall(bare.replace("ł", "l").replace("ø", "o").replace("đ", "d"))


_THANKS = frozenset(
    _words(
        # English, German, French, Spanish, Italian, Portuguese, Dutch
        "thanks thank thx ty cheers danke dankeschon merci remercie gracias agradecida"
        " agradecido grazie obrigado obrigada bedankt dank dankjewel dankuwel"
        # Swedish, Danish, Norwegian, Finnish, Polish, Czech, Croatian, Romanian, Hungarian, Turkish
        " tack tak takk kiitos dziekuje dzieki dekuji diky hvala multumesc mersi koszonom koszi"
        " tesekkurler tesekkur sagol"
        # Russian, Ukrainian, Greek, Arabic, Hebrew, Hindi
        " спасибо благодарю дякую ευχαριστω شكرا شكراً تسلم תודה"
    )
)
_POLITE = frozenset(
    _words(
        "you so very much many a lot again for your the help all everything great perfect super ok"
        " okay good nice day wishes best kind regards have and dear hi hello team"
        " vielen sehr schon herzlichen ihre eure die hilfe gut prima alles bestens ihnen euch dir liebe grusse"
        " gruss mit freundlichen schonen tag hallo und fur"
        " beaucoup bien mille pour votre aide bonne journee cordialement bonjour parfait tres vous"
        " muchas mil por su tu ayuda buen dia saludos hola todo perfecto muy amable"
        " mille molto per il suo tuo aiuto buona giornata saluti ciao perfetto tante"
        " muito pela sua ajuda bom cumprimentos ola tudo otimo"
        " hartelijk heel erg voor uw hulp groet groeten met vriendelijke goed fijne dag"
        " sa mycket for hjalpen mange hjelpen hjaelpen hyvaa paivaa paljon avusta"
        " bardzo za pomoc pozdrawiam mockrat moc lijepa puno na pomoci srdacan pozdrav frumos"
        " szepen cok ederim yardiminiz icin"
        " большое огромное вам за помощь хорошего дня дуже велике допомогу πολυ σας για τη βοηθεια"
        " جزيلا لك لكم على المساعدة كثيرا רבה לך על העזרה"
    )
)
_HELP = frozenset(
    _words("help hilfe aide ayuda aiuto ajuda hulp pomoc pomoci помощь допомогу βοηθεια")
)
"""Words of thanks after “for your”, and a cry without it."""
# Scripts without spaces: phrases that are taken out of the text, longest first.
_PHRASES = (
    "どうもありがとうございました", "どうもありがとうございます", "ありがとうございました", "ありがとうございます",
    "どうもありがとう", "ありがとう", "感谢您的帮助", "谢谢您的帮助", "谢谢你的帮助", "非常感谢", "十分感谢",
    "多谢", "谢谢您", "谢谢你", "谢谢", "感謝您", "非常感謝", "感謝", "謝謝您", "謝謝你", "謝謝", "感谢",
    "ขอบคุณมากค่ะ", "ขอบคุณมากครับ", "ขอบคุณมาก", "ขอบคุณค่ะ", "ขอบคุณครับ", "ขอบคุณ",
    "정말감사합니다", "감사합니다", "고맙습니다", "감사해요", "고마워요", "정말",
    "cảm ơn bạn", "cảm ơn", "आपका बहुत बहुत धन्यवाद", "बहुत धन्यवाद", "धन्यवाद", "शुक्रिया",
)  # fmt: skip
_SIGNS = frozenset("👍🙏😊🙂😀😃❤💐🌹👌🎉🥰☺")
_QUESTIONS = frozenset("?؟？;¿՞፧")
_WROTE = re.compile(
    r"\b(wrote|schrieb|écrit|escribió|scritto|escreveu|schreef|skrev|napisał)\b.*:\s*$"
)


def is_thanks(message: Message, names: Iterable[str] = ()) -> bool:
    """Whether a message from outside says thanks and nothing else; `names` may sign or be greeted."""
    if message.attachments:
        return False
    text = _own(message.body)
    if len(text) > MOST_CHARS or not _QUESTIONS.isdisjoint(text):
        return False
    left, thanked = _without_phrases(unicodedata.normalize("NFKC", text).casefold())
    if any(letter.isdigit() for letter in left) or _odd(left):
        return False
    known = {word for name in names for word in _words(name)}
    words = _words(left)
    if len(words) > MOST_WORDS or any(w not in _THANKS | _POLITE | known for w in words):
        return False
    pairs = zip(("", *words), words, strict=False)
    if any(word in _HELP and (not before or before in _THANKS) for before, word in pairs):
        return False
    return thanked or not _THANKS.isdisjoint(words) or (bool(text) and not words and _signs(text))


def _own(body: str) -> str:
    """What somebody wrote themselves: without the lines they quote and their announcement."""
    lines = body.strip().splitlines()
    quoted = [line.lstrip().startswith(">") for line in lines]
    kept = [
        line
        for n, line in enumerate(lines)
        if not quoted[n] and not (_WROTE.search(line) and any(quoted[n + 1 : n + 3]))
    ]
    return "\n".join(kept).strip()


def _without_phrases(text: str) -> tuple[str, bool]:
    found = False
    for phrase in _PHRASES:
        if phrase in text:
            text, found = text.replace(phrase, " "), True
    return text, found


def _odd(text: str) -> bool:
    """Whether there are signs that are neither punctuation nor friendly: links, currencies, code."""
    return any(
        unicodedata.category(letter) in ("Sc", "Sm", "Pc")
        or (unicodedata.category(letter) == "So" and letter not in _SIGNS)
        or letter in "@/\\#%&*[]{}<>"
        for letter in text
    )


def _signs(text: str) -> bool:
    """Whether it is friendly signs alone."""
    return not _SIGNS.isdisjoint(text)
