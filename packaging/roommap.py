"""Print the map of rooms for the README from every module's first sentence; `--write` puts it there.

Between `<!-- rooms -->` and `<!-- /rooms -->` nothing is written by hand; tests/rules compares.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "console"
README = ROOT / "README.md"
BEGIN, END = "<!-- rooms -->", "<!-- /rooms -->"
OPENED = {"sync"}
"""Packages whose own packages are shown module by module too."""


def sentence(module: Path) -> str:
    """The first line of a module's docstring."""
    text = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0]


def room_map() -> str:
    """The map as Markdown: a heading line for each package, one line for each module in it."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    for module in sorted(PACKAGE.glob("*.py")):
        if not module.name.startswith("__"):
            yield f"- `console/{module.name}` – {sentence(module)}"
    for package in sorted(_packages(PACKAGE)):
        yield ""
        yield f"**`console/{package.name}/`** – {sentence(package / '__init__.py')}"
        yield ""
        yield from _modules(package, package.name in OPENED)


def _modules(package: Path, opened: bool, indent: str = "") -> Iterator[str]:
    found = [m for m in package.glob("*.py") if not m.name.startswith("__")]
    for entry in sorted([*found, *_packages(package)]):
        if entry.is_file():
            yield f"{indent}- `{entry.name}` – {sentence(entry)}"
        else:
            yield f"{indent}- `{entry.name}/` – {sentence(entry / '__init__.py')}"
            if opened:
                yield from _modules(entry, opened=False, indent=indent + "  ")


def _packages(folder: Path) -> list[Path]:
    return [path.parent for path in folder.glob("*/__init__.py")]


def written(readme: str, rooms: str) -> str:
    """The README with this map between its markers. Raises ValueError when they are missing."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"README.md needs {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{rooms}\n\n{END}{after}"


if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        README.write_text(written(README.read_text(encoding="utf-8"), room_map()), encoding="utf-8")
    else:
        print(room_map())
