"""`python packaging/arabic.py FOLDER`: Noto Sans Arabic as Parley carries it, from the fonts of that name.

Noto leaves twice the room of a letter above and below. Here it is as tall as Inter, which it stands
in for, and reaches below the line as far as the dots of a final yeh do: a button with a word of it
is hardly taller than its neighbour. What only small bitmaps need is left out. Wants fonttools.
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FAMILY = "ParleyArabic"
INTER = Path("resources/fonts/Inter-Regular.otf")
_BELOW = -410  # of a thousand
_NAMES = {1: "{family}", 3: "{family} {style}", 4: "{family} {style}", 6: "{family}-{style}"}


def main(folder: Path) -> None:
    """Write both weights into `resources/fonts`."""
    inter = TTFont(INTER)
    up, down = round(inter["hhea"].ascent * 1000 / inter["head"].unitsPerEm), _BELOW
    for style in ("Regular", "Bold"):
        font = TTFont(folder / f"NotoSansArabic-{style}.ttf")
        options = Options(layout_features=["*"], hinting=False, name_IDs=["*"], notdef_outline=True)
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=[letter for letter in font.getBestCmap() if letter > 0x7F])
        subsetter.subset(font)
        header, lines = font["hhea"], font["OS/2"]
        header.ascent, header.descent, header.lineGap = up, down, 0
        lines.sTypoAscender, lines.sTypoDescender, lines.sTypoLineGap = up, down, 0
        lines.usWinAscent, lines.usWinDescent = up, -down
        for name in list(font["name"].names):
            if name.nameID in _NAMES:
                told = _NAMES[name.nameID].format(family=FAMILY, style=style)
                font["name"].setName(
                    told, name.nameID, name.platformID, name.platEncID, name.langID
                )
            elif name.nameID in (16, 17):
                font["name"].names.remove(name)
        font.save(f"resources/fonts/ParleyArabic-{style}.ttf")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
