"""`python packaging/arabic.py FOLDER`: Noto Sans Arabic as Parley carries it, from the fonts of that name.

It is as tall as Inter, which it stands in for: lines of a label do not move where a name is written
in it. What only small bitmaps need is left out. Wants fonttools.
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FAMILY = "ParleyArabic"
INTER = Path("resources/fonts/Inter-Regular.otf")
_NAMES = {1: "{family}", 3: "{family} {style}", 4: "{family} {style}", 6: "{family}-{style}"}


def main(folder: Path) -> None:
    """Write both weights into `resources/fonts`."""
    inter = TTFont(INTER)
    of_em = 1000 / inter["head"].unitsPerEm
    up, down = (round(n * of_em) for n in (inter["hhea"].ascent, inter["hhea"].descent))
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
