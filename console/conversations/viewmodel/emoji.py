"""Pictograms by the names that one types for them."""

from functools import lru_cache

from console.kernel.assets import asset


@lru_cache(maxsize=1)
def _known() -> tuple[tuple[str, tuple[str, ...]], ...]:
    lines = asset("emoji.txt").read_text("utf-8").splitlines()
    return tuple((sign, tuple(names)) for sign, *names in map(str.split, lines) if names)


def find(typed: str, limit: int) -> list[tuple[str, str]]:
    """Pictogram and name, at most `limit`: names that begin so, then those that have it in them."""
    text = typed.lower()
    begun, within = [], []
    for sign, names in _known():
        if any(name.startswith(text) for name in names):
            begun.append((sign, names[0]))
        elif any(text in name for name in names):
            within.append((sign, names[0]))
    return [*begun, *within][:limit]
