"""The dialog in which a view is put together: conditions as rows, with a count that follows."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from console.kernel.errors import Refused
from console.kernel.tongue import mark, tr, trn
from console.people.viewmodel import Directory
from console.tickets.model import Sort
from console.tickets.model.orders import order_of, word_of
from console.tickets.viewmodel.filter import SINGLE, Filter
from console.tickets.widgets.asking import WRONG, Custom
from console.tickets.widgets.conditions import Wordings
from console.tickets.widgets.signs import order_sign, order_signs
from console.ui import icons, mirror, words
from console.ui.picker import Choice, Picker, Search, containing
from console.ui.theme import Theme
from console.ui.widgets import Text, hline, plain_tip
from console.views.model import ICONS, MAX_NAME_CHARS, Condition
from console.views.viewmodel.saved import Keeper

_WIDTH, _HEIGHT = 620, 460
_FIELD_WIDTH, _HOW_WIDTH = 132, 108
_MORE = " ▾"
_WRONG = {
    "name": mark("Give the view a name: without one it can be shown, not kept."),
    "conditions": mark("Choose a value for at least one condition."),
}


class FilterDialog(QDialog):
    """Puts a view together. `shown` asks to show it without keeping it, `kept` to keep it."""

    shown = Signal()
    kept = Signal()

    def __init__(self, view: Filter, directory: Directory, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Edit view") if view.is_kept else tr("Filter"))
        self.resize(_WIDTH, _HEIGHT)
        self._filter, self._directory, self._theme = view, directory, theme
        self._custom = Custom(view.custom)
        self._wordings = Wordings(directory, view.tags, self._custom)
        self._icon = QPushButton()
        self._name = QLineEdit(view.view.name, placeholderText=tr("Name, to keep it as a view"))
        self._name.setMaxLength(MAX_NAME_CHARS)
        self._name.setAccessibleName(tr("Name of the view"))
        self._keeper, self._sort = QPushButton(), QPushButton()
        self._rows = QVBoxLayout()
        self._add = QPushButton(tr("Add condition"))
        self._count = Text("", "strong")
        self._wrong = Text("", "error")
        self._show = QPushButton(tr("Show"))
        self._save = QPushButton(tr("Save view"))
        self._build()
        self._counter = QTimer(self, singleShot=True, interval=0)
        self._counter.timeout.connect(self._tell_count)
        view.changed.connect(self._changed)
        self._changed(None)
        (self._name if view.is_kept else self._add).setFocus()

    # -- putting it together

    def _build(self) -> None:
        for button in (self._icon, self._keeper, self._sort):
            button.setProperty("kind", "choice")
        self._icon.setAccessibleName(tr("Icon"))
        self._icon.setToolTip(tr("Icon"))
        self._add.setProperty("kind", "quiet")
        self._add.setIcon(icons.icon("plus", self._theme.tokens["text"]))
        self._save.setProperty("kind", "primary")
        cancel = QPushButton(tr("Cancel"))
        for button in (
            self._icon,
            self._keeper,
            self._sort,
            self._add,
            self._show,
            self._save,
            cancel,
        ):
            button.setAutoDefault(False)
        self._icon.clicked.connect(self._pick_icon)
        self._keeper.clicked.connect(self._pick_keeper)
        self._sort.clicked.connect(self._pick_sort)
        self._add.clicked.connect(self._pick_field)
        self._show.clicked.connect(self.shown)
        self._save.clicked.connect(self.kept)
        cancel.clicked.connect(self.reject)
        self._name.textEdited.connect(self._filter.name)
        save = QShortcut(QKeySequence("Ctrl+Return"), self)
        save.activated.connect(self.kept)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 16)
        box.setSpacing(12)
        box.addLayout(_row(self._icon, (self._name, 1), self._keeper))
        box.addWidget(self._scrolled(), 1)
        box.addWidget(hline())
        box.addLayout(_row(self._sort, self._count, (None, 1), cancel, self._show, self._save))
        self._wrong.hide()
        box.insertWidget(1, self._wrong)

    def _scrolled(self) -> QScrollArea:
        """The conditions, which may be more than there is room for."""
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setAccessibleName(tr("Conditions"))
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        box = QVBoxLayout(inside)
        mirror.margins(box, 0, 0, 8, 0)
        box.setSpacing(8)
        self._rows.setSpacing(8)
        box.addLayout(self._rows)
        box.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeading)
        box.addStretch(1)
        area.setWidget(inside)
        return area

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Without a default button, Qt would press none: that of the keyboard is meant.
        pressed = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(
            pressed, QPushButton
        ):
            pressed.click()
        else:
            super().keyPressEvent(event)

    # -- how it stands

    def _changed(self, _: None) -> None:
        view = self._filter.view
        ink = self._theme.tokens["text"]
        self._icon.setIcon(icons.icon(view.icon, ink))
        self._keeper.setText(self._kept_for((view.audience, view.team_id)) + _MORE)
        sign = order_sign(order_of(view.sort) or Sort.NEWEST, self._filter.custom)
        self._sort.setText(sign.words + _MORE)
        self._show_rows(view.conditions)
        self._add.setVisible(bool(self._filter.fields))
        self._wrong.hide()
        self._filter.recount()
        self._counter.start()

    def _tell_count(self) -> None:
        if self._filter.count_next():
            self._counter.start()
            return
        found = self._filter.preview
        told = trn("{count} ticket", "{count} tickets", found.count)
        self._count.setText(told.format(count=words.count(found.count) + "+" * found.over))

    def _kept_for(self, keeper: Keeper) -> str:
        audience, team_id = keeper
        if audience == "team":
            return self._directory.team_name(team_id) or tr("Team")
        return tr("Only me") if audience == "personal" else tr("Everybody")

    def _show_rows(self, conditions: Sequence[Condition]) -> None:
        """One line for each condition; those that are there stay, with the keyboard in them."""
        while self._rows.count() > len(conditions):
            last = self._line(self._rows.count() - 1)
            self._rows.removeWidget(last)
            last.hide()
            last.deleteLater()
        while self._rows.count() < len(conditions):
            self._rows.addWidget(_Line(self._theme, self._rows.count(), self))
        for at, condition in enumerate(conditions):
            wordings = self._wordings
            name, how = wordings.title(condition.field)[0], wordings.how(condition)
            self._line(at).show_condition(name, how, wordings.values(condition))

    def _line(self, at: int) -> "_Line":
        item = self._rows.itemAt(at)
        line = item.widget() if item else None
        assert isinstance(line, _Line)
        return line

    def refuse(self, refusal: Refused) -> None:
        """Say what is wrong, beside where it is mended."""
        field = next(iter(refusal.fields), "")
        self._wrong.setText(tr(_WRONG.get(field, refusal.message)))
        self._wrong.show()
        (self._name if field == "name" else self._add).setFocus()

    # -- choosing

    def _pick(
        self, title: str, choices: Sequence[Choice], picked: Callable[[Any], None], at: QWidget
    ) -> None:
        self._find(title, containing(choices), picked, at)

    def _find(self, title: str, search: Search, picked: Callable[[Any], None], at: QWidget) -> None:
        picker = Picker(self._theme, title, search, picked, self)
        picker.open_at(at.mapToGlobal(QPoint(0, at.height() + 4)))

    def _pick_icon(self) -> None:
        now = self._filter.view.icon
        choices = [Choice(i, i.replace("-", " "), i, checked=i == now) for i in ICONS]
        self._pick(tr("Icon"), choices, self._filter.icon, self._icon)

    def _pick_keeper(self) -> None:
        view = self._filter.view
        shown = {"personal": "user", "team": "users", "shared": "globe"}
        choices = [
            Choice(k, self._kept_for(k), shown[k[0]], checked=k == (view.audience, view.team_id))
            for k in self._filter.keepers()
        ]
        self._pick(tr("Who has this view"), choices, self._filter.keep_for, self._keeper)

    def _pick_sort(self) -> None:
        now = order_of(self._filter.view.sort) or Sort.NEWEST
        signs = order_signs(self._filter.custom)
        choices = [Choice(word_of(s.order), s.words, s.icon, checked=s.order == now) for s in signs]
        self._pick(tr("Order"), choices, self._filter.sort, self._sort)

    def _pick_field(self) -> None:
        names = [*self._filter.fields, *(self._custom.columns if self._filter.fields else ())]
        choices = [Choice(name, *self._wordings.title(name)) for name in names]
        self._pick(tr("Condition"), choices, self._added, self._add)

    def _added(self, field: str) -> None:
        self.pick_values(self._filter.add(field))

    def pick_values(self, at: int) -> None:
        """Choose values of a condition; the list stays open until Esc where several may be."""
        condition = self._filter.view.conditions[at]
        line = self._line(at)
        line.values.setFocus()
        single = condition.field in SINGLE or self._custom.single(condition.field)

        def picked(value: str) -> None:
            if value == WRONG:
                self.pick_values(at)
                return
            try:
                self._filter.toggle(at, value, single=single)
            except Refused as refusal:
                self.refuse(refusal)
                return
            if not single:
                self.pick_values(at)

        title = self._wordings.title(condition.field)[0]
        self._find(title, self._wordings.search(condition), picked, line.values)

    def turn(self, at: int) -> None:
        """From any of the values to none of them, and back."""
        self._filter.turn(at)

    def drop(self, at: int) -> None:
        """Take a condition away; the keyboard goes on to the next."""
        self._filter.remove(at)
        left = self._rows.count()
        (self._line(min(at, left - 1)).values if left else self._add).setFocus()


class _Line(QFrame):
    """One condition: what is asked, how, which values, and away with it."""

    def __init__(self, theme: Theme, at: int, dialog: FilterDialog) -> None:
        super().__init__()
        self._field = Text("", "strong")
        self._field.setFixedWidth(_FIELD_WIDTH)
        self._how, self.values, drop = QPushButton(), QPushButton(), QPushButton()
        self._how.setProperty("kind", "choice")
        self._how.setFixedWidth(_HOW_WIDTH)
        self.values.setProperty("kind", "choice")
        drop.setProperty("kind", "icon")
        drop.setIcon(icons.icon("x", theme.tokens["dim"]))
        drop.setAccessibleName(tr("Remove the condition"))
        drop.setToolTip(tr("Remove the condition"))
        for button in (self._how, self.values, drop):
            button.setAutoDefault(False)
        self._how.clicked.connect(lambda: dialog.turn(at))
        self.values.clicked.connect(lambda: dialog.pick_values(at))
        drop.clicked.connect(lambda: dialog.drop(at))
        self.setLayout(_row(self._field, self._how, (self.values, 1), drop))

    def show_condition(self, name: str, how: str, values: str) -> None:
        """Show what is asked, how, and for which values."""
        elide = Qt.TextElideMode.ElideRight
        self._field.setText(self._field.fontMetrics().elidedText(name, elide, _FIELD_WIDTH))
        self._field.setToolTip(plain_tip(name))
        self._how.setText(how)
        self._how.setAccessibleName(f"{name}: {how}")
        room = max(self.values.width() - 24, 120) - self.values.fontMetrics().horizontalAdvance(
            _MORE
        )
        self.values.setText(self.values.fontMetrics().elidedText(values, elide, room) + _MORE)
        self.values.setAccessibleName(f"{name}: {values}")
        self.values.setToolTip(plain_tip(values))


def _row(*parts: Any) -> QHBoxLayout:
    """Widgets side by side; a pair takes the stretch that it names, None is empty room."""
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(8)
    for part in parts:
        widget, stretch = part if isinstance(part, tuple) else (part, 0)
        if widget is None:
            made.addStretch(stretch)
        else:
            made.addWidget(widget, stretch)
    return made
