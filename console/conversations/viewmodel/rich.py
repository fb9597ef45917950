"""A message as paragraphs of styled words, from its markup or its plain text; nothing is fetched."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

from console.conversations import markup
from console.conversations.model import Message
from console.conversations.viewmodel.quotes import quoted_from
from console.masking.model.shield import covers

SHOWN_CHARS = 12_000
"""Of a message, until somebody asks for all of it."""
MAX_BLOCKS = 1_500
MAX_LINES = 10_000
"""Beyond that nothing is laid out, which would take longer than a blink; copying has it all."""
MAX_WORD, PIECE = 1_000, 2_000
"""Where a word is longer, the text is laid out in pieces: breaking it whole takes time squared."""
MAX_QUOTE_LEVEL = 5
KEPT = 400
_NEAR = 1_000
"""So many letters are looked at for one with a direction."""


@dataclass(frozen=True)
class Span:
    """Letters `start` to `end` of a block look so, lead to `href`, or are a colleague `named`.

    `masked` ones stand for contact data that was covered.
    """

    start: int
    end: int
    bold: bool = False
    italic: bool = False
    code: bool = False
    href: str = ""
    named: bool = False
    masked: bool = False


@dataclass(frozen=True)
class Block:
    """A paragraph. `level` is how deep it is quoted, `indent` how far lists have moved it in.

    One that `goes_on` is the next piece of the one before it.
    """

    text: str
    spans: tuple[Span, ...] = ()
    level: int = 0
    indent: int = 0
    heading: bool = False
    goes_on: bool = False


@dataclass(frozen=True)
class Prose:
    """What is shown of a message. `quoted` lines and `more` letters stay folded away.

    `pictures` are those that its markup names and nobody loads; `unseen` lines are not shown at all.
    """

    blocks: tuple[Block, ...]
    quoted: int = 0
    more: int = 0
    pictures: int = 0
    unseen: int = 0

    @property
    def folds(self) -> bool:
        """Whether something is folded away."""
        return bool(self.quoted or self.more)


Named = tuple[tuple[str, str], ...]


def prose(message: Message, named: Named = (), *, plain: bool, whole: bool) -> Prose:
    """A message as it is shown; `whole` with all that it quotes.

    `named` pairs the words of each mention in it with those that are shown for them.
    """
    rich = bool(message.html) and not plain
    text = message.html if rich else message.body
    if named:
        return _mentioning(text, named, rich, whole)
    made = _rich(text, whole) if rich else _plain(text, whole)
    return _with_covers(made) if message.masked else made


@lru_cache(maxsize=KEPT)
def _with_covers(made: Prose) -> Prose:
    """The same, where contact data was covered marked as such."""

    def marked(block: Block) -> Block:
        found = (Span(start, end, masked=True) for start, end in covers(block.text))
        return replace(block, spans=(*block.spans, *found))

    return replace(made, blocks=tuple(map(marked, made.blocks)))


@lru_cache(maxsize=KEPT)
def _mentioning(text: str, named: Named, rich: bool, whole: bool) -> Prose:
    shown = {escape(was, quote=False): escape(now, quote=False) for was, now in named}
    words = shown if rich else dict(named)
    text = _of_any(words).sub(lambda found: words[found.group()], text)
    made = (_rich if rich else _plain)(text, whole)
    names = _of_any({now for _, now in named})
    return replace(made, blocks=tuple(_with_names(block, names) for block in made.blocks))


def _of_any(words: Iterable[str]) -> re.Pattern[str]:
    longest = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(re.escape, longest))})(?!\w)")


def _with_names(block: Block, names: re.Pattern[str]) -> Block:
    found = (Span(*each.span(), bold=True, named=True) for each in names.finditer(block.text))
    return replace(block, spans=(*block.spans, *found))


@lru_cache(maxsize=KEPT)
def _plain(body: str, whole: bool) -> Prose:
    end = len(body) if whole else quoted_from(body)
    quoted = body.count("\n", end) if end < len(body) else 0
    shown = body[:end].rstrip("\n") if quoted else body
    more = 0
    if not whole and len(shown) > SHOWN_CHARS:
        more, shown = len(shown) - SHOWN_CHARS, shown[:SHOWN_CHARS]
    shown, unseen = _first_lines(shown)
    blocks = (Block(text, _links(text)) for text in _by_direction(shown))
    return Prose(_pieces(blocks), quoted, more, unseen=unseen)


def _first_lines(text: str) -> tuple[str, int]:
    """The first MAX_LINES lines of a text, and how many there are besides."""
    lines = text.count("\n") + 1
    if lines <= MAX_LINES:
        return text, 0
    return "\n".join(text.split("\n", MAX_LINES)[:MAX_LINES]), lines - MAX_LINES


def _pieces(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The blocks, those with a word longer than MAX_WORD in pieces."""
    return tuple(piece for block in blocks for piece in _cut_up(block))


def _cut_up(block: Block) -> Iterator[Block]:
    text = block.text
    if len(text) <= MAX_WORD or max(map(len, text.split()), default=0) <= MAX_WORD:
        yield block
        return
    start = 0
    while start < len(text):
        end = min(start + PIECE, len(text))
        if end < len(text):  # at the end of a line, or else of a word, where there is one
            found = max(text.rfind("\n", start + 1, end), 0) or text.rfind(" ", start + 1, end)
            end = found if found > start else end
        spans = tuple(
            replace(span, start=max(span.start, start) - start, end=min(span.end, end) - start)
            for span in block.spans
            if span.start < end and span.end > start
        )
        yield replace(block, text=text[start:end], spans=spans, goes_on=start > 0)
        start = end + (text[end : end + 1] in ("\n", " "))


def _by_direction(text: str) -> list[str]:
    """A text cut where its lines begin to run the other way, so that each part has its own edge."""
    if text.isascii():
        return [text]
    parts: list[list[str]] = []
    before: bool | None = None
    for line in text.split("\n"):
        runs = direction(line)
        if not parts or (runs is not None and before is not None and runs != before):
            parts.append([])
        parts[-1].append(line)
        before = before if runs is None else runs
    return ["\n".join(part) for part in parts]


def direction(text: str) -> bool | None:
    """Whether the first letter that has a direction runs right to left; None without one near."""
    for letter in text[:_NEAR]:
        way = unicodedata.bidirectional(letter)
        if way in ("L", "R", "AL"):
            return way != "L"
    return None


@lru_cache(maxsize=KEPT)
def _rich(html: str, whole: bool) -> Prose:
    reader = _Reader()
    reader.feed(markup.clean(html))
    reader.close()
    reader.end_block()
    blocks = reader.blocks
    quoted = 0
    if not whole:
        own = len(blocks)
        while own > 0 and blocks[own - 1].level:
            own -= 1
        if 0 < own < len(blocks):
            quoted, blocks = len(blocks) - own, blocks[:own]
    shown, more = (blocks, 0) if whole else _cut(blocks)
    room, unseen = MAX_LINES, 0
    for n, block in enumerate(shown):
        lines = block.text.count("\n") + 1
        if lines > room:
            kept = "\n".join(block.text.split("\n", room)[:room])
            shown[n] = replace(
                block, text=kept, spans=tuple(s for s in block.spans if s.end <= len(kept))
            )
            unseen += lines - room
        room = max(room - lines, 0)
    return Prose(
        _pieces(block for block in shown if block.text), quoted, more, reader.pictures, unseen
    )


def _cut(blocks: list[Block]) -> tuple[list[Block], int]:
    """The first SHOWN_CHARS letters, and how many there are besides."""
    shown, room = [], SHOWN_CHARS
    for block in blocks:
        if len(block.text) > room:
            shown.append(Block(block.text[:room], (), block.level, block.indent))
            return shown, sum(len(each.text) for each in blocks) - SHOWN_CHARS
        shown.append(block)
        room -= len(block.text)
    return shown, 0


def host_of(href: str) -> str:
    """To whom a link really leads: the host, or the address for mail; empty for no usable link."""
    try:
        told = urlsplit(href)
        if told.scheme == "mailto":
            return told.path.partition("?")[0]
        if told.scheme not in markup.SCHEMES:
            return ""
        host = told.hostname or ""
        return host.encode("idna").decode("ascii") if not host.isascii() else host
    except (ValueError, UnicodeError):
        return ""


_LINK = re.compile(
    r"(?:https?://|mailto:)[^\s<>\"'\u2066-\u2069\u202a-\u202e]{3,2000}", re.IGNORECASE
)
MAX_LINKS = 200


def _links(text: str) -> tuple[Span, ...]:
    """The addresses that stand in a text as they are."""
    found = []
    for match in _LINK.finditer(text):
        href = match.group().rstrip(".,;:!?)]}»”’")
        if host_of(href):
            found.append(Span(match.start(), match.start() + len(href), href=href))
        if len(found) == MAX_LINKS:
            break
    return tuple(found)


@dataclass
class _State:
    """How the words are styled that come next."""

    bold: int = 0
    italic: int = 0
    code: int = 0
    level: int = 0
    lists: list[int] = field(default_factory=list)
    hrefs: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Reads cleaned markup into blocks; tables become lines, their cells stand apart."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.pictures = 0
        self._now = _State()
        self._text: list[str] = []
        self._spans: list[Span] = []
        self._length = 0
        self._mark = ""
        self._heading = self._pre = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        now = self._now
        match tag:
            case "b" | "strong" | "th":
                now.bold += 1
            case "i" | "em":
                now.italic += 1
            case "code" | "tt":
                now.code += 1
            case "a":
                href = dict(attrs).get("href") or ""
                now.hrefs.append(href if host_of(href) else "")
            case "br":
                self._put("\n")
            case "img":
                self.pictures += 1
                self._put(dict(attrs).get("alt") or "")
        if tag in ("td", "th") and self._length:
            self._put("  ·  ")
        if tag in markup.BLOCKS:
            self._begin(tag)

    def handle_endtag(self, tag: str) -> None:
        now = self._now
        match tag:
            case "b" | "strong" | "th":
                now.bold = max(0, now.bold - 1)
            case "i" | "em":
                now.italic = max(0, now.italic - 1)
            case "code" | "tt":
                now.code = max(0, now.code - 1)
            case "a" if now.hrefs:
                now.hrefs.pop()
        if tag in markup.BLOCKS:
            self._end(tag)

    def _begin(self, tag: str) -> None:
        self.end_block()
        now = self._now
        match tag:
            case "blockquote":
                now.level += 1
            case "ul" | "ol":
                now.lists.append(0 if tag == "ol" else -1)
            case "li" if now.lists:
                if now.lists[-1] >= 0:
                    now.lists[-1] += 1
                self._mark = f"{now.lists[-1]}. " if now.lists[-1] > 0 else "• "
            case "pre":
                self._pre = True
            case _:
                self._heading = tag[0] == "h" and tag != "hr"

    def _end(self, tag: str) -> None:
        self.end_block()
        now = self._now
        match tag:
            case "blockquote":
                now.level = max(0, now.level - 1)
            case "ul" | "ol" if now.lists:
                now.lists.pop()
            case "pre":
                self._pre = False
        self._heading = False

    def handle_data(self, data: str) -> None:
        words = data if self._pre else _SPACE.sub(" ", data)
        if not self._length and not self._pre:
            words = words.lstrip(" ")
        if words:
            self._put(words)

    def _put(self, words: str) -> None:
        if self._mark:
            words, self._mark = self._mark + words, ""
        now, start = self._now, self._length
        self._text.append(words)
        self._length += len(words)
        href = now.hrefs[-1] if now.hrefs else ""
        if now.bold or now.italic or now.code or href:
            span = Span(start, self._length, now.bold > 0, now.italic > 0, now.code > 0, href)
            self._spans.append(span)

    def end_block(self) -> None:
        """What was read since the last block is one."""
        text = "".join(self._text).rstrip()
        if text.strip(" ·\n") and len(self.blocks) < MAX_BLOCKS:
            spans = tuple(span for span in self._spans if span.start < len(text))
            level = min(self._now.level, MAX_QUOTE_LEVEL)
            if not any(span.href for span in spans):
                spans += _links(text)
            indent = min(len(self._now.lists), MAX_QUOTE_LEVEL)
            self.blocks.append(Block(text, spans, level, indent, self._heading))
        self._text, self._spans, self._length, self._mark = [], [], 0, ""


_SPACE = re.compile(r"[ \t\r\n]+")
