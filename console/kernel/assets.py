"""Where the icons, fonts, themes and texts are, in a checkout and in an installed package."""

from pathlib import Path

from console.kernel.errors import Unusable


def asset(*parts: str) -> Path:
    """The path of a resource file or folder. Raises Unusable when the installation lacks it."""
    for root in (Path(__file__).parents[1] / "_resources", Path(__file__).parents[2] / "resources"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    name = "/".join(parts)
    raise Unusable("asset_missing", f"The file resources/{name} is missing: install Parley again.")
