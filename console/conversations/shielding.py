"""What of a message reaches a party: its words and formats with contact data covered."""

from html import escape
from html.parser import HTMLParser
from urllib.parse import unquote

from console.conversations import markup
from console.masking.model.contacts import Contact, ContactKind
from console.masking.model.shield import Shield


def shielded(body: str, html: str, shield: Shield) -> tuple[str, str, tuple[ContactKind, ...]]:
    """Body and formats as the party gets them, and the kinds of what was covered, in its order.

    `html` is what `markup.own` left, or empty, and `body` what it reads as. Where contact data cannot
    be covered in the formats, they go and the words stay.
    """
    if html:
        covered, kinds = _formatted(html, shield)
        if not kinds:
            return body, html, ()
        plain = markup.plain_of(covered)
        if not shield.find(plain):
            return plain, covered if markup.is_formatted(covered) else "", kinds
    told = shield.cover(body)
    return told.text, "", told.kinds


def hidden(html: str, shield: Shield) -> list[str]:
    """The addresses that links of a formatted text lead to and that would be covered, in its order."""
    reader = _Pieces()
    reader.feed(html)
    reader.close()
    hrefs = [unquote(piece.href) for piece in reader.pieces if piece.href]
    return [href for href in dict.fromkeys(hrefs) if shield.find(href)]


class _Piece:
    """A tag as it stands, where it leads (of an `a`), or the words between two tags."""

    def __init__(self, tag: str, words: str, href: str = "", *, start: int = 0) -> None:
        self.tag, self.words, self.href, self.start = tag, words, href, start


class _Pieces(HTMLParser):
    """Takes markup apart; `text` is all of its words, each paragraph on a line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[_Piece] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = (dict(attrs).get("href") or "") if tag == "a" else ""
        told = f'<a href="{escape(href)}">' if tag == "a" else f"<{tag}>"
        if tag not in ("a", "strong", "em", "code"):
            self.text += "\n"
        self.pieces.append(_Piece(told, "", href))

    def handle_endtag(self, tag: str) -> None:
        self.pieces.append(_Piece(f"</{tag}>", ""))

    def handle_data(self, data: str) -> None:
        self.pieces.append(_Piece("", data, start=len(self.text)))
        self.text += data


def _formatted(html: str, shield: Shield) -> tuple[str, tuple[ContactKind, ...]]:
    """Markup with contact data covered where it stands, and links that lead to any taken out."""
    reader = _Pieces()
    reader.feed(html)
    reader.close()
    found = shield.find(reader.text)
    parts: list[str] = []
    kinds: list[ContactKind] = []
    opened: list[
        tuple[ContactKind | None, int]
    ] = []  # what a link hid, and how many were found then
    for piece in reader.pieces:
        if piece.tag.startswith("<a"):
            led = shield.find(unquote(piece.href))
            opened.append((led[0].kind if led else None, len(kinds)))
            parts.append("" if led else piece.tag)
        elif piece.tag == "</a>" and opened:
            kind, before = opened.pop()
            if kind is None:
                parts.append(piece.tag)
            elif len(kinds) == before:  # its words do not say where it led
                parts.append(" " + escape(shield.words(kind), quote=False))
                kinds.append(kind)
        elif piece.tag:
            parts.append(piece.tag)
        else:
            told, inside = _words(piece, found, shield)
            parts.append(escape(told, quote=False).replace("\xa0", "&nbsp;"))
            kinds += inside
    return "".join(parts), tuple(kinds)


def _words(piece: _Piece, found: list[Contact], shield: Shield) -> tuple[str, list[ContactKind]]:
    """The words of a piece: contact data is covered where it begins, and gone where it goes on."""
    parts, kinds, place, end = [], [], 0, len(piece.words)
    for contact in found:
        start, stop = contact.start - piece.start, contact.end - piece.start
        if stop <= 0 or start >= end:
            continue
        parts.append(piece.words[place : max(start, 0)])
        if start >= 0:
            parts.append(shield.words(contact.kind))
            kinds.append(contact.kind)
        place = min(stop, end)
    return "".join([*parts, piece.words[place:]]), kinds
