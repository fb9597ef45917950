"""`python -m tests.screens [--out DIR] [NAME …]`: the pictures, and contact sheets of them."""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

ZONE = "Europe/Zagreb"
SCALES = (1.0, 1.5)
SCALED = ("workspace", "sign-in", "palette-typed")


def main() -> int:
    """Write the pictures; 0 when all were."""
    parser = argparse.ArgumentParser(prog="python -m tests.screens", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these states")
    parser.add_argument("--out", type=Path, default=Path("pictures"), metavar="DIR")
    parser.add_argument("--theme", action="append", choices=("light", "dark", "contrast"))
    parser.add_argument("--scale", type=float, help="only this scaling, in this process")
    parser.add_argument("--check", action="store_true", help="no pictures: tell what is cut")
    told = parser.parse_args()
    themes = told.theme or ["light", "dark", "contrast"]
    if told.scale is None and not told.names:
        again = [sys.executable, "-m", "tests.screens", "--out", str(told.out), "--scale", "1.5"]
        subprocess.run([*again, "--theme", "light", *SCALED], check=True)
    with TemporaryDirectory() as folder:
        _prepare(told.scale or 1.0, Path(folder))
        if told.check:
            return asyncio.run(_check(told.names))
        asyncio.run(_write(told.out, told.names, themes, told.scale or 1.0))
    return 0


def _prepare(scale: float, folder: Path) -> None:
    """What Qt and the clock read when they start."""
    screen = {"name": "pictures", "x": 0, "y": 0, "width": 2560, "height": 1600}
    told = {"screens": [{**screen, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}]}
    file = folder / "screen.json"
    file.write_text(json.dumps(told), "utf-8")
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={file}"
    os.environ["QT_SCALE_FACTOR"] = str(scale)
    os.environ["TZ"], os.environ["LC_ALL"] = ZONE, "C.UTF-8"
    if hasattr(time, "tzset"):
        time.tzset()


async def _write(out: Path, names: Sequence[str], themes: Sequence[str], scale: float) -> None:
    from PySide6.QtWidgets import QApplication

    from console.ui.theme import Theme
    from tests.screens.sheets import contact_sheets
    from tests.screens.shop import make_shop
    from tests.screens.spoken import STATES
    from tests.screens.stage import Scene

    unknown = set(names) - {state.name for state in STATES}
    if unknown:
        sys.exit(f"There is no picture {', '.join(sorted(unknown))}.")
    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    app.setCursorFlashTime(0)
    theme = Theme(app, "light")
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        made = await make_shop(Path(folder))
        for name in themes:
            theme.use(name)
            written = []
            for state in STATES:
                if names and state.name not in names:
                    continue
                end = f"@{scale:g}x" if scale != 1 else ""
                file = out / f"{state.name}-{name}{end}.png"
                async with Scene(made, theme, state.size, state.language) as scene:
                    await state.show(scene)
                    scene.picture().save(str(file))
                written.append(file)
            if scale == 1 and not names:
                contact_sheets(written, out / f"sheet-{name}")
            sys.stdout.write(f"{len(written)} pictures, {name}, in {out}\n")


async def _check(names: Sequence[str]) -> int:
    """Tell every word that is cut and every widget astray; 0 when there is none."""
    from PySide6.QtWidgets import QApplication

    from console.ui.theme import Theme
    from tests.screens import looks
    from tests.screens.shop import make_shop
    from tests.screens.stage import Scene
    from tests.screens.states import STATES

    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    theme, found = Theme(app, "light"), []
    with TemporaryDirectory() as folder:
        made = await make_shop(Path(folder))
        for state in STATES:
            if names and state.name not in names:
                continue
            async with Scene(made, theme, state.size) as scene:
                await state.show(scene)
                for top in (scene.window, *scene.over()):
                    cut = [*looks.cut(top, elides=state.elides), *looks.stray(top)]
                    found += [f"{state.name}: {one}" for one in cut]
    sys.stdout.write("".join(f"{one}\n" for one in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
