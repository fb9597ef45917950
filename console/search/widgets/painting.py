"""How rows of the search page are painted: tickets, the places found in them, lines between."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from console.kernel.clock import Clock
from console.kernel.tongue import mark, tr, trn
from console.search.viewmodel.found import HitRow, MoreRow, Row, ServerRow, Span, Stands, TicketRow
from console.tickets.model import Status
from console.tickets.widgets.row import STATUS_WORDS
from console.ui import icons, mirror, paint, words
from console.ui.rows import Index, row_at
from console.ui.theme import BASE, SMALL, Theme, Tokens, font

TICKET_HEIGHT, HIT_HEIGHT, MORE_HEIGHT, SERVER_HEIGHT = 40, 50, 30, 44
_EDGE, _INDENT = 20, 46
LANE_ICONS = {"buyer": "user", "seller": "storefront", "internal": "note"}
LANE_COLORS = {"buyer": "buyer_edge", "seller": "seller_edge", "internal": "note_edge"}
LANE_WORDS = {
    "buyer": mark("with the buyer"),
    "seller": mark("with the seller"),
    "internal": mark("internal note"),
}
SERVER_WORDS: dict[Stands, str] = {
    "asking": mark("Searching the server's whole history…"),
    "found": mark("From the server's history"),
    "nothing": mark("The server's history has nothing else."),
    "away": mark("Offline: only what is kept on this computer was searched."),
    "refused": mark("The server could not search its history now. Change the line to try again."),
}
SERVER_ICONS: dict[Stands, str] = {
    "asking": "clock", "found": "cloud", "nothing": "cloud", "away": "wifi-slash",
    "refused": "warning-circle",
}  # fmt: skip
_SERVER_MORE = mark("From the server's history, the newest of many: add a word to find others")


def server_words(row: ServerRow) -> str:
    """The line between what is kept here and what the server found."""
    more = row.stands == "found" and row.capped
    return tr(_SERVER_MORE if more else SERVER_WORDS[row.stands])


def state_words(row: TicketRow) -> str:
    """How a ticket stands, or where it went."""
    if row.into:
        return tr("Merged into #{number}").format(number=row.into)
    return tr(STATUS_WORDS[Status(row.status)])


def more_words(row: MoreRow) -> str:
    """The row that stands for a ticket's other places."""
    told = trn("{count} more place in this ticket", "{count} more places in this ticket", row.count)
    return told.format(count=words.count(row.count))


def spoken(row: Row, clock: Clock) -> str:
    """A row as it is read aloud."""
    match row:
        case TicketRow():
            status = state_words(row)
            parts = [f"#{row.number} {row.subject}", row.requester, status]
        case HitRow():
            lane = tr(LANE_WORDS.get(row.lane, ""))
            parts = [row.author, lane, words.age(row.at, clock.now()), row.text]
        case MoreRow():
            parts = [more_words(row), tr("open") if row.is_open else tr("folded")]
        case ServerRow():
            parts = [server_words(row)]
    return ", ".join(part for part in parts if part)


class FoundDelegate(QStyledItemDelegate):
    """Paints one row of what was found; what was looked for stands on a ground of its own."""

    def __init__(self, theme: Theme, clock: Clock, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._clock = theme, clock

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        match row_at(index):
            case TicketRow():
                return QSize(200, TICKET_HEIGHT)
            case HitRow():
                return QSize(200, HIT_HEIGHT)
            case MoreRow():
                return QSize(200, MORE_HEIGHT)
            case _:
                return QSize(200, SERVER_HEIGHT)

    @mirror.mirrors
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens, rect = self._theme.tokens, QRect(option.rect)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, tokens["selection" if selected else "hover"])
        match row_at(index):
            case TicketRow() as row:
                self._ticket(painter, rect, row, tokens, first=index.row() == 0)
            case HitRow() as row:
                self._hit(painter, rect, row, tokens)
            case MoreRow() as row:
                self._more(painter, rect, row, tokens)
            case ServerRow() as row:
                self._server(painter, rect, row, tokens)

    def _ticket(
        self,
        painter: QPainter,
        rect: QRect,
        row: TicketRow,
        tokens: Tokens,
        *,
        first: bool,
    ) -> None:
        if not first:  # the page has a line above its list
            painter.fillRect(rect.left(), rect.top(), rect.width(), 1, tokens["line"])
        inner = rect.adjusted(_EDGE, 2, -_EDGE, 0)
        status = state_words(row)
        wide = paint.chip_width(status)
        chip = QRect(inner.right() - wide, 0, wide, paint.CHIP_HEIGHT)
        chip.moveTop(inner.center().y() - paint.CHIP_HEIGHT // 2)
        green = row.status in (Status.SOLVED, Status.CLOSED) and not row.into
        ink, ground = ("green", "green_tint") if green else ("dim", "chip")
        paint.chip(painter, chip, status, tokens[ink], tokens[ground])
        number, small = f"#{row.number}", font(SMALL, tabular=True)
        left = paint.measure(small).horizontalAdvance(number) + 10
        at = QRect(inner.left(), inner.top(), left, inner.height())
        paint.line(painter, at, number, small, tokens["faint"])
        who = min(paint.measure(font(SMALL)).horizontalAdvance(row.requester), inner.width() // 4)
        beside = QRect(chip.left() - 12 - who, inner.top(), who + 1, inner.height())
        paint.line(painter, beside, row.requester, font(SMALL), tokens["dim"])
        room = QRect(inner.left() + left, inner.top(), 0, inner.height())
        room.setRight(beside.left() - 16)
        draw_marked(painter, room, row.subject, row.marks, font(BASE, strong=True), tokens)

    def _hit(
        self,
        painter: QPainter,
        rect: QRect,
        row: HitRow,
        tokens: Tokens,
    ) -> None:
        edge = QRect(rect.left() + _EDGE + 4, rect.top() + 4, 3, rect.height() - 10)
        painter.fillRect(edge, tokens[LANE_COLORS.get(row.lane, "edge")])
        inner = rect.adjusted(_INDENT, 4, -_EDGE, -4)
        top = QRect(inner.left(), inner.top(), inner.width(), 18)
        icon = QRect(top.left(), top.top() + 2, 14, 14)
        icons.draw(painter, LANE_ICONS.get(row.lane, "user"), QRectF(icon), tokens["dim"])
        head = top.adjusted(20, 0, 0, 0)
        name = paint.measure(font(SMALL, strong=True)).horizontalAdvance(row.author)
        first = QRect(head.left(), head.top(), min(name, head.width() // 2) + 1, head.height())
        if row.author:
            paint.line(painter, first, row.author, font(SMALL, strong=True), tokens["text"])
        parts = [tr(LANE_WORDS.get(row.lane, "")), words.age(row.at, self._clock.now())]
        if row.pending:
            parts.append(tr(_PENDING))
        rest = QRect(first.right() + 8 if row.author else head.left(), head.top(), 0, head.height())
        rest.setRight(head.right())
        told = " · ".join(part for part in parts if part)
        paint.line(painter, rest, told, font(SMALL, tabular=True), tokens["dim"])
        low = QRect(inner.left(), inner.top() + 19, inner.width(), 20)
        draw_marked(painter, low, row.text, row.marks, font(BASE), tokens)

    def _more(self, painter: QPainter, rect: QRect, row: MoreRow, tokens: Tokens) -> None:
        inner = rect.adjusted(_INDENT, 0, -_EDGE, 0)
        caret = "caret-down" if row.is_open else "caret-right"
        box = QRectF(inner.left(), inner.center().y() - 6, 12, 12)
        icons.draw(painter, caret, box, tokens["accent"])
        line = inner.adjusted(20, 0, 0, 0)
        paint.line(painter, line, more_words(row), font(SMALL, strong=True), tokens["accent"])

    def _server(
        self,
        painter: QPainter,
        rect: QRect,
        row: ServerRow,
        tokens: Tokens,
    ) -> None:
        painter.fillRect(rect.left(), rect.top(), rect.width(), 1, tokens["edge"])
        ink = tokens["amber" if row.stands in ("away", "refused") else "dim"]
        middle = rect.center().y()
        box = QRect(rect.left() + _EDGE, middle - 8, 16, 16)
        icons.draw(painter, SERVER_ICONS[row.stands], QRectF(box), ink)
        line = rect.adjusted(_INDENT, 0, -_EDGE, 0)
        paint.line(painter, line, server_words(row), font(SMALL, strong=True), ink)


_PENDING = mark("waiting to send")


def draw_marked(
    painter: QPainter,
    rect: QRect,
    text: str,
    marks: Sequence[Span],
    of: QFont,
    tokens: Tokens,
) -> None:
    """Draw one line of plain text with parts of it marked, cut with an ellipsis at its end."""
    if rect.width() <= 0 or not text:
        return
    shown = paint.measure(of).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    layout = QTextLayout(shown, of)
    layout.setFormats(_formats(shown, text, marks, tokens))
    with mirror.upright(painter, rect) as turned:
        option = QTextOption(mirror.leading(Qt.AlignmentFlag.AlignLeft, turned=turned))
        option.setWrapMode(QTextOption.WrapMode.NoWrap)
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        layout.setTextOption(option)
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(rect.width())
        layout.endLayout()
        painter.setPen(tokens["text"])
        layout.draw(painter, QPointF(rect.left(), rect.top() + (rect.height() - line.height()) / 2))


def _formats(
    shown: str, text: str, marks: Sequence[Span], tokens: Tokens
) -> list[QTextLayout.FormatRange]:
    kept = len(shown) - 1 if shown != text else len(text)  # the last is the ellipsis
    made = []
    for start, end in marks:
        if start >= kept:
            break
        part = QTextLayout.FormatRange()
        # Qt counts in UTF-16: what is beyond the first plane takes two places.
        part.start = _units(shown[:start])
        part.length = _units(shown[start : min(end, kept)])
        form = QTextCharFormat()
        form.setBackground(tokens["note"])
        form.setForeground(tokens["text"])
        form.setFontUnderline(True)
        form.setUnderlineColor(tokens["note_edge"])
        part.format = form
        made.append(part)
    return made


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
