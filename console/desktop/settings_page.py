"""The settings: sections at the side, a line to search in, and what can be set; kept at once."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from console.desktop.commands import by_id
from console.desktop.keys_pane import KeysPane
from console.desktop.preferences import Deed, Hour, Pick, Preference, Toggle
from console.desktop.sections import KEYS, SECTIONS
from console.kernel.tongue import tr, trn
from console.ui import icons, mirror
from console.ui.controls import HourEdit, Line, Segments, Switch
from console.ui.theme import Theme
from console.ui.widgets import Empty, Text

if TYPE_CHECKING:
    from console.desktop.workspace import Workspace

NAV_WIDTH, LINES_WIDTH = 232, 760


class SettingsPage(QWidget):
    """What is changed here holds at once, in every window."""

    def __init__(self, workspace: "Workspace", theme: Theme) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._workspace, self._theme = workspace, theme
        self._settings = workspace.settings
        self._section = SECTIONS[0].name
        self._looks: list[Callable[[], None]] = []
        self.search = QLineEdit(placeholderText=tr("Search settings"))
        self.search.setAccessibleName(tr("Search settings"))
        self.search.setClearButtonEnabled(True)
        for button in self.search.findChildren(QToolButton):
            button.setAccessibleName(tr("Clear the search"))
        self.keys = KeysPane(workspace.keymap, workspace.slots, theme)
        self._nav: dict[str, QPushButton] = {}
        self._heads: dict[str, Text] = {}
        self._lines: list[tuple[str, Line]] = []
        self._hits = Line("", "", self._button(tr("Show"), self._show_key_hits))
        told = tr("No setting is called that\nTry another word, or fewer letters of it.")
        self._none = Empty(theme, "magnifying-glass", told)
        self._right = QStackedWidget()
        self._build()
        self.setFocusProxy(self.search)
        self.keys.done.connect(workspace.toast.say)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self.enter)
        self._workspace.program.changed.connect(self._again)
        theme.changed.connect(self._icons)
        self.show_section(self._section)

    # -- putting it together

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._side())
        edge = QFrame()
        edge.setObjectName("vline")
        row.addWidget(edge)
        self._right.addWidget(self._column())
        self._right.addWidget(self.keys)
        self._right.addWidget(self._none)
        row.addWidget(self._right, 1)
        self._icons()

    def _side(self) -> QWidget:
        side = QWidget()
        side.setFixedWidth(NAV_WIDTH)
        box = QVBoxLayout(side)
        mirror.margins(box, 16, 16, 12, 16)
        box.setSpacing(2)
        box.addWidget(Text(tr("Settings"), "display"))
        box.addSpacing(8)
        box.addWidget(self.search)
        box.addSpacing(8)
        for section in SECTIONS:
            button = self._button(tr(section.title), partial(self.show_section, section.name))
            button.setProperty("kind", "nav")
            button.setCheckable(True)
            box.addWidget(button)
            self._nav[section.name] = button
        box.addStretch(1)
        return side

    def _column(self) -> QScrollArea:
        inner = QWidget()
        inner.setObjectName("panel")
        inner.setMaximumWidth(LINES_WIDTH)
        box = QVBoxLayout(inner)
        box.setContentsMargins(32, 20, 32, 24)
        box.setSpacing(2)
        for section in SECTIONS:
            head = self._heads[section.name] = Text(tr(section.title), "title")
            head.setContentsMargins(0, 0, 0, 6)
            box.addWidget(head)
            for wish in section.lines:
                line = self._line(wish)
                self._lines.append((section.name, line))
                box.addWidget(line)
        box.addWidget(self._hits)
        box.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAccessibleName(tr("Settings"))
        area.setWidget(inner)
        return area

    def _button(self, words: str, then: Callable[[], object]) -> QPushButton:
        made = QPushButton(words)
        made.clicked.connect(lambda *_: then())
        return made

    # -- lines

    def _line(self, wish: Preference) -> Line:
        match wish:
            case Toggle():
                return self._toggle(wish)
            case Pick():
                return self._pick(wish)
            case Hour():
                return self._hour(wish)
            case Deed():
                return self._deed(wish)
        line = Line(tr(wish.title), "", None)
        line.more.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._look(lambda: line.tell(wish.told(self._workspace)))
        return line

    def _toggle(self, wish: Toggle) -> Line:
        switch = Switch(self._theme, tr(wish.title))
        switch.toggled.connect(lambda on: wish.keep(self._settings, on))
        self._look(lambda: switch.setChecked(wish.of(self._settings)))
        lacking = wish.lacking()
        switch.setEnabled(not lacking)
        return Line(tr(wish.title), tr(lacking or wish.more), switch)

    def _pick(self, wish: Pick) -> Line:
        options = [(value, wish.said(words)) for value, words in wish.options]
        choice = Segments(tr(wish.title), options)
        choice.chosen.connect(lambda value: wish.keep(self._settings, value))
        self._look(lambda: choice.show_value(wish.of(self._settings)))
        return Line(tr(wish.title), tr(wish.more), choice)

    def _hour(self, wish: Hour) -> Line:
        edit = HourEdit(tr(wish.title))
        edit.chosen.connect(lambda at: wish.keep(self._settings, at))
        self._look(lambda: edit.show_time(wish.of(self._settings)))
        return Line(tr(wish.title), tr(wish.more), edit)

    def _deed(self, wish: Deed) -> Line:
        command = by_id(wish.command)
        button = self._button(tr(wish.button), lambda: self._workspace.run(command))
        button.setAccessibleName(tr(wish.title))
        line = Line(tr(wish.title), "", button)

        def look() -> None:
            line.tell(wish.told(self._workspace))
            button.setEnabled(wish.ready(self._workspace))

        self._look(look)
        return line

    def _look(self, look: Callable[[], None]) -> None:
        self._looks.append(look)

    def _again(self, _: object = None) -> None:
        if self.isVisible():
            for look in self._looks:
                look()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._again()

    # -- moving

    def show_section(self, name: str) -> None:
        """Show a section, of all its lines."""
        self._section = name
        self.search.clear()
        self._filter("")

    def step(self, by: int) -> None:
        """Show the next (1) or the previous (-1) section."""
        names = [section.name for section in SECTIONS]
        there = names.index(self._section) + by
        if 0 <= there < len(names):
            self.show_section(names[there])

    def enter(self) -> None:
        """Go to the first setting that is shown."""
        lines = [*(line for _, line in self._lines), self._hits]
        for line in lines:
            if line.control is not None and line.control.isVisible() and line.control.isEnabled():
                line.control.setFocus(Qt.FocusReason.TabFocusReason)
                return
        if self.keys.isVisible():
            self.keys.list.setFocus()

    def _show_key_hits(self) -> None:
        typed = self.search.text()
        self.show_section(KEYS)
        self.keys.narrow(typed)
        self.keys.list.setFocus()

    def _filter(self, typed: str) -> None:
        parts = typed.casefold().split()
        shown = set()
        for section, line in self._lines:
            words = line.found_by().casefold()
            fits = all(part in words for part in parts) if parts else section == self._section
            line.setVisible(fits)
            if fits:
                shown.add(section)
        for section, head in self._heads.items():
            head.setVisible(section in shown)
        for section, button in self._nav.items():
            button.setChecked(not parts and section == self._section)
        hits = self.keys.narrow("" if not parts else typed)
        self._hits.setVisible(bool(parts) and hits > 0)
        told = trn("{count} command is called so", "{count} commands are called so", hits)
        self._hits.tell(told.format(count=hits))
        if parts and not shown and not hits:
            self._right.setCurrentWidget(self._none)
        else:
            self._right.setCurrentIndex(1 if not parts and self._section == KEYS else 0)

    def _icons(self) -> None:
        for section in SECTIONS:
            icon = icons.icon(section.icon, self._theme.tokens["dim"], gap=8)
            self._nav[section.name].setIcon(icon)
            self._nav[section.name].setIconSize(QSize(24, 16))
