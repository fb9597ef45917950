"""The theme: tokens from a file become palette, style sheet, fonts and the painters' colours."""

import tomllib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from console.kernel.assets import asset

ThemeName = Literal["light", "dark", "contrast"]
THEMES: tuple[ThemeName, ...] = ("light", "dark", "contrast")
Density = Literal["comfortable", "compact"]
DENSITIES: tuple[Density, ...] = ("comfortable", "compact")
FAMILY = "Inter"
ARABIC = "ParleyArabic"
"""Letters that Inter lacks, hardly taller than its own: see `packaging/arabic.py`.

Qt is told once that it stands in: of a list of families, `QFont.toString` and style sheets would
keep the first alone, and words would be measured in other letters than they are painted in.
"""
_FONTS = (
    "Inter-Regular.otf", "Inter-SemiBold.otf", "ParleyArabic-Regular.ttf", "ParleyArabic-Bold.ttf",
)  # fmt: skip

# Sizes at 100 %, in pixels: one grid, five type sizes.
RADIUS = 6
TINY, SMALL, BASE, TITLE, DISPLAY = 11, 12, 13, 15, 20


@dataclass(frozen=True)
class Tokens:
    """The colours of one theme, by name; `avatars` are the grounds of people's initials."""

    name: ThemeName
    dark: bool
    colors: dict[str, str]
    avatars: tuple[str, ...]

    def __getitem__(self, name: str) -> QColor:
        """The colour of that name. Raises KeyError for one that no theme has."""
        return _color(self.colors[name])

    @cached_property
    def avatar_colors(self) -> tuple[QColor, ...]:
        """The avatars' grounds."""
        return tuple(QColor(color) for color in self.avatars)


@lru_cache(maxsize=512)
def _color(text: str) -> QColor:
    return QColor(text)


def load(name: ThemeName) -> Tokens:
    """The tokens of a theme's file."""
    told = tomllib.loads(asset("themes", f"{name}.toml").read_text("utf-8"))
    colors = dict(told["color"])
    avatars = tuple(colors.pop("avatars"))
    return Tokens(name, bool(told["dark"]), colors, avatars)


@lru_cache(maxsize=2)
def sizes(density: Density) -> dict[str, int]:
    """Heights by name, in pixels at 100 %."""
    told = tomllib.loads(asset("themes", "sizes.toml").read_text("utf-8"))
    return dict(told[density])


@lru_cache(maxsize=64)
def font(size: int = BASE, *, strong: bool = False, tabular: bool = False) -> QFont:
    """The one family at a size in pixels; `tabular` gives figures of one width."""
    made = QFont(FAMILY)
    made.setPixelSize(size)
    if strong:
        made.setWeight(QFont.Weight.DemiBold)
    if tabular:
        made.setFeature(QFont.Tag("tnum"), 1)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


class Theme(QObject):
    """The theme in use. `changed` after every switch: painters drop what they cached.

    `arranged` after rows have become taller or less tall; `still` when nothing shall move.
    """

    changed = Signal()
    arranged = Signal()

    def __init__(self, app: QApplication, name: ThemeName = "light") -> None:
        super().__init__(app)
        self._app = app
        for file in _FONTS:
            QFontDatabase.addApplicationFont(str(asset("fonts", file)))
        if ARABIC not in QFont.substitutes(FAMILY):
            QFont.insertSubstitution(FAMILY, ARABIC)
        app.setStyle("Fusion")
        app.setFont(font())
        self.tokens = load(name)
        self.density: Density = "comfortable"
        self.still = False
        self._blink_ms = app.cursorFlashTime()
        self._apply()

    def size(self, name: str) -> int:
        """A height by its name, as dense as rows are now. Raises KeyError for an unknown name."""
        return sizes(self.density)[name]

    def arrange(self, density: Density) -> None:
        """Make rows taller or less tall."""
        if density != self.density:
            self.density = density
            self.arranged.emit()

    def quieten(self, *, still: bool) -> None:
        """Let nothing blink or slide, or let it again."""
        if still != self.still:
            self.still = still
            self._app.setCursorFlashTime(0 if still else self._blink_ms)
            for effect in _MOVING:
                self._app.setEffectEnabled(effect, not still)

    def use(self, name: ThemeName) -> None:
        """Switch to another theme."""
        if name != self.tokens.name:
            self.tokens = load(name)
            self._apply()
            self.changed.emit()

    def _apply(self) -> None:
        self._app.setPalette(palette(self.tokens))
        self._app.setStyleSheet(style_sheet(self.tokens))


_MOVING = (
    Qt.UIEffect.UI_AnimateMenu,
    Qt.UIEffect.UI_FadeMenu,
    Qt.UIEffect.UI_AnimateCombo,
    Qt.UIEffect.UI_AnimateTooltip,
    Qt.UIEffect.UI_FadeTooltip,
    Qt.UIEffect.UI_AnimateToolBox,
)


def palette(tokens: Tokens) -> QPalette:
    """Qt's roles filled from the tokens."""
    made = QPalette()
    roles = {
        QPalette.ColorRole.Window: "ground",
        QPalette.ColorRole.WindowText: "text",
        QPalette.ColorRole.Base: "panel",
        QPalette.ColorRole.AlternateBase: "ground",
        QPalette.ColorRole.Text: "text",
        QPalette.ColorRole.PlaceholderText: "faint",
        QPalette.ColorRole.Button: "panel",
        QPalette.ColorRole.ButtonText: "text",
        QPalette.ColorRole.Highlight: "accent",
        QPalette.ColorRole.HighlightedText: "on_accent",
        QPalette.ColorRole.ToolTipBase: "panel",
        QPalette.ColorRole.ToolTipText: "text",
        QPalette.ColorRole.Link: "accent",
    }
    for role, name in roles.items():
        made.setColor(role, tokens[name])
    return made


def style_sheet(tokens: Tokens) -> str:
    """The style sheet with the tokens filled in."""
    text = asset("themes", "style.qss").read_text("utf-8")
    for name, color in tokens.colors.items():
        text = text.replace("{" + name + "}", color)
    return text
