"""Parts of the product replaced until the end of a block: a size, a source of dice, a planted fault."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest


@contextmanager
def replaced(owner: Any, **by: Any) -> Iterator[None]:
    """These attributes of a module, class or object are others meanwhile.

    Raises AttributeError for one that is not there: a fault planted nowhere finds nothing.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name, value in by.items():
            patch.setattr(owner, name, value)
        yield
