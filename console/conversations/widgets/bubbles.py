"""Layouts of messages: where bubble, words, avatar and footer stand for a given width."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QTextLayout, QTextOption

from console.conversations.model import Message, safe_name
from console.conversations.viewmodel.files import FileItem
from console.conversations.viewmodel.items import MessageItem
from console.conversations.widgets.files import CHIP_GAP, CHIP_HEIGHT, chip_width, draw_chip
from console.kernel.tongue import beside, mark, tr
from console.people.model import initials
from console.ui import icons, mirror, paint, words
from console.ui.theme import BASE, SMALL, TINY, Tokens, font

AVATAR = 28
_MARGIN = 20
_GAP = 10
_PAD_X, _PAD_Y = 12, 8
_HEAD = 20
_FOOT = 20
_LINE_FACTOR = 1.32
_WIDEST = 760
_SHARE = 0.74
_LETTER, _LINE = 6.6, 21
"""How wide a letter and how tall a line is, about."""
_CHANNELS = {
    "email": mark("e-mail"),
    "chat": mark("chat"),
    "web": mark("web"),
    "phone": mark("phone"),
    "import": mark("imported"),
}
LANES = {"buyer": mark("buyer"), "seller": mark("seller"), "internal": mark("internal")}
_TO = {"buyer": mark("to buyer"), "seller": mark("to seller"), "internal": mark("to internal")}
_UNNAMED = {"buyer": mark("Buyer"), "seller": mark("Seller"), "internal": mark("Internal")}


_FOOTERS = {
    "rejected": mark("Not sent: see below what to do"),
    "held": mark("Held back: see below what to do"),
    "waiting": mark("Waiting to send"),
}


@dataclass(frozen=True)
class Bubble:
    """One message laid out for one width; places are relative to the row's top left corner."""

    height: int
    body: QRectF
    avatar: QRect
    text: QTextLayout
    right: bool
    footer: str
    files: tuple[QRectF, ...] = ()

    def file_at(self, place: QPointF) -> int | None:
        """Which file's chip is there, counted from 0."""
        found = (n for n, box in enumerate(self.files) if box.contains(place))
        return next(found, None)


def lay_out(item: MessageItem, width: int) -> Bubble:
    """Lay a message out for a row of this width."""
    message = item.message
    note = message.lane == "internal"
    right = message.author == "staff" and not note
    side = _MARGIN + AVATAR + _GAP
    room = max(120, width - 2 * side)
    if not note:
        room = min(room, max(int(width * _SHARE), 220), _WIDEST)
    text = _text(message.body or " ", room - 2 * _PAD_X)
    names = [safe_name(file.name) for file in message.attachments]
    chips = [chip_width(name, room - 2 * _PAD_X) for name in names]
    used = max(text.maximumWidth(), _head_width(item), *chips, 0) + 2 * _PAD_X
    wide = room if note else min(room, int(used) + 2)
    words_tall = text.boundingRect().height() if message.body or not chips else 0
    above = _PAD_Y + _HEAD + words_tall
    tall = above + _PAD_Y + len(chips) * (CHIP_HEIGHT + CHIP_GAP)
    left = width - side - wide if right else side
    footer = _footer(item)
    at = width - _MARGIN - AVATAR if right else _MARGIN
    return Bubble(
        height=int(tall) + (_FOOT if footer else 0) + _GAP,
        body=QRectF(left, 0, wide, tall),
        avatar=QRect(at, 0, AVATAR, AVATAR),
        text=text,
        right=right,
        footer=footer,
        files=tuple(
            QRectF(
                left + _PAD_X, above + CHIP_GAP + n * (CHIP_HEIGHT + CHIP_GAP), chip, CHIP_HEIGHT
            )
            for n, chip in enumerate(chips)
        ),
    )


def guess(item: MessageItem, width: int) -> int:
    """About how tall a message's row is, from the length of its words alone."""
    message = item.message
    line = max(20, int(min(width * _SHARE, _WIDEST) / _LETTER))
    lines = message.body.count("\n") + len(message.body) // line + 1
    foot = _FOOT if item.delivery in ("rejected", "held", "waiting") else 0
    files = len(message.attachments) * (CHIP_HEIGHT + CHIP_GAP)
    return 2 * _PAD_Y + _HEAD + lines * _LINE + files + foot + _GAP


def _text(body: str, width: float) -> QTextLayout:
    layout = QTextLayout(body.replace("\n", "\u2028"), font(BASE))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.setCacheEnabled(True)
    _break(layout, width)
    if runs_right_to_left(body):
        # Such lines end at the left: they stand at the right of what the widest of them needs.
        option.setTextDirection(Qt.LayoutDirection.RightToLeft)
        option.setAlignment(Qt.AlignmentFlag.AlignRight)
        layout.setTextOption(option)
        _break(layout, min(width, layout.maximumWidth() + 1))
    return layout


def _break(layout: QTextLayout, width: float) -> None:
    layout.beginLayout()
    y = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, y))
        y += line.height() * _LINE_FACTOR
    layout.endLayout()


def runs_right_to_left(text: str) -> bool:
    """Whether the first letter that has a direction is of a script that runs right to left."""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False


def head(item: MessageItem) -> tuple[str, str]:
    """A message's first line: the name, and what stands dim behind it."""
    message = item.message
    name = tr("You") if item.mine else item.author or _unnamed(message)
    parts: list[str] = []
    if message.lane == "internal":
        parts.append(tr("internal note"))
    elif message.author == "party":
        parts += [tr(LANES[message.lane]), tr(_CHANNELS[message.channel])]
    elif item.to:
        parts.append(tr("to {name} ({lane})").format(name=item.to, lane=tr(LANES[message.lane])))
    else:
        parts.append(tr(_TO[message.lane]))
    parts.append(words.clock(message.at))
    return name, beside(parts)


def _unnamed(message: Message) -> str:
    return {"party": tr(_UNNAMED[message.lane]), "staff": tr("Agent"), "system": "Parley"}[
        message.author
    ]


def _head_width(item: MessageItem) -> int:
    name, rest = head(item)
    strong = paint.measure(font(SMALL, strong=True)).horizontalAdvance(name)
    return strong + paint.measure(font(SMALL)).horizontalAdvance(f" · {rest}") + 4


def _footer(item: MessageItem) -> str:
    return tr(_FOOTERS.get(item.delivery, ""))


def grounds(item: MessageItem) -> tuple[str, str]:
    """The tokens of a bubble's ground and of its edge; no edge for the plain ones."""
    message = item.message
    if message.lane == "internal":
        return "note", "note_edge"
    if message.author == "staff":
        return "own", ""
    return ("seller", "seller_edge") if message.lane == "seller" else ("buyer", "")


def draw(
    painter: QPainter,
    top_left: QPointF,
    item: MessageItem,
    bubble: Bubble,
    tokens: Tokens,
    files: Sequence[FileItem] = (),
) -> None:
    """Paint a laid-out message and its files as they are now."""
    painter.save()
    painter.translate(top_left)
    ground, edge = grounds(item)
    if edge:
        paint.edged(painter, bubble.body, tokens[ground], tokens[edge])
    else:
        paint.rounded(painter, bubble.body, tokens[ground], radius=8)
    name, rest = head(item)
    paint.avatar(painter, bubble.avatar, item.author or name, initials(item.author or name), tokens)
    inner = bubble.body.adjusted(_PAD_X, _PAD_Y, -_PAD_X, -_PAD_Y).toRect()
    line = QRect(inner.left(), inner.top(), inner.width(), 16)
    behind = paint.measure(font(SMALL)).horizontalAdvance(f" · {rest}") + 2
    front = line.adjusted(0, 0, -min(behind, line.width() // 2), 0)
    width = paint.line(painter, front, name, font(SMALL, strong=True), tokens["text"])
    after = line.adjusted(width, 0, 0, 0)
    paint.line(painter, after, f" · {rest}", font(SMALL), tokens["dim"])
    painter.setPen(tokens["text"])
    place = QPointF(inner.left(), inner.top() + _HEAD)
    block = QRectF(place, QSizeF(bubble.text.maximumWidth() + 1, 1))
    with mirror.upright(painter, block.intersected(QRectF(inner))):
        bubble.text.draw(painter, place)
    for box, file in zip(bubble.files, files, strict=False):
        draw_chip(painter, box, file, tokens)
    if bubble.footer:
        _draw_footer(painter, item, bubble, tokens)
    painter.restore()


def _draw_footer(painter: QPainter, item: MessageItem, bubble: Bubble, tokens: Tokens) -> None:
    stopped = item.delivery in ("rejected", "held")
    ink = tokens["red" if stopped else "dim"]
    body = bubble.body.toRect()
    box = QRect(body.left(), body.bottom() + 2, body.width(), 16)
    side = Qt.AlignmentFlag.AlignRight if bubble.right else Qt.AlignmentFlag.AlignLeft
    width = paint.measure(font(TINY)).horizontalAdvance(bubble.footer)
    x = box.right() - width - 18 if bubble.right else box.left()
    icon = "warning-circle" if stopped else "clock"
    icons.draw(painter, icon, QRectF(x, box.top() + 2, 12, 12), ink)
    words_box = box if bubble.right else box.adjusted(18, 0, 0, 0)
    paint.line(painter, words_box, bubble.footer, font(TINY), ink, side)
