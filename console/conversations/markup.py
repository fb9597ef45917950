"""Mail in HTML made harmless: an allow-list of tags and links, with limits; nothing else passes.

It is cleaned where it comes in and again where it is shown, so that neither trusts the other. What
colleagues write with formats is a smaller part of the same: `own`.
"""

import re
from collections import Counter
from html import escape
from html.parser import HTMLParser

import nh3

MAX_TOLD_CHARS = 200_000
"""Of a message's markup as it comes in: a longer one is shown by its words alone."""
MAX_HTML_CHARS = 60_000
"""Of what is left of it, which is kept and shown."""
MAX_DEPTH = 150
"""Tags within tags: parsers take a time that grows with its square."""
MAX_TAG_CHARS = 4_000
SCHEMES = frozenset({"http", "https", "mailto"})
BLOCKS = frozenset(
    [
        "p",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "pre",
        "blockquote",
        "table",
        "tr",
        "hr",
        "center",
        "dl",
        "dt",
        "dd",
    ]
)
_INLINE = frozenset(
    [
        "a",
        "b",
        "strong",
        "i",
        "em",
        "u",
        "s",
        "del",
        "code",
        "tt",
        "span",
        "br",
        "img",
        "td",
        "th",
        "tbody",
        "thead",
        "tfoot",
    ]
)
_WITH_CONTENT = frozenset(
    [
        "script",
        "style",
        "head",
        "title",
        "template",
        "svg",
        "math",
        "noscript",
        "iframe",
        "object",
        "embed",
        "form",
        "select",
        "textarea",
        "audio",
        "video",
        "canvas",
        "button",
    ]
)
_ATTRIBUTES = {"a": {"href"}, "img": {"alt"}}
_CLEANER = nh3.Cleaner(
    tags=set(BLOCKS | _INLINE),
    clean_content_tags=set(_WITH_CONTENT),
    attributes=_ATTRIBUTES,
    url_schemes=set(SCHEMES),
    url_relative="deny",
    link_rel=None,
    strip_comments=True,
)
OWN_TAGS = frozenset({"p", "br", "strong", "em", "code", "a", "ul", "ol", "li", "blockquote"})
"""What is written here knows no other formats."""
_OWN = nh3.Cleaner(
    tags=set(OWN_TAGS),
    clean_content_tags=set(_WITH_CONTENT),
    attributes={"a": {"href"}},
    url_schemes=set(SCHEMES),
    url_relative="deny",
    link_rel=None,
    strip_comments=True,
)
_DATA = re.compile(r"""(=\s*)(["'])\s*data:[^"'>]*\2""", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40})")
_LONG_TAG = re.compile(r"<[a-zA-Z][^>]{" + str(MAX_TAG_CHARS) + "}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CLOSE_THEMSELVES = frozenset(
    [
        "p",
        "li",
        "td",
        "th",
        "tr",
        "dt",
        "dd",
        "option",
        "tbody",
        "thead",
        "tfoot",
        "colgroup",
        "br",
        "img",
        "hr",
        "meta",
        "link",
        "input",
        "col",
        "area",
        "base",
        "wbr",
        "source",
        "param",
        "embed",
        "track",
    ]
)


def clean(told: str) -> str:
    """The harmless part of a message's markup; empty when there is none, or it is beyond a limit.

    What is left has tags of the allow-list alone, pictures without an address, and links to
    nowhere but SCHEMES; at most MAX_HTML_CHARS.
    """
    return _cleaned(told, _CLEANER)


def own(told: str) -> str:
    """The same, of what somebody writes here: no tag but OWN_TAGS is left."""
    return _cleaned(told, _OWN)


def is_formatted(cleaned: str) -> bool:
    """Whether markup says more than its words and lines do."""
    return any(tag.lower() not in ("p", "br") for _, tag in _TAG.findall(cleaned))


def from_plain(text: str) -> str:
    """Plain text as markup of OWN_TAGS, a paragraph for each line."""
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in text.split("\n"))


def plain_of(cleaned: str) -> str:
    """What `own` left, as text that reads the same: lists and quotes have signs, links addresses."""
    return "\n".join(_lines(cleaned, signs=True)).strip("\n")


def text_of(cleaned: str) -> str:
    """The letters of what `own` left as an editor counts them: a line for each paragraph or break."""
    return "\n".join(_lines(cleaned, signs=False))


def _lines(cleaned: str, *, signs: bool) -> list[str]:
    reader = _Plain(signs=signs)
    reader.feed(cleaned)
    reader.close()
    reader.end_line()
    return reader.lines


def _cleaned(told: str, cleaner: nh3.Cleaner) -> str:
    if len(told) > MAX_TOLD_CHARS:
        return ""
    told = _DATA.sub(r"\1\2\2", _CONTROL.sub("", told))
    if _LONG_TAG.search(told) or _is_deep(told):
        return ""
    found = cleaner.clean(told).strip()
    return found if len(found) <= MAX_HTML_CHARS else ""


def _is_deep(told: str) -> bool:
    """Whether tags stand too deep in one another, told without building the tree."""
    opened: Counter[str] = Counter()
    depth = 0
    for closing, named in _TAG.findall(told):
        name = named.lower()
        if name in _CLOSE_THEMSELVES:
            continue
        if not closing:
            opened[name] += 1
            depth += 1
        elif opened[name]:
            opened[name] -= 1
            depth -= 1
        if depth > MAX_DEPTH:
            return True
    return False


def words_of(cleaned: str) -> str:
    """The words of cleaned markup, a line for each of its paragraphs."""
    reader = _Words()
    reader.feed(cleaned)
    reader.close()
    text = "".join(reader.found)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+", " ", text)).strip()


class _Words(HTMLParser):
    """Collects text; blocks and breaks begin lines."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS or tag == "br":
            self.found.append("\n")
        if tag in ("td", "th"):
            self.found.append(" ")
        if tag == "img":
            self.found.append(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        self.found.append(data.replace("\n", " "))


class _Plain(HTMLParser):
    """Collects lines; with signs items are numbered or have a dash, quoted lines begin with `>`."""

    def __init__(self, *, signs: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._signs = signs
        self.lines: list[str] = []
        self._line: list[str] | None = None
        self._lists: list[int] = []
        self._quotes = 0
        self._href = ""
        self._from = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        match tag:
            case "p":
                self._begin("")
            case "br":
                self._begin("")
            case "ul" | "ol":
                self._lists.append(0 if tag == "ol" else -1)
            case "li":
                self._begin(self._sign())
            case "blockquote":
                self.end_line()
                self._quotes += 1
            case "a":
                self._href = dict(attrs).get("href") or ""
                self._from = len(self._line or ())

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "p" | "li":
                self.end_line()
            case "ul" | "ol" if self._lists:
                self.end_line()
                self._lists.pop()
            case "blockquote":
                self.end_line()
                self._quotes = max(0, self._quotes - 1)
            case "a":
                said = "".join((self._line or [])[self._from :]).strip()
                if self._signs and self._href and self._href.removeprefix("mailto:") != said:
                    self._put(f" ({self._href})" if said else self._href)
                self._href = ""

    def handle_data(self, data: str) -> None:
        if data.strip() or self._line is not None:
            self._put(data.replace("\n", " "))

    def _put(self, words: str) -> None:
        if self._line is None:
            self._begin("")
        assert self._line is not None, "it was just begun"
        self._line.append(words)

    def _sign(self) -> str:
        if not self._lists or self._lists[-1] < 0:
            return "- "
        self._lists[-1] += 1
        return f"{self._lists[-1]}. "

    def _begin(self, sign: str) -> None:
        self.end_line()
        self._line = ["> " * self._quotes, sign] if self._signs else []

    def end_line(self) -> None:
        """What was read since the last line is one, if it was begun."""
        if self._line is not None:
            line = "".join(self._line)
            self.lines.append(line.rstrip() if self._signs else line)
            self._line = None
