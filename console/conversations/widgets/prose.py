"""Words laid out for a width: paragraphs, lists, quotes, links, and lines that unfold the rest."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QPainter, QTextCharFormat, QTextLayout, QTextOption

from console.conversations.viewmodel.rich import Block, Prose, Span, direction
from console.kernel.tongue import tr, trn
from console.ui import icons, mirror, paint
from console.ui.theme import BASE, SMALL, TITLE, Tokens, font

LINE_FACTOR = 1.32
_APART = 7
_SHOWN = {ord("\n"): "\u2028"} | dict.fromkeys(map(ord, "\u202a\u202b\u202d\u202e"), "\u2060")
"""Lines end, marks that force a direction do nothing, and every letter keeps its number."""
_QUOTE, _INDENT = 12, 18
_NOTE = 22
_ICON = 12


@dataclass(frozen=True)
class Paragraph:
    """A block where it stands, as for left to right; `at` is from the words' top left corner."""

    block: Block
    layout: QTextLayout
    at: QPointF
    wide: float
    tall: float

    def link_at(self, place: QPointF) -> str:
        """To where the letter at a place leads, empty for nowhere."""
        inner = place - self.at + QPointF(0.5, 0.5)  # the middle of the point, mirrored or not
        if mirror.leftwards():
            inner.setX(self.wide - inner.x())
        for n in range(self.layout.lineCount()):
            line = self.layout.lineAt(n)
            if line.naturalTextRect().contains(inner):
                letter = line.xToCursor(inner.x(), line.CursorPosition.CursorOnCharacter)
                return next(
                    (s.href for s in self.block.spans if s.href and s.start <= letter < s.end), ""
                )
        return ""


@dataclass(frozen=True)
class Note:
    """A line of ours under the words; a click on one that `acts` unfolds them."""

    text: str
    icon: str
    box: QRectF
    acts: bool


@dataclass(frozen=True)
class Words:
    """A message's words laid out."""

    paragraphs: tuple[Paragraph, ...]
    notes: tuple[Note, ...]
    width: float
    height: float

    def link_at(self, place: QPointF) -> str:
        """To where a place leads, empty for nowhere."""
        for each in self.paragraphs:
            if each.at.y() <= place.y() < each.at.y() + each.tall:
                return each.link_at(place)
        return ""

    def unfolds_at(self, place: QPointF) -> bool:
        """Whether a click there unfolds what is folded away."""
        return any(note.acts and note.box.contains(place) for note in self.notes)


def lay_out(prose: Prose, width: float, *, whole: bool) -> Words:
    """Lay words out for a width."""
    paragraphs, y, used = [], 0.0, 0.0
    for n, block in enumerate(prose.blocks):
        left = block.level * _QUOTE + block.indent * _INDENT
        room = max(60.0, width - left)
        layout = _layout(block, room)
        wide, tall = min(room, layout.maximumWidth() + 1), layout.boundingRect().height()
        if block.goes_on:
            y += layout.lineAt(0).height() * (LINE_FACTOR - 1)
        elif n:
            y += _APART
        paragraphs.append(Paragraph(block, layout, QPointF(left, y), wide, tall))
        y += tall
        used = max(used, left + layout.maximumWidth())
    notes = []
    for text, icon, acts in said(prose, whole=whole):
        wide = paint.measure(font(SMALL)).horizontalAdvance(text) + 2 * _ICON
        box = QRectF(0, y + 2, min(width, wide), _NOTE)
        notes.append(Note(text, icon, box, acts))
        y += _NOTE
        used = max(used, box.width())
    span = min(width, used + 1)
    return Words(tuple(_beginning(each, span) for each in paragraphs), tuple(notes), used, y)


def _beginning(each: Paragraph, span: float) -> Paragraph:
    """Paragraphs that run against everything around them begin at the other edge, one below another."""
    leftwards, block = direction(each.block.text), each.block
    if leftwards is None or leftwards == mirror.leftwards():
        return each
    at = each.at if leftwards else QPointF(block.level * _QUOTE, each.at.y())
    indent = 0 if leftwards else block.indent * _INDENT
    wide = span - at.x()
    _break(each.layout, wide - indent, indent)
    return replace(each, at=at, wide=wide)


def said(prose: Prose, *, whole: bool) -> list[tuple[str, str, bool]]:
    """The lines under the words: text, icon, and whether a click unfolds."""
    found = []
    if prose.more:
        text = tr("Show the whole message")
        found.append((text, "caret-down", True))
    elif prose.quoted:
        told = trn("Show {count} quoted line", "Show {count} quoted lines", prose.quoted)
        found.append((told.format(count=prose.quoted), "caret-down", True))
    elif whole:
        found.append((tr("Fold quoted text"), "caret-up", True))
    if prose.unseen:
        told = trn(
            "{count} more line is not shown: copy the message to read it",
            "{count} more lines are not shown: copy the message to read them",
            prose.unseen,
        )
        found.append((told.format(count=prose.unseen), "warning-circle", False))
    if prose.pictures:
        told = trn("{count} picture not loaded", "{count} pictures not loaded", prose.pictures)
        found.append((told.format(count=prose.pictures), "image", False))
    return found


def _layout(block: Block, width: float) -> QTextLayout:
    of = font(TITLE, strong=True) if block.heading else font(BASE)
    layout = QTextLayout(block.text.translate(_SHOWN), of)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    leftwards = runs_right_to_left(block.text)
    if leftwards:
        option.setTextDirection(Qt.LayoutDirection.RightToLeft)
        option.setAlignment(Qt.AlignmentFlag.AlignRight)
    layout.setTextOption(option)
    layout.setCacheEnabled(True)
    if formats := [_styled(span, of) for span in block.spans if not span.href or span.bold]:
        layout.setFormats(formats)
    _break(layout, width)
    if leftwards:
        # Such lines end at the left: they stand at the right of what the widest of them needs.
        spare = width - min(width, layout.maximumWidth() + 1)
        for n in range(layout.lineCount()) if spare else ():
            line = layout.lineAt(n)
            line.setPosition(QPointF(-spare, line.y()))
    return layout


def _styled(span: Span, of: QFont) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length = span.start, span.end - span.start
    look = QTextCharFormat()
    shape = QFont(of)
    if span.bold:
        shape.setWeight(QFont.Weight.DemiBold)
    shape.setItalic(span.italic)
    if span.code:
        shape.setFamilies(["monospace"])
    look.setFont(shape)
    made.format = look
    return made


def _break(layout: QTextLayout, width: float, left: float = 0) -> None:
    layout.beginLayout()
    y = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(left, y))
        y += line.height() * LINE_FACTOR
    layout.endLayout()


def runs_right_to_left(text: str) -> bool:
    """Whether the first letter that has a direction is of a script that runs right to left."""
    return bool(direction(text))


def draw(painter: QPainter, at: QPointF, words: Words, tokens: Tokens) -> None:
    """Paint words with their top left corner there."""
    for each in words.paragraphs:
        for level in range(each.block.level):
            bar = QRectF(at.x() + level * _QUOTE, at.y() + each.at.y(), 2, each.tall)
            painter.fillRect(bar, tokens["edge"])
        painter.setPen(tokens["dim" if each.block.level else "text"])
        place = at + each.at
        box = QRectF(place, QSizeF(each.wide, each.tall))
        with mirror.upright(painter, box):
            sight = _in_sight(painter)
            if box.intersects(sight):
                each.layout.draw(painter, place, _links(each.block.spans, tokens), sight)
    for note in words.notes:
        box = note.box.translated(at)
        ink = tokens["accent" if note.acts else "dim"]
        icon = QRectF(box.left(), box.center().y() - _ICON / 2, _ICON, _ICON)
        icons.draw(painter, note.icon, icon, ink)
        line = box.adjusted(_ICON + 6, 0, _ICON, 0).toRect()
        paint.line(painter, line, note.text, font(SMALL), ink)


def _in_sight(painter: QPainter) -> QRectF:
    """What can be seen of what is painted, as the painter counts by now."""
    back, _ = painter.transform().inverted()
    return back.mapRect(QRectF(painter.viewport()))


def _links(spans: Sequence[Span], tokens: Tokens) -> list[QTextLayout.FormatRange]:
    found = []
    for span in spans:
        if span.href or span.named or span.masked:
            made = QTextLayout.FormatRange()
            made.start, made.length = span.start, span.end - span.start
            look = QTextCharFormat()
            look.setForeground(tokens["dim" if span.masked else "accent"])
            if span.masked:
                look.setBackground(tokens["chip"])
            look.setFontUnderline(bool(span.href))
            made.format = look
            found.append(made)
    return found
