"""The real conversations come in whole, once, linked to their orders: the file nobody here wrote."""

import json
from pathlib import Path

import pytest

from tests.cli.parley import Parley

REAL = Path(__file__).parents[3] / "shared" / "data" / "cucom_ecommerce.jsonl.zip"
IMPORTED = (
    "6,000 conversations imported (71,686 messages), 0 were there already, 0 set aside;"
    " 4,400 linked to 2,482 orders.\n"
)
AGAIN = (
    "0 conversations imported (0 messages), 6,000 were there already, 0 set aside;"
    " 0 linked to 0 orders.\n"
)


@pytest.mark.skipif(not REAL.exists(), reason="../shared/data/cucom_ecommerce.jsonl.zip is absent")
def test_the_real_file_twice(parley: Parley, data: Path) -> None:
    words = ("import", REAL, "--format", "turns", "--data", data)
    told = parley(*words)
    assert (told.code, told.out) == (0, IMPORTED)
    assert "100%" in told.err
    again = parley(*words)
    assert (again.code, again.out) == (0, AGAIN)
    found = json.loads(parley("status", "--data", data, "--json").out)["records"]
    expected = {
        "conversation": 6_000, "ticket": 6_000, "party": 6_000, "message": 71_686, "order": 2_482,
    }  # fmt: skip
    assert found | expected == found
    assert not list(REAL.parent.glob("*.rejected"))
