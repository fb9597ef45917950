"""A column of cards that fold, change places by mouse and by key, and stay as somebody put them."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from console.ui.widgets import Card

APART = 10
_FOLDED = "-"


class CardColumn(QWidget):
    """Groups of cards by name, one under the other. `arranged` tells how they stand now.

    A heading folds its group with Space, Enter or a click, and moves it with Alt+Up and Alt+Down or
    by being dragged.
    """

    arranged = Signal(str)

    def __init__(self, groups: Mapping[str, Sequence[Card]], arrangement: str = "") -> None:
        super().__init__()
        self._groups = {name: tuple(cards) for name, cards in groups.items()}
        self._order = list(self._groups)
        self._folded: set[str] = set()
        self._names: dict[QObject, str] = {}
        self._pressed: QPointF | None = None
        self._moved = False
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(12, 12, 12, 12)
        self._box.setSpacing(APART)
        for name, cards in self._groups.items():
            for card in cards:
                self._names[card.heading] = name
                card.heading.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
                card.heading.setCursor(Qt.CursorShape.PointingHandCursor)
                card.heading.installEventFilter(self)
        self._arrange(arrangement)
        self._lay()

    @property
    def arrangement(self) -> str:
        """How the cards stand, for keeping: names in their order, folded ones with a dash."""
        return ",".join((_FOLDED if n in self._folded else "") + n for n in self._order)

    def _arrange(self, told: str) -> None:
        """Take a kept arrangement; cards that it does not know stay behind those it does."""
        named = [part.strip() for part in told.split(",")]
        known = [part.removeprefix(_FOLDED) for part in named]
        kept = list(dict.fromkeys(name for name in known if name in self._groups))
        self._order = kept + [name for name in self._order if name not in kept]
        self._folded = {p[1:] for p in named if p.startswith(_FOLDED) and p[1:] in self._groups}

    def _lay(self) -> None:
        while self._box.takeAt(0) is not None:
            pass
        before: QWidget | None = None
        for name in self._order:
            for card in self._groups[name]:
                card.set_open(name not in self._folded)
                self._box.addWidget(card)
                if before is not None:
                    QWidget.setTabOrder(before, card.heading)
                before = card.heading
        self._box.addStretch(1)

    def fold(self, name: str) -> None:
        """Fold a group of cards, or unfold it."""
        self._folded ^= {name}
        for card in self._groups[name]:
            card.set_open(name not in self._folded)
        self.arranged.emit(self.arrangement)

    def unfold(self, name: str) -> None:
        """Show what is in a group of cards."""
        if name in self._folded:
            self.fold(name)

    def move_card(self, name: str, by: int) -> None:
        """Move a group past the next one that is seen, down (1) or up (-1)."""
        here = self._order.index(name)
        there = here + by
        while 0 <= there < len(self._order) and not self._is_seen(self._order[there]):
            there += by
        if 0 <= there < len(self._order):
            self._order.insert(there, self._order.pop(here))
            self._lay()
            self.arranged.emit(self.arrangement)

    def _is_seen(self, name: str) -> bool:
        return any(not card.isHidden() for card in self._groups[name])

    def first_heading(self) -> QWidget | None:
        """The heading at the top, for the keyboard."""
        seen = (c.heading for n in self._order for c in self._groups[n] if not c.isHidden())
        return next(seen, None)

    # -- hearing the headings

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        name = self._names.get(watched)
        if name is None:
            return False
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(name, event, watched)
        if isinstance(event, QMouseEvent):
            return self._mouse(name, event)
        return False

    def _key(self, name: str, event: QKeyEvent, heading: QObject) -> bool:
        keys = Qt.Key
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            steps = {keys.Key_Up: -1, keys.Key_Down: 1}
            step = steps.get(keys(event.key()))
            if step is None:
                return False
            self.move_card(name, step)
            if isinstance(heading, QWidget):
                heading.setFocus()
            return True
        if event.key() in (keys.Key_Space, keys.Key_Return, keys.Key_Enter):
            self.fold(name)
            return True
        return False

    def _mouse(self, name: str, event: QMouseEvent) -> bool:
        kinds = QEvent.Type
        if event.type() == kinds.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._moved = event.globalPosition(), False
            return True
        if event.type() == kinds.MouseMove and self._pressed is not None:
            gone = (event.globalPosition() - self._pressed).manhattanLength()
            if self._moved or gone >= QApplication.startDragDistance():
                self._moved = True
                self._drag(name, self.mapFromGlobal(event.globalPosition()).y())
            return True
        if event.type() == kinds.MouseButtonRelease and self._pressed is not None:
            self._pressed = None
            if not self._moved:
                self.fold(name)
            return True
        return False

    def _drag(self, name: str, y: float) -> None:
        """Let a group pass the neighbours whose middle the mouse has passed."""
        seen = [each for each in self._order if self._is_seen(each)]
        here = seen.index(name)
        if here > 0 and y < self._middle(seen[here - 1]):
            self.move_card(name, -1)
        elif here + 1 < len(seen) and y > self._middle(seen[here + 1]):
            self.move_card(name, 1)
        self._box.activate()

    def _middle(self, name: str) -> float:
        shown = [card.geometry() for card in self._groups[name] if not card.isHidden()]
        return (shown[0].top() + shown[-1].bottom()) / 2
