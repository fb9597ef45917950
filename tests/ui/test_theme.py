"""The themes: every token in each, every text and mark readable on every ground it stands on."""

import re
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor, QFontInfo, QFontMetrics, QPalette, QTextLayout
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.kernel.assets import asset
from console.ui import paint
from console.ui.theme import (
    FAMILY,
    SMALL,
    THEMES,
    Theme,
    ThemeName,
    Tokens,
    font,
    load,
    palette,
    style_sheet,
)
from console.ui.widgets import Text

SURFACES = ("panel", "ground", "rail", "selection", "hover")
BUBBLES = ("buyer", "seller", "note", "own")
# Ink → the grounds on which words stand in it.
TEXT = {
    "text": (*SURFACES, *BUBBLES, "chip"),
    "dim": (*SURFACES, *BUBBLES, "chip"),
    "faint": (*SURFACES, "chip"),
    "accent": ("panel", "ground", "hover", "selection", "accent_tint"),
    "on_accent": ("accent", "accent_hover"),
    "red": ("panel", "ground", "red_tint"),
    "amber": ("panel", "ground", "amber_tint"),
    "green": ("panel", "ground", "green_tint"),
}
# Colour → the grounds on which a dot, an edge, an icon or a ring stands in it.
MARKS = {
    "accent": ("panel", "selection", "hover", "rail"),
    "focus": ("panel", "ground", "selection", "rail"),
    "red_mark": ("panel", "ground", "selection", "hover"),
    "amber_mark": ("panel", "ground", "selection", "hover"),
    "green_mark": ("panel", "ground"),
    "seller_edge": ("panel", "seller", "selection", "hover"),
    "note_edge": ("panel", "note"),
}


def luminance(color: QColor) -> float:
    """Relative luminance as WCAG 2.2 defines it."""

    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(c) for c in (color.redF(), color.greenF(), color.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, two: QColor) -> float:
    lighter, darker = sorted((luminance(one), luminance(two)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def pairs(tokens: Tokens, inks: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, float]]:
    for ink, grounds in inks.items():
        for ground in grounds:
            yield f"{ink} on {ground}", contrast(tokens[ink], tokens[ground])


def test_contrast_is_what_wcag_says() -> None:
    assert contrast(QColor("#000000"), QColor("#FFFFFF")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("#FFFFFF")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", THEMES)
def test_all_themes_have_the_same_tokens(name: ThemeName) -> None:
    tokens = load(name)
    assert (tokens.name, set(tokens.colors)) == (name, set(load("light").colors))
    wrong = [
        told for told in (*tokens.colors.values(), *tokens.avatars) if not QColor(told).isValid()
    ]
    assert wrong == []
    assert len(tokens.avatars) == len(load("light").avatars)
    with pytest.raises(KeyError):
        tokens["nothing"]


@pytest.mark.parametrize(("name", "least"), [("light", 4.5), ("dark", 4.5), ("contrast", 7.0)])
def test_words_are_readable(name: ThemeName, least: float) -> None:
    tokens = load(name)
    found = dict(pairs(tokens, TEXT))
    for ground, told in zip(tokens.avatar_colors, tokens.avatars, strict=True):
        found[f"on_avatar on {told}"] = contrast(tokens["on_avatar"], ground)
    assert {pair: round(ratio, 2) for pair, ratio in found.items() if ratio < least} == {}


@pytest.mark.parametrize(("name", "least"), [("light", 3.0), ("dark", 3.0), ("contrast", 4.5)])
def test_marks_can_be_seen(name: ThemeName, least: float) -> None:
    found = pairs(load(name), MARKS)
    assert {pair: round(ratio, 2) for pair, ratio in found if ratio < least} == {}


def test_bubbles_have_an_outline_where_their_grounds_are_hard_to_tell() -> None:
    for name in THEMES:
        tokens = load(name)
        for kind in BUBBLES:
            outline = tokens[f"{kind}_outline"]
            if name == "contrast":
                assert contrast(outline, tokens[kind]) >= 4.5
                assert contrast(outline, tokens["panel"]) >= 4.5
            else:
                assert outline == tokens[kind], "it is not seen"


@pytest.mark.parametrize("name", THEMES)
def test_selected_words_in_a_text_can_be_read(name: ThemeName) -> None:
    made = palette(load(name))
    ink = made.color(QPalette.ColorRole.HighlightedText)
    assert contrast(ink, made.color(QPalette.ColorRole.Highlight)) >= 4.5
    assert load(name).dark == (luminance(made.color(QPalette.ColorRole.Base)) < 0.2)


@pytest.mark.parametrize("name", THEMES)
def test_the_style_sheet_is_filled_in_whole(name: ThemeName, qtbot: QtBot) -> None:
    sheet = re.sub(r"/\*.*?\*/", "", style_sheet(load(name)), flags=re.DOTALL)
    assert re.findall(r"\{\s*[a-z_]+\s*\}", sheet) == []
    raw = asset("themes", "style.qss").read_text("utf-8")
    assert re.findall(r"#[0-9A-Fa-f]{3,8}\b(?=[^{]*\})", raw) == [], "colours are tokens"
    assert sheet.count("{") == sheet.count("}")


def test_switching_tells_the_painters_and_changes_the_application(theme: Theme) -> None:
    said: list[str] = []
    theme.changed.connect(lambda: said.append(theme.tokens.name))
    theme.use("dark")
    theme.use("dark")
    assert said == ["dark"]
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    assert app.palette().color(QPalette.ColorRole.Window) == theme.tokens["ground"]
    assert theme.tokens["panel"].name().upper() in app.styleSheet().upper()


def test_the_family_is_there_with_figures_of_one_width(theme: Theme) -> None:
    assert theme.tokens.name == "light"
    assert QFontInfo(font()).family() == FAMILY
    tabular = QFontMetrics(font(tabular=True))
    assert len({tabular.horizontalAdvance(figure) for figure in "0123456789"}) == 1
    assert font(strong=True).weight() > font().weight()


@pytest.mark.parametrize("strong", [False, True])
def test_words_in_any_letters_are_as_wide_as_they_were_measured(
    theme: Theme, *, strong: bool
) -> None:
    of = font(SMALL, strong=strong)
    layout = QTextLayout("Lena · \u0644\u064a\u0644\u0649 \u0645\u0646\u0635\u0648\u0631", of)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(1_000)
    layout.endLayout()
    shown = Text(layout.text(), "faint")
    shown.ensurePolished()
    wide = paint.measure(of).horizontalAdvance(layout.text())
    assert wide == pytest.approx(line.naturalTextWidth(), abs=1)
    if not strong:
        assert shown.fontMetrics().horizontalAdvance(layout.text()) == wide, "labels, too"


@pytest.mark.parametrize("strong", [False, True])
def test_letters_that_stand_in_make_a_line_hardly_taller(theme: Theme, *, strong: bool) -> None:
    plain, arabic = Text("Lena"), Text("\u0644\u064a\u0644\u0649")
    for label in (plain, arabic):
        label.setFont(font(strong=strong))
    assert 0 <= arabic.sizeHint().height() - plain.sizeHint().height() <= 2
