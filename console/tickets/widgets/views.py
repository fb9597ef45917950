"""The views at the side, with their counts."""

from PySide6.QtCore import (
    QElapsedTimer,
    QModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from console.kernel.edits import Reset
from console.kernel.tongue import tr
from console.tickets.model import View
from console.tickets.viewmodel.views import ViewRow, Views
from console.ui import icons, paint, words
from console.ui.mirror import mirrors
from console.ui.rows import Index, Rows, row_at
from console.ui.theme import BASE, TINY, Theme, font

_INSET, _ICON, _GAP = 10, 14, 8
_CARET, _CARET_GAP = 10, 4
_FOLDS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
_COUNT_AFTER_MS = 80
_COUNT_REST = 100


class ViewsDelegate(QStyledItemDelegate):
    """Paints a section's title or a view with its count."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        row: ViewRow = row_at(index)
        return QSize(100, self._theme.size("view" if row.view else "section"))

    @mirrors
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: ViewRow = row_at(index)
        tokens, rect = self._theme.tokens, QRect(option.rect)
        if row.view is None:
            head = rect.adjusted(18, 12, -18, 0)
            title = row.title.upper()
            wide = paint.line(painter, head, title, font(TINY, strong=True), tokens["faint"])
            if row.folded is not None:
                self._caret(painter, option, head, wide, folded=row.folded)
            return
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            ground = tokens["selection" if selected else "hover"]
            paint.rounded(painter, QRectF(rect.adjusted(10, 0, -10, 0)), ground)
        if selected and option.state & QStyle.StateFlag.State_HasFocus:
            clear = tokens["selection"]
            box = QRectF(rect.adjusted(10, 0, -10, -1))
            paint.rounded(painter, box, clear, border=tokens["focus"])
        ink = tokens["accent" if selected else "text"]
        inner = rect.adjusted(18, 0, -18, 0)
        count = words.count(row.count) + "+" * row.over if row.count else ""
        faint = tokens["accent" if selected else "dim"]
        figures = font(BASE, strong=selected, tabular=True)
        right = Qt.AlignmentFlag.AlignRight
        width = paint.line(painter, inner, count, figures, faint, right)
        room = inner.adjusted(0, 0, -width - 8, 0)
        icon = row.saved.icon if row.saved else "tag" if row.tag else ""
        if icon:
            inset = _INSET if row.saved and row.saved.audience == "team" else 0
            place = QRect(inner.left() + inset, inner.center().y() - _ICON // 2, _ICON, _ICON)
            icons.draw(painter, icon, QRectF(place), ink if selected else tokens["dim"])
            room.setLeft(place.right() + _GAP)
        paint.line(painter, room, row.title, font(BASE, strong=selected), ink)

    def _caret(
        self, painter: QPainter, option: QStyleOptionViewItem, head: QRect, wide: int,
        *, folded: bool,
    ) -> None:  # fmt: skip
        """What says that a title can be unfolded, with a ring where the keyboard is."""
        tokens, middle = self._theme.tokens, head.center().y()
        place = QRectF(head.left() + wide + _CARET_GAP, middle - _CARET / 2, _CARET, _CARET)
        icons.draw(painter, "caret-right" if folded else "caret-down", place, tokens["faint"])
        here = option.state & QStyle.StateFlag.State_Selected
        if here and option.state & QStyle.StateFlag.State_HasFocus:
            box = QRectF(head.left() - 8, middle - 10, wide + 26, 20)
            painter.setPen(tokens["focus"])
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 3, 3)


class _ViewRows(Rows):
    """Rows of which section titles cannot be chosen, but for those that fold."""

    def flags(self, index: Index) -> Qt.ItemFlag:
        row: ViewRow | None = row_at(index) if index.isValid() else None
        if row is None or (row.view is None and row.folded is None):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class ViewsList(QListView):
    """The sidebar. `picked` tells which view was chosen, `menu_wanted` where its menu is to open.

    `folded` tells that a title was folded, or unfolded.
    """

    folded = Signal(bool)

    picked = Signal(object)
    menu_wanted = Signal(QPoint)

    def __init__(self, views: Views, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("views")
        self.setAccessibleName(tr("Views"))
        self._views = views
        self._shown: View | None = None
        self._lines: list[View | str] = []
        self._rows = _ViewRows(lambda n: views.rows[n], _spoken, self)
        self.setModel(self._rows)
        self.setItemDelegate(ViewsDelegate(theme, self))
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentChanged.connect(self._moved)
        views.changed.connect(self._changed)
        views.stale.connect(self._stale)
        theme.changed.connect(self._rows.repaint_all)
        theme.arranged.connect(self.doItemsLayout)
        # A burst of changes is counted once, and counting takes a hundredth of the time at most.
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._count)
        self._counted = QElapsedTimer()
        self._rest_ms = 0
        # What takes longer to count is counted one view a turn: keys and paints come between.
        self._rest = QTimer(self, singleShot=True, interval=0)
        self._rest.timeout.connect(self._count_rest)
        self._changed(None)
        self._rest.start()

    def show_view(self, view: View) -> None:
        """Mark a view as the one shown."""
        self._shown = view
        lines = enumerate(self._views.rows)
        here = next((n for n, row in lines if row.view == view), None)
        self.setCurrentIndex(QModelIndex() if here is None else self._rows.index(here))

    def _changed(self, _: None) -> None:
        lines = [row.view or row.title for row in self._views.rows]
        if lines == self._lines:
            self._rows.repaint_all()
        else:
            self._lines = lines
            shown, self._shown = self._shown, None
            self._rows.apply([Reset(range(len(lines)))])
            if shown is not None:
                self.show_view(shown)

    def _stale(self, _: None) -> None:
        if not self._timer.isActive():
            rest = self._rest_ms - self._counted.elapsed() if self._counted.isValid() else 0
            self._timer.start(max(_COUNT_AFTER_MS, rest))

    def _count(self) -> None:
        self._counted.start()
        self._views.load()
        self._rest_ms = self._counted.elapsed() * _COUNT_REST
        self._rest.start()

    def _count_rest(self) -> None:
        begun = QElapsedTimer()
        begun.start()
        more = self._views.count_next()
        self._rest_ms += begun.elapsed() * _COUNT_REST
        if more:
            self._rest.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space, Enter and the arrows along the line fold a title that can be."""
        row: ViewRow | None = row_at(self.currentIndex())
        back = self.isRightToLeft()
        wished = {
            Qt.Key.Key_Left: not back, Qt.Key.Key_Right: back,
            **{key: not row.folded for key in _FOLDS if row is not None},
        }.get(Qt.Key(event.key()))  # fmt: skip
        if row is None or row.folded is None or wished is None:
            super().keyPressEvent(event)
        elif wished != row.folded:
            here = self.currentIndex().row()
            self.fold(folded=wished)
            self.setCurrentIndex(self._rows.index(here))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row: ViewRow | None = row_at(self.indexAt(event.position().toPoint()))
        if row is None or row.folded is None:
            super().mousePressEvent(event)
        elif event.button() == Qt.MouseButton.LeftButton:
            self.fold(folded=not row.folded)

    def fold(self, *, folded: bool) -> None:
        """Fold the tags, or unfold them."""
        self._views.fold_tags(folded)
        self.folded.emit(folded)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The chosen view's menu, by the mouse where it is, by the key beside the line."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        row: ViewRow | None = row_at(index)
        if row is not None and row.view is not None:
            self.setCurrentIndex(index)
            place = self.visualRect(index).bottomLeft() if by_key else event.pos()
            self.menu_wanted.emit(self.viewport().mapToGlobal(place))

    def _moved(self, current: QModelIndex, _: QModelIndex) -> None:
        row: ViewRow | None = row_at(current)
        if row is not None and row.view is not None and row.view != self._shown:
            self._shown = row.view
            self.picked.emit(row.view)


def _spoken(row: ViewRow) -> str:
    if row.view is None:
        return tr("{title}, folded").format(title=row.title) if row.folded else row.title
    told = tr("{view}, {count} or more") if row.over else tr("{view}, {count}")
    return told.format(view=row.title, count=words.count(row.count))
