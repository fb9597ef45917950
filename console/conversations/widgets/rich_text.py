"""Between the markup of what colleagues write and the document in which they write it."""

from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser

from PySide6.QtGui import (
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextList,
    QTextListFormat,
)

from console.conversations import markup
from console.conversations.viewmodel.rich import host_of

CODE = QTextFormat.Property.FontFixedPitch
QUOTE = QTextFormat.Property.BlockQuoteLevel
BOLD, NORMAL = QFont.Weight.DemiBold, QFont.Weight.Normal
_BREAK = "\u2028"
MENTION = QTextFormat.Property.UserProperty + 1
"""Whose name letters are, as text."""
BULLETS, NUMBERS = QTextListFormat.Style.ListDisc, QTextListFormat.Style.ListDecimal
_LISTS = {"ul": BULLETS, "ol": NUMBERS}


def units(text: str) -> int:
    """How far Qt moves a caret over a text: in UTF-16 units, of which a pictogram has two."""
    return len(text.encode("utf-16-le")) // 2


def char_format(
    *, bold: bool = False, italic: bool = False, code: bool = False, href: str = ""
) -> QTextCharFormat:
    """How letters look in the document; colours are the editor's."""
    look = QTextCharFormat()
    if bold:
        look.setFontWeight(BOLD)
    if italic:
        look.setFontItalic(True)
    if code:
        look.setProperty(CODE, True)
        look.setFontFamilies(["monospace"])
    if href:
        look.setAnchor(True)
        look.setAnchorHref(href)
        look.setFontUnderline(True)
    return look


def unlinked(look: QTextCharFormat) -> QTextCharFormat:
    """The same format, leading nowhere."""
    made = QTextCharFormat(look)
    made.clearProperty(QTextFormat.Property.AnchorHref)
    made.setAnchor(False)
    made.setFontUnderline(False)
    return made


def is_mention(look: QTextCharFormat) -> bool:
    """Whether letters of this format are part of a colleague's name."""
    return bool(look.stringProperty(MENTION))


def is_bold(look: QTextCharFormat) -> bool:
    """Whether letters of this format are bold."""
    return look.fontWeight() >= BOLD


def block_format(*, quote: bool = False) -> QTextBlockFormat:
    """How a paragraph stands."""
    stands = QTextBlockFormat()
    if quote:
        stands.setProperty(QUOTE, 1)
        stands.setIndent(1)
    return stands


def is_quote(block: QTextBlock) -> bool:
    """Whether a paragraph is quoted."""
    return block.blockFormat().intProperty(QUOTE) > 0


def list_of(block: QTextBlock) -> str:
    """`ul` or `ol` for an item of a list, empty for no item."""
    if block.blockFormat().objectIndex() < 0:
        return ""
    return "ol" if block.textList().format().style() == NUMBERS else "ul"


def blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    """The paragraphs of a document."""
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def anchor_at(cursor: QTextCursor) -> tuple[int, int]:
    """From where to where the link goes that the caret is in or right behind; itself for none."""
    block, inside = cursor.block(), cursor.positionInBlock()
    found = (0, 0)
    href = cursor.charFormat().anchorHref()
    for run in block.textFormats():
        if run.format.anchorHref() != href or not href:
            continue
        start = found[0] if found[1] == run.start and found[1] else run.start
        found = (start, run.start + run.length)
        if start <= inside <= found[1]:
            return block.position() + start, block.position() + found[1]
    return cursor.position(), cursor.position()


# -- from the document


def read(document: QTextDocument) -> str:
    """The markup of a document, of `markup.OWN_TAGS` alone."""
    parts: list[str] = []
    opened = ""
    for block in blocks(document):
        group = list_of(block) or ("blockquote" if is_quote(block) else "")
        if group != opened:
            parts += [f"</{opened}>" if opened else "", f"<{group}>" if group else ""]
            opened = group
        tag = "li" if group in _LISTS else "p"
        parts.append(f"<{tag}>{_inner(block)}</{tag}>")
    parts.append(f"</{opened}>" if opened else "")
    return "".join(parts)


def _inner(block: QTextBlock) -> str:
    raw = block.text().encode("utf-16-le")
    parts = []
    for run in block.textFormats():
        text = raw[2 * run.start : 2 * (run.start + run.length)].decode("utf-16-le", "replace")
        parts.append(_run(text, run.format))
    return "".join(parts)


def _run(text: str, look: QTextCharFormat) -> str:
    told = escape(text, quote=False).replace(_BREAK, "<br>").replace("\xa0", "&nbsp;")
    if look.boolProperty(CODE):
        told = f"<code>{told}</code>"
    if look.fontItalic():
        told = f"<em>{told}</em>"
    if is_bold(look):
        told = f"<strong>{told}</strong>"
    if look.isAnchor() and look.anchorHref():
        told = f'<a href="{escape(look.anchorHref())}">{told}</a>'
    return told


# -- into the document


def write(cursor: QTextCursor, html: str) -> None:
    """Put markup where the cursor is, in place of what is selected; one step to undo.

    It may be anybody's: what `markup.clean` lets through is turned into what is written here.
    """
    cursor.beginEditBlock()
    cursor.removeSelectedText()
    writer = _Writer(cursor)
    writer.feed(markup.clean(html))
    writer.close()
    cursor.endEditBlock()


class _Writer(HTMLParser):
    """Writes paragraphs, items and quotes as they are read; the first goes on in a line with words."""

    def __init__(self, cursor: QTextCursor) -> None:
        super().__init__(convert_charrefs=True)
        self._cursor = cursor
        self._bold = self._italic = self._code = self._quotes = 0
        self._hrefs: list[str] = []
        self._lists: list[tuple[str, QTextList | None]] = []
        self._pre = False
        # A fresh paragraph has nothing in it yet, an open one goes on, behind a done one comes another.
        self._state = "open" if cursor.block().text() else "fresh"
        self._joins = self._state == "open"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._count(tag, 1)
        match tag:
            case "a":
                href = dict(attrs).get("href") or ""
                self._hrefs.append(href if host_of(href) else "")
            case "br":
                self._put(_BREAK)
            case "img":
                self._put(dict(attrs).get("alt") or "")
            case "ul" | "ol":
                self._lists.append((tag, None))
            case "td" | "th" if self._state == "open":
                self._put("  ")
            case "pre":
                self._pre = True
        if tag in markup.BLOCKS and tag not in _LISTS:
            self._begin(tag)

    def handle_endtag(self, tag: str) -> None:
        self._count(tag, -1)
        match tag:
            case "a" if self._hrefs:
                self._hrefs.pop()
            case "ul" | "ol" if self._lists:
                self._lists.pop()
            case "pre":
                self._pre = False
        if tag in markup.BLOCKS:
            self._state, self._joins = "done", False

    def _count(self, tag: str, by: int) -> None:
        match tag:
            case "b" | "strong" | "th" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                self._bold = max(0, self._bold + by)
            case "i" | "em":
                self._italic = max(0, self._italic + by)
            case "code" | "tt" | "pre":
                self._code = max(0, self._code + by)
            case "blockquote":
                self._quotes = max(0, self._quotes + by)

    def handle_data(self, data: str) -> None:
        if self._pre:
            self._put(data.strip("\n").replace("\n", _BREAK))
        elif data.strip() or (self._state == "open" and data.strip("\n")):
            self._put(data.replace("\n", " "))

    def _put(self, words: str) -> None:
        if self._state == "done":
            self._begin("p")
        href = self._hrefs[-1] if self._hrefs else ""
        look = char_format(
            bold=self._bold > 0, italic=self._italic > 0, code=self._code > 0, href=href
        )
        self._cursor.insertText(words, look)
        self._state, self._joins = "open", False

    def _begin(self, tag: str) -> None:
        """Begin a paragraph, which is an item of a list inside one."""
        if self._joins and tag not in ("li", "blockquote"):
            return
        stands = block_format(quote=self._quotes > 0 and not self._lists)
        if self._state == "fresh":
            if tag == "li" or not self._lists:
                self._cursor.setBlockFormat(stands)
        else:
            self._cursor.insertBlock(stands, QTextCharFormat())
        if self._lists and tag == "li":
            name, known = self._lists[-1]
            if known is None:
                made = QTextListFormat()
                made.setStyle(_LISTS[name])
                self._lists[-1] = (name, self._cursor.createList(made))
            else:
                known.add(self._cursor.block())
        self._state, self._joins = "fresh", False
