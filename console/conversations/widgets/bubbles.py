"""Layouts of messages: where bubble, words, avatar and footer stand for a given width."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from console.conversations.model import Message, safe_name
from console.conversations.viewmodel import rich
from console.conversations.viewmodel.files import FileItem
from console.conversations.viewmodel.items import MessageItem
from console.conversations.widgets import prose
from console.conversations.widgets.files import CHIP_GAP, CHIP_HEIGHT, chip_width, draw_chip
from console.conversations.widgets.prose import Words
from console.kernel.tongue import beside, mark, tr
from console.people.model import initials
from console.ui import icons, paint, words
from console.ui.theme import SMALL, TINY, Tokens, font

AVATAR = 28
_MARGIN = 20
_GAP = 10
_PAD_X, _PAD_Y = 12, 8
_HEAD = 20
_FOOT = 20
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
_TICK = 14


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
    words: Words
    right: bool
    footer: str
    files: tuple[QRectF, ...] = ()

    @property
    def words_at(self) -> QPointF:
        """Where the words begin."""
        return self.body.topLeft() + QPointF(_PAD_X, _PAD_Y + _HEAD)

    def link_at(self, place: QPointF) -> str:
        """To where a place leads, empty for nowhere."""
        return self.words.link_at(place - self.words_at)

    def unfolds_at(self, place: QPointF) -> bool:
        """Whether a click there unfolds what is folded away, or folds it again."""
        return self.words.unfolds_at(place - self.words_at)

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
    told = rich.prose(message, item.named, plain=item.plain, whole=item.unfolded)
    laid = prose.lay_out(told, room - 2 * _PAD_X, whole=item.unfolded)
    names = [safe_name(file.name) for file in message.attachments]
    chips = [chip_width(name, room - 2 * _PAD_X) for name in names]
    used = max(laid.width, _head_width(item), *chips, 0) + 2 * _PAD_X
    wide = room if note else min(room, int(used) + 2)
    words_tall = laid.height if message.body or not chips else 0
    above = _PAD_Y + _HEAD + words_tall
    tall = above + _PAD_Y + len(chips) * (CHIP_HEIGHT + CHIP_GAP)
    left = width - side - wide if right else side
    below = footer(item)
    at = width - _MARGIN - AVATAR if right else _MARGIN
    return Bubble(
        height=int(tall) + (_FOOT if below else 0) + _GAP,
        body=QRectF(left, 0, wide, tall),
        avatar=QRect(at, 0, AVATAR, AVATAR),
        words=laid,
        right=right,
        footer=below,
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
    lines = message.body.count("\n") + min(len(message.body), rich.SHOWN_CHARS) // line + 1
    foot = _FOOT if item.delivery in ("rejected", "held", "waiting") else 0
    files = len(message.attachments) * (CHIP_HEIGHT + CHIP_GAP)
    return 2 * _PAD_Y + _HEAD + lines * _LINE + files + foot + _GAP


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
        told = tr("to {name} ({lane})")
        parts.append(told.format(name=words.bare(item.to), lane=tr(LANES[message.lane])))
    else:
        parts.append(tr(_TO[message.lane]))
    if message.as_is:
        parts.append(tr("contact data not masked"))
    parts.append(words.clock(message.at))
    return name, beside(parts)


def is_sent(item: MessageItem) -> bool:
    """Whether it is an answer of ours that the server has: that is marked with a tick."""
    return item.delivery == "sent" and item.message.lane != "internal"


def _unnamed(message: Message) -> str:
    return {"party": tr(_UNNAMED[message.lane]), "staff": tr("Agent"), "system": "Parley"}[
        message.author
    ]


def _head_width(item: MessageItem) -> int:
    name, rest = head(item)
    strong = paint.measure(font(SMALL, strong=True)).horizontalAdvance(name)
    return strong + paint.measure(font(SMALL)).horizontalAdvance(f" · {rest}") + 4 + _TICK


def footer(item: MessageItem) -> str:
    """What stands under a message that has not gone out."""
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
    thumbs: Mapping[UUID, QPixmap] = MappingProxyType({}),
) -> None:
    """Paint a laid-out message and its files as they are now."""
    painter.save()
    painter.translate(top_left)
    ground, edge = grounds(item)
    paint.outlined(painter, bubble.body, tokens[ground], tokens[f"{ground}_outline"])
    if edge:
        paint.edged(painter, bubble.body, tokens[edge])
    name, rest = head(item)
    paint.avatar(painter, bubble.avatar, item.author or name, initials(item.author or name), tokens)
    inner = bubble.body.adjusted(_PAD_X, _PAD_Y, -_PAD_X, -_PAD_Y).toRect()
    line = QRect(inner.left(), inner.top(), inner.width(), 16)
    behind = paint.measure(font(SMALL)).horizontalAdvance(f" · {rest}") + 2 + _TICK
    strong = font(SMALL, strong=True)
    wide = paint.measure(strong).horizontalAdvance(words.unturned(name)) + 1
    width = min(wide, line.width() - min(behind, line.width() // 2))
    after = min(behind - _TICK, line.width() - width - (_TICK if is_sent(item) else 0))
    boxes = [(0, width), (width, after), (width + after + 2, 12)]
    named, told, tick = (QRect(line.left() + x, line.top(), w, 16) for x, w in boxes)
    paint.line(painter, named, name, strong, tokens["text"])
    paint.line(painter, told, f" · {rest}", font(SMALL), tokens["dim"])
    if is_sent(item):
        icons.draw(painter, "check", QRectF(tick.adjusted(0, 3, 0, -1)), tokens["dim"])
    prose.draw(painter, bubble.words_at, bubble.words, tokens)
    for box, file in zip(bubble.files, files, strict=False):
        draw_chip(painter, box, file, tokens, thumb=thumbs.get(file.id))
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
