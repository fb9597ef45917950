"""What the rooms hand to the desktop."""

from console.catalog import catalog
from console.desktop.rooms import SHAPE
from console.sync.client.replica import shape_of


def test_a_start_knows_the_shape_of_a_cache_of_its_release() -> None:
    assert shape_of(catalog()) == SHAPE, "tables or packing changed: put the new number there"
