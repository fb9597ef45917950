"""E-mail addresses, links and names at messengers in a text, also where they are spelled out."""

import re
from collections.abc import Iterator

from console.masking.model.contacts import Contact

MAX_HOST_CHARS = 253
_TLDS_TOLD = (
    "com net org info biz shop store online site website web app dev xyz club pro name mobi tel"
    " email mail space live life world company market deals top vip io co tv cc gd gg gl ly tk ws"
    " eu de at ch li fr nl uk ie pt gr cy mt se dk fi ee lv lt pl cz sk hu ro bg hr si rs"
    " ba mk al ua ru kz tr ae sa qa kw bh om jo lb eg ma tn dz ng ke za gh ca mx br ar"
    " cl pe uy ve ec nz jp cn tw hk kr sg th vn ph pk bd lk ir iq su asia africa berlin"
    " hamburg wien paris london example test"
)
_TLDS = frozenset(_TLDS_TOLD.split())
"""What bare names end with that are taken for hosts; a name with another wants `https://` or `www.`."""
_WORDS_TOLD = "it es be no in me is to il au lu by my us so ai page link click sale today"
_WORDS = frozenset(_WORDS_TOLD.split())
"""Endings that are words, too: `arrived.it was` is no host, `shop.it/x` and `my-shop.it` are."""
_POINTS = frozenset(("point", "punkt"))
"""A dot, spelled out, that is another word, too: `at this point it is`."""
_MAILERS = (
    "gmail|googlemail|outlook|hotmail|yahoo|ymail|icloud|gmx|web\\.de|t-online|proton(?:mail)?|aol|yandex"
    "|mail\\.ru|libero|orange|wanadoo|laposte|seznam|wp|onet|interia|qq|163"
)
"""Where people have addresses: enough of one, without its ending."""
_SPACE = r"[^\S\n]"
_LETTER = r"[\w.+%'-]"
_LABEL = r"[^\W_][\w-]{0,62}+"
_AT = rf"(?:{_SPACE}{{0,2}}@{_SPACE}{{0,2}}|{_SPACE}{{0,2}}[\[({{<]{_SPACE}?(?:@|at|ät|arroba|a){_SPACE}?[\])}}>]{_SPACE}{{0,2}})"
_AT_WORD = rf"{_SPACE}{{1,2}}(?:at|ät|arroba|chiocciola|małpa|malpa|arobase|собака){_SPACE}{{1,2}}"
_NAMED_DOT = r"(?:dot|punkt|punto|ponto|point|kropka|точка|نقطة)"
_DOT_WORD = rf"{_SPACE}{{1,2}}{_NAMED_DOT}{_SPACE}{{1,2}}"
_DOT = (
    rf"(?:\.|{_SPACE}{{0,2}}[\[({{<]{_SPACE}?(?:\.|{_NAMED_DOT}){_SPACE}?[\])}}>]{_SPACE}{{0,2}}"
    rf"|{_DOT_WORD}|{_SPACE}\.{_SPACE}?)"
)
_EMAIL = re.compile(
    rf"(?<!{_LETTER})({_LETTER}{{1,64}}+){_AT}({_LABEL}(?:{_DOT}{_LABEL}){{1,5}})", re.IGNORECASE
)
_SPELLED = re.compile(
    rf"(?<!{_LETTER})((?:{_LETTER}{{1,64}}+{_DOT_WORD}){{0,2}}{_LETTER}{{1,64}}+){_AT_WORD}"
    rf"({_LABEL}(?:{_DOT_WORD}{_LABEL}){{1,3}})",
    re.IGNORECASE,
)
_AT_ONE = (
    rf"((?:{_MAILERS})(?:(?:{_DOT}|{_SPACE})(?:com|de|net|org|fr|it|es|pl|ru|co\.uk|at|ch))?)(?!\w)"
)
_AT_MAILER = re.compile(rf"(?<!{_LETTER})({_LETTER}{{1,64}}+){_AT}{_AT_ONE}", re.IGNORECASE)
_SAID_MAILER = re.compile(rf"(?<!{_LETTER})({_LETTER}{{1,64}}+){_AT_WORD}{_AT_ONE}", re.IGNORECASE)
_AT_SIGN = re.compile(_AT, re.IGNORECASE)
_AT_SAID = re.compile(rf"{_AT_WORD}(?:(?:{_MAILERS})|{_LABEL}{_DOT_WORD})", re.IGNORECASE)
_DOTS = re.compile(_DOT, re.IGNORECASE)
_END = r".,;:!?)]}>»”’'\"…*_"
_SCHEME = re.compile(
    r"(?<![^\W_])(?:https?|hxxps?|ftp)(?:://|\[:\]//|:\\\\)[^\s<>\"'“”«»]{2,2000}+", re.IGNORECASE
)
_APP = re.compile(
    r"(?<![^\W_])(?:tg|viber|whatsapp|skype|signal|weixin):[^\s<>\"]{2,200}+", re.IGNORECASE
)
_HOST = re.compile(
    rf"(?<![\w@./:%+-])((?:{_LABEL}(?:\.|{_SPACE}?[\[(]{_SPACE}?(?:\.|dot|punkt){_SPACE}?[\])]{_SPACE}?)){{1,8}}"
    r"[^\W\d_]{2,24}+)(?![\w-])((?:[/?#]|:\d)[^\s<>\"'“”«»]{0,2000}+)?",
    re.IGNORECASE,
)
_SAID_END = r"(?:com|net|org|shop|store|eu|co|de)"
_SAID_HOST = re.compile(
    rf"(?<![\w@./:%+-])({_LABEL}(?:{_DOT_WORD}{_LABEL}){{0,2}}{_SPACE}{{1,2}}(?:dot|punkt|punto(?!{_SPACE}+de)|kropka)"
    rf"{_SPACE}{{1,2}}{_SAID_END})(?![\w-])",
    re.IGNORECASE,
)
_DOT_SAID = re.compile(rf"{_DOT_WORD}{_SAID_END}(?!\w)", re.IGNORECASE)
_MESSENGERS_TOLD = (
    "wa.me whatsapp.com t.me telegram.me telegram.dog m.me messenger.com signal.me signal.group"
    " line.me viber.com discord.gg discord.com skype.com wechat.com kik.me threema.id snapchat.com"
    " ig.me instagram.com facebook.com fb.me fb.com vk.me vk.com x.com twitter.com tiktok.com"
)
_MESSENGERS = frozenset(_MESSENGERS_TOLD.split())
_HANDLE = re.compile(
    r"(?<![^\W_])(?:telegram|tg|instagram|insta|ig|whats ?app|snapchat|snap|skype|discord|wechat|weixin|viber"
    r"|kik|threema|facebook|fb|messenger|тг|телеграм|инстаграм|تيليجرام|تلغرام|انستغرام)"
    r"(?:[^\S\n]{1,2}(?:name|id|handle|user|username|nick|account|is|ist|est|es|è|to|konto|contact|profile?)){0,2}"
    r"(?:[^\S\n]{0,2}[:=-][^\S\n]{0,2}(?:@|live:)?|[^\S\n]{1,2}@)([^\W_][\w.-]{2,31}+)(?!@)",
    re.IGNORECASE,
)
_SIGNED = re.compile(r"[^\d.-]")


def find(text: str) -> Iterator[Contact]:
    """Links, names at messengers, addresses, bare hosts; one may lie inside another of before."""
    for found in _SCHEME.finditer(text):
        end = _trimmed(found.group(), found.start())
        yield _link(found.start(), end, found.group())
    yield from _handles(text)
    yield from _emails(text)
    for found in _APP.finditer(text):
        end = _trimmed(found.group(), found.start())
        yield Contact(found.start(), end, "messenger", found.group().partition(":")[0].lower())
    yield from _hosts(text)


def _handles(text: str) -> Iterator[Contact]:
    for found in _HANDLE.finditer(text):
        name = found[1].rstrip(".-")
        if not _SIGNED.search(name):
            continue  # a number: telephones are looked for, and it may go on
        if not name.isalpha() or text[found.start(1) - 1] == "@":
            yield Contact(found.start(), found.start(1) + len(name), "messenger", name.lower())


def _emails(text: str) -> Iterator[Contact]:
    signed, said = _AT_SIGN.search(text), _AT_SAID.search(text)
    patterns = (
        *((_EMAIL, _AT_MAILER) if signed else ()),
        *((_SPELLED, _SAID_MAILER) if said else ()),
    )
    for pattern in patterns:
        for found in pattern.finditer(text):
            domain, end = _domain(found[2], found.start(2))
            if not domain and pattern in (_EMAIL, _SPELLED):
                continue
            local = _DOTS.sub(".", found[1]).strip(".'")
            if local:
                start = found.start(1) + len(found[1]) - len(found[1].lstrip(".'-"))
                host = domain or found[2].lower()
                yield Contact(start, end or found.end(2), "email", f"{local}@{host}".lower())


def _domain(told: str, start: int) -> tuple[str, int]:
    """The domain that is meant, and where it ends; empty for none.

    What follows a known ending and is none itself is the next sentence.
    """
    labels: list[str] = []
    plain, pointed, place, end = True, False, 0, 0
    for dot in [*_DOTS.finditer(told), None]:
        label = told[place : dot.start() if dot else len(told)].lower()
        known = label in _TLDS or label in _WORDS
        if len(labels) > 1 and labels[-1] in _TLDS and not known:
            break
        if not plain and (not known or (pointed and label in _WORDS)):
            break
        labels.append(label)
        end = place + len(label)
        if dot is not None:
            plain, place = dot.group() == ".", dot.end()
            pointed = dot.group().strip().lower() in _POINTS
    good = len(labels) > 1 and len(labels[-1]) > 1 and not labels[-1][0].isdigit()
    domain = ".".join(labels)
    return (domain, start + end) if good and len(domain) <= MAX_HOST_CHARS else ("", 0)


def _hosts(text: str) -> Iterator[Contact]:
    for found in _HOST.finditer(text):
        host = _DOTS.sub(".", found[1])
        labels, rest = host.split("."), found[2] or ""
        if _is_host(labels, rest, written=found[1]):
            end = _trimmed(found.group(), found.start())
            yield _link(found.start(), end, host)
    if _DOT_SAID.search(text):
        for found in _SAID_HOST.finditer(text):
            yield _link(found.start(), found.end(), _DOTS.sub(".", found[1]))


def _is_host(labels: list[str], rest: str, *, written: str) -> bool:
    """Whether a bare name is meant as a host and no sentence, file or number."""
    last, before = labels[-1], labels[-2]
    host = ".".join(labels).lower()
    if host in _MESSENGERS and rest:
        return True
    if not any(map(str.isalpha, before)) or (len(before) < 2 and len(labels) < 3 and not rest):
        return False
    if not (last.islower() or written.isupper()):
        return False
    if labels[0].lower() == "www" and len(labels) > 2:
        return True
    end = last.lower()
    if end in _WORDS:
        below = before.lower() in _TLDS and len(labels) > 2  # `shop.com.au`
        return len(rest) > 1 or below or "-" in before
    return end in _TLDS


def _link(start: int, end: int, told: str) -> Contact:
    host = host_of(told)
    messenger = any(host == known or host.endswith("." + known) for known in _MESSENGERS)
    return Contact(start, end, "messenger" if messenger else "link", host)


def host_of(told: str) -> str:
    """The host that an address leads to, in lower case and without `www.`."""
    rest = re.split(r"//|\\\\", told, maxsplit=1)[-1]
    host = re.split(r"[/?#\\]", rest, maxsplit=1)[0].rpartition("@")[2]
    host = _DOTS.sub(".", host).partition(":")[0].strip(".").lower()
    return host.removeprefix("www.")


def _trimmed(told: str, start: int) -> int:
    """Where a link ends: signs of the sentence around it are no part of it."""
    return start + len(told.rstrip(_END))
