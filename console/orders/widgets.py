"""The order's card: number and stage, lines and money, and the way of the parcel."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from console.kernel.tongue import mark, tr
from console.orders.model import EventName, Stage
from console.orders.viewmodel import OrderCard, Step
from console.ui import mirror, paint, words
from console.ui.theme import BASE, SMALL, Theme, font
from console.ui.widgets import Card, Pair, Text, clear

STAGES = {
    Stage.UNKNOWN: ("", "chip", "dim"),
    Stage.PLACED: (mark("PLACED"), "chip", "dim"),
    Stage.PAID: (mark("PAID"), "chip", "dim"),
    Stage.HANDED_OVER: (mark("HANDED OVER"), "amber_tint", "amber"),
    Stage.IN_TRANSIT: (mark("IN TRANSIT"), "amber_tint", "amber"),
    Stage.DELAYED: (mark("DELAYED"), "red_tint", "red"),
    Stage.DELIVERED: (mark("DELIVERED"), "green_tint", "green"),
    Stage.CANCELLED: (mark("CANCELLED"), "chip", "dim"),
    Stage.REFUNDED: (mark("REFUNDED"), "chip", "dim"),
    Stage.RETURNED: (mark("RETURNED"), "chip", "dim"),
}
EVENTS = {
    EventName.PLACED: mark("Placed"),
    EventName.CANCELLED: mark("Cancelled"),
    EventName.PAID: mark("Paid"),
    EventName.PAYMENT_FAILED: mark("Payment failed"),
    EventName.FULFILLED: mark("Handed to carrier"),
    EventName.IN_TRANSIT: mark("In transit"),
    EventName.OUT_FOR_DELIVERY: mark("Out for delivery"),
    EventName.DELAYED: mark("Delayed"),
    EventName.ATTEMPTED: mark("Delivery attempted"),
    EventName.FAILED: mark("Delivery failed"),
    EventName.DELIVERED: mark("Delivered"),
    EventName.REFUNDED: mark("Refunded"),
    EventName.RETURN_REQUESTED: mark("Return requested"),
    EventName.RETURN_APPROVED: mark("Return approved"),
    EventName.RETURN_DECLINED: mark("Return declined"),
    EventName.RETURN_RECEIVED: mark("Return received"),
    EventName.RETURN_CLOSED: mark("Return closed"),
}
_STEP_HEIGHT = 22


class Steps(QWidget):
    """The way of an order as dots on a line."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._steps: Sequence[Step] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_steps(self, steps: Sequence[Step]) -> None:
        """Show these, oldest first."""
        self._steps = steps
        self.setAccessibleName("; ".join(f"{_title(s)} {_when(s)}" for s in steps))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, len(self._steps) * _STEP_HEIGHT)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter, tokens = QPainter(self), self._theme.tokens
        mirror.turn(painter, self.rect())
        marks = {"done": "green_mark", "now": "amber_mark", "late": "red_mark", "ahead": "edge"}
        for n, step in enumerate(self._steps):
            row = QRect(0, n * _STEP_HEIGHT, self.width(), _STEP_HEIGHT)
            center = QPointF(6, row.center().y() + 0.5)
            if n + 1 < len(self._steps):
                painter.setPen(QPen(tokens["line"], 2))
                painter.drawLine(center, center + QPointF(0, _STEP_HEIGHT))
            paint.dot(painter, center, 4, tokens[marks[step.state]])
            ink = tokens["faint" if step.state == "ahead" else "text"]
            when = tokens["red" if step.state == "late" else "faint"]
            right = Qt.AlignmentFlag.AlignRight
            width = paint.line(painter, row, _when(step), font(SMALL, tabular=True), when, right)
            text = row.adjusted(20, 0, -width - 8, 0)
            paint.line(painter, text, _title(step), font(BASE), ink)
        painter.end()


def _title(step: Step) -> str:
    title = tr(EVENTS[step.name])
    return tr("{event}, {place}").format(event=title, place=step.place) if step.place else title


def _when(step: Step) -> str:
    if step.at is None:
        return ""
    if step.state in ("ahead", "late") and step.name == EventName.DELIVERED:
        return tr("due {day}").format(day=words.brief_day(step.at.astimezone()))
    return words.stamp(step.at)


class StageChip(QWidget):
    """The stage as a small tinted label."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._stage = Stage.UNKNOWN
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_stage(self, stage: Stage) -> None:
        """Show this stage; nothing for an unknown one."""
        self._stage = stage
        self.setVisible(stage != Stage.UNKNOWN)
        self.setAccessibleName(tr(STAGES[stage][0]).capitalize())
        self.setFixedSize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(paint.chip_width(tr(STAGES[self._stage][0])), paint.CHIP_HEIGHT)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter, tokens = QPainter(self), self._theme.tokens
        text, ground, ink = STAGES[self._stage]
        paint.chip(painter, self.rect(), tr(text), tokens[ink], tokens[ground])
        painter.end()


class OrderCardWidget(Card):
    """Shows one order."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(tr("Order"))
        self._chip = StageChip(theme)
        self.aside.addWidget(self._chip)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(4)
        self._steps = Steps(theme)
        self.body.addLayout(self._lines)
        self.body.addWidget(self._steps)

    def show_card(self, card: OrderCard) -> None:
        """Show this order."""
        order = card.order
        self.heading.setText(tr("ORDER {number}").format(number=order.number))
        self.setAccessibleName(tr("Order {number}").format(number=order.number))
        self._chip.show_stage(card.stage)
        clear(self._lines)
        for line in order.lines:
            title = (
                tr("{quantity} × {title}").format(quantity=line.quantity, title=line.title)
                if line.quantity > 1
                else line.title
            )
            value = words.money(line.unit * line.quantity)
            self._lines.addWidget(Pair(title, value, strong=True))
        if order.shipping is not None:
            self._lines.addWidget(Pair(tr("Shipping"), words.money(order.shipping)))
        if order.total is not None:
            paid = tr("Total")
            if order.payment:
                paid = tr("Paid · {means}").format(means=order.payment.masked)
            self._lines.addWidget(Pair(paid, words.money(order.total)))
        for parcel in order.fulfilments:
            self._lines.addWidget(Pair(parcel.carrier, parcel.tracking))
        if order.ship_to is not None:
            to = order.ship_to
            told = f"{to.name}, {to.street}, {to.postcode} {to.city}, {to.country}"
            where = Text(words.breaking(told), "dim")
            where.setAccessibleName(told)
            where.setWordWrap(True)
            self._lines.addWidget(where)
        if not card.known:
            unknown = Text(tr("The shop has told nothing of it yet."), "dim")
            unknown.setWordWrap(True)
            self._lines.addWidget(unknown)
        self._steps.show_steps(card.steps)
        self._steps.setVisible(bool(card.steps))
