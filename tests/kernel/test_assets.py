"""Assets: found in a checkout, and a plain sentence when they are not."""

import pytest

from console.kernel.assets import asset
from console.kernel.errors import Unusable


def test_a_folder_of_the_checkout_is_found() -> None:
    assert asset("themes").is_dir()


def test_a_missing_file_is_one_sentence() -> None:
    with pytest.raises(Unusable) as refusal:
        asset("themes", "no-such-theme.json")
    assert refusal.value.code == "asset_missing"
    assert "resources/themes/no-such-theme.json" in refusal.value.message
