"""The bar under the list while tickets are selected: what to do with them, the question, how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from console.kernel.tongue import mark, tr, trn
from console.tickets.viewmodel.bulk import Bulk, Preview, Progress
from console.tickets.viewmodel.selection import Selection
from console.ui import icons, words
from console.ui.meter import Meter
from console.ui.motion import Slide
from console.ui.theme import Theme
from console.ui.widgets import Elided, Text

_ICON = 16


@dataclass(frozen=True)
class Act:
    """A button of the bar: the command it is, its icon, its words, its key."""

    id: str
    icon: str
    title: str
    key: str


ACTS: Sequence[Act] = (
    Act("assign", "user", mark("Assign"), "A"),
    Act("team", "users", mark("Move to a team"), ""),
    Act("status", "circle-half", mark("Status"), "S"),
    Act("priority", "flag", mark("Priority"), "P"),
    Act("tags", "tag", mark("Tags"), "T"),
    Act("fields", "list-dashes", mark("Fields"), "D"),
    Act("snooze", "moon", mark("Snooze"), "Z"),
    Act("merge", "git-merge", mark("Merge"), "Shift+M"),
    Act("solve", "check-circle", mark("Solve"), "E"),
)


class BulkBar(QFrame):
    """Shows the selection and what may be done with it, or what `bulk` asks, or how far it is.

    `wanted` names the act that was chosen.
    """

    wanted = Signal(str)
    all_wanted = Signal()
    none_wanted = Signal()
    confirmed = Signal()
    cancelled = Signal()
    stopped = Signal()

    def __init__(self, selection: Selection, bulk: Bulk, total: "Total", theme: Theme) -> None:
        super().__init__()
        self.setObjectName("bulkbar")
        self.setAccessibleName(tr("Selected tickets"))
        self._selection, self._bulk, self._total, self._theme = selection, bulk, total, theme
        self._slide = Slide(self)
        self._asked: Preview | None = None
        self.buttons: dict[str, QPushButton] = {}
        self._count = Elided("strong")
        self._every = QPushButton()
        self._question = Text()
        self._go = QPushButton()
        self._how_far = Elided()
        self._meter = Meter(theme, tr("Progress"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 1, 0, 0)
        self._pages = (self._choosing(), self._asking(), self._working())
        for page in self._pages:
            page.hide()
            box.addWidget(page)
        self.hide()
        selection.changed.connect(self.show_state)
        bulk.changed.connect(self.show_state)
        theme.changed.connect(self._paint)
        self._paint()

    # -- its three faces

    def _choosing(self) -> QWidget:
        self._every.setProperty("kind", "link")
        self._every.setToolTip(tr("Select all of this view (*)"))
        self._every.clicked.connect(self.all_wanted)
        none = self._none = QPushButton()
        none.setProperty("kind", "quiet")
        none.setToolTip(tr("Select none (Esc)"))
        none.setAccessibleName(tr("Select none"))
        none.clicked.connect(self.none_wanted)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._count, 1)
        head.addWidget(self._every)
        head.addWidget(none)
        row = QHBoxLayout()
        row.setSpacing(4)
        for act in ACTS:
            button = QPushButton()
            button.setProperty("kind", "field")
            button.setIconSize(QSize(_ICON, _ICON))
            title = tr(act.title)
            button.setToolTip(f"{title} ({act.key})" if act.key else title)
            button.setAccessibleName(title)
            button.clicked.connect(lambda _=False, name=act.id: self.wanted.emit(name))
            self.buttons[act.id] = button
            row.addWidget(button, 1)
        return _page(head, row)

    def _asking(self) -> QWidget:
        self._question.setWordWrap(True)
        self._go.setProperty("kind", "primary")
        self._go.clicked.connect(self.confirmed)
        leave = QPushButton(tr("Cancel"))
        leave.clicked.connect(self.cancelled)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._go)
        row.addWidget(leave)
        row.addStretch(1)
        made = _page(self._question, row)
        made.setAccessibleName(tr("Before many tickets are changed"))
        return made

    def _working(self) -> QWidget:
        stop = QPushButton(tr("Stop"))
        stop.clicked.connect(self.stopped)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._meter, 1)
        row.addWidget(stop)
        return _page(self._how_far, row)

    # -- what it shows

    def show_state(self, _: object = None) -> None:
        """Show what there is to show, or go."""
        count, asked, progress = len(self._selection), self._bulk.asked, self._bulk.progress
        if progress is not None:
            self._show_progress(progress)
        elif asked is not None:
            self._ask(asked)
        elif count:
            self._show_count(count)
        self._asked = asked
        self._slide.show(bool(count or asked or progress))

    def _show_count(self, count: int) -> None:
        self._turn(0)
        count += self._total.unseen * self._selection.whole
        over = "+" * (self._selection.whole and self._total.over)
        said = trn("{count} selected", "{count} selected", count)
        self._count.setText(said.format(count=words.count(count) + over))
        total = self._total.count
        self._every.setVisible(not self._selection.whole and total > count)
        all_of_them = words.count(total) + "+" * self._total.over
        self._every.setText(tr("Select all {count}").format(count=all_of_them))

    def _ask(self, asked: Preview) -> None:
        self._turn(1)
        if asked is self._asked:
            return
        self._question.setText(" ".join(asked.sentences))
        self._go.setText(asked.deed.about)
        self._go.setAccessibleDescription(self._question.text())
        self._go.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_progress(self, progress: Progress) -> None:
        self._turn(2)
        done, total = words.count(progress.done), words.count(progress.total)
        told = tr("{what}: {done} of {total}")
        self._how_far.setText(told.format(what=progress.about, done=done, total=total))
        self._meter.show_part(progress.done, progress.total)

    def _turn(self, shown: int) -> None:
        for number, page in enumerate(self._pages):
            page.setVisible(number == shown)
        self.updateGeometry()

    def enter(self) -> None:
        """Press the button that has the keyboard, or else the one that goes ahead."""
        focused = self.focusWidget()
        leave = focused if isinstance(focused, QPushButton) and focused.hasFocus() else None
        (leave or self._go).click()

    def _paint(self) -> None:
        tokens = self._theme.tokens
        for act in ACTS:
            color = tokens["green" if act.id == "solve" else "text"]
            self.buttons[act.id].setIcon(icons.icon(act.icon, color, _ICON))
        self._none.setIcon(icons.icon("x", tokens["dim"], _ICON))


class Total:
    """How many tickets the view has, whether more, and how many of them the queue has not counted."""

    def __init__(self) -> None:
        self.count = 0
        self.unseen = 0
        self.over = False


def _page(first: QWidget | QHBoxLayout, row: QHBoxLayout) -> QWidget:
    page = QWidget()
    box = QVBoxLayout(page)
    box.setContentsMargins(12, 8, 12, 10)
    box.setSpacing(6)
    if isinstance(first, QWidget):
        box.addWidget(first)
    else:
        box.addLayout(first)
    box.addLayout(row)
    return page
